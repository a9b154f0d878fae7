import { encodeLatitude, encodeLongitude } from './geo-encoding.ts';
import { AB, BC, CA, cutEars } from './shape-ears.ts';
import { ShapeEffort } from './shape-mesh.ts';
import type { ShapePart } from './shape-parts.ts';

/**
 * Shapes as Lucene keeps them: triangles of encoded coordinates, some of which are lines or points. Each is
 * `[edges and kind, ax, ay, bx, by, cx, cy]`; corners go against the clock, a line is from a to b, a point is a.
 */
export type Meshes = readonly Int32Array[];

export const TRIANGLE_WORDS = 7;
/** Beside the bits of the edges. */
export const IS_LINE = 8;
export const IS_POINT = 16;

/** @throws MalformedShape TooManyPoints */
export function meshOf(part: ShapePart, effort = new ShapeEffort()): Int32Array {
  switch (part.type) {
    case 'point': {
      const [x, y] = [encodeLongitude(part.lon), encodeLatitude(part.lat)];
      return triangle(AB | BC | CA, x, y, x, y, x, y);
    }
    case 'line': {
      const { points } = part;
      const mesh = new Int32Array((points.length / 2 - 1) * TRIANGLE_WORDS);
      for (let i = 2; i < points.length; i += 2) {
        const [ax, ay] = [encodeLongitude(points[i - 2]!), encodeLatitude(points[i - 1]!)];
        const [bx, by] = [encodeLongitude(points[i]!), encodeLatitude(points[i + 1]!)];
        const at = (i / 2 - 1) * TRIANGLE_WORDS;
        mesh.set(triangle(AB | BC | CA, ax, ay, bx, by, ax, ay), at);
      }
      return mesh;
    }
    case 'polygon': {
      const words: number[] = [];
      cutEars(
        part.rings,
        (ax, ay, bx, by, cx, cy, edges) => {
          const a = [encodeLongitude(ax), encodeLatitude(ay)] as const;
          const b = [encodeLongitude(bx), encodeLatitude(by)] as const;
          const c = [encodeLongitude(cx), encodeLatitude(cy)] as const;
          words.push(...triangle(edges, ...a, ...b, ...c));
        },
        effort,
      );
      return Int32Array.from(words);
    }
  }
}

/** In its one form: against the clock, from the westmost corner on, corners that fell together joined. */
function triangle(
  edges: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
): Int32Array {
  const isTurned = (bx - ax) * (cy - ay) < (cx - ax) * (by - ay);
  const corners = isTurned ? [cx, cy, bx, by, ax, ay] : [ax, ay, bx, by, cx, cy];
  let [ab, bc, ca] = [(edges & AB) !== 0, (edges & BC) !== 0, (edges & CA) !== 0];
  if (isTurned) [ab, bc] = [bc, ab];
  const first = firstOf(corners);
  const at = (i: number) => corners[(2 * first + i) % 6]!;
  if (first === 1) [ab, bc, ca] = [bc, ca, ab];
  else if (first === 2) [ab, bc, ca] = [ca, ab, bc];
  const [x1, y1, x2, y2, x3, y3] = [at(0), at(1), at(2), at(3), at(4), at(5)];
  const isSame = (xa: number, ya: number, xb: number, yb: number) => xa === xb && ya === yb;
  if (isSame(x1, y1, x2, y2)) {
    if (isSame(x1, y1, x3, y3)) return Int32Array.of(IS_POINT | AB, x1, y1, x1, y1, x1, y1);
    return line(bc || ca, x1, y1, x3, y3);
  }
  if (isSame(x1, y1, x3, y3)) return line(ab || bc, x1, y1, x2, y2);
  if (isSame(x2, y2, x3, y3)) return line(ab || ca, x1, y1, x2, y2);
  const bits = (ab ? AB : 0) | (bc ? BC : 0) | (ca ? CA : 0);
  return Int32Array.of(bits, x1, y1, x2, y2, x3, y3);
}

function firstOf(corners: readonly number[]): number {
  const [ax, ay, bx, by, cx, cy] = corners as [number, number, number, number, number, number];
  if (ax === bx && ax === cx) return ay <= by && ay <= cy ? 0 : by <= cy ? 1 : 2;
  if (bx >= ax && cx >= ax) return 0;
  return bx < cx ? 1 : 2;
}

function line(isEdge: boolean, ax: number, ay: number, bx: number, by: number): Int32Array {
  return Int32Array.of(IS_LINE | (isEdge ? AB : 0), ax, ay, bx, by, ax, ay);
}
