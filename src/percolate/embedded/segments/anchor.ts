import { BOOLEAN, EXISTS, FLOAT, INDEX, isValueOfForm, LONG } from '../compile/term-class.ts';
import type { Cell } from '../geo/cover.ts';
import { lowerByte } from '../memory/lower-byte.ts';
import { type Condition, conditionOf, excluding, type Guard } from './guards.ts';
import { CASELESS, type Part, type PatternParts } from './pattern-parts.ts';
import * as P from './program.ts';

/**
 * How a match shows itself to presearch: the document offers a term, or a token with a part of a
 * pattern, or a value within an interval; or it lacks a term.
 */
export type AnchorPlace =
  | { readonly kind: 'term'; readonly term: number }
  | { readonly kind: 'absent'; readonly term: number }
  | { readonly kind: 'part' | 'absentPart'; readonly part: PartPlace }
  | {
      readonly kind: 'range';
      /** Field and class, see termKey. */
      readonly key: number;
      readonly low: number;
      readonly high: number;
    }
  /** A point, or a part of a shape, of the field is in the cell. */
  | {
      readonly kind: 'cell';
      readonly fieldPlusOne: number;
      readonly termClass: number;
      readonly cell: Cell;
    }
  /** The document has no value in the field, of the classes whose bits are given. */
  | { readonly kind: 'absentValue'; readonly field: number; readonly classes: number };

export interface PartPlace extends Pick<Part, 'place' | 'bytes'> {
  /** 0 is any field. */
  readonly fieldPlusOne: number;
  readonly termClass: number;
}

export interface Anchor {
  readonly at: AnchorPlace;
  /** What such a match needs besides: a term, the complement (~) of one it must lack, a part, a guard, or nothing. */
  readonly required: number | PartPlace | Guard | undefined;
  /** Anchor and required together decide: what they were chosen from holds. */
  readonly exact: boolean;
  /** They do once the query's index expression, its last clause, covers the document's index. */
  readonly inIndex?: true;
}

/** A match meets at least one of the anchors; `cost` guesses how many documents of a thousand million do. */
export interface Anchors {
  readonly anchors: readonly Anchor[];
  readonly cost: number;
}

/** What the choice of anchors goes by: a segment in the making. */
export interface AnchorSource {
  readonly programs: { readonly values: Int32Array };
  /** Queries. */
  readonly size: number;
  readonly constants: readonly number[];
  /** Documents in a thousand million that offer the term. */
  cost(term: number): number;
  /** How many places in programs name the term. */
  uses(term: number): number;
  classOf(term: number): number;
  /** As many that don't. */
  absentCost(term: number): number;
  /** What is to be added for those that were anchored at the same part before. */
  partCost(part: PartPlace): number;
  /** How many queries were anchored at the part, or need it besides. */
  partUses(part: PartPlace): number;
  /** The part as a term. */
  partTerm(part: PartPlace): number;
  /** Whether a field is a pattern of names. */
  isPattern(field: number): boolean;
  termBytes(term: number): Uint8Array;
  /** Of the pattern that a term holds. */
  patternParts(term: number): PatternParts;
}

export const EVERY_DOCUMENT = 1e9;
export const MARKER_COST = 5e8;
const ABSENT_COST = 9e8;
const BACKSLASH = 0x5c;

/** Where nothing tells more: each document is looked at that has the program's marker, as every match does. */
export function markerAnchors(source: AnchorSource, at: number): Anchors {
  const term = source.programs.values[at + 2]!;
  const anchor = { at: { kind: 'term', term }, required: undefined, exact: false } as const;
  return { anchors: [anchor], cost: MARKER_COST };
}

/**
 * The second condition that is the least likely to hold, of those that the clauses in [first, end) make, but
 * for the one at `from`.
 * @param costs of the anchors of each clause
 * @param isInside the clauses are those of nested objects: what one must lack, others may have
 */
export function furtherCondition(
  source: AnchorSource,
  first: number,
  end: number,
  from: number,
  costs: ReadonlyMap<number, number>,
  isInside = false,
): (Condition & { readonly from: number }) | null {
  const program = source.programs.values;
  let best: (Condition & { readonly from: number }) | null = null;
  for (let child = first; child < end; child += program[child + 1]!) {
    if (child === from || (isInside && program[child] === P.OP_NOT)) continue;
    const found = conditionOf(source, child, costs.get(child)!);
    if (found !== null && (best === null || found.cost < best.cost))
      best = { ...found, from: child };
  }
  return best;
}

/** The same where none of the clauses must hold. */
export function furtherExclusion(
  source: AnchorSource,
  first: number,
  end: number,
  from: number,
): Condition | null {
  const program = source.programs.values;
  let best: Condition | null = null;
  for (let child = first; child < end; child += program[child + 1]!) {
    if (child === from) continue;
    const found = excluding(source, child);
    if (found !== null && (best === null || found.cost < best.cost)) best = found;
  }
  return best;
}

export function withRequired(
  anchor: Anchor,
  required: Anchor['required'],
  decides: boolean | 'in its index',
): Anchor {
  if (anchor.required !== undefined) return { ...anchor, exact: false };
  if (!anchor.exact || decides === false) return { at: anchor.at, required, exact: false };
  return { at: anchor.at, required, exact: true, ...(decides === true ? {} : { inIndex: true }) };
}

/** The parts of a wildcard clause, in its field. */
export function wildcardParts(source: AnchorSource, at: number) {
  const program = source.programs.values;
  return partsOfPattern(source, at, program[at + 5]!, (program[at + 6]! & P.IGNORE_CASE) !== 0);
}

/** The parts of one of a clause's patterns, in its field. */
export function partsOfPattern(source: AnchorSource, at: number, term: number, caseless: boolean) {
  const program = source.programs.values;
  const { parts, exact } = source.patternParts(term);
  const field = { fieldPlusOne: program[at + 3]!, termClass: program[at + 4]! };
  if (!caseless) return { parts: parts.map((part) => ({ ...part, ...field })), exact };
  return {
    parts: parts.map((part) => ({
      ...part,
      ...field,
      place: part.place + CASELESS,
      bytes: part.bytes.map(lowerByte),
    })),
    // A letter behind a backslash is only the one that it is.
    exact: exact && !source.termBytes(term).includes(BACKSLASH),
  };
}

/**
 * A guess of {@link AnchorSource.cost} until documents were seen: what many queries ask for is common, and so
 * are short words.
 * @param queries that the segment has
 */
export function guessCost(
  termClass: number,
  length: number,
  uses: number,
  queries: number,
): number {
  if (termClass === INDEX) return EVERY_DOCUMENT * Math.min(1, (2 * uses) / queries) + uses;
  if (termClass >= EXISTS && !isValueOfForm(termClass)) return MARKER_COST + uses;
  if (termClass === BOOLEAN) return 1e8 + uses;
  return uses + (length <= 2 ? 64 : length === 3 ? 16 : 0);
}

/** A guess of {@link AnchorSource.absentCost}: what numbers are excluded by is most likely a number's field. */
export function guessAbsentCost(termClass: number, uses: number): number {
  return ABSENT_COST + uses + (termClass === LONG ? -1e7 : termClass >= FLOAT ? 1e7 : 0);
}
