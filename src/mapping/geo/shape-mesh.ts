/** Most points of a polygon: its triangles take a time that grows faster than their number. */
export const MOST_POINTS = 10_000;

/** A polygon with more points, or more tangled ones, than are cut into triangles. */
export class TooManyPoints extends Error {
  /** @param points left out: it takes too long */
  constructor(points?: number) {
    super(
      points === undefined
        ? 'shapes that take too long to be cut into triangles'
        : `a polygon with ${points} points, of which ${MOST_POINTS} are the most`,
    );
  }
}

/** Corners that may be looked at for all shapes of a document: a good part of a second. */
const MOST_LOOKS = 2e7;

/** Bounds what the shapes of a document may cost: tangled outlines take a time that no number of points tells. */
export class ShapeEffort {
  #left = MOST_LOOKS;

  /** @throws TooManyPoints */
  spend(looks: number): void {
    this.#left -= looks;
    if (this.#left < 0) throw new TooManyPoints();
  }
}

/** Above 0 where three points turn to the right. */
function turn(x1: number, y1: number, x2: number, y2: number, x3: number, y3: number): number {
  return (y2 - y1) * (x3 - x2) - (x2 - x1) * (y3 - y2);
}

/**
 * Corners of polygons in loops that are cut smaller and smaller. A corner is a number; all that is known of it
 * stands in tables, for large outlines have thousands.
 */
export class Loops {
  readonly x: number[] = [];
  readonly y: number[] = [];
  readonly next: number[] = [];
  readonly previous: number[] = [];
  /** Which point of the polygon it is: a cut makes two corners of one. */
  readonly point: number[] = [];
  /** Whether the line to the next corner is an edge of the polygon. */
  readonly isEdge: boolean[] = [];
  readonly effort: ShapeEffort;
  /** Neighbours by longitude, of all loops together; -1 is none. */
  readonly east: number[] = [];
  readonly west: number[] = [];

  constructor(effort: ShapeEffort) {
    this.effort = effort;
  }

  /** Appends a ring, without its last point, as a loop of its own. @returns its first corner */
  addRing(ring: readonly number[]): number {
    const first = this.x.length;
    const count = ring.length / 2;
    for (let i = 0; i < count; i++) {
      this.#add(ring[2 * i]!, ring[2 * i + 1]!, first + i, true);
      this.previous.push(first + ((i + count - 1) % count));
      this.next.push(first + ((i + 1) % count));
    }
    return first;
  }

  #add(x: number, y: number, point: number, isEdge: boolean): number {
    this.x.push(x);
    this.y.push(y);
    this.point.push(point);
    this.isEdge.push(isEdge);
    this.east.push(-1);
    this.west.push(-1);
    return this.x.length - 1;
  }

  /** Links the corners of a loop by longitude: those that were taken out are in nobody's way. */
  sortByLongitude(start: number): void {
    const order: number[] = [];
    let at = start;
    do {
      order.push(at);
      at = this.next[at]!;
    } while (at !== start);
    order.sort((a, b) => this.x[a]! - this.x[b]! || a - b);
    order.forEach((corner, i) => {
      this.west[corner] = order[i - 1] ?? -1;
      this.east[corner] = order[i + 1] ?? -1;
    });
  }

  turnAt(corner: number): number {
    return this.turn(this.previous[corner]!, corner, this.next[corner]!);
  }

  turn(a: number, b: number, c: number): number {
    const { x, y } = this;
    return turn(x[a]!, y[a]!, x[b]!, y[b]!, x[c]!, y[c]!);
  }

  isSame(a: number, b: number): boolean {
    return this.x[a] === this.x[b] && this.y[a] === this.y[b];
  }

  /** Takes a corner out; its neighbours are joined by a line that is an edge or is not. */
  remove(corner: number, isEdge: boolean): void {
    const { next, previous, east, west } = this;
    next[previous[corner]!] = next[corner]!;
    previous[next[corner]!] = previous[corner]!;
    this.isEdge[previous[corner]!] = isEdge;
    if (west[corner]! >= 0) east[west[corner]!] = east[corner]!;
    if (east[corner]! >= 0) west[east[corner]!] = west[corner]!;
  }

