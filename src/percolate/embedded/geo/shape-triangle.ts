import { decodeLatitude, decodeLongitude } from '../../../mapping/geo/geo-encoding.ts';
import { AB, BC, CA } from '../../../mapping/geo/shape-ears.ts';
import { IS_LINE, IS_POINT } from '../../../mapping/geo/shape-triangles.ts';

/** A triangle, line or point of a document's shape at hand: encoded, and as the degrees that it stands for. */
export class ShapeTriangle {
  isPoint = false;
  isLine = false;
  /** Whether the sides are edges of the shape. */
  ab = false;
  bc = false;
  ca = false;
  /** Encoded: longitude and latitude of each corner. */
  readonly corners = new Float64Array(6);
  /** The same in degrees. */
  readonly degrees = new Float64Array(6);
  /** Least and greatest longitude, least and greatest latitude: encoded, and in degrees. */
  readonly bounds = new Float64Array(4);
  readonly degreeBounds = new Float64Array(4);

  load(mesh: Int32Array, at: number): void {
    const { corners, degrees, bounds, degreeBounds } = this;
    const bits = mesh[at]!;
    this.isPoint = (bits & IS_POINT) !== 0;
    this.isLine = (bits & IS_LINE) !== 0;
    this.ab = (bits & AB) !== 0;
    this.bc = (bits & BC) !== 0;
    this.ca = (bits & CA) !== 0;
    for (let i = 0; i < 6; i += 2) {
      corners[i] = mesh[at + 1 + i]!;
      corners[i + 1] = mesh[at + 2 + i]!;
      degrees[i] = decodeLongitude(corners[i]!);
      degrees[i + 1] = decodeLatitude(corners[i + 1]!);
    }
    bounds[0] = Math.min(corners[0]!, corners[2]!, corners[4]!);
    bounds[1] = Math.max(corners[0]!, corners[2]!, corners[4]!);
    bounds[2] = Math.min(corners[1]!, corners[3]!, corners[5]!);
    bounds[3] = Math.max(corners[1]!, corners[3]!, corners[5]!);
    degreeBounds[0] = decodeLongitude(bounds[0]!);
    degreeBounds[1] = decodeLongitude(bounds[1]!);
    degreeBounds[2] = decodeLatitude(bounds[2]!);
    degreeBounds[3] = decodeLatitude(bounds[3]!);
  }

  /** How many lines it is made of. */
  get sides(): number {
    return this.isPoint ? 0 : this.isLine ? 1 : 3;
  }

  /** How many corners it has. */
  get points(): number {
    return this.isPoint ? 1 : this.isLine ? 2 : 3;
  }

  isEdge(side: number): boolean {
    return side === 0 ? this.ab : side === 1 ? this.bc : this.ca;
  }
}

/** -1, 0 or 1: on which side of the line from a to b the point c lies, as Lucene rounds it. */
export function orient(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
): number {
  const one = (bx - ax) * (cy - ay);
  const other = (cx - ax) * (by - ay);
  return one > other ? 1 : one < other ? -1 : 0;
}

/** Whether the third point lies in the triangle, edges included. @param p corners @param b their bounds */
export function holdsPoint(p: Float64Array, b: Float64Array, x: number, y: number): boolean {
  if (x < b[0]! || x > b[1]! || y < b[2]! || y > b[3]!) return false;
  const first = orient(x, y, p[0]!, p[1]!, p[2]!, p[3]!);
  const second = orient(x, y, p[2]!, p[3]!, p[4]!, p[5]!);
  if (first !== 0 && second !== 0 && first < 0 !== second < 0) return false;
  const third = orient(x, y, p[4]!, p[5]!, p[0]!, p[1]!);
  return third === 0 || third < 0 === (second < 0 || first < 0);
}

/**
 * Whether a side of the triangle and a line cross.
 * @param touches whether it is enough that one ends on the other
 */
export function sideCrosses(
  p: Float64Array,
  side: number,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  touches: boolean,
): boolean {
  const from = 2 * side;
  const to = (from + 2) % 6;
  const [ax, ay, bx, by] = [p[from]!, p[from + 1]!, p[to]!, p[to + 1]!];
  const most = touches ? 0 : -1;
  return (
    orient(ax, ay, bx, by, x1, y1) * orient(ax, ay, bx, by, x2, y2) <= most &&
    orient(x1, y1, x2, y2, ax, ay) * orient(x1, y1, x2, y2, bx, by) <= most
  );
}
