import { hasMarker } from '../compile/term-class.ts';
import type { AnchorSource } from './anchor.ts';
import * as P from './program.ts';
import { intervalOf, isExactInterval } from './range-anchors.ts';
import { SPANS_CHILDREN, SPANS_FIRST, SPANS_NOT, SPANS_OR, SPANS_TERMS } from './span-shapes.ts';
import { cheapestWords } from './word-programs.ts';

/**
 * What a posting's second condition can be besides one term: that a document passes one of a few cheap
 * tests, or (negated) none of them. Tests of what has to hold may pass too often, those of what must not may
 * fail too often; what is left is verified.
 */
export interface Guard {
  readonly tests: readonly GuardTest[];
  readonly negated: boolean;
  /** A guess, as of anchors. */
  readonly cost: number;
}

type GuardTest =
  /** The document offers the term. Parts are terms that have to be looked for first. */
  | { readonly kind: 'term' | 'part'; readonly term: number }
  /** A number of the field is within keys, see range-keys.ts. */
  | {
      readonly kind: 'interval';
      readonly field: number;
      readonly termClass: number;
      readonly low: number;
      readonly high: number;
    };

/** A clause as a second condition. */
export interface Condition {
  /** A term, the complement (~) of one that must not be there, or a guard. */
  readonly required: number | Guard;
  readonly cost: number;
  /** It holds exactly where the clause does. */
  readonly exact: boolean;
}

/** In the second word of a posting: from here on it is the place of a guard. */
export const GUARD = 0x40000000;
/** A guard's first word: words of its tests, and this bit. */
export const NEGATED = 1;
export const LENGTH_SHIFT = 1;
/** A test's first word: its kind below a term, or below a class that field and first constant follow. */
export const TEST_TERM = 0;
export const TEST_PART = 1;
export const TEST_INTERVAL = 2;
export const KIND_MASK = 3;
export const KIND_SHIFT = 2;

const MOST_TESTS = 12;
const ABSENT_COST = 8e8;
/** Guesses, as of anchors: terms of a name are rarer, markers of fields are not. */
const PART_COST = 4e7;
const INTERVAL_COST = 2e8;

interface Tests {
  readonly tests: readonly GuardTest[];
  readonly exact: boolean;
}

/**
 * The second condition that the clause at `at` makes.
 * @param cost of the clause's anchors
 */
export function conditionOf(source: AnchorSource, at: number, cost: number): Condition | null {
  const program = source.programs.values;
  if (program[at] === P.OP_TERM) return { required: program[at + 2]!, cost, exact: true };
  if (program[at] === P.OP_NOT) return excluding(source, at + 2);
  const found = testsOf(source, at);
  if (found === null || found.tests.length > MOST_TESTS) return null;
  const [only] = found.tests;
  const isTerm = found.tests.length === 1 && only!.kind === 'term';
  const required = isTerm ? only!.term : { tests: found.tests, negated: false, cost };
  return { required, cost, exact: found.exact };
}

/** The same for a clause that must not hold. */
export function excluding(source: AnchorSource, at: number): Condition | null {
  const program = source.programs.values;
  if (program[at] === P.OP_TERM) {
    const term = program[at + 2]!;
    return { required: ~term, cost: source.absentCost(term), exact: true };
  }
  if (program[at] === P.OP_NOT) {
    const isTerm = program[at + 2] === P.OP_TERM;
    return conditionOf(source, at + 2, isTerm ? source.cost(program[at + 4]!) : ABSENT_COST);
  }
  const { tests, exact } = certainTests(source, at);
  if (tests.length === 0 || tests.length > MOST_TESTS) return null;
  return { required: { tests, negated: true, cost: ABSENT_COST }, cost: ABSENT_COST, exact };
}

/** Tests of which a document passes one where the clause holds; null where there are none. */
function testsOf(source: AnchorSource, at: number): Tests | null {
  const program = source.programs.values;
  switch (program[at]) {
    case P.OP_TERM:
      return { tests: [{ kind: 'term', term: program[at + 2]! }], exact: true };
    case P.OP_RANGE:
      return ofRange(source, at);
    case P.OP_STRING_RANGE:
    case P.OP_NOW_RANGE:
    case P.OP_DOC_RANGE:
      if (!hasMarker(program[at + 4]!)) return null;
      return { tests: [{ kind: 'term', term: program[at + 2]! }], exact: false };
    case P.OP_WILDCARD:
      return ofParts([program[at + P.WILDCARD_PART]!], (program[at + 6]! & P.EXACT_PART) !== 0);
    case P.OP_AUTOMATON: {
      const parts: number[] = [];
      for (let p = at + P.OUTLINES; p < at + program[at + 1]!; p += 2) parts.push(program[p + 1]!);
      return ofParts(parts, false);
    }
    case P.OP_WORDS: {
      const words = cheapestWords(source, at, at + 3);
      return { tests: words.map((term) => ({ kind: 'term', term }) as const), exact: false };
    }
    case P.OP_OR:
      return ofOr(source, at);
    case P.OP_SPANS:
      return ofSpans(source, at);
    case P.OP_NESTED:
      return ofNested(source, at);
    default:
      return null;
  }
}

