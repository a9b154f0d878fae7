import { coercePoint } from './geo-point.ts';
import { isDegenerate, keptCorners } from './shape-corners.ts';
import { areaOf, cutPolygon, type FlatPolygon, type FlatRing, holds } from './shape-cut.ts';
import { ShapeEffort } from './shape-mesh.ts';
import type { Geometry, Orientation, Position } from './wkt.ts';

/** What a document's shape is made of, on the map: nothing of it crosses the date line. Lists are longitude, latitude, … */
export type ShapePart =
  | { readonly type: 'point'; readonly lon: number; readonly lat: number }
  | { readonly type: 'line'; readonly points: readonly number[] }
  | { readonly type: 'polygon'; readonly rings: FlatPolygon };

/** A shape that Elasticsearch refuses, whatever the mapping says of malformed ones. */
export class UnsupportedShape extends Error {}

/** A shape that contradicts its type. */
export class MalformedShape extends Error {}

export interface ShapePartOptions {
  /** How outlines go that do not cross the date line. */
  readonly orientation: Orientation;
  /** Whether a ring may be open. */
  readonly coerce: boolean;
}

const DATE_LINE = 180;
const EARTH = 360;
/** What a turn around the earth counts beside the points, in looks of {@link ShapeEffort}. */
const TURN_LOOKS = 1000;

/**
 * The parts of a geometry as Elasticsearch keeps it: brought back on the map, cut at the date line.
 * @throws MalformedShape UnsupportedShape TooManyPoints
 */
export function shapeParts(
  geometry: Geometry,
  options: ShapePartOptions,
  effort = new ShapeEffort(),
): ShapePart[] {
  switch (geometry.type) {
    case 'point':
      // Elasticsearch keeps an empty point as the one where both lines cross.
      return [pointPart(geometry.at ?? [0, 0])];
    case 'multipoint':
      return geometry.points.map(pointPart);
    case 'linestring':
      return geometry.points.length === 0 ? [] : lineParts(geometry.points, effort);
    case 'multilinestring':
      return geometry.lines.flatMap((line) => lineParts(line, effort));
    case 'polygon':
      return geometry.lines.length === 0 ? [] : polygonParts(geometry.lines, options, effort);
    case 'multipolygon':
      return geometry.polygons.flatMap((rings) => polygonParts(rings, options, effort));
    case 'envelope':
      return boxParts(...geometry.corners);
    case 'circle':
      throw new UnsupportedShape('CIRCLE geometry is not supported');
    case 'geometrycollection':
      return geometry.geometries.flatMap((one) => shapeParts(one, options, effort));
  }
}

function pointPart([lon, lat]: Position): ShapePart {
  return { type: 'point', ...coercePoint({ lat, lon }) };
}

function boxParts([left, top]: Position, [right, bottom]: Position): ShapePart[] {
  if (Math.abs(left) > 180 || Math.abs(right) > 180) throw new MalformedShape('invalid longitude');
  if (Math.abs(top) > 90 || Math.abs(bottom) > 90) throw new MalformedShape('invalid latitude');
  if (top < bottom) throw new MalformedShape('max y cannot be less than min y');
  if (left <= right) return [boxPart(left, right, bottom, top)];
  return [boxPart(left, DATE_LINE, bottom, top), boxPart(-DATE_LINE, right, bottom, top)];
}

function boxPart(left: number, right: number, bottom: number, top: number): ShapePart {
  if (left === right && bottom === top) return { type: 'point', lon: left, lat: top };
  if (left === right || bottom === top) {
    return { type: 'line', points: [left, bottom, right, top] };
  }
  const ring = [left, bottom, right, bottom, right, top, left, top];
  return { type: 'polygon', rings: [ring] };
}

function lineParts(given: readonly Position[], effort: ShapeEffort): ShapePart[] {
  if (given.length < 2) throw new MalformedShape('a line needs at least two points');
  const points = given.map((point) => latitudeOnMap(point));
  const parts: ShapePart[] = [];
  let part: number[] = [];
  let turn = 0;
  for (let i = 0; i + 1 < points.length; i++) {
    let [x, y] = points[i]!;
    const [x2, y2] = points[i + 1]!;
    const isWest = x2 < x;
    const begins = turnOf(x, isWest);
    if (part.length === 0) part.push(x - begins, y);
    else if (begins !== turn) {
      parts.push({ type: 'line', points: part });
      part = [x - begins, y];
    }
    turn = begins;
    // Wherever it leaves the map, it goes on at the other side.
    for (;;) {
      const edge = turn + (isWest ? -DATE_LINE : DATE_LINE);
      if (isWest ? x2 >= edge : x2 <= edge) break;
      effort.spend(TURN_LOOKS);
      y += ((edge - x) / (x2 - x)) * (y2 - y);
      x = edge;
      part.push(x - turn, y);
      parts.push({ type: 'line', points: part });
      turn += isWest ? -EARTH : EARTH;
      part = [x - turn, y];
    }
    part.push(x2 - turn, y2);
  }
  parts.push({ type: 'line', points: part });
  return parts;
}

/** Beyond a pole a point lies on the other side of the earth, but its longitude need not be on the map. */
function latitudeOnMap([lon, lat]: Position): Position {
  if (Math.abs(lat) <= 90) return [lon, lat];
  const back = coercePoint({ lat, lon }, false);
  return [back.lon, back.lat];
}

/** Whole turns, in degrees, by which a longitude is off the map; on the date line it goes where its line goes. */
function turnOf(lon: number, isWest: boolean): number {
  const turns = Math.floor((lon + DATE_LINE) / EARTH);
  const isOnLine = lon === turns * EARTH - DATE_LINE;
  return (isOnLine && isWest ? turns - 1 : turns) * EARTH;
}

