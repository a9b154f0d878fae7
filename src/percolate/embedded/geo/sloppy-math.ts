/**
 * Lucene's own arithmetic on the sphere, so that edges of circles fall as they do there: cosines from a
 * table, and distances compared by a key that orders them.
 */
export const EARTH_RADIUS = 6_371_008.7714;
const RADIANS = Math.PI / 180;

const TABLE_SIZE = 2 ** 11 + 1;
/** Half of pi in two parts: the first 33 bits, and the rest. */
const HALF_PI_HIGH = 1.5707963267341256;
const HALF_PI_LOW = 6.077100506506192e-11;
const STEP_HIGH = (4 * HALF_PI_HIGH) / (TABLE_SIZE - 1);
const STEP_LOW = (4 * HALF_PI_LOW) / (TABLE_SIZE - 1);
const STEPS_PER_RADIAN = 1 / (STEP_HIGH + STEP_LOW);

const SINES = new Float64Array(TABLE_SIZE);
const COSINES = new Float64Array(TABLE_SIZE);
for (let i = 0; i < TABLE_SIZE; i++) {
  const angle = i * STEP_HIGH + i * STEP_LOW;
  const quarter = i / ((TABLE_SIZE - 1) / 4);
  SINES[i] = quarter === 2 || quarter === 4 ? 0 : Math.sin(angle);
  COSINES[i] = quarter === 1 || quarter === 3 ? 0 : Math.cos(angle);
}

/** Cosine of an angle in radians, by Taylor's series about the nearest entry of the table. */
export function cos(radians: number): number {
  const angle = Math.abs(radians);
  const step = Math.trunc(angle * STEPS_PER_RADIAN + 0.5);
  const delta = angle - step * STEP_HIGH - step * STEP_LOW;
  const index = step & (TABLE_SIZE - 2);
  const cosine = COSINES[index]!;
  const sine = SINES[index]!;
  return (
    cosine +
    delta *
      (-sine + delta * (-cosine * (1 / 2) + delta * (sine * (1 / 6) + delta * cosine * (1 / 24))))
  );
}

const bits = new DataView(new ArrayBuffer(8));

/** A number that grows with the distance of two points, given in degrees. */
export function distanceKey(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const x1 = lat1 * RADIANS;
  const x2 = lat2 * RADIANS;
  const h1 = 1 - cos(x1 - x2);
  const h2 = 1 - cos((lon1 - lon2) * RADIANS);
  bits.setFloat64(0, h1 + cos(x1) * cos(x2) * h2);
  bits.setUint8(7, bits.getUint8(7) & 0xf8);
  return bits.getFloat64(0);
}

/** The greatest key of points that are not further away than this. */
export function keyOfDistance(meters: number): number {
  if (meters >= Math.PI * EARTH_RADIUS) return Number.POSITIVE_INFINITY;
  return 2 * Math.sin(meters / (2 * EARTH_RADIUS)) ** 2;
}

/** Radians between two points in degrees; exact also for near ones. */
export function arc(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const sinLat = Math.sin(((lat1 - lat2) * RADIANS) / 2);
  const sinLon = Math.sin(((lon1 - lon2) * RADIANS) / 2);
  const h = sinLat ** 2 + Math.cos(lat1 * RADIANS) * Math.cos(lat2 * RADIANS) * sinLon ** 2;
  return 2 * Math.asin(Math.min(1, Math.sqrt(h)));
}