/** One of the children, or each of the alternatives. */
function ofSpans(source: AnchorSource, at: number): Tests | null {
  const program = source.programs.values;
  const first = at + SPANS_CHILDREN;
  const shape = program[at + 2];
  const isOne = shape === SPANS_NOT || shape === SPANS_FIRST || shape === SPANS_TERMS;
  if (isOne) return inexact(testsOf(source, first));
  const all: Tests[] = [];
  for (let child = first; child < at + program[at + 1]!; child += program[child + 1]!) {
    const found = testsOf(source, child);
    if (found !== null) all.push(found);
    else if (shape === SPANS_OR) return null;
  }
  if (shape === SPANS_OR) return { tests: all.flatMap(({ tests }) => tests), exact: false };
  const costs = all.map((tests) => costOf(source, tests));
  return inexact(all[costs.indexOf(Math.min(...costs))] ?? null);
}

/** What some object must have is among what all of them have; where that is too much, that there is such an object. */
function ofNested(source: AnchorSource, at: number): Tests {
  const found = ofObject(source, at + 3);
  if (found !== null && found.tests.length <= MOST_TESTS) return { ...found, exact: false };
  const term = source.programs.values[at + 2]!;
  return { tests: [{ kind: 'term', term }], exact: false };
}

/** Of several clauses the one that is met the least often. */
function ofObject(source: AnchorSource, at: number): Tests | null {
  const program = source.programs.values;
  if (program[at] !== P.OP_AND) return testsOf(source, at);
  let best: Tests | null = null;
  for (let child = at + 2; child < at + program[at + 1]!; child += program[child + 1]!) {
    const found = ofObject(source, child);
    if (found === null) continue;
    if (best === null || costOf(source, found) < costOf(source, best)) best = found;
  }
  return best;
}

function inexact(found: Tests | null): Tests | null {
  return found && { tests: found.tests, exact: false };
}

function costOf(source: AnchorSource, { tests }: Tests): number {
  return tests.reduce((sum, test) => {
    if (test.kind === 'term') return sum + source.cost(test.term);
    return sum + (test.kind === 'part' ? PART_COST : INTERVAL_COST);
  }, 0);
}

function ofRange(source: AnchorSource, at: number): Tests | null {
  const interval = intervalOf(source, at);
  const { fieldPlusOne, termClass, low, high } = interval;
  if (fieldPlusOne === 0 || source.isPattern(fieldPlusOne - 1)) return null;
  const test = { kind: 'interval', field: fieldPlusOne - 1, termClass, low, high } as const;
  return { tests: [test], exact: isExactInterval(interval) };
}

/** @param parts terms plus one, 0 where a pattern has none */
function ofParts(parts: readonly number[], exact: boolean): Tests | null {
  if (parts.includes(0)) return null;
  const tests = [...new Set(parts)].map((part) => ({ kind: 'part', term: part - 1 }) as const);
  return { tests, exact };
}

function ofOr(source: AnchorSource, at: number): Tests | null {
  const program = source.programs.values;
  const tests: GuardTest[] = [];
  let exact = program[at + 2] === 1;
  for (let child = at + 3; child < at + program[at + 1]!; child += program[child + 1]!) {
    const found = testsOf(source, child);
    if (found === null) return null;
    tests.push(...found.tests);
    exact &&= found.exact;
  }
  return { tests, exact };
}

/** Tests that a document passes only where the clause holds; exact: also wherever it does. */
function certainTests(source: AnchorSource, at: number): Tests {
  const program = source.programs.values;
  if (program[at] === P.OP_OR && program[at + 2] === 1) {
    const tests: GuardTest[] = [];
    let exact = true;
    for (let child = at + 3; child < at + program[at + 1]!; child += program[child + 1]!) {
      const found = certainTests(source, child);
      tests.push(...found.tests);
      exact &&= found.exact;
    }
    return { tests, exact };
  }
  const isOne = program[at] === P.OP_TERM || program[at] === P.OP_RANGE;
  const found = isOne ? testsOf(source, at) : null;
  return found?.exact ? found : { tests: [], exact: false };
}

/** The words of a guard. @param constant gives the place of a pair of doubles */
export function encodeGuard(
  { tests, negated }: Guard,
  constant: (low: number, high: number) => number,
): number[] {
  const words = tests.flatMap((test) =>
    test.kind === 'interval'
      ? [TEST_INTERVAL | (test.termClass << KIND_SHIFT), test.field, constant(test.low, test.high)]
      : [(test.kind === 'part' ? TEST_PART : TEST_TERM) | (test.term << KIND_SHIFT)],
  );
  return [(words.length << LENGTH_SHIFT) | (negated ? NEGATED : 0), ...words];
}

/** Equal for guards that are the same. */
export function guardKey({ tests, negated }: Guard): string {
  const texts = tests.map((test) =>
    test.kind === 'interval'
      ? `${test.field} ${test.termClass} ${test.low} ${test.high}`
      : `${test.term}`,
  );
  return `${negated ? '!' : ''}${texts.join()}`;
}
