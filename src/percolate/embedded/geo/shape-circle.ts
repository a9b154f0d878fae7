import { distanceKey, EARTH_RADIUS } from './sloppy-math.ts';

type Numbers = ArrayLike<number>;

const RADIANS = Math.PI / 180;
/** Meters by which Lucene's box of a circle is wider. */
const SLACK = 7e-2;

/** What a circle does not go beyond, in degrees; split: it crosses the date line, west is greater than east. */
export interface CircleBox {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
  readonly isSplit: boolean;
}

export function circleBox(lat: number, lon: number, meters: number): CircleBox {
  const radius = (meters + SLACK) / EARTH_RADIUS;
  const south = lat * RADIANS - radius;
  const north = lat * RADIANS + radius;
  if (south <= -Math.PI / 2 || north >= Math.PI / 2) {
    const [least, most] = [Math.max(-90, south / RADIANS), Math.min(90, north / RADIANS)];
    return { west: -180, east: 180, south: least, north: most, isSplit: false };
  }
  const width = Math.asin(Math.sin(radius) / Math.cos(lat * RADIANS)) / RADIANS;
  const west = lon - width < -180 ? lon - width + 360 : lon - width;
  const east = lon + width > 180 ? lon + width - 360 : lon + width;
  return { west, east, south: south / RADIANS, north: north / RADIANS, isSplit: west > east };
}

/** Whether the circle at `at` holds a point, in degrees. */
export function circleHolds(c: Numbers, at: number, x: number, y: number): boolean {
  return distanceKey(y, x, c[at + 2]!, c[at + 3]!) <= c[at + 4]!;
}

/** Whether the point of a side that is the nearest in the plane is in the circle, and not the side's end. */
export function crossesCircle(c: Numbers, at: number, p: Float64Array, side: number): boolean {
  const [lat, lon] = [c[at + 2]!, c[at + 3]!];
  if (nearestIsIn(c, at, p, side, lon, lat)) return true;
  if (!circleBox(lat, lon, c[at + 5]!).isSplit) return false;
  return nearestIsIn(c, at, p, side, lon > 0 ? lon - 360 : lon + 360, lat);
}

function nearestIsIn(
  c: Numbers,
  at: number,
  p: Float64Array,
  side: number,
  lon: number,
  lat: number,
): boolean {
  const from = 2 * side;
  const to = (from + 2) % 6;
  const [ax, ay] = [p[from]!, p[from + 1]!];
  const dx = p[to]! - ax;
  const dy = p[to + 1]! - ay;
  const share = ((lon - ax) * dx + (lat - ay) * dy) / (dx * dx + dy * dy);
  if (!(share >= 0 && share <= 1)) return false;
  return circleHolds(c, at, ax + dx * share, ay + dy * share);
}
