/**
 * How Lucene keeps a geo_point: latitude and longitude as 32-bit integers, rounded down. Queries are
 * compared with what these stand for, not with what a document says.
 */
const LAT_STEP = 180 / 2 ** 32;
const LON_STEP = 360 / 2 ** 32;
const GREATEST = 2 ** 31 - 1;

/** Degrees from -90 to 90. */
export function encodeLatitude(latitude: number): number {
  return Math.min(GREATEST, Math.floor(latitude / LAT_STEP));
}

/** Degrees from -180 to 180. */
export function encodeLongitude(longitude: number): number {
  return Math.min(GREATEST, Math.floor(longitude / LON_STEP));
}

/** Rounded up: for lower bounds. */
export function encodeLatitudeCeil(latitude: number): number {
  return Math.min(GREATEST, Math.ceil(latitude / LAT_STEP));
}

export function encodeLongitudeCeil(longitude: number): number {
  return Math.min(GREATEST, Math.ceil(longitude / LON_STEP));
}

export function decodeLatitude(encoded: number): number {
  return encoded * LAT_STEP;
}

export function decodeLongitude(encoded: number): number {
  return encoded * LON_STEP;
}
