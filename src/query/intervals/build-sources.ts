import { editsFor } from '../fuzziness.ts';
import type {
  FuzzyRule,
  IntervalFilter,
  IntervalRule,
  MatchRule,
  PrefixRule,
  WildcardRule,
} from './intervals-ir.ts';
import { type Source, Sources } from './sources.ts';

/** A token of a rule's text. */
interface Word {
  readonly text: string;
  /** From 0; words that an analyzer left out leave gaps. */
  readonly position: number;
}

/** How the texts of rules are read for a field. */
export interface RuleReading {
  words(text: string, field: string, analyzer: string | undefined): readonly Word[];
  /** A pattern as the analyzer reads it: not in tokens. */
  pattern(text: string, field: string, analyzer: string | undefined): string;
}

/** What a document has to have, wherever it stands, for something to be found. */
export type Need =
  | { readonly op: 'leaf'; readonly leaf: Source; readonly field: string }
  | { readonly op: 'and' | 'or'; readonly parts: readonly Need[] };

export interface BuiltSource {
  readonly source: Source;
  readonly need: Need;
}

const NEVER: Need = { op: 'or', parts: [] };

/**
 * The sources of a rule, as Elasticsearch 7.17 makes them.
 * @throws TooManySources
 */
export function sourcesOf(rule: IntervalRule, field: string, reading: RuleReading): BuiltSource {
  return new Builder(reading).build(rule, field, field);
}

type WordedRule = MatchRule | PrefixRule | WildcardRule | FuzzyRule;

class Builder {
  readonly #sources = new Sources();
  readonly #reading: RuleReading;

  constructor(reading: RuleReading) {
    this.#reading = reading;
  }

  /**
   * @param read field whose analyzer reads the rule
   * @param found field in which it is looked for
   */
  build(rule: IntervalRule, read: string, found: string): BuiltSource {
    switch (rule.kind) {
      case 'allOf': {
        const parts = rule.rules.map((one) => this.build(one, read, found));
        return this.#filtered(rule, this.#combined(parts, rule), read, found);
      }
      case 'anyOf': {
        const parts = rule.rules.map((one) => this.build(one, read, found));
        return this.#filtered(rule, this.#any(parts), read, found);
      }
      default:
        return this.#worded(rule, read, found);
    }
  }

  #worded(rule: WordedRule, read: string, found: string): BuiltSource {
    const { useField } = rule;
    const own = useField ?? read;
    const plain = this.#plain(rule, own, useField ?? found);
    const built =
      useField === undefined
        ? plain
        : { ...plain, source: this.#sources.inField(useField, plain.source) };
    // The filter is read as the other field's texts are, and looked for in the clause's own.
    return rule.kind === 'match' ? this.#filtered(rule, built, own, found) : built;
  }

  #plain(rule: WordedRule, read: string, found: string): BuiltSource {
    switch (rule.kind) {
      case 'match':
        return this.#match(rule, this.#reading.words(rule.text, read, rule.analyzer), found);
      case 'prefix':
      case 'wildcard': {
        const given = rule.kind === 'prefix' ? rule.text : rule.pattern;
        const text = this.#reading.pattern(given, read, rule.analyzer);
        return leaf(this.#sources.terms({ kind: rule.kind, text }), found);
      }
      case 'fuzzy': {
        const text = this.#reading.pattern(rule.text, read, rule.analyzer);
        const edits = editsFor(rule.edits, rule.text);
        // Without edits the rest says nothing.
        const { prefixLength, transpositions } =
          edits === 0 ? { prefixLength: 0, transpositions: true } : rule;
        const near = { edits, prefixLength, transpositions };
        return leaf(this.#sources.terms({ kind: 'fuzzy', text, ...near }), found);
      }
    }
  }

  /** Words at the same position are alternatives; those that were left out make the next one longer. */
  #match(rule: MatchRule, words: readonly Word[], found: string): BuiltSource {
    const [first] = words;
    if (first === undefined) return { source: this.#sources.nowhere(), need: NEVER };
    if (words.length === 1) return leaf(this.#sources.term(first.text), found);
    let before = -1;
    const parts = [...Map.groupBy(words, ({ position }) => position)].map(([position, same]) => {
      const gap = position - before - 1;
      before = position;
      const any = this.#any(same.map(({ text }) => leaf(this.#sources.term(text), found)));
      return gap === 0 ? any : { ...any, source: this.#sources.extended(any.source, gap, 0) };
    });
    return this.#combined(parts, rule);
  }

  #any(parts: readonly BuiltSource[]): BuiltSource {
    return {
      source: this.#sources.or(parts.map(({ source }) => source)),
      need: { op: 'or', parts: parts.map(({ need }) => need) },
    };
  }

  #combined(
    parts: readonly BuiltSource[],
    { maxGaps, ordered }: Pick<MatchRule, 'maxGaps' | 'ordered'>,
  ): BuiltSource {
    const [first] = parts;
    if (first === undefined) return { source: this.#sources.nowhere(), need: NEVER };
    if (parts.length === 1) return first;
    const need: Need = { op: 'and', parts: parts.map((one) => one.need) };
    const sources = parts.map((one) => one.source);
    if (maxGaps === 0 && ordered) return { source: this.#sources.block(sources), need };
    const all = ordered ? this.#sources.ordered(sources) : this.#sources.unordered(sources);
    return { source: maxGaps === undefined ? all : this.#sources.maxGaps(all, maxGaps), need };
  }

  #filtered(
    { filter }: { readonly filter?: IntervalFilter },
    built: BuiltSource,
    read: string,
    found: string,
  ): BuiltSource {
    if (filter === undefined) return built;
    const { relation } = filter;
    const other = this.build(filter.rule, read, found);
    const source = this.#sources.filtered(built.source, relation, other.source);
    if (relation.startsWith('not_')) return { source, need: built.need };
    return { source, need: { op: 'and', parts: [built.need, other.need] } };
  }
}

function leaf(source: Source, field: string): BuiltSource {
  return { source, need: { op: 'leaf', leaf: source, field } };
}
