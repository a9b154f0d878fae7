import type { FuzzyLeaf, RangeLeaf, RegexpLeaf, WildcardLeaf } from '../ir.ts';

/** Stretches of a field's tokens that stand in some order: Elasticsearch's span queries. */
export interface SpansLeaf {
  readonly kind: 'spans';
  readonly span: Span;
}

/**
 * Where something stands in a field, as stretches from one token's place to another's. In which order
 * clauses are written can matter, also where it should not: Lucene looks for one arrangement after the other and not for all.
 */
export type Span =
  | SpanTerm
  | SpanMulti
  | SpanNear
  | SpanOr
  | SpanNot
  | SpanFirst
  | SpanPair
  | SpanMask
  | SpanNever;

/** A token as it is written, not analysed. */
export interface SpanTerm {
  readonly op: 'term';
  readonly field: string;
  readonly value: string;
}

/** Each token that is like a text. */
export interface SpanMulti {
  readonly op: 'multi';
  readonly leaf: MultiLeaf;
  /** How many different tokens count: the nearest, then the first in the order of their bytes. */
  readonly most?: number;
}

/** Not of any field, and not lower-cased. */
export type MultiLeaf = (WildcardLeaf | RegexpLeaf | FuzzyLeaf | RangeLeaf) & {
  readonly field: string;
};

/** One stretch of each clause, near to each other. */
export interface SpanNear {
  readonly op: 'near';
  /** From two; not all of them gaps, and these only in order. */
  readonly clauses: readonly (Span | SpanGap)[];
  /** Tokens between them that belong to none; below zero they have to overlap. */
  readonly slop: number;
  /** One after the other, without overlaps. */
  readonly inOrder: boolean;
}

/** So many tokens, whatever they are. */
export interface SpanGap {
  readonly op: 'gap';
  readonly width: number;
}

export interface SpanOr {
  readonly op: 'or';
  readonly clauses: readonly Span[];
}

/** What does not overlap with something else, made wider by so many tokens. */
export interface SpanNot {
  readonly op: 'not';
  readonly include: Span;
  readonly exclude: Span;
  /** Tokens before and behind, from 0. */
  readonly pre: number;
  readonly post: number;
}

/** What ends within the first so many tokens. */
export interface SpanFirst {
  readonly op: 'first';
  readonly match: Span;
  readonly end: number;
}

/** The big ones that have a little one in them (`containing`), or these little ones (`within`). */
export interface SpanPair {
  readonly op: 'containing' | 'within';
  readonly big: Span;
  readonly little: Span;
}

/** What stands in one field, taken as if it stood in another one. */
export interface SpanMask {
  readonly op: 'mask';
  readonly query: Span;
  readonly field: string;
}

/** Nothing, in a field. */
export interface SpanNever {
  readonly op: 'never';
  readonly field: string;
}

/** The field in which a span is, or seems to be. */
export function fieldOfSpan(span: Span): string {
  switch (span.op) {
    case 'term':
    case 'mask':
    case 'never':
      return span.field;
    case 'multi':
      return span.leaf.field;
    case 'near':
      return fieldOfSpan(span.clauses.find((clause) => clause.op !== 'gap')!);
    case 'or':
      return fieldOfSpan(span.clauses[0]!);
    case 'not':
      return fieldOfSpan(span.include);
    case 'first':
      return fieldOfSpan(span.match);
    default:
      return fieldOfSpan(span.big);
  }
}

/** Whether something in it is taken to be in another field. */
export function hasMask(span: Span): boolean {
  return someSpan(span, ({ op }) => op === 'mask');
}

/** Whether the span, or one in it, is such a one. */
export function someSpan(span: Span | SpanGap, isOne: (span: Span | SpanGap) => boolean): boolean {
  return isOne(span) || partsOf(span).some((part) => someSpan(part, isOne));
}

function partsOf(span: Span | SpanGap): readonly (Span | SpanGap)[] {
  switch (span.op) {
    case 'near':
    case 'or':
      return span.clauses;
    case 'not':
      return [span.include, span.exclude];
    case 'first':
      return [span.match];
    case 'containing':
    case 'within':
      return [span.big, span.little];
    case 'mask':
      return [span.query];
    default:
      return [];
  }
}
