import { decodeLatitude, decodeLongitude } from '../../../mapping/geo/geo-encoding.ts';
import { inRing, isOnLine, placedInPolygon } from './contains.ts';
import * as G from './geo-constants.ts';
import { circleBox, circleHolds, crossesCircle } from './shape-circle.ts';
import { areApart, crossesPath, holdsListed } from './shape-outline.ts';
import { holdsPoint, orient, type ShapeTriangle, sideCrosses } from './shape-triangle.ts';

type Numbers = ArrayLike<number>;

/** How a part of a query lies to a triangle that may hold it. */
export const APART = 0;
/** It is inside, as far as this triangle tells. */
export const INSIDE = 1;
/** It meets an edge of the shape: nothing holds it. */
export const NOT_INSIDE = 2;

/** Where a polygon's outline begins: behind its bounds, its length. */
const OUTLINE = 6;

/** Whether the part of a query at `at` and a triangle have a point in common. */
export function intersects(c: Numbers, at: number, t: ShapeTriangle): boolean {
  switch (c[at]) {
    case G.BOX:
      return !boxIsApart(c, at, t) && (someInBox(c, at, t) || meetsBox(c, at, t));
    case G.CIRCLE:
      return !circleIsApart(c, at, t) && (someInCircle(c, at, t) || meetsCircle(c, at, t));
    case G.POINT:
      return holdsQueryPoint(c, at, t);
    case G.LINE:
      return meetsLine(c, at, t);
    default:
      return meetsPolygon(c, at, t);
  }
}

/** Whether the triangle lies in the part of a query. */
export function holds(c: Numbers, at: number, t: ShapeTriangle): boolean {
  switch (c[at]) {
    case G.BOX: {
      const b = t.bounds;
      const isInside = b[0]! >= c[at + 4]! && b[1]! <= c[at + 5]!;
      return isInside && b[2]! >= c[at + 2]! && b[3]! <= c[at + 3]!;
    }
    case G.CIRCLE:
      return allOf(t, (x, y) => circleHolds(c, at, x, y));
    case G.POINT:
      return t.isPoint && holdsQueryPoint(c, at, t);
    case G.LINE:
      return t.isPoint && meetsLine(c, at, t);
    default:
      return polygonHolds(c, at, t);
  }
}

/** How the part of a query lies to a triangle of a shape that is to hold it. */
export function within(c: Numbers, at: number, t: ShapeTriangle): number {
  switch (c[at]) {
    case G.BOX:
      if (boxIsApart(c, at, t)) return APART;
      if (someInBox(c, at, t)) return NOT_INSIDE;
      return withinSides(t, (side) => sideMeetsBox(c, at, t, side), cornerIn(c, at, t));
    case G.CIRCLE:
      if (circleIsApart(c, at, t)) return APART;
      if (someInCircle(c, at, t)) return NOT_INSIDE;
      for (let side = 0; side < t.sides; side++) {
        if (t.isEdge(side) && crossesCircle(c, at, t.degrees, side)) return NOT_INSIDE;
      }
      return centreIn(c, at, t) ? INSIDE : APART;
    case G.POINT:
      return holdsQueryPoint(c, at, t) ? INSIDE : APART;
    case G.LINE: {
      if (t.isPoint) return meetsLine(c, at, t) ? NOT_INSIDE : APART;
      const [first, end] = [at + 2, at + c[at + 1]!];
      const crosses = (side: number) => crossesPath(c, first, end, t, true, side);
      return withinSides(t, crosses, holdsListed(c, first, t));
    }
    default: {
      if (areApart(c, at + 2, t.degreeBounds)) return APART;
      if (someOf(t, (x, y) => placedInPolygon(c, at, x, y))) return NOT_INSIDE;
      const first = at + OUTLINE + 1;
      const end = first + c[at + OUTLINE]!;
      const crosses = (side: number) => crossesPath(c, first, end, t, true, side);
      return withinSides(t, crosses, holdsListed(c, first, t));
    }
  }
}

/** Sides that are edges must not be met; those between triangles may be, and tell that something is inside. */
function withinSides(
  t: ShapeTriangle,
  meets: (side: number) => boolean,
  isInside: boolean,
): number {
  let found = APART;
  if (t.isLine && !t.ab) return APART;
  for (let side = 0; side < t.sides; side++) {
    if (!meets(side)) continue;
    if (t.isEdge(side)) return NOT_INSIDE;
    found = INSIDE;
  }
  return isInside ? INSIDE : found;
}

function someOf(t: ShapeTriangle, test: (x: number, y: number) => boolean): boolean {
  const p = t.degrees;
  for (let i = 0; i < 2 * t.points; i += 2) if (test(p[i]!, p[i + 1]!)) return true;
  return false;
}

function allOf(t: ShapeTriangle, test: (x: number, y: number) => boolean): boolean {
  return !someOf(t, (x, y) => !test(x, y));
}

// A box: encoded least and greatest latitude, least and greatest longitude.

function boxIsApart(c: Numbers, at: number, { bounds: b }: ShapeTriangle): boolean {
  return c[at + 3]! < b[2]! || c[at + 2]! > b[3]! || c[at + 5]! < b[0]! || c[at + 4]! > b[1]!;
}

function someInBox(c: Numbers, at: number, t: ShapeTriangle): boolean {
  const p = t.corners;
  for (let i = 0; i < 2 * t.points; i += 2) {
    const isInside = p[i]! >= c[at + 4]! && p[i]! <= c[at + 5]!;
    if (isInside && p[i + 1]! >= c[at + 2]! && p[i + 1]! <= c[at + 3]!) return true;
  }
  return false;
}

