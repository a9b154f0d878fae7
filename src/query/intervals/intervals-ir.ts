import type { Fuzzy } from '../ir.ts';

/** Words, patterns and how they follow each other in one field: Elasticsearch's `intervals`. */
export interface IntervalsLeaf {
  readonly kind: 'intervals';
  readonly field: string;
  readonly rule: IntervalRule;
}

/** Finds stretches of words in a field. */
export type IntervalRule =
  | MatchRule
  | PrefixRule
  | WildcardRule
  | FuzzyRule
  | AllOfRule
  | AnyOfRule;

/** Rules that ask for words; their analyzer and field may be others than those of the clause. */
interface Worded {
  /** Where the index has none of the name, it is the field's own. */
  readonly analyzer?: string;
  readonly useField?: string;
}

interface Filtered {
  readonly filter?: IntervalFilter;
}

interface Together {
  /** Positions between what is found that nothing of it stands at; absent: any number. */
  readonly maxGaps?: number;
  readonly ordered: boolean;
}

/** All words of a text. */
export interface MatchRule extends Worded, Filtered, Together {
  readonly kind: 'match';
  readonly text: string;
}

export interface PrefixRule extends Worded {
  readonly kind: 'prefix';
  readonly text: string;
}

export interface WildcardRule extends Worded {
  readonly kind: 'wildcard';
  readonly pattern: string;
}

export interface FuzzyRule extends Worded, Fuzzy {
  readonly kind: 'fuzzy';
  readonly text: string;
}

export interface AllOfRule extends Filtered, Together {
  readonly kind: 'allOf';
  readonly rules: readonly IntervalRule[];
}

export interface AnyOfRule extends Filtered {
  readonly kind: 'anyOf';
  readonly rules: readonly IntervalRule[];
}

export const FILTER_RELATIONS = [
  'after',
  'before',
  'contained_by',
  'containing',
  'not_contained_by',
  'not_containing',
  'not_overlapping',
  'overlapping',
] as const;

export type FilterRelation = (typeof FILTER_RELATIONS)[number];

/** What is found has to stand so to what another rule finds. */
export interface IntervalFilter {
  readonly relation: FilterRelation;
  readonly rule: IntervalRule;
}
