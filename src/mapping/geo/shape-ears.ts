import type { FlatPolygon } from './shape-cut.ts';
import { type Bridge, joinHoles } from './shape-holes.ts';
import {
  inTriangle,
  isInward,
  Loops,
  MOST_POINTS,
  type ShapeEffort,
  TooManyPoints,
} from './shape-mesh.ts';
import { MalformedShape } from './shape-parts.ts';

/** Takes a triangle; flags tell which of its sides, ab, bc and ca, are edges of the polygon. */
export type TriangleSink = (
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  edges: number,
) => void;

export const AB = 1;
export const BC = 2;
export const CA = 4;

/** From so many points on, only those near to an ear are looked at. */
const MANY = 80;

/**
 * Cuts a polygon into triangles by its ears, one corner after the other from the first point on; where
 * no ear is left, small loops are cut off, and then the rest in two. These are the steps, and the order, in which
 * Lucene does it, since which diagonals there are decides about what only touches.
 * @throws MalformedShape where that cannot be done TooManyPoints
 */
export function cutEars(polygon: FlatPolygon, sink: TriangleSink, effort: ShapeEffort): void {
  const points = polygon.reduce((sum, ring) => sum + ring.length / 2, 0);
  if (points > MOST_POINTS) throw new TooManyPoints(points);
  new EarCutter(polygon, points, sink, effort).run();
}

class EarCutter {
  readonly #loops: Loops;
  readonly #sink: TriangleSink;
  readonly #isLarge: boolean;
  readonly #polygon: FlatPolygon;
  #count = 0;

  constructor(polygon: FlatPolygon, points: number, sink: TriangleSink, effort: ShapeEffort) {
    this.#loops = new Loops(effort);
    this.#polygon = polygon;
    this.#sink = sink;
    this.#isLarge = points + polygon.length > MANY;
  }

  run(): void {
    const [outline, ...holes] = this.#polygon;
    const loops = this.#loops;
    let start = loops.filter(loops.addRing(outline!));
    const { next } = loops;
    if (next[start] === start || next[next[start]!] === start) throw cannot();
    const bridges = holes.map((hole): Bridge => {
      const corner = loops.filter(loops.addRing(hole));
      if (next[corner] === corner) throw new MalformedShape('a hole without an inside');
      return { corner, ring: hole };
    });
    if (bridges.length > 0) start = joinHoles(loops, start, bridges);
    if (this.#isLarge) loops.sortByLongitude(start);
    this.#cut(start);
    if (this.#count === 0) throw cannot();
  }

  /** Loops that are still to be cut wait in a list, so that no polygon is too deep. */
  #cut(start: number): void {
    const waiting = [start];
    for (let from = waiting.pop(); from !== undefined; from = waiting.pop()) {
      const rest = this.#cutLoop(from);
      if (rest === null) continue;
      const halves = this.#halves(rest);
      if (halves !== null) waiting.push(halves[1], halves[0]);
      else if (this.#loops.area(rest, rest) !== 0) throw cannot();
    }
  }

  /** @returns a corner of what no ears are left of, or null */
  #cutLoop(start: number): number | null {
    const loops = this.#loops;
    const { next, previous, isEdge } = loops;
    let state = 0;
    let corner = start;
    while (previous[corner] !== next[corner]) {
      let stop = corner;
      let isStuck = false;
      while (previous[corner] !== next[corner]) {
        const before = previous[corner]!;
        const behind = next[corner]!;
        if (loops.turnAt(corner) < 0 && this.#isEar(corner)) {
          const closes = this.#isOnEdge(before, behind);
          this.#give(before, isEdge[before]!, corner, isEdge[corner]!, behind, closes);
          loops.remove(corner, closes);
          corner = next[behind]!;
          stop = corner;
          continue;
        }
        corner = behind;
        if (corner === stop) {
          isStuck = true;
          break;
        }
      }
      if (!isStuck) return null;
      state++;
      if (state === 1) corner = loops.filter(corner);
      else if (state === 2) corner = this.#cutCrossings(corner);
      else return corner;
    }
    return null;
  }

  #give(a: number, ab: boolean, b: number, bc: boolean, c: number, ca: boolean): void {
    const { x, y } = this.#loops;
    const edges = (ab ? AB : 0) | (bc ? BC : 0) | (ca ? CA : 0);
    this.#count++;
    this.#sink(x[a]!, y[a]!, x[b]!, y[b]!, x[c]!, y[c]!, edges);
  }