function cornerIn(c: Numbers, at: number, t: ShapeTriangle): boolean {
  return t.sides === 3 && holdsPoint(t.corners, t.bounds, c[at + 4]!, c[at + 2]!);
}

function meetsBox(c: Numbers, at: number, t: ShapeTriangle): boolean {
  if (cornerIn(c, at, t)) return true;
  for (let side = 0; side < t.sides; side++) if (sideMeetsBox(c, at, t, side)) return true;
  return false;
}

function sideMeetsBox(c: Numbers, at: number, { corners: p }: ShapeTriangle, side: number) {
  const [south, north, west, east] = [c[at + 2]!, c[at + 3]!, c[at + 4]!, c[at + 5]!];
  const from = 2 * side;
  const to = (from + 2) % 6;
  if (Math.max(p[from]!, p[to]!) < west || Math.min(p[from]!, p[to]!) > east) return false;
  if (Math.max(p[from + 1]!, p[to + 1]!) < south) return false;
  if (Math.min(p[from + 1]!, p[to + 1]!) > north) return false;
  return (
    sideCrosses(p, side, west, north, east, north, true) ||
    sideCrosses(p, side, east, north, east, south, true) ||
    sideCrosses(p, side, east, south, west, south, true) ||
    sideCrosses(p, side, west, south, west, north, true)
  );
}

function circleIsApart(c: Numbers, at: number, { degreeBounds: b }: ShapeTriangle): boolean {
  const { west, east, south, north, isSplit } = circleBox(c[at + 2]!, c[at + 3]!, c[at + 5]!);
  if (north < b[2]! || south > b[3]!) return true;
  return isSplit ? west > b[1]! && east < b[0]! : east < b[0]! || west > b[1]!;
}

function someInCircle(c: Numbers, at: number, t: ShapeTriangle): boolean {
  return someOf(t, (x, y) => circleHolds(c, at, x, y));
}

function centreIn(c: Numbers, at: number, t: ShapeTriangle): boolean {
  return t.sides === 3 && holdsPoint(t.degrees, t.degreeBounds, c[at + 3]!, c[at + 2]!);
}

function meetsCircle(c: Numbers, at: number, t: ShapeTriangle): boolean {
  if (centreIn(c, at, t)) return true;
  for (let side = 0; side < t.sides; side++) {
    if (crossesCircle(c, at, t.degrees, side)) return true;
  }
  return false;
}

/** A point of the query: encoded latitude and longitude. */
function holdsQueryPoint(c: Numbers, at: number, t: ShapeTriangle): boolean {
  const [x, y] = [c[at + 3]!, c[at + 2]!];
  const { corners: p, bounds: b } = t;
  if (t.isPoint) return p[0] === x && p[1] === y;
  const lon = decodeLongitude(x);
  const lat = decodeLatitude(y);
  if (!t.isLine) return holdsPoint(t.degrees, t.degreeBounds, lon, lat);
  if (x < b[0]! || x > b[1]! || y < b[2]! || y > b[3]!) return false;
  const d = t.degrees;
  return orient(d[0]!, d[1]!, d[2]!, d[3]!, lon, lat) === 0;
}

function meetsLine(c: Numbers, at: number, t: ShapeTriangle): boolean {
  const first = at + 2;
  const end = at + c[at + 1]!;
  if (t.isPoint) return isOnLine(c, first, end, t.degrees[0]!, t.degrees[1]!);
  return holdsListed(c, first, t) || crossesPath(c, first, end, t, true);
}

function meetsPolygon(c: Numbers, at: number, t: ShapeTriangle): boolean {
  if (areApart(c, at + 2, t.degreeBounds)) return false;
  const first = at + OUTLINE + 1;
  const end = first + c[at + OUTLINE]!;
  const isMet =
    someOf(t, (x, y) => placedInPolygon(c, at, x, y)) ||
    holdsListed(c, first, t) ||
    crossesPath(c, first, end, t, true);
  if (!isMet) return false;
  for (let hole = end; hole < at + c[at + 1]!; hole += 1 + c[hole]!) {
    if (ringHolds(c, hole, t)) return false;
  }
  return true;
}

function polygonHolds(c: Numbers, at: number, t: ShapeTriangle): boolean {
  if (areApart(c, at + 2, t.degreeBounds)) return false;
  const first = at + OUTLINE + 1;
  const end = first + c[at + OUTLINE]!;
  if (!allOf(t, (x, y) => placedInPolygon(c, at, x, y))) return false;
  if (crossesPath(c, first, end, t, false)) return false;
  for (let hole = end; hole < at + c[at + 1]!; hole += 1 + c[hole]!) {
    if (ringMeets(c, hole, t)) return false;
  }
  return true;
}

/** Whether a ring, by itself, holds the triangle. @param at of its length */
function ringHolds(c: Numbers, at: number, t: ShapeTriangle): boolean {
  const length = c[at]!;
  if (!allOf(t, (x, y) => inRing(c, at + 1, length, x, y))) return false;
  return !crossesPath(c, at + 1, at + 1 + length, t, false);
}

function ringMeets(c: Numbers, at: number, t: ShapeTriangle): boolean {
  const length = c[at]!;
  return (
    someOf(t, (x, y) => inRing(c, at + 1, length, x, y)) ||
    holdsListed(c, at + 1, t) ||
    crossesPath(c, at + 1, at + 1 + length, t, true)
  );
}
