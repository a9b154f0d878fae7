import { splitInteger } from '../compile/plan.ts';
import { FORM_NUMBER, FORM_TEXT, LONG, TEXT } from '../compile/term-class.ts';
import type { Anchor, AnchorSource, Anchors } from './anchor.ts';
import { OP_RANGE, OP_STRING_RANGE } from './program.ts';
import { isExactKey, numberKey, textKey } from './range-keys.ts';

/** Documents of a thousand million that a range is guessed to match. */
const CLOSED_COST = 2e7;
const OPEN_COST = 2e8;
const OUTSIDE_COST = 3e8;
/** Of any field, ranges match more, and texts have many words. */
const TEXT_FACTOR = 2;

export interface Interval {
  readonly fieldPlusOne: number;
  readonly termClass: number;
  readonly low: number;
  readonly high: number;
}

/** The interval of a clause that is a range. */
export function rangeAnchor(source: AnchorSource, at: number): Anchors {
  const interval = intervalOf(source, at);
  const { fieldPlusOne, termClass, low, high } = interval;
  const isText = source.programs.values[at] === OP_STRING_RANGE;
  const isOpen = !(isBound(low) && isBound(high));
  const exact = !isText && isExactInterval(interval);
  const cost =
    (isOpen ? OPEN_COST : CLOSED_COST) * (isText || fieldPlusOne === 0 ? TEXT_FACTOR : 1);
  const place = { kind: 'range', key: (fieldPlusOne << 5) | termClass, low, high } as const;
  return { anchors: [{ at: place, required: undefined, exact }], cost };
}

/**
 * How a document shows itself that none of the ranges (over one field, in different classes) holds
 * in: it has no value of these classes, or one that is outside of the range in its class.
 */
export function outsideAnchors(source: AnchorSource, ranges: readonly number[]): Anchors | null {
  // A text without tokens is a value, but none that could be outside.
  const intervals = ranges
    .map((at) => intervalOf(source, at))
    .filter(({ termClass }) => termClass !== TEXT && termClass !== FORM_TEXT);
  const fieldPlusOne = intervals[0]?.fieldPlusOne ?? 0;
  if (fieldPlusOne === 0) return null;
  const anchors: Anchor[] = [];
  let classes = 0;
  for (const { termClass, low, high } of intervals) {
    classes |= 1 << termClass;
    const key = (fieldPlusOne << 5) | termClass;
    const add = (from: number, to: number) =>
      anchors.push({
        at: { kind: 'range', key, low: from, high: to },
        required: undefined,
        exact: false,
      });
    if (isBound(low)) add(Number.NEGATIVE_INFINITY, low);
    if (isBound(high)) add(high, Number.POSITIVE_INFINITY);
  }
  anchors.push({
    at: { kind: 'absentValue', field: fieldPlusOne - 1, classes },
    required: undefined,
    exact: false,
  });
  return { anchors, cost: OUTSIDE_COST };
}

/** Whether the keys of numbers tell those in the range from all others. */
export function isExactInterval({ termClass, low, high }: Interval): boolean {
  // Numbers of forms may have a second half, which keys leave out.
  return termClass !== FORM_NUMBER && isExact(low) && isExact(high);
}

/** Whether a bound leaves values out. */
function isBound(key: number): boolean {
  return Number.isFinite(key);
}

/** Floats tell -0 from 0, which have one key. */
function isExact(key: number): boolean {
  return !isBound(key) || isExactKey(key);
}

/** The split form of plan.ts. */
type Pair = readonly [high: number, low: number];
const LEAST: Pair = splitInteger(-(2n ** 63n));
const GREATEST: Pair = splitInteger(2n ** 63n - 1n);

function isSame(one: Pair, other: Pair): boolean {
  return one[0] === other[0] && one[1] === other[1];
}

export function intervalOf(source: AnchorSource, at: number): Interval {
  const program = source.programs.values;
  const fieldPlusOne = program[at + 3]!;
  const termClass = program[at + 4]!;
  if (program[at] === OP_RANGE) {
    const c = source.constants;
    const first = program[at + 5]!;
    const low: Pair = [c[first]!, c[first + 1]!];
    const high: Pair = [c[first + 2]!, c[first + 3]!];
    // Keys cannot tell the least long from the ones behind it, of which a bound leaves it out.
    const isLong = termClass === LONG;
    return {
      fieldPlusOne,
      termClass,
      low: isLong && isSame(low, LEAST) ? Number.NEGATIVE_INFINITY : numberKey(termClass, ...low),
      high:
        isLong && isSame(high, GREATEST) ? Number.POSITIVE_INFINITY : numberKey(termClass, ...high),
    };
  }
  const [lower, upper] = [program[at + 5]! - 1, program[at + 6]! - 1];
  const key = (term: number) => {
    const bytes = source.termBytes(term);
    return textKey(bytes, 0, bytes.length);
  };
  return {
    fieldPlusOne,
    termClass,
    low: lower < 0 ? Number.NEGATIVE_INFINITY : key(lower),
    high: upper < 0 ? Number.POSITIVE_INFINITY : key(upper),
  };
}
