import { withoutRepeats } from './shape-corners.ts';

/** A closed ring without its last point: longitude, latitude, longitude, … */
export type FlatRing = readonly number[];

/** Outline against the clock, holes with it. */
export type FlatPolygon = readonly FlatRing[];

/** Twice the area, above 0 against the clock. */
export function areaOf(ring: FlatRing): number {
  let area = 0;
  let x1 = ring[ring.length - 2]!;
  let y1 = ring[ring.length - 1]!;
  for (let i = 0; i < ring.length; i += 2) {
    const x2 = ring[i]!;
    const y2 = ring[i + 1]!;
    area += x1 * y2 - x2 * y1;
    x1 = x2;
    y1 = y2;
  }
  return area;
}

/** A place where a ring goes over the line. */
interface Crossing {
  readonly y: number;
  /** The piece on each side that begins, or ends, here. */
  readonly begins: [west: Piece | null, east: Piece | null];
  readonly ends: [west: Piece | null, east: Piece | null];
  partner?: Crossing;
}

/** What lies on one side of the line between two crossings. */
interface Piece {
  readonly points: number[];
  to: Crossing;
  isUsed: boolean;
}

/** Cuts a polygon at a meridian of the plane into what lies west and east of it. */
export function cutPolygon(
  polygon: FlatPolygon,
  meridian: number,
): { west: FlatPolygon[]; east: FlatPolygon[] } {
  const whole: [FlatRing[], FlatRing[]] = [[], []];
  const crossings: Crossing[] = [];
  const pieces: [Piece[], Piece[]] = [[], []];
  for (const ring of polygon) {
    const side = sideOf(ring, meridian);
    if (side === null) cutRing(ring, meridian, crossings, pieces);
    else whole[side].push(ring);
  }
  crossings.sort((a, b) => a.y - b.y);
  for (let i = 0; i + 1 < crossings.length; i += 2) {
    crossings[i]!.partner = crossings[i + 1]!;
    crossings[i + 1]!.partner = crossings[i]!;
  }
  const [west, east] = ([0, 1] as const).map((side) =>
    polygonsOf([...whole[side], ...joined(pieces[side], side)]),
  );
  return { west: west!, east: east! };
}

/** 0 west, 1 east, null both. A point on the line counts as west. */
function sideOf(ring: FlatRing, meridian: number): 0 | 1 | null {
  let isWest = false;
  let isEast = false;
  for (let i = 0; i < ring.length; i += 2) {
    if (ring[i]! > meridian) isEast = true;
    else isWest = true;
  }
  return isWest && isEast ? null : isEast ? 1 : 0;
}

function cutRing(
  ring: FlatRing,
  meridian: number,
  crossings: Crossing[],
  pieces: [Piece[], Piece[]],
): void {
  const count = ring.length / 2;
  const isEast = (i: number) => ring[(i % count) * 2]! > meridian;
  let start = 0;
  while (isEast(start) === isEast(start + 1)) start++;
  const first = crossingOf(ring, start, (start + 1) % count, meridian);
  let from = first;
  crossings.push(first);
  for (let i = start + 1; i < start + 1 + count; ) {
    const side = isEast(i) ? 1 : 0;
    const points = [meridian, from.y];
    for (; (isEast(i) ? 1 : 0) === side; i++) {
      const at = (i % count) * 2;
      points.push(ring[at]!, ring[at + 1]!);
    }
    const isLast = i >= start + 1 + count;
    const to = isLast ? first : crossingOf(ring, (i - 1) % count, i % count, meridian);
    points.push(meridian, to.y);
    if (!isLast) crossings.push(to);
    const piece: Piece = { points, to, isUsed: false };
    from.begins[side] = piece;
    to.ends[side] = piece;
    pieces[side].push(piece);
    from = to;
  }
}

function crossingOf(ring: FlatRing, i: number, j: number, meridian: number): Crossing {
  const [x1, y1, x2, y2] = [ring[2 * i]!, ring[2 * i + 1]!, ring[2 * j]!, ring[2 * j + 1]!];
  const y =
    x1 === meridian ? y1 : x2 === meridian ? y2 : y1 + ((meridian - x1) / (x2 - x1)) * (y2 - y1);
  return { y, begins: [null, null], ends: [null, null] };
}

/** Pieces of one side, each followed by the one that begins where the polygon is entered again along the line. */
function joined(pieces: readonly Piece[], side: 0 | 1): FlatRing[] {
  const rings: FlatRing[] = [];
  for (const start of pieces) {
    const points: number[] = [];
    for (let piece: Piece | null | undefined = start; piece && !piece.isUsed; ) {
      piece.isUsed = true;
      points.push(...piece.points);
      piece = piece.to.partner?.begins[side];
    }
    const ring = opened(withoutRepeats(points));
    if (ring.length >= 6 && areaOf(ring) !== 0) rings.push(ring);
  }
  return rings;
}

/** Without a last point that is the first one again. */
function opened(points: readonly number[]): FlatRing {
  const isClosed = points[0] === points.at(-2) && points[1] === points.at(-1);
  return isClosed ? points.slice(0, -2) : points;
}

/** Gives each hole to the outline that it lies in. */
function polygonsOf(rings: readonly FlatRing[]): FlatPolygon[] {
  const outlines = rings.filter((ring) => areaOf(ring) > 0).map((ring) => [ring]);
  for (const hole of rings) {
    if (areaOf(hole) >= 0) continue;
    const around = outlines.length === 1 ? outlines : outlines.filter(([one]) => holds(one!, hole));
    around[0]?.push(hole);
  }
  return outlines;
}

/** Whether the first of a ring's points that is not on the other's edge lies inside. */
export function holds(outline: FlatRing, ring: FlatRing): boolean {
  for (let i = 0; i < ring.length; i += 2) {
    const place = placeIn(outline, ring[i]!, ring[i + 1]!);
    if (place !== 0) return place > 0;
  }
  return true;
}

/** 1 inside, 0 on the edge, -1 outside. */
function placeIn(ring: FlatRing, x: number, y: number): number {
  let inside = -1;
  let x1 = ring[ring.length - 2]!;
  let y1 = ring[ring.length - 1]!;
  for (let i = 0; i < ring.length; i += 2) {
    const x2 = ring[i]!;
    const y2 = ring[i + 1]!;
    const side = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1);
    const isBeside = x >= Math.min(x1, x2) && x <= Math.max(x1, x2);
    if (side === 0 && isBeside && y >= Math.min(y1, y2) && y <= Math.max(y1, y2)) return 0;
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = -inside;
    x1 = x2;
    y1 = y2;
  }
  return inside;
}
