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

/** A word of a rule's text. */
interface PathWord {
  readonly text: string;
  /** Positions right before it in which an analyzer left a word out. */
  readonly gap: number;
}

/** What is asked for at one place of a rule's text. */
export interface WordUnit {
  /** See {@link PathWord.gap}. */
  readonly gap: number;
  /** One of them; none where there are {@link paths}. */
  readonly words: readonly string[];
  /** Or one of several rows of words, each right behind the one before it. */
  readonly paths?: readonly (readonly PathWord[])[];
}

/** How the texts of rules are read for a field. */
export interface RuleReading {
  units(text: string, field: string, analyzer: string | undefined): readonly WordUnit[];
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
        return this.#match(rule, this.#reading.units(rule.text, read, rule.analyzer), found);
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

  /** Words that were left out make the next one longer. */
  #match(rule: MatchRule, units: readonly WordUnit[], found: string): BuiltSource {
    const term = (text: string): BuiltSource => leaf(this.#sources.term(text), found);
    const parts = units.map(({ words, gap, paths }) => {
      if (paths === undefined) return this.#behind(gap, this.#any(words.map(term)));
      return this.#any(
        paths.map((path) => {
          const row = path.map((word) => this.#behind(word.gap, term(word.text)));
          return this.#combined(row, { maxGaps: 0, ordered: true });
        }),
      );
    });
    return this.#combined(parts, rule);
  }

  #behind(gap: number, built: BuiltSource): BuiltSource {
    return gap === 0 ? built : { ...built, source: this.#sources.extended(built.source, gap, 0) };
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
