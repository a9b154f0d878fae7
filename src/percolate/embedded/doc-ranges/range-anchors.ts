import { DOC_RANGE, EXISTS, INDEX } from '../compile/term-class.ts';
import { type Anchor, type AnchorSource, type Anchors, markerAnchors } from '../segments/anchor.ts';
import { keyAt } from './range-bytes.ts';
import * as F from './range-flags.ts';

/**
 * Groups of intervals, in the place of a class of values: those that a document's range meets, those that it is
 * within, and those that it contains, which stand negated. The last two are classes that have no intervals of their own.
 */
export const INTERSECTING = DOC_RANGE;
export const WITHIN_WHICH = EXISTS;
export const CONTAINING = INDEX;

/** Documents of a thousand million that a clause is guessed to match, as of ranges over values. */
const CLOSED_COST = 4e7;
const OPEN_COST = 2e8;
/** Below that of ranges over values: a field of ranges has none. */
const OUTSIDE_COST = 2.9e8;

interface Asked {
  readonly fieldPlusOne: number;
  readonly relation: number;
  readonly low: number;
  readonly high: number;
}

/** A match has a range that meets the one of the clause. */
export function docRangeAnchors(source: AnchorSource, at: number): Anchors {
  const asked = askedAt(source, at);
  if (asked === null) return markerAnchors(source, at);
  const { relation, low, high } = asked;
  const isOpen = !Number.isFinite(low) || !Number.isFinite(high);
  const anchor =
    relation === F.CONTAINS
      ? interval(asked, CONTAINING, -low, -high)
      : interval(asked, relation === F.WITHIN ? WITHIN_WHICH : INTERSECTING, low, high);
  return { anchors: [anchor], cost: isOpen ? OPEN_COST : CLOSED_COST };
}

/** A document in which it does not hold has no range, or one that does not meet that of the clause. */
export function docRangeAbsent(source: AnchorSource, at: number): Anchors | null {
  const asked = askedAt(source, at);
  if (asked === null) return null;
  const { fieldPlusOne, relation, low, high } = asked;
  const anchors: Anchor[] = [];
  const outside = relation === F.WITHIN ? INTERSECTING : WITHIN_WHICH;
  // One that does not contain the range begins in it or behind it, or ends before that.
  const [first, last] = relation === F.CONTAINS ? [high, low] : [low, high];
  if (first !== Number.NEGATIVE_INFINITY) {
    anchors.push(interval(asked, outside, Number.NEGATIVE_INFINITY, first));
  }
  if (last !== Number.POSITIVE_INFINITY) {
    anchors.push(interval(asked, outside, last, Number.POSITIVE_INFINITY));
  }
  anchors.push({
    at: { kind: 'absentValue', field: fieldPlusOne - 1, classes: 1 << DOC_RANGE },
    required: undefined,
    exact: false,
  });
  return { anchors, cost: OUTSIDE_COST };
}

function interval({ fieldPlusOne }: Asked, group: number, low: number, high: number): Anchor {
  const place = { kind: 'range', key: (fieldPlusOne << 5) | group, low, high } as const;
  return { at: place, required: undefined, exact: false };
}

/** Null where the bounds depend on the time. */
function askedAt(source: AnchorSource, at: number): Asked | null {
  const program = source.programs.values;
  const flags = program[at + 5]!;
  if (flags & F.MOVING) return null;
  const bytes = source.termBytes(program[at + 6]! - 1);
  return {
    fieldPlusOne: program[at + 3]!,
    relation: flags & F.RELATION_MASK,
    low: flags & F.OPEN_LOW ? Number.NEGATIVE_INFINITY : keyAt(bytes, 0, 'low'),
    high: flags & F.OPEN_HIGH ? Number.POSITIVE_INFINITY : keyAt(bytes, 0, 'high'),
  };
}
