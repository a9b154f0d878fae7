import type { FieldKind } from '../../../mapping/field-kind.ts';
import { unpackReading } from '../../../mapping/zoned-date-math.ts';
import { resolveBounds } from '../compile/form-dates.ts';
import { formName } from '../fields/form-names.ts';
import { INCLUDE_LOWER, INCLUDE_UPPER } from '../segments/program.ts';
import type { Segment } from '../segments/segment.ts';

/** As pairs that compare in order: the least and the greatest value. */
export type PairBounds = readonly [number, number, number, number];

/**
 * Bounds of the OP_NOW_RANGE node at `at`, on dates in a format of their own; null where one is no date.
 * @param now epoch milliseconds
 */
export function formNowBounds(segment: Segment, at: number, now: number): PairBounds | null {
  const { programs } = segment;
  const name = formName(segment.fieldPath(programs[at + 3]! - 1)) ?? '';
  const colon = name.indexOf(':');
  const type = name.slice(0, colon) as FieldKind['type'];
  const format = name.slice(colon + 1);
  const bound = (term: number) => (term === 0 ? null : unpackReading(segment.termText(term - 1)));
  const lower = bound(programs[at + 5]!);
  const upper = bound(programs[at + 6]!);
  const bits = programs[at + 7]!;
  const range = {
    ...(lower ?? upper)?.reading,
    lower: lower?.text ?? null,
    upper: upper?.text ?? null,
    includeLower: (bits & INCLUDE_LOWER) !== 0,
    includeUpper: (bits & INCLUDE_UPPER) !== 0,
  };
  const found = resolveBounds(range, now, format === '' ? { type } : { type, format });
  return found === null ? null : [...found[0], ...found[1]];
}
