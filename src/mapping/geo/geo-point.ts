import { javaDouble } from '../java-numbers.ts';
import { geohashCell } from './geohash.ts';
import { readWkt } from './wkt.ts';

/** Degrees; not checked for their range. */
export interface GeoPoint {
  readonly lat: number;
  readonly lon: number;
}

/** Which corner of its cell a geohash stands for. */
export type GeohashCorner = 'bottom_left' | 'bottom_right' | 'top_left' | 'top_right';

export interface PointOptions {
  /** Whether a third coordinate is left out of account; else it contradicts the type. */
  readonly ignoreZ: boolean;
  readonly corner?: GeohashCorner;
}

/**
 * One point in any spelling of Elasticsearch but an array: `{"lat": 1, "lon": 2}`, `{"geohash": …}`,
 * `"lat,lon"`, a geohash, or WKT's POINT; also `[lon, lat]`, with numbers only.
 * @returns null for anything else
 */
export function pointOf(value: unknown, options: PointOptions): GeoPoint | null {
  if (typeof value === 'string') return pointOfText(value, options);
  if (Array.isArray(value)) return pointOfNumbers(value, options);
  if (typeof value !== 'object' || value === null) return null;
  const entries = Object.entries(value);
  if (entries.some(([key]) => key !== 'lat' && key !== 'lon' && key !== 'geohash')) return null;
  const { lat, lon, geohash } = value as Record<string, unknown>;
  if (geohash !== undefined) {
    return typeof geohash === 'string' && lat === undefined && lon === undefined
      ? pointOfGeohash(geohash, options)
      : null;
  }
  return finite(coordinate(lat), coordinate(lon));
}

function pointOfText(text: string, options: PointOptions): GeoPoint | null {
  if (/point/i.test(text)) {
    const shape = readWkt(text, { ignoreZ: options.ignoreZ });
    return shape?.type === 'point' ? { lat: shape.at?.[1] ?? 0, lon: shape.at?.[0] ?? 0 } : null;
  }
  if (!text.includes(',')) return pointOfGeohash(text, options);
  // As in Java's split, empty parts at the end are none.
  const parts = text.replace(/,+$/, '').split(',');
  if (parts.length > 3 || (parts.length === 3 && !options.ignoreZ)) return null;
  const [lat, lon, z] = parts.map(javaDouble);
  return z === null ? null : finite(lat, lon);
}

function pointOfGeohash(text: string, { corner = 'bottom_left' }: PointOptions): GeoPoint | null {
  const cell = geohashCell(text);
  if (cell === null) return null;
  return {
    lat: corner.startsWith('top') ? cell.top : cell.bottom,
    // Behind the last column the count begins anew.
    lon: corner.endsWith('left') ? cell.left : cell.right === 180 ? -180 : cell.right,
  };
}

/** Numbers after the third are not asked for. */
function pointOfNumbers(values: readonly unknown[], { ignoreZ }: PointOptions): GeoPoint | null {
  if (values.length > 3 || (values.length === 3 && !ignoreZ)) return null;
  const numbers = values.map(numberOf);
  return numbers.includes(null) ? null : finite(numbers[1], numbers[0]);
}

function coordinate(value: unknown): number | null {
  return typeof value === 'string' ? javaDouble(value) : numberOf(value);
}

/** A number, or one whose source is kept. */
function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'object' && value !== null && 'rawJSON' in value) {
    const number = Number(value.rawJSON);
    return Number.isNaN(number) ? null : number;
  }
  return null;
}

function finite(lat: number | null | undefined, lon: number | null | undefined): GeoPoint | null {
  if (lat === undefined || lon === undefined || lat === null || lon === null) return null;
  return Number.isFinite(lat) && Number.isFinite(lon) ? { lat, lon } : null;
}

export function isOnEarth({ lat, lon }: GeoPoint): boolean {
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
}

/** A point beyond the poles or the date line, as Elasticsearch's `coerce` brings it back. */
export function coercePoint({ lat, lon }: GeoPoint, coerceLongitude = true): GeoPoint {
  let latitude = lat;
  let longitude = lon;
  const beyondPole = Math.abs(lat) > 90;
  if (beyondPole) {
    latitude = centred(lat);
    const isBehind = Math.abs(latitude) > 90;
    if (isBehind) {
      latitude = latitude < 0 ? -180 - latitude : 180 - latitude;
      longitude += coerceLongitude || centred(longitude) <= 0 ? 180 : -180;
    }
  }
  if (coerceLongitude && (beyondPole || Math.abs(lon) > 180)) longitude = centred(longitude);
  return { lat: latitude, lon: longitude };
}

/** Degrees above -180, up to 180. */
function centred(degrees: number): number {
  let rest = degrees % 360;
  if (rest <= 0) rest += 360;
  return rest > 180 ? rest - 360 : rest;
}
