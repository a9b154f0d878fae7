import type { FlatRing } from './shape-cut.ts';
import { inTriangle, isInward, type Loops } from './shape-mesh.ts';
import { MalformedShape } from './shape-parts.ts';

/** A hole: a corner of its loop. */
export interface Bridge {
  readonly corner: number;
  readonly ring: FlatRing;
}

/**
 * Joins holes to the outline, from the west on, each by a line to and fro: one loop is left.
 * @returns a corner of it
 */
export function joinHoles(loops: Loops, outline: number, holes: readonly Bridge[]): number {
  const { x, y, previous, next } = loops;
  const found = holes.map(({ corner }) => westmost(loops, corner));
  const least = (corner: number) => Math.min(y[previous[corner]!]!, y[next[corner]!]!);
  found.sort((a, b) => x[a]! - x[b]! || y[a]! - y[b]! || least(a) - least(b));
  let start = outline;
  for (const hole of found) {
    if (!joinAtShared(loops, start, hole)) {
      const corner = bridgeTo(loops, start, hole);
      if (corner < 0) throw new MalformedShape('a hole outside of its outline');
      const isEdge =
        loops.isOnLine(corner, next[corner]!, hole) || loops.isOnLine(hole, next[hole]!, corner);
      loops.split(corner, hole, isEdge);
    }
    start = loops.filter(start, next[start]);
  }
  return loops.filter(start);
}

function westmost({ x, y, next }: Loops, start: number): number {
  let found = start;
  for (let at = next[start]!; at !== start; at = next[at]!) {
    if (x[at]! < x[found]! || (x[at] === x[found] && y[at]! < y[found]!)) found = at;
  }
  return found;
}

/** Where a hole touches the loop, they are joined there. */
function joinAtShared(loops: Loops, outline: number, hole: number): boolean {
  const { next } = loops;
  let shared = -1;
  let corner = -1;
  let at = outline;
  do {
    const same = sameCorner(loops, hole, at);
    if (same >= 0) {
      if (shared < 0) {
        shared = same;
        corner = at;
      } else if (same === shared) corner = innerOf(loops, shared, corner, at);
    }
    at = next[at]!;
  } while (at !== outline);
  if (shared < 0) return false;
  loops.split(corner, shared, true);
  return true;
}

function sameCorner(loops: Loops, hole: number, corner: number): number {
  let at = hole;
  do {
    loops.effort.spend(1);
    if (loops.isSame(at, corner)) return at;
    at = loops.next[at]!;
  } while (at !== hole);
  return -1;
}

/** Of two corners at the same place the one with the smaller angle to the hole. */
function innerOf(loops: Loops, hole: number, a: number, b: number): number {
  const behind = loops.next[hole]!;
  const [beforeA, beforeB] = [loops.previous[a]!, loops.previous[b]!];
  const [first, second] = [loops.turn(beforeA, hole, behind), loops.turn(beforeB, hole, behind)];
  if (first < 0 !== second < 0) return first < second ? a : b;
  return angle(loops, beforeA, a, behind) < angle(loops, beforeB, b, behind) ? a : b;
}

function angle({ x, y }: Loops, a: number, b: number, c: number): number {
  const [ax, ay, cx, cy] = [x[a]! - x[b]!, y[a]! - y[b]!, x[c]! - x[b]!, y[c]! - y[b]!];
  return Math.acos((ax * cx + ay * cy) / (Math.hypot(ax, ay) * Math.hypot(cx, cy)));
}

/** The corner of the loop that a hole's westmost one sees to its west, as David Eberly finds it; -1 is none. */
function bridgeTo(loops: Loops, outline: number, hole: number): number {
  const { x, y, next } = loops;
  const [hx, hy] = [x[hole]!, y[hole]!];
  let qx = Number.NEGATIVE_INFINITY;
  let found = -1;
  let at = outline;
  do {
    const behind = next[at]!;
    if (hy <= y[at]! && hy >= y[behind]! && y[behind] !== y[at]) {
      const edge = x[at]! + ((hy - y[at]!) * (x[behind]! - x[at]!)) / (y[behind]! - y[at]!);
      if (edge <= hx && edge > qx) {
        qx = edge;
        if (edge === hx) {
          if (hy === y[at]) return at;
          if (hy === y[behind]) return behind;
        }
        found = x[at]! < x[behind]! ? at : behind;
      }
    }
    at = behind;
  } while (at !== outline);
  if (found < 0) return -1;
  if (hx === qx) return loops.previous[found]!;
  return nearest(loops, found, hole, qx);
}

/** Of the corners in the triangle of the hole, the edge and its end the one at the smallest angle. */
function nearest(loops: Loops, end: number, hole: number, qx: number): number {
  const { x, y, next } = loops;
  const [hx, hy, mx, my] = [x[hole]!, y[hole]!, x[end]!, y[end]!];
  let found = end;
  let least = Number.POSITIVE_INFINITY;
  let at = end;
  do {
    const [px, py] = [x[at]!, y[at]!];
    const [ax, cx] = hy < my ? [hx, qx] : [qx, hx];
    if (hx > px && px >= mx && inTriangle(px, py, ax, hy, mx, my, cx, hy)) {
      const tangent = Math.abs(hy - py) / (hx - px);
      const isBetter = tangent < least || (tangent === least && px > x[found]!);
      if (isBetter && isInward(loops, at, hole)) {
        found = at;
        least = tangent;
      }
    }
    at = next[at]!;
  } while (at !== end);
  return found;
}
