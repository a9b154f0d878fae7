import {
  fieldOfSpan,
  type MultiLeaf,
  type Span,
  type SpanGap,
  type SpanMulti,
  someSpan,
} from '../../../query/spans/span.ts';
import type { FieldInfo } from '../mapping/field-info.ts';
import type { Clause } from './clauses.ts';

/**
 * Spans on fields as the index maps them. Elasticsearch fails where one is no text: here there is nothing, and
 * what stands around it does its work.
 */
export function compileSpans(span: Span, fieldOf: (name: string) => FieldInfo | undefined): Clause {
  return spanClause(span, (name) => {
    const field = fieldOf(name);
    return field?.positions === true && field.indexed && !field.nested;
  });
}

function spanClause(span: Span, isText: (field: string) => boolean): object | 'none' {
  const inside = (one: Span): object | 'none' => spanClause(one, isText);
  switch (span.op) {
    case 'term':
      return isText(span.field) ? { span_term: { [span.field]: { value: span.value } } } : 'none';
    case 'multi':
      return isText(span.leaf.field) ? multi(span) : 'none';
    case 'never':
      return 'none';
    case 'near': {
      const { slop, inOrder: in_order } = span;
      const field = gapField(span.clauses);
      const clauses = span.clauses.map((clause) =>
        clause.op === 'gap' ? { span_gap: { [field]: clause.width } } : inside(clause),
      );
      if (clauses.includes('none')) return 'none';
      return { span_near: { clauses, slop, in_order } };
    }
    case 'or': {
      const clauses = span.clauses.map(inside).filter((clause) => clause !== 'none');
      return clauses.length === 0 ? 'none' : { span_or: { clauses } };
    }
    case 'not': {
      const [include, exclude] = [inside(span.include), inside(span.exclude)];
      if (include === 'none' || exclude === 'none') return include;
      return { span_not: { include, exclude, pre: span.pre, post: span.post } };
    }
    case 'first': {
      const match = inside(span.match);
      return match === 'none' ? 'none' : { span_first: { match, end: span.end } };
    }
    case 'containing':
    case 'within': {
      const [big, little] = [inside(span.big), inside(span.little)];
      if (big === 'none' || little === 'none') return 'none';
      return { [`span_${span.op}`]: { big, little } };
    }
    case 'mask': {
      const query = inside(span.query);
      return query === 'none' ? 'none' : { field_masking_span: { query, field: span.field } };
    }
  }
}

function multi({ leaf, most }: SpanMulti): object {
  const rewrite = most === undefined ? 'constant_score' : `top_terms_${Math.max(1, most)}`;
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

/** Gaps are in the field of what stands around them. */
function gapField(clauses: readonly (Span | SpanGap)[]): string {
  return fieldOfSpan(clauses.find((clause): clause is Span => clause.op !== 'gap')!);
}

/** Whether something in it expands to the tokens that there are. */
export function hasMulti(span: Span | SpanGap): boolean {
  return someSpan(span, ({ op }) => op === 'multi');
}