  /**
   * Joins two corners by a line to and fro: one loop becomes two, or two become one.
   * @returns the second corner's double, from which the line goes back
   */
  split(a: number, b: number, isEdge: boolean): number {
    const { next, previous } = this;
    const a2 = this.#double(a);
    const b2 = this.#double(b);
    const behindA = next[a]!;
    const beforeB = previous[b]!;
    next[a] = b;
    previous[b] = a;
    next[a2] = behindA;
    previous[behindA] = a2;
    next[b2] = a2;
    previous[a2] = b2;
    next[beforeB] = b2;
    previous[b2] = beforeB;
    this.isEdge[a] = isEdge;
    this.isEdge[b2] = isEdge;
    return b2;
  }

  #double(corner: number): number {
    const { east, west } = this;
    const double = this.#add(
      this.x[corner]!,
      this.y[corner]!,
      this.point[corner]!,
      this.isEdge[corner]!,
    );
    this.next.push(-1);
    this.previous.push(-1);
    east[double] = east[corner]!;
    west[double] = corner;
    if (east[corner]! >= 0) west[east[corner]!] = double;
    east[corner] = double;
    return double;
  }

  /**
   * Takes out corners that tell nothing: repeated ones, those where a line goes to and fro, and those on a straight
   * line. @param end where to stop. @returns a corner that is left
   */
  filter(start: number, end = start): number {
    const { next, previous, isEdge } = this;
    let corner = start;
    let last = end;
    for (let again = true; again || corner !== last; ) {
      again = false;
      const [before, behind] = [previous[corner]!, next[corner]!];
      const isIdle =
        this.isSame(corner, behind) ||
        this.isSame(before, behind) ||
        (this.turnAt(corner) === 0 &&
          (isEdge[before] === isEdge[corner] ||
            this.isOnLine(before, corner, behind) ||
            this.isOnLine(behind, corner, before)));
      if (!isIdle) {
        corner = behind;
        continue;
      }
      this.remove(corner, isEdge[before]!);
      corner = before;
      last = before;
      if (corner === behind) break;
      again = true;
    }
    return last;
  }

  /** Whether the third corner lies on the line between two others. */
  isOnLine(a: number, b: number, corner: number): boolean {
    const { x, y } = this;
    const [px, py, ax, ay, bx, by] = [x[corner]!, y[corner]!, x[a]!, y[a]!, x[b]!, y[b]!];
    const dx = bx - ax;
    const dy = by - ay;
    if ((px - ax) * dy - (py - ay) * dx !== 0) return false;
    if (Math.abs(dx) >= Math.abs(dy)) return px >= Math.min(ax, bx) && px <= Math.max(ax, bx);
    return py >= Math.min(ay, by) && py <= Math.max(ay, by);
  }

  /** Twice the area of what the corners from `start` to `end` go round, below 0 against the clock. */
  area(start: number, end: number): number {
    let sum = 0;
    let corner = start;
    do {
      this.effort.spend(1);
      sum += this.turn(corner, this.next[corner]!, end);
      corner = this.next[corner]!;
    } while (this.next[corner] !== end);
    return sum;
  }
}

/** Whether the line from one corner to another begins inside of the loop. */
export function isInward(loops: Loops, a: number, b: number): boolean {
  const [before, behind] = [loops.previous[a]!, loops.next[a]!];
  const bend = loops.turnAt(a);
  if (bend === 0) return false;
  if (bend < 0) return loops.turn(a, b, behind) >= 0 && loops.turn(a, before, b) >= 0;
  return loops.turn(a, b, before) < 0 || loops.turn(a, behind, b) < 0;
}

/** Corners of the triangle go against the clock; its edges are in it. */
export function inTriangle(
  px: number,
  py: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
): boolean {
  return (
    (cx - px) * (ay - py) - (ax - px) * (cy - py) >= 0 &&
    (ax - px) * (by - py) - (bx - px) * (ay - py) >= 0 &&
    (bx - px) * (cy - py) - (cx - px) * (by - py) >= 0
  );
}
