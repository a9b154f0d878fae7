import { decodeLatitude, decodeLongitude } from '../../../mapping/geo/geo-encoding.ts';
import { containsPoint } from './contains.ts';
import * as G from './geo-constants.ts';
import { arc, EARTH_RADIUS } from './sloppy-math.ts';

export const OUTSIDE = 0;
export const CROSSES = 1;
export const INSIDE = 2;
/** Where the points of a cell lie; when in doubt, it crosses the edge of the shape. */
export type CellRelation = typeof OUTSIDE | typeof CROSSES | typeof INSIDE;

type Numbers = ArrayLike<number>;

/** A cell in encoded coordinates, its ends included. */
export interface Rectangle {
  readonly south: number;
  readonly north: number;
  readonly west: number;
  readonly east: number;
}

/** How the points of a rectangle lie to the shape at `at`. */
export function relate(c: Numbers, at: number, cell: Rectangle): CellRelation {
  switch (c[at]) {
    case G.BOX:
      return relateBox(cell, c[at + 2]!, c[at + 3]!, c[at + 4]!, c[at + 5]!);
    case G.POINT:
      return relateBox(cell, c[at + 2]!, c[at + 2]!, c[at + 3]!, c[at + 3]!);
    case G.CIRCLE:
      return relateCircle(cell, c[at + 2]!, c[at + 3]!, c[at + 5]!);
    case G.LINE:
      return crossesLine(c, at + 2, at + c[at + 1]!, degreesOf(cell, 0)) ? CROSSES : OUTSIDE;
    default:
      return relatePolygon(c, at, cell);
  }
}

function relateBox(
  cell: Rectangle,
  south: number,
  north: number,
  west: number,
  east: number,
): CellRelation {
  if (cell.south > north || cell.north < south || cell.west > east || cell.east < west)
    return OUTSIDE;
  const inside =
    cell.south >= south && cell.north <= north && cell.west >= west && cell.east <= east;
  return inside ? INSIDE : CROSSES;
}

/** Radians by which distances to cells may be wrong: a foot. */
const MARGIN = 5e-8;

function relateCircle(cell: Rectangle, lat: number, lon: number, meters: number): CellRelation {
  const radius = meters / EARTH_RADIUS;
  const degrees = degreesOf(cell, 0);
  if (arcToRectangle(lat, lon, degrees) > radius + MARGIN) return OUTSIDE;
  // The furthest point is the one nearest to the other side of the earth.
  const furthest = Math.PI - arcToRectangle(-lat, lon > 0 ? lon - 180 : lon + 180, degrees);
  return furthest < radius - MARGIN ? INSIDE : CROSSES;
}

interface Degrees {
  readonly south: number;
  readonly north: number;
  readonly west: number;
  readonly east: number;
}

/** @param shift degrees of longitude */
function degreesOf({ south, north, west, east }: Rectangle, shift: number): Degrees {
  return {
    south: decodeLatitude(south),
    north: decodeLatitude(north),
    west: decodeLongitude(west) + shift,
    east: decodeLongitude(east) + shift,
  };
}

const RADIANS = Math.PI / 180;

/** Radians from a point to the nearest one of a rectangle. */
function arcToRectangle(lat: number, lon: number, { south, north, west, east }: Degrees): number {
  if (lon >= west && lon <= east) {
    return arc(lat, lon, Math.min(north, Math.max(south, lat)), lon);
  }
  return Math.min(
    arcToMeridian(lat, lon, south, north, west),
    arcToMeridian(lat, lon, south, north, east),
  );
}

/** To a piece of a meridian: the distance grows with that from one point of the whole circle. */
function arcToMeridian(
  lat: number,
  lon: number,
  south: number,
  north: number,
  meridian: number,
): number {
  const phi = lat * RADIANS;
  const foot =
    Math.atan2(Math.sin(phi), Math.cos(phi) * Math.cos((meridian - lon) * RADIANS)) / RADIANS;
  if (foot >= south && foot <= north) return arc(lat, lon, foot, meridian);
  return Math.min(arc(lat, lon, south, meridian), arc(lat, lon, north, meridian));
}

function relatePolygon(c: Numbers, at: number, cell: Rectangle): CellRelation {
  const end = at + c[at + 1]!;
  const low = decodeLongitude(cell.west);
  const turns = Math.ceil((c[at + 2]! - decodeLongitude(cell.east)) / 360 - 1e-9);
  for (let turn = turns; low + turn * 360 <= c[at + 3]! + EDGE; turn++) {
    const degrees = degreesOf(cell, turn * 360);
    if (degrees.north < c[at + 4]! - EDGE || degrees.south > c[at + 5]! + EDGE) return OUTSIDE;
    for (let ring = at + 6; ring < end; ring += 1 + c[ring]!) {
      if (crossesLine(c, ring + 1, ring + 1 + c[ring]!, degrees)) return CROSSES;
    }
  }
  // No edge runs through it: it lies as any of its points does.
  return containsPoint(c, at, cell.south, cell.west) ? INSIDE : OUTSIDE;
}

/** Degrees by which edges may be wrong. */
const EDGE = 1e-7;

function crossesLine(c: Numbers, first: number, end: number, cell: Degrees): boolean {
  const south = cell.south - EDGE;
  const north = cell.north + EDGE;
  const west = cell.west - EDGE;
  const east = cell.east + EDGE;
  for (let i = first + 2; i < end; i += 2) {
    const x1 = c[i - 2]!;
    const y1 = c[i - 1]!;
    const x2 = c[i]!;
    const y2 = c[i + 1]!;
    if (Math.max(x1, x2) < west || Math.min(x1, x2) > east) continue;
    if (Math.max(y1, y2) < south || Math.min(y1, y2) > north) continue;
    if (!onOneSide(x1, y1, x2, y2, south, north, west, east)) return true;
  }
  return false;
}

/** Whether all corners of a rectangle lie on the same side of a line. */
function onOneSide(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  south: number,
  north: number,
  west: number,
  east: number,
): boolean {
  const dx = x2 - x1;
  const dy = y2 - y1;
  const a = dx * (south - y1);
  const b = dx * (north - y1);
  const p = dy * (west - x1);
  const q = dy * (east - x1);
  const least = Math.min(a, b) - Math.max(p, q);
  const most = Math.max(a, b) - Math.min(p, q);
  return least > 0 || most < 0;
}
