import { holdsPoint, type ShapeTriangle, sideCrosses } from './shape-triangle.ts';

type Numbers = ArrayLike<number>;

/** Whether bounds (least and greatest longitude, least and greatest latitude) have nothing in common. */
export function areApart(c: Numbers, at: number, b: Float64Array): boolean {
  return c[at + 3]! < b[2]! || c[at + 2]! > b[3]! || c[at + 1]! < b[0]! || c[at]! > b[1]!;
}

/**
 * Whether a side of the triangle crosses a line of points.
 * @param first number of the first point @param end behind the last
 * @param touches whether it is enough that one ends on the other @param side -1 is any
 */
export function crossesPath(
  c: Numbers,
  first: number,
  end: number,
  triangle: ShapeTriangle,
  touches: boolean,
  side = -1,
): boolean {
  const { degrees: p, degreeBounds: b } = triangle;
  const [west, east, south, north] = [b[0]!, b[1]!, b[2]!, b[3]!];
  const from = Math.max(side, 0);
  const to = side < 0 ? triangle.sides : side + 1;
  for (let i = first + 2; i < end; i += 2) {
    const [x1, y1, x2, y2] = [c[i - 2]!, c[i - 1]!, c[i]!, c[i + 1]!];
    if ((y1 < south && y2 < south) || (y1 > north && y2 > north)) continue;
    if ((x1 < west && x2 < west) || (x1 > east && x2 > east)) continue;
    for (let one = from; one < to; one++) {
      if (sideCrosses(p, one, x1, y1, x2, y2, touches)) return true;
    }
  }
  return false;
}

/** Whether the triangle holds the point at `at`; lines and points hold none. */
export function holdsListed(c: Numbers, at: number, triangle: ShapeTriangle): boolean {
  if (triangle.sides < 3) return false;
  return holdsPoint(triangle.degrees, triangle.degreeBounds, c[at]!, c[at + 1]!);
}
