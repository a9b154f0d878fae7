import { dependsOnNow } from '../../../mapping/date-math.ts';
import {
  askedRange,
  isRangeKind,
  type RangeBounds,
  type RangeKind,
  type RangeSpan,
} from '../../../mapping/range-kinds.ts';
import { packReading } from '../../../mapping/zoned-date-math.ts';
import type { Leaf, RangeRelation } from '../../../query/ir.ts';
import type { FieldForm } from '../compile/field-forms.ts';
import { NONE, type Plan } from '../compile/plan.ts';
import { anchorOf, BOUND, DOC_RANGE } from '../compile/term-class.ts';
import type { ProgramTarget } from '../segments/plan-encoder.ts';
import { OP_DOC_RANGE } from '../segments/program.ts';
import { spanBytes } from './range-bytes.ts';
import * as F from './range-flags.ts';

/** Some range of the field lies so to one that is asked for. */
export type DocRangePlan = {
  readonly op: 'docRange';
  readonly path: string;
  readonly relation: RangeRelation;
} & (
  | {
      readonly span: RangeSpan;
      /** Ends that a clause leaves open leave no range out, wherever it ends. */
      readonly openLow: boolean;
      readonly openHigh: boolean;
    }
  /** With date math that depends on the time of matching; packed with their readings. */
  | {
      readonly lower: string | null;
      readonly upper: string | null;
      readonly includeLower: boolean;
      readonly includeUpper: boolean;
    }
);

/** A clause on a field of ranges: whether one of them has a value in it, or meets a range. */
export function compileDocRange(leaf: Leaf, { place, kind }: FieldForm): Plan {
  if (!isRangeKind(kind)) return NONE;
  switch (leaf.kind) {
    case 'match':
      return leaf.fuzzy ? NONE : having(leaf.text, place!, kind);
    case 'phrase':
      return having(leaf.text, place!, kind);
    case 'term':
      return having(leaf.value, place!, kind);
    case 'range':
      return meeting(leaf, leaf.relation ?? 'intersects', place!, kind);
    default:
      return NONE;
  }
}

/** A date is all that it covers. */
function having(text: string, path: string, kind: RangeKind): Plan {
  const bounds = { lower: text, upper: text, includeLower: true, includeUpper: true };
  return meeting(bounds, 'intersects', path, kind);
}

function meeting(
  bounds: RangeBounds,
  relation: RangeRelation,
  path: string,
  kind: RangeKind,
): Plan {
  const { lower, upper, includeLower, includeUpper } = bounds;
  const isMoving = [lower, upper].some((bound) => bound !== null && dependsOnNow(bound));
  if (kind.type === 'date_range' && isMoving) {
    const open = { lower: null, upper: null };
    // Whether texts are dates does not depend on the time; what is between them does.
    const areDates = [{ lower }, { upper }].every(
      (one) => askedRange(kind, { ...bounds, ...open, ...one }, 0) !== null,
    );
    if (!areDates) return NONE;
    const packed = (bound: string | null) => (bound === null ? null : packReading(bound, bounds));
    const texts = { lower: packed(lower), upper: packed(upper) };
    return { op: 'docRange', path, relation, ...texts, includeLower, includeUpper };
  }
  const span = askedRange(kind, bounds, 0);
  if (span === null) return NONE;
  // What contains an open range has to be open itself; and an excluded end is an end.
  const isOpen = relation !== 'contains';
  const openLow = isOpen && lower === null && includeLower;
  const openHigh = isOpen && upper === null && includeUpper;
  return { op: 'docRange', path, relation, span, openLow, openHigh };
}

/** `[op, 8, anchor term, field + 1, class, flags, term + 1, term + 1]`; see range-flags.ts for the last three. */
export function encodeDocRange(plan: DocRangePlan, into: ProgramTarget): void {
  const { path, relation } = plan;
  let flags: number = F.RELATIONS.indexOf(relation);
  let [first, second] = [0, 0];
  if ('span' in plan) {
    if (plan.openLow) flags |= F.OPEN_LOW;
    if (plan.openHigh) flags |= F.OPEN_HIGH;
    first = into.bytes(spanBytes(plan.span)) + 1;
  } else {
    flags |= F.MOVING;
    if (plan.includeLower) flags |= F.INCLUDE_LOWER;
    if (plan.includeUpper) flags |= F.INCLUDE_UPPER;
    if (plan.lower !== null) first = into.term(null, BOUND, plan.lower) + 1;
    if (plan.upper !== null) second = into.term(null, BOUND, plan.upper) + 1;
  }
  const anchor = into.term(path, anchorOf(DOC_RANGE), '');
  for (const word of [OP_DOC_RANGE, 0, anchor, into.field(path) + 1, DOC_RANGE, flags, first]) {
    into.programs.push(word);
  }
  into.programs.push(second);
}
