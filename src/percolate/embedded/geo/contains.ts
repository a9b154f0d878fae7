import { decodeLatitude, decodeLongitude } from '../../../mapping/geo/geo-encoding.ts';
import * as G from './geo-constants.ts';
import { distanceKey } from './sloppy-math.ts';

type Numbers = ArrayLike<number>;

/** Whether the shape at `at` holds the point of these encoded coordinates, by Lucene's rules for edges. */
export function containsPoint(c: Numbers, at: number, lat: number, lon: number): boolean {
  switch (c[at]) {
    case G.BOX:
      return lat >= c[at + 2]! && lat <= c[at + 3]! && lon >= c[at + 4]! && lon <= c[at + 5]!;
    case G.CIRCLE:
      return (
        distanceKey(decodeLatitude(lat), decodeLongitude(lon), c[at + 2]!, c[at + 3]!) <= c[at + 4]!
      );
    case G.POINT:
      return lat === c[at + 2] && lon === c[at + 3];
    case G.LINE:
      return isOnLine(c, at + 2, at + c[at + 1]!, decodeLongitude(lon), decodeLatitude(lat));
    default:
      return polygonContains(c, at, decodeLongitude(lon), decodeLatitude(lat));
  }
}

/** Beyond the date line the point is looked for where it is after whole turns. */
function polygonContains(c: Numbers, at: number, lon: number, lat: number): boolean {
  if (lat < c[at + 4]! || lat > c[at + 5]!) return false;
  const turns = Math.ceil((c[at + 2]! - lon) / 360);
  for (let x = lon + turns * 360; x <= c[at + 3]!; x += 360) {
    if (placedInPolygon(c, at, x, lat)) return true;
  }
  return false;
}

/** Points on the outline are inside; those on the edge of a hole are in the hole. */
export function placedInPolygon(c: Numbers, at: number, x: number, y: number): boolean {
  const end = at + c[at + 1]!;
  const outline = at + 6;
  if (!inRing(c, outline + 1, c[outline]!, x, y)) return false;
  for (let ring = outline + 1 + c[outline]!; ring < end; ring += 1 + c[ring]!) {
    if (inRing(c, ring + 1, c[ring]!, x, y)) return false;
  }
  return true;
}

/** Whether a closed ring, of so many numbers from `first` on, holds the point; its edge does. */
export function inRing(c: Numbers, first: number, length: number, x: number, y: number): boolean {
  let inside = false;
  let x1 = c[first]!;
  let y1 = c[first + 1]!;
  for (let i = first + 2; i < first + length; i += 2) {
    const x2 = c[i]!;
    const y2 = c[i + 1]!;
    if (isOnSegment(x1, y1, x2, y2, x, y)) return true;
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
    x1 = x2;
    y1 = y2;
  }
  return inside;
}

export function isOnLine(c: Numbers, first: number, end: number, x: number, y: number): boolean {
  for (let i = first + 2; i < end; i += 2) {
    if (isOnSegment(c[i - 2]!, c[i - 1]!, c[i]!, c[i + 1]!, x, y)) return true;
  }
  return false;
}

function isOnSegment(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  x: number,
  y: number,
): boolean {
  if (y < Math.min(y1, y2) || y > Math.max(y1, y2)) return false;
  if (x < Math.min(x1, x2) || x > Math.max(x1, x2)) return false;
  return (x2 - x1) * (y - y1) === (x - x1) * (y2 - y1);
}
