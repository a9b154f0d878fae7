import { EstromError } from '../../../errors.ts';
import { dependsOnNow } from '../../../mapping/date-math.ts';
import { askedRange, type RangeKind } from '../../../mapping/range-kinds.ts';
import type { RangeLeaf } from '../../../query/ir.ts';
import type { FieldInfo } from '../mapping/field-info.ts';
import type { Clause } from './clauses.ts';

/**
 * A range with a relation, or a format, asked of a field that holds ranges. A query string has neither, so it is
 * made sure here that Elasticsearch does not fail on a bound.
 * @throws EstromError QUERY_UNSUPPORTED
 */
export function rangeOnRanges(leaf: RangeLeaf, field: FieldInfo): Clause {
  if (!field.indexed) return 'none';
  const { lower, upper, includeLower, includeUpper, relation, format, timeZone } = leaf;
  const kind = { type: field.type, ...(field.format !== null && { format: field.format }) };
  const isRead = (bounds: RangeLeaf) => askedRange(kind as RangeKind, bounds, Date.now()) !== null;
  if (!isRead({ ...leaf, upper: null }) || !isRead({ ...leaf, lower: null })) return 'none';
  const moving = [lower, upper].filter((bound) => bound !== null && dependsOnNow(bound));
  if (moving.length === 1 && lower !== null && upper !== null) {
    throw new EstromError(
      'QUERY_UNSUPPORTED',
      `field [${leaf.field}]: with Elasticsearch as the engine a range with a relation or a format cannot have one bound that depends on the time and one that does not; give two clauses`,
    );
  }
  if (moving.length === 0 && !isRead(leaf)) return 'none';
  const asked = {
    [includeLower ? 'gte' : 'gt']: lower,
    [includeUpper ? 'lte' : 'lt']: upper,
    ...(relation !== undefined && { relation }),
    ...(format !== undefined && { format }),
    ...(timeZone !== undefined && { time_zone: timeZone }),
  };
  return { range: { [field.path]: asked } };
}
