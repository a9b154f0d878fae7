import { encodeLatitude, encodeLongitude } from '../../../src/mapping/geo/geo-encoding.ts';
import type { GeoPoint } from '../../../src/mapping/geo/geo-point.ts';
import { GEO_POINT, HAS_GEO_POINT } from '../../../src/percolate/embedded/compile/term-class.ts';
import { HASH_SEED } from '../../../src/percolate/embedded/memory/hash.ts';
import type { Segment } from '../../../src/percolate/embedded/segments/segment.ts';
import { ValueMatcher } from '../query-segment.ts';

/** Points by field. */
export type GeoDocument = Readonly<Record<string, readonly GeoPoint[]>>;

/** Matches documents that have points alone. */
export function pointMatcher(
  segment: Segment,
  fields: readonly string[],
): ValueMatcher<readonly GeoPoint[]> {
  const places = Object.fromEntries(fields.map((field) => [field, field]));
  return new ValueMatcher(segment, places, (atoms, _field, node, points) => {
    for (const { lat, lon } of points) {
      atoms.reserve(1, 0);
      atoms.add(HAS_GEO_POINT, node, HASH_SEED, atoms.used, 0, 0);
      atoms.addNumber(GEO_POINT, node, encodeLongitude(lon), encodeLatitude(lat));
    }
  });
}
