import type { DocRangePlan } from '../doc-ranges/range-plan.ts';
import type { GeoPlan } from '../geo/geo-plan.ts';
import type { ShapePlan } from '../geo/shape-plan.ts';
import type { NestedPlan } from './compile-nested.ts';
import type { IntervalsPlan } from './interval-plans.ts';
import type { AutomatonPlan, FuzzyPlan } from './near-plans.ts';

/**
 * A query compiled to terms, before it has a place in a segment. Plans are made on the main thread
 * at registration; segments store them as programs.
 */
export type Plan =
  | { readonly op: 'all' }
  | { readonly op: 'none' }
  | { readonly op: 'and'; readonly children: readonly Plan[] }
  | { readonly op: 'or'; readonly children: readonly Plan[]; readonly atLeast: number }
  | { readonly op: 'not'; readonly child: Plan }
  | TermPlan
  | WordsPlan
  | SomeWordsPlan
  | TogetherPlan
  | PhraseStartPlan
  | NumberRangePlan
  | TextRangePlan
  | WildcardPlan
  | AutomatonPlan
  | FuzzyPlan
  | IntervalsPlan
  | SpansPlan
  | NestedPlan
  | GeoPlan
  | ShapePlan
  | DocRangePlan;

/** The document offers this term. */
export interface TermPlan {
  readonly op: 'term';
  /** Path of the field; null is any field. */
  readonly path: string | null;
  readonly termClass: number;
  readonly text: string;
}

/** Several tokens of one text field: next to each other within `slop`, or (slop -1) anywhere in it. */
export interface WordsPlan {
  readonly op: 'words';
  readonly path: string | null;
  /** Left out: TEXT. */
  readonly termClass?: number;
  readonly words: readonly string[];
  /** Relative positions of the words. */
  readonly positions: readonly number[];
  readonly slop: number;
}

/** One field has so many of the words; of one asked for twice, both count. */
export interface SomeWordsPlan {
  readonly op: 'someWords';
  readonly path: string | null;
  /** Left out: TEXT. */
  readonly termClass?: number;
  readonly words: readonly string[];
  /** One more, of which this is the beginning. */
  readonly start: string | null;
  /** From 2, so that at least one of {@link words} is among them. */
  readonly atLeast: number;
}

/** So many of the clauses, which are leaves or alternatives of them, hold for the same field. */
export interface TogetherPlan {
  readonly op: 'together';
  readonly children: readonly Plan[];
  /** From 2. */
  readonly atLeast: number;
}

/** A phrase with at least one word, behind which a word begins with one of `starts`. */
export interface PhraseStartPlan {
  readonly op: 'phraseStart';
  readonly path: string | null;
  /** Left out: TEXT. */
  readonly termClass?: number;
  readonly words: readonly string[];
  readonly positions: readonly number[];
  readonly slop: number;
  /** At least one. */
  readonly starts: readonly string[];
  /** No word has it. */
  readonly startPosition: number;
  /** Of the field's words that begin so, only the first ones count. */
  readonly expansions: number;
}

/** Where tokens of a field stand, see match/spans/. Of which the leaves are terms, patterns and the like. */
export interface SpansPlan {
  readonly op: 'spans';
  /** `terms`: each token of a leaf; `where`: the second child, if the first holds for the document. */
  readonly shape:
    | 'ordered'
    | 'unordered'
    | 'or'
    | 'not'
    | 'first'
    | 'containing'
    | 'within'
    | 'gap'
    | 'terms'
    | 'where';
  /** The slop, tokens before, the end, a width, or how many different terms (0: as many as a query may have clauses). */
  readonly first: number;
  /** Tokens behind. */
  readonly second: number;
  readonly children: readonly Plan[];
}

/** Bounds are inclusive; each is a pair that compares in order, see {@link splitInteger}. */
export interface NumberRangePlan {
  readonly op: 'range';
  readonly path: string | null;
  readonly termClass: number;
  readonly bounds: readonly [number, number, number, number];
}

/**
 * A range whose bounds stay texts: over strings, or over dates with date math that depends on the
 * time of matching (`nowRange`).
 */
export interface TextRangePlan {
  readonly op: 'stringRange' | 'nowRange';
  readonly path: string | null;
  readonly termClass: number;
  readonly lower: string | null;
  readonly upper: string | null;
  readonly includeLower: boolean;
  readonly includeUpper: boolean;
}

/** Some term of the field matches the pattern, see WildcardLeaf. */
export interface WildcardPlan {
  readonly op: 'wildcard';
  readonly path: string | null;
  readonly termClass: number;
  readonly pattern: string;
  /** The pattern is in lower case, and ASCII letters of terms are taken so. */
  readonly caseless?: true;
}

export const ALL: Plan = { op: 'all' };
export const NONE: Plan = { op: 'none' };

export function and(children: readonly Plan[]): Plan {
  const kept: Plan[] = [];
  for (const child of children) {
    if (child.op === 'none') return NONE;
    if (child.op === 'and') kept.push(...child.children);
    else if (child.op !== 'all') kept.push(child);
  }
  return kept.length === 0 ? ALL : kept.length === 1 ? kept[0]! : { op: 'and', children: kept };
}

export function or(children: readonly Plan[], atLeast = 1): Plan {
  if (atLeast <= 0) return ALL;
  const kept: Plan[] = [];
  let needed = atLeast;
  for (const child of children) {
    if (child.op === 'none') continue;
    if (child.op === 'all') needed--;
    else if (child.op === 'or' && child.atLeast === 1 && atLeast === 1)
      kept.push(...child.children);
    else kept.push(child);
  }
  if (needed <= 0) return ALL;
  if (needed > kept.length) return NONE;
  if (kept.length === 1) return kept[0]!;
  return needed === kept.length ? and(kept) : { op: 'or', children: kept, atLeast: needed };
}

export function not(child: Plan): Plan {
  if (child.op === 'all') return NONE;
  if (child.op === 'none') return ALL;
  return child.op === 'not' ? child.child : { op: 'not', child };
}

const TWO_32 = 4294967296;

/**
 * A number as a pair of doubles that compares lexicographically. 64-bit integers don't fit a double,
 * so every integer is split at 32 bits; other numbers stand in the first place alone.
 */
export function splitInteger(value: bigint): [number, number] {
  const high = value >> 32n;
  return [Number(high), Number(value - (high << 32n))];
}

/** The same split for an integer that a double holds exactly. */
export function splitSafeInteger(value: number): [number, number] {
  const high = Math.floor(value / TWO_32);
  return [high, value - high * TWO_32];
}