function polygonParts(
  given: readonly (readonly Position[])[],
  options: ShapePartOptions,
  effort: ShapeEffort,
) {
  const rings = given.map((ring) => filtered(openRing(ring, options.coerce)));
  const [outline, ...holes] = rings;
  checkHoles(outline!, holes);
  const isCounterClockwise = turnsLeft(outline!);
  const longitudes = outline!.filter((_, i) => i % 2 === 0);
  const width = Math.max(...longitudes) - Math.min(...longitudes);
  const isWrong = isCounterClockwise !== (options.orientation === 'right');
  const crosses = isWrong && width > DATE_LINE && width !== EARTH;
  const placed = crosses ? rings.map(eastward) : rings;
  for (const hole of placed.slice(1)) {
    effort.spend(placed[0]!.length / 2);
    if (!holds(placed[0]!, hole)) throw new MalformedShape('a hole outside of its outline');
  }
  const directed = placed.map((ring, i) =>
    i === 0 ? fromNext(ring, isWrong === crosses) : areaOf(ring) < 0 ? ring : reversed(ring),
  );
  return onMap(directed, effort).map((polygon): ShapePart => ({ type: 'polygon', rings: polygon }));
}

/** Without the last point, which has to be the first. */
function openRing(ring: readonly Position[], coerce: boolean): number[] {
  if (ring.length === 0) throw new MalformedShape('a ring without points');
  const [lon, lat] = ring.at(-1)!;
  const isClosed = lon === ring[0]![0] && lat === ring[0]![1];
  if (!isClosed && !coerce) throw new MalformedShape('first and last point of a ring differ');
  const open = isClosed ? ring.slice(0, -1) : ring;
  if (open.length < 3) throw new MalformedShape('a ring needs at least four points');
  return open.flat();
}

function filtered(ring: readonly number[]): number[] {
  const kept = keptCorners(ring);
  if (isDegenerate(kept)) throw new MalformedShape('a ring repeats its first point');
  return kept;
}

function checkHoles(outline: FlatRing, holes: readonly FlatRing[]): void {
  if (holes.length === 0) return;
  const corners = new Set<string>();
  for (let i = 0; i < outline.length; i += 2) corners.add(`${outline[i]} ${outline[i + 1]}`);
  for (const hole of holes) {
    const shared = new Set<string>();
    for (let i = 0; i < hole.length; i += 2) {
      const corner = `${hole[i]} ${hole[i + 1]}`;
      if (corners.has(corner)) shared.add(corner);
    }
    if (shared.size >= 2) throw new MalformedShape('a hole shares two points with its outline');
  }
}

function eastward(ring: FlatRing): number[] {
  return ring.map((value, i) => (i % 2 === 0 && value < 0 ? value + EARTH : value));
}

function reversed(ring: FlatRing): number[] {
  const turned: number[] = [];
  for (let i = ring.length - 2; i >= 0; i -= 2) turned.push(ring[i]!, ring[i + 1]!);
  return turned;
}

/** Whether a ring goes against the clock, as Elasticsearch finds it out: at its southernmost point. */
function turnsLeft(ring: FlatRing): boolean {
  const count = ring.length / 2;
  let low = 0;
  for (let i = 1; i < count; i++) {
    const [x, y] = [ring[2 * i]!, ring[2 * i + 1]!];
    const least = ring[2 * low + 1]!;
    if (y < least || (y === least && x < ring[2 * low]!)) low = i;
  }
  const [before, behind] = [(low + count - 1) % count, (low + 1) % count];
  const [x, y] = [ring[2 * low]!, ring[2 * low + 1]!];
  const one = (x - ring[2 * before]!) * (ring[2 * behind + 1]! - ring[2 * before + 1]!);
  const other = (ring[2 * behind]! - ring[2 * before]!) * (y - ring[2 * before + 1]!);
  return one >= other;
}

/**
 * Against the clock from the point on that is next in the direction in which Elasticsearch goes: triangles depend
 * on where they begin.
 */
function fromNext(ring: FlatRing, isForward: boolean): number[] {
  const start = isForward ? 2 : ring.length - 2;
  const turned = [...ring.slice(start), ...ring.slice(0, start)];
  if (areaOf(turned) > 0) return turned;
  return [turned[0]!, turned[1]!, ...reversed(turned.slice(2))];
}

/** What of a polygon, which may lie beyond the date line, lies in each turn of the earth, moved onto the map. */
export function onMap(polygon: FlatPolygon, effort = new ShapeEffort()): FlatPolygon[] {
  const longitudes = polygon[0]!.filter((_, i) => i % 2 === 0);
  const east = Math.max(...longitudes);
  const found: FlatPolygon[] = [];
  let rest: FlatPolygon[] = [polygon];
  let turn = Math.floor((Math.min(...longitudes) + DATE_LINE) / EARTH) * EARTH;
  const points = polygon.reduce((sum, ring) => sum + ring.length / 2, 0);
  for (; east > turn + DATE_LINE; turn += EARTH) {
    effort.spend(TURN_LOOKS + points);
    const cut = rest.map((one) => cutPolygon(one, turn + DATE_LINE));
    found.push(...cut.flatMap(({ west }) => moved(west, turn)));
    rest = cut.flatMap((one) => one.east);
  }
  found.push(...moved(rest, turn));
  return found;
}

function moved(polygons: readonly FlatPolygon[], turn: number): FlatPolygon[] {
  return polygons.map((rings) =>
    rings.map((ring) => ring.map((value, i) => (i % 2 === 0 ? value - turn : flat(value)))),
  );
}

/** A polygon's latitude beyond a pole is mirrored, and its longitude stays. */
function flat(lat: number): number {
  return Math.abs(lat) <= 90 ? lat : coercePoint({ lat, lon: 0 }, false).lat;
}
