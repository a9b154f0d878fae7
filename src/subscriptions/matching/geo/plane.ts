import type { GeoShape } from '../../../query/geo/geo-shape.ts';

/** Longitudes and latitudes in turn. */
type Path = readonly number[];

/** In degrees. */
export interface Bounds {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

type Part = Bounds & {
  /** It is all that its bounds hold: a point, or a rectangle along the meridians. */
  readonly isBox: boolean;
} & (
    | { readonly kind: 'path'; readonly path: Path }
    | { readonly kind: 'area'; readonly rings: readonly Path[] }
  );

/** A geometry in the plane of longitudes and latitudes; a point is a path of one. */
export interface Plane {
  readonly parts: readonly Part[];
}

const CIRCLE_CORNERS = 64;
const METERS_PER_DEGREE = 111_195;

/** Circles become polygons of 64 corners; boxes over the date line go beyond 180 degrees. */
export function planeOf(shapes: readonly GeoShape[]): Plane {
  return { parts: shapes.map(partOf) };
}

function partOf(shape: GeoShape): Part {
  switch (shape.type) {
    case 'point':
      return pathPart([shape.lon, shape.lat]);
    case 'line':
      return pathPart(shape.points);
    case 'box': {
      const { top, left, bottom } = shape;
      const right = shape.right < left ? shape.right + 360 : shape.right;
      return areaPart([boxRing({ west: left, south: bottom, east: right, north: top })]);
    }
    case 'circle': {
      const high = shape.meters / METERS_PER_DEGREE;
      const wide = high / Math.max(0.01, Math.cos((shape.lat * Math.PI) / 180));
      const ring: number[] = [];
      for (let i = 0; i <= CIRCLE_CORNERS; i++) {
        const turn = (2 * Math.PI * (i % CIRCLE_CORNERS)) / CIRCLE_CORNERS;
        ring.push(shape.lon + wide * Math.cos(turn), shape.lat + high * Math.sin(turn));
      }
      return areaPart([ring]);
    }
    case 'polygon':
      return areaPart(shape.rings);
  }
}

function areaPart(rings: readonly Path[]): Part {
  const outline = rings[0] ?? [];
  const isBox = rings.length === 1 && isRectangle(outline);
  return { kind: 'area', rings, isBox, ...boundsOf(outline) };
}

/** Four edges, each along a meridian or a circle of latitude, of which no two that meet lie on each other. */
function isRectangle(ring: Path): boolean {
  if (ring.length !== 10) return false;
  const [x1, y1, x2, y2, x3, y3, x4, y4] = ring;
  if (x1 === x2) return y2 === y3 && x3 === x4 && y4 === y1;
  return y1 === y2 && x2 === x3 && y3 === y4 && x4 === x1;
}

function boxRing({ west, south, east, north }: Bounds): Path {
  return [west, south, east, south, east, north, west, north, west, south];
}

function pathPart(path: Path): Part {
  return { kind: 'path', path, isBox: path.length === 2, ...boundsOf(path) };
}

function boundsOf(path: Path): Bounds {
  let [west, south, east, north] = NOWHERE;
  for (let i = 0; i < path.length; i += 2) {
    const [x, y] = [path[i]!, path[i + 1]!];
    if (x < west) west = x;
    if (x > east) east = x;
    if (y < south) south = y;
    if (y > north) north = y;
  }
  return { west, south, east, north };
}

const NOWHERE = [Infinity, Infinity, -Infinity, -Infinity] as const;

/** What holds all parts; null where the geometry reaches the date line, and may go on at its other side. */
export function boundsOnMap(plane: Plane): Bounds | null {
  const bounds = boundsOfAll(plane);
  return bounds.west - EDGE > -180 && bounds.east + EDGE < 180 ? bounds : null;
}

/** A little wider than it is, so that no point falls between two cells. */
export const EDGE = 1e-9;

function boundsOfAll({ parts }: Plane): Bounds {
  let [west, south, east, north] = NOWHERE;
  for (const part of parts) {
    west = Math.min(west, part.west);
    south = Math.min(south, part.south);
    east = Math.max(east, part.east);
    north = Math.max(north, part.north);
  }
  return { west, south, east, north };
}

/** Whether they have a point in common. Outlines belong to their areas, outlines of holes to the holes. */
export function intersects(a: Plane, b: Plane): boolean {
  for (const one of a.parts) {
    for (const other of b.parts) if (inSomeTurn(one, other, partsMeet)) return true;
  }
  return false;
}

/** Whether each part of `a` lies in one part of `b`. */
export function isWithin(a: Plane, b: Plane): boolean {
  if (a.parts.length === 0) return false;
  return a.parts.every((one) => b.parts.some((other) => inSomeTurn(one, other, isPartWithin)));
}

/** Whether a box has a point in common with the geometry. */
export function meetsBox(
  { parts }: Plane,
  west: number,
  south: number,
  east: number,
  north: number,
): boolean {
  let box: Part | undefined;
  for (const part of parts) {
    if (part.isBox && part.west >= -180 && part.east <= 180) {
      // Those that touch the date line may meet what is at its other side.
      const isNear = part.west <= east && part.east >= west;
      if (isNear && part.south <= north && part.north >= south) return true;
      if (west > -180 && east < 180) continue;
    }
    box ??= boxPart({ west, south, east, north });
    if (inSomeTurn(box, part, partsMeet)) return true;
  }
  return false;
}

/** Whether a box lies in one part of the geometry. */
export function coversBox(
  { parts }: Plane,
  west: number,
  south: number,
  east: number,
  north: number,
): boolean {
  const box: Bounds = { west, south, east, north };
  return parts.some((part) => {
    if (part.kind === 'path' || part.north < north || part.south > south) return false;
    return inSomeTurn(boxPart(box), part, isPartWithin);
  });
}

function boxPart(bounds: Bounds): Part {
  return { kind: 'area', rings: [boxRing(bounds)], isBox: true, ...bounds };
}

type Relation = (one: Part, other: Part) => boolean;

function inSomeTurn(one: Part, other: Part, holds: Relation): boolean {
  if (one.south > other.north || one.north < other.south) return false;
  if (one.west <= other.east && one.east >= other.west && holds(one, other)) return true;
  return isAtTurn(one, other, 360, holds) || isAtTurn(one, other, -360, holds);
}

function isAtTurn(one: Part, other: Part, turn: number, holds: Relation): boolean {
  if (one.west + turn > other.east || one.east + turn < other.west) return false;
  return holds(moved(one, turn), other);
}

function moved(part: Part, turn: number): Part {
  const move = (path: Path) => path.map((value, i) => (i % 2 === 0 ? value + turn : value));
  const bounds = { west: part.west + turn, east: part.east + turn };
  if (part.kind === 'path') return { ...part, ...bounds, path: move(part.path) };
  return { ...part, ...bounds, rings: part.rings.map(move) };
}

/** Of parts whose bounds meet. */
function partsMeet(a: Part, b: Part): boolean {
  if (a.isBox && b.isBox) return true;
  if (b.kind === 'area' && holds(b.rings, firstOf(a))) return true;
  if (a.kind === 'area' && holds(a.rings, firstOf(b))) return true;
  // Points on the outline are held already, but those on a hole's are not.
  const isPoint = (part: Part) => part.kind === 'path' && part.path.length === 2;
  if ((isPoint(a) && b.kind === 'area') || (isPoint(b) && a.kind === 'area')) return false;
  return pathsOf(a).some((one) => pathsOf(b).some((other) => pathsCross(one, other, false)));
}

function isPartWithin(a: Part, b: Part): boolean {
  if (b.isBox && b.kind === 'area') {
    return a.west >= b.west && a.east <= b.east && a.south >= b.south && a.north <= b.north;
  }
  if (b.kind === 'path') {
    if (a.kind === 'area') return false;
    return corners(a.path).every((at) => pathsCross(at, b.path, false));
  }
  if (!pathsOf(a).every((path) => corners(path).every((at) => holds(b.rings, at)))) return false;
  if (pathsOf(a).some((one) => b.rings.some((ring) => pathsCross(one, ring, true)))) return false;
  // No edges cross: a hole is in the way only when it lies inside.
  return a.kind === 'path' || !b.rings.slice(1).some((hole) => holds(a.rings, hole));
}

function pathsOf(part: Part): readonly Path[] {
  return part.kind === 'path' ? [part.path] : part.rings;
}

function firstOf(part: Part): Path {
  return part.kind === 'path' ? part.path : (part.rings[0] ?? []);
}

function corners(path: Path): Path[] {
  const points: Path[] = [];
  for (let i = 0; i < path.length; i += 2) points.push([path[i]!, path[i + 1]!]);
  return points;
}

/** Whether the first point of a path lies in an area. */
function holds(rings: readonly Path[], [x = Number.NaN, y = Number.NaN]: Path): boolean {
  return inRing(rings[0] ?? [], x, y) && !rings.slice(1).some((hole) => inRing(hole, x, y));
}

function inRing(ring: Path, x: number, y: number): boolean {
  let inside = false;
  for (let i = 2; i < ring.length; i += 2) {
    const [x1, y1, x2, y2] = [ring[i - 2]!, ring[i - 1]!, ring[i]!, ring[i + 1]!];
    if (isOn(x1, y1, x2, y2, x, y)) return true;
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

function isOn(x1: number, y1: number, x2: number, y2: number, x: number, y: number): boolean {
  if (y < Math.min(y1, y2) || y > Math.max(y1, y2)) return false;
  if (x < Math.min(x1, x2) || x > Math.max(x1, x2)) return false;
  return (x2 - x1) * (y - y1) === (x - x1) * (y2 - y1);
}

/** @param properly from one side to the other: touching is not crossing */
function pathsCross(a: Path, b: Path, properly: boolean): boolean {
  const lastOfA = Math.max(a.length - 2, 2);
  const lastOfB = Math.max(b.length - 2, 2);
  for (let i = 0; i < lastOfA; i += 2) {
    const [x1, y1] = [a[i]!, a[i + 1]!];
    const [x2, y2] = a.length > 2 ? [a[i + 2]!, a[i + 3]!] : [x1, y1];
    for (let j = 0; j < lastOfB; j += 2) {
      const [x3, y3] = [b[j]!, b[j + 1]!];
      const [x4, y4] = b.length > 2 ? [b[j + 2]!, b[j + 3]!] : [x3, y3];
      const d1 = side(x3, y3, x4, y4, x1, y1);
      const d2 = side(x3, y3, x4, y4, x2, y2);
      const d3 = side(x1, y1, x2, y2, x3, y3);
      const d4 = side(x1, y1, x2, y2, x4, y4);
      if (d1 * d2 < 0 && d3 * d4 < 0) return true;
      if (properly) continue;
      if (isOn(x3, y3, x4, y4, x1, y1) || isOn(x3, y3, x4, y4, x2, y2)) return true;
      if (isOn(x1, y1, x2, y2, x3, y3) || isOn(x1, y1, x2, y2, x4, y4)) return true;
    }
  }
  return false;
}

function side(x1: number, y1: number, x2: number, y2: number, x: number, y: number): number {
  return Math.sign((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1));
}