  /** Whether no other corner lies in the triangle that a corner makes with its neighbours. */
  #isEar(ear: number): boolean {
    const { next, previous, x, east, west } = this.#loops;
    const before = previous[ear]!;
    const behind = next[ear]!;
    if (!this.#isLarge) {
      for (let at = next[behind]!; at !== before; at = next[at]!) {
        if (this.#isInEar(at, ear)) return false;
      }
      return true;
    }
    const least = Math.min(x[before]!, x[ear]!, x[behind]!);
    const most = Math.max(x[before]!, x[ear]!, x[behind]!);
    for (let at = west[ear]!; at >= 0 && x[at]! >= least; at = west[at]!) {
      if (this.#isOther(at, ear) && this.#isInEar(at, ear)) return false;
    }
    for (let at = east[ear]!; at >= 0 && x[at]! <= most; at = east[at]!) {
      if (this.#isOther(at, ear) && this.#isInEar(at, ear)) return false;
    }
    return true;
  }

  #isOther(corner: number, ear: number): boolean {
    const { point, previous, next } = this.#loops;
    const at = point[corner];
    return at !== point[previous[ear]!] && at !== point[next[ear]!];
  }

  #isInEar(corner: number, ear: number): boolean {
    const loops = this.#loops;
    loops.effort.spend(1);
    const { x, y, next, previous } = loops;
    const [px, py] = [x[corner]!, y[corner]!];
    const [a, c] = [previous[ear]!, next[ear]!];
    return (
      inTriangle(px, py, x[a]!, y[a]!, x[ear]!, y[ear]!, x[c]!, y[c]!) && loops.turnAt(corner) >= 0
    );
  }

