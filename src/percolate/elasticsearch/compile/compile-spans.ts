import {
  fieldOfSpan,
  type MultiLeaf,
  type Span,
  type SpanMulti,
  type SpanNear,
  someSpan,
} from '../../../query/spans/span.ts';
import type { FieldInfo } from '../mapping/field-info.ts';
import type { Clause } from './clauses.ts';

/**
 * Spans on fields as the index maps them. Elasticsearch fails where one is no text: here there is nothing, and
 * what stands around it does its work.
 * @param fieldOf undefined also for a field of objects that are not asked here
 */
export function compileSpans(span: Span, fieldOf: (name: string) => FieldInfo | undefined): Clause {
  return new SpanCompiler(fieldOf).compile(span);
}

class SpanCompiler {
  readonly #fieldOf: (name: string) => FieldInfo | undefined;
  /** Some text, which stands for fields that are not mapped: the percolator does not take their names. */
  #someText: string | undefined;

  constructor(fieldOf: (name: string) => FieldInfo | undefined) {
    this.#fieldOf = fieldOf;
  }

  compile(span: Span): object | 'none' {
    switch (span.op) {
      case 'term':
        if (!this.#isText(span.field)) return 'none';
        return { span_term: { [span.field]: { value: span.value } } };
      case 'multi':
        return this.#isText(span.leaf.field) ? multi(span) : 'none';
      case 'never':
        return 'none';
      case 'near':
        return this.#near(span);
      case 'or': {
        const clauses = span.clauses
          .map((clause) => this.compile(clause))
          .filter((clause) => clause !== 'none');
        return clauses.length === 0 ? 'none' : { span_or: { clauses } };
      }
      case 'not': {
        const [include, exclude] = [this.compile(span.include), this.compile(span.exclude)];
        if (include === 'none' || exclude === 'none') return include;
        return { span_not: { include, exclude, pre: span.pre, post: span.post } };
      }
      case 'first': {
        const match = this.compile(span.match);
        return match === 'none' ? 'none' : { span_first: { match, end: span.end } };
      }
      case 'containing':
      case 'within': {
        const [big, little] = [this.compile(span.big), this.compile(span.little)];
        if (big === 'none' || little === 'none') return 'none';
        return { [`span_${span.op}`]: { big, little } };
      }
      case 'mask': {
        const query = this.compile(span.query);
        if (query === 'none') return 'none';
        const isMapped = this.#fieldOf(span.field) !== undefined;
        return { field_masking_span: { query, field: isMapped ? span.field : this.#someText! } };
      }
    }
  }

  #near(span: SpanNear): object | 'none' {
    const field = fieldOfSpan(span);
    // Lucene looks whether the field is there in which they seem to be.
    if (this.#fieldOf(field) === undefined) return 'none';
    const clauses = span.clauses.map((clause) =>
      clause.op === 'gap' ? { span_gap: { [field]: clause.width } } : this.compile(clause),
    );
    if (clauses.includes('none')) return 'none';
    return { span_near: { clauses, slop: span.slop, in_order: span.inOrder } };
  }

  #isText(name: string): boolean {
    const field = this.#fieldOf(name);
    const isText = field?.positions === true && field.indexed;
    if (isText) this.#someText ??= name;
    return isText;
  }
}

function multi({ leaf, most }: SpanMulti): object {
  const rewrite = most === undefined ? 'constant_score' : `top_terms_${most}`;
  return { span_multi: { match: pattern(leaf, { rewrite }) } };
}

function pattern(leaf: MultiLeaf, rewritten: { readonly rewrite: string }): object {
  switch (leaf.kind) {
    case 'wildcard': {
      const caseless = leaf.caseInsensitive ? { case_insensitive: true } : {};
      return { wildcard: { [leaf.field]: { value: leaf.pattern, ...caseless, ...rewritten } } };
    }
    case 'regexp': {
      const { pattern: value, flags: flags_value } = leaf;
      const caseless = leaf.caseInsensitive ? { case_insensitive: true } : {};
      return { regexp: { [leaf.field]: { value, flags_value, ...caseless, ...rewritten } } };
    }
    case 'fuzzy': {
      const { text: value, edits: fuzziness, prefixLength: prefix_length, transpositions } = leaf;
      const near = { fuzziness, prefix_length, transpositions, max_expansions: 1024 };
      return { fuzzy: { [leaf.field]: { value, ...near, ...rewritten } } };
    }
    case 'range': {
      const lower = leaf.lower !== null && { [leaf.includeLower ? 'gte' : 'gt']: leaf.lower };
      const upper = leaf.upper !== null && { [leaf.includeUpper ? 'lte' : 'lt']: leaf.upper };
      return { range: { [leaf.field]: { ...lower, ...upper } } };
    }
  }
}

/** Whether what it matches depends on the other documents that are asked together. */
export function looksAround(span: Span): boolean {
  return someSpan(span, ({ op }) => op === 'multi' || op === 'mask');
}
