import {
  coercePoint,
  type GeohashCorner,
  type GeoPoint,
  isOnEarth,
  pointOf,
} from '../../mapping/geo/geo-point.ts';
import { javaDouble } from '../../mapping/java-numbers.ts';
import { choiceAt, scalarAt, syntax } from '../dsl/dsl-reader.ts';

/** What becomes of points that are not on the earth: refused, or brought back. */
export type Validation = 'strict' | 'coerce' | 'ignore_malformed';

export function validationAt(value: unknown, path: string): Validation {
  return choiceAt(value, path, ['strict', 'coerce', 'ignore_malformed']);
}

/** A point in any of the spellings that a document may use, but with two coordinates. */
export function pointAt(value: unknown, path: string, corner?: GeohashCorner): GeoPoint {
  const point = pointOf(value, { ignoreZ: false, ...(corner === undefined ? {} : { corner }) });
  if (point !== null) return point;
  throw syntax(path, 'expected a point, such as {"lat": 1, "lon": 2}, "lat,lon" or [lon, lat]');
}

/** A number of degrees, also as text. */
export function degreesAt(value: unknown, path: string): number {
  // As its text is read again, which has no negative zero.
  if (typeof value === 'number' && Number.isFinite(value)) return value + 0;
  const degrees = javaDouble(scalarAt(value, path));
  if (degrees === null || !Number.isFinite(degrees)) throw syntax(path, 'expected degrees');
  return degrees;
}

/** @throws EstromError QUERY_SYNTAX for a point that is not on the earth, unless it may be brought back */
export function validPoint(point: GeoPoint, path: string, validation: Validation): GeoPoint {
  if (validation === 'coerce') return coercePoint(point);
  if (isOnEarth(point)) return point;
  throw offEarth(point, path);
}

export function offEarth({ lat, lon }: GeoPoint, path: string): ReturnType<typeof syntax> {
  return syntax(
    path,
    `the point (latitude ${lat}, longitude ${lon}) is not on the earth: latitudes are from -90 to 90, longitudes from -180 to 180`,
  );
}