  /** Whether a diagonal lies along an edge of the polygon. */
  #isOnEdge(a: number, b: number): boolean {
    const { x, next, east, west } = this.#loops;
    if (!this.#isLarge) {
      let at = a;
      do {
        const found = this.#edgeAlong(at, a, b);
        if (found !== undefined) return found;
        at = next[at]!;
      } while (at !== a);
      return false;
    }
    const least = Math.min(x[a]!, x[b]!);
    const most = Math.max(x[a]!, x[b]!);
    for (let at = west[a]!; at >= 0 && x[at]! >= least; at = west[at]!) {
      const found = this.#edgeAlong(at, a, b);
      if (found !== undefined) return found;
    }
    for (let at = east[a]!; at >= 0 && x[at]! <= most; at = east[at]!) {
      const found = this.#edgeAlong(at, a, b);
      if (found !== undefined) return found;
    }
    return false;
  }

  /** Whether the line from a corner that holds both others is an edge; undefined where none does. */
  #edgeAlong(corner: number, a: number, b: number): boolean | undefined {
    const loops = this.#loops;
    const { next, previous, isEdge } = loops;
    const [behind, before] = [next[corner]!, previous[corner]!];
    loops.effort.spend(1);
    if (loops.isOnLine(corner, behind, a) && loops.isOnLine(corner, behind, b))
      return isEdge[corner]!;
    if (loops.isOnLine(corner, before, a) && loops.isOnLine(corner, before, b))
      return isEdge[before]!;
    return undefined;
  }

  /** Cuts off loops of two edges that cross each other. */
  #cutCrossings(start: number): number {
    const loops = this.#loops;
    const { next, previous, isEdge } = loops;
    let end = start;
    let corner = start;
    do {
      const behind = next[corner]!;
      const a = previous[corner]!;
      const b = next[behind]!;
      if (
        !loops.isSame(a, b) &&
        this.#meet(a, corner, behind, b) &&
        this.#isInward(a, b) &&
        this.#isInward(b, a) &&
        !this.#crossesLoop(a, b)
      ) {
        const closes = next[b] === a ? isEdge[b]! : this.#isOnEdge(a, b);
        this.#give(a, isEdge[a]!, corner, this.#isOnEdge(corner, b), b, closes);
        loops.remove(corner, closes);
        loops.remove(behind, closes);
        corner = b;
        end = b;
      }
      corner = next[corner]!;
    } while (corner !== end);
    return corner;
  }

  /** Cuts a loop in two by a diagonal; null where there is none. */
  #halves(start: number): [number, number] | null {
    const loops = this.#loops;
    const { next, previous, point } = loops;
    let a = start;
    do {
      for (let b = next[next[a]!]!; b !== previous[a]; b = next[b]!) {
        loops.effort.spend(1);
        if (point[a] === point[b] || !this.#isDiagonal(a, b)) continue;
        const other = loops.split(a, b, this.#isOnEdge(a, b));
        return [loops.filter(a, next[a]), loops.filter(other, next[other])];
      }
      a = next[a]!;
    } while (a !== start);
    return null;
  }

  #isDiagonal(a: number, b: number): boolean {
    const loops = this.#loops;
    const { next, previous, point } = loops;
    if (point[next[a]!] === point[b] || point[previous[a]!] === point[b]) return false;
    if (!this.#isInward(previous[a]!, b) || !this.#isInward(next[b]!, a)) return false;
    if (loops.area(a, b) >= 0 || loops.area(b, a) >= 0) return false;
    if (loops.isSame(a, b)) return true;
    return (
      this.#isInward(a, b) &&
      this.#isInward(b, a) &&
      this.#holdsMiddle(a, b) &&
      loops.turn(previous[a]!, a, b) !== 0 &&
      loops.turn(a, b, next[b]!) !== 0 &&
      loops.turn(next[a]!, a, b) !== 0 &&
      loops.turn(a, b, previous[b]!) !== 0 &&
      !this.#crossesLoop(a, b)
    );
  }

  /** Whether the line from one corner to another begins inside of the loop. */
  #isInward(a: number, b: number): boolean {
    return isInward(this.#loops, a, b);
  }

  #meet(a: number, b: number, c: number, d: number): boolean {
    const loops = this.#loops;
    return (
      loops.turn(a, b, c) > 0 !== loops.turn(a, b, d) > 0 &&
      loops.turn(c, d, a) > 0 !== loops.turn(c, d, b) > 0
    );
  }

  #crossesLoop(a: number, b: number): boolean {
    const loops = this.#loops;
    let at = a;
    do {
      const behind = loops.next[at]!;
      loops.effort.spend(1);
      if (!loops.isSame(at, a) && !loops.isSame(at, b) && this.#meet(at, behind, a, b)) return true;
      at = behind;
    } while (at !== a);
    return false;
  }

  #holdsMiddle(a: number, b: number): boolean {
    const { x, y, next } = this.#loops;
    const px = (x[a]! + x[b]!) / 2;
    const py = (y[a]! + y[b]!) / 2;
    let inside = false;
    let at = a;
    do {
      const behind = next[at]!;
      const [x1, y1, x2, y2] = [x[at]!, y[at]!, x[behind]!, y[behind]!];
      if (y1 > py !== y2 > py && px < ((x2 - x1) * (py - y1)) / (y2 - y1) + x1) inside = !inside;
      at = behind;
    } while (at !== a);
    return inside;
  }
}

function cannot(): MalformedShape {
  return new MalformedShape('a polygon whose edges cross, or that has no inside');
}
