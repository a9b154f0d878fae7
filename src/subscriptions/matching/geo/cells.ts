import { type Bounds, boundsOnMap, coversBox, EDGE, meetsBox, type Plane } from './plane.ts';

/**
 * The earth is one cell of level 0; each is cut into four of the next. A cell is a number: a 1, then two
 * bits a level, so that `cell >>> 2` is the one that it lies in.
 */
export type Cell = number;

interface Place {
  readonly level: number;
  readonly column: number;
  readonly row: number;
}

/** Most cells that a geometry is covered by. */
const MOST = 8;
/** Cells of areas: about ten kilometers at the equator. */
const AREA_LEVEL = 12;
/** Of events: the earth has 1024 of these. */
const FINE_LEVEL = 5;
const FIRST_FINE = 4 ** FINE_LEVEL;
const EARTH: Place = { level: 0, column: 0, row: 0 };

/** At most eight cells that cover the geometry together. */
export function cover(plane: Plane): Cell[] {
  return coveringPlaces(plane).map(cellOf);
}

/**
 * Cells that are not as coarse: what is as large as an event's cells are need not be asked for by every
 * subscription, and no cell is one of all of them.
 */
export function fineCover(plane: Plane): Cell[] {
  let places = coveringPlaces(plane);
  while (places.some(({ level }) => level < FINE_LEVEL)) {
    places = places.flatMap((one) => (one.level < FINE_LEVEL ? childrenOf(one, plane) : [one]));
  }
  return places.map(cellOf);
}

/** Of {@link ancestors}, those that {@link fineCover} may have. */
export function fineAncestors(cells: readonly Cell[]): Cell[] {
  return ancestors(cells).filter((cell) => cell >= FIRST_FINE);
}

/** All cells that one of these cells lies in, without themselves. */
export function ancestors(cells: readonly Cell[]): Cell[] {
  const found = new Set<Cell>();
  for (const cell of cells) {
    // Whose cell is known has all around it known too.
    for (let outer = cell >>> 2; outer > 0 && !found.has(outer); outer >>>= 2) found.add(outer);
  }
  return [...found];
}

function coveringPlaces(plane: Plane): Place[] {
  const { parts } = plane;
  if (parts.length === 0) return [];
  const bounds = boundsOnMap(plane);
  if (bounds !== null && parts.length === 1 && parts[0]!.isBox) return placesOf(bounds, MOST);
  const first = bounds === null ? [EARTH] : placesOf(bounds, START);
  let places = first.filter((place) => doesMeet(place, plane));
  const done: Place[] = [];
  while (places.length > 0 && places[0]!.level < AREA_LEVEL) {
    // All of a level together, so that none is much finer than the others.
    const next = places.flatMap((place) => childrenOf(place, plane));
    if (done.length + next.length > MOST) break;
    places = [];
    for (const place of next) {
      if (isInside(place, plane)) done.push(place);
      else places.push(place);
    }
  }
  const all = [...done, ...places];
  return all.length === 0 ? [EARTH] : all;
}

/** So many cells a geometry's own are looked for in. */
const START = 4;

/** The smallest cells of which so many hold a box. */
function placesOf({ west, south, east, north }: Bounds, most: number): Place[] {
  for (let level = AREA_LEVEL; level > 0; level--) {
    const scale = 2 ** level;
    const left = Math.floor(((west - EDGE + 180) / 360) * scale);
    const right = Math.min(scale - 1, Math.floor(((east + EDGE + 180) / 360) * scale));
    const low = Math.max(0, Math.floor(((south - EDGE + 90) / 180) * scale));
    const high = Math.min(scale - 1, Math.floor(((north + EDGE + 90) / 180) * scale));
    if ((right - left + 1) * (high - low + 1) > most) continue;
    const places: Place[] = [];
    for (let column = left; column <= right; column++) {
      for (let row = low; row <= high; row++) places.push({ level, column, row });
    }
    return places;
  }
  return [EARTH];
}

function childrenOf({ level, column, row }: Place, plane: Plane): Place[] {
  const children: Place[] = [];
  for (let right = 0; right < 2; right++) {
    for (let up = 0; up < 2; up++) {
      const child = { level: level + 1, column: 2 * column + right, row: 2 * row + up };
      if (doesMeet(child, plane)) children.push(child);
    }
  }
  return children;
}

function doesMeet({ level, column, row }: Place, plane: Plane): boolean {
  const width = 360 / 2 ** level;
  const height = 180 / 2 ** level;
  const west = -180 + column * width;
  const south = -90 + row * height;
  return meetsBox(plane, west - EDGE, south - EDGE, west + width + EDGE, south + height + EDGE);
}

function isInside({ level, column, row }: Place, plane: Plane): boolean {
  const width = 360 / 2 ** level;
  const height = 180 / 2 ** level;
  const west = -180 + column * width;
  const south = -90 + row * height;
  return coversBox(plane, west - EDGE, south - EDGE, west + width + EDGE, south + height + EDGE);
}

function cellOf({ level, column, row }: Place): Cell {
  return (1 << (2 * level)) | (spread(column) << 1) | spread(row);
}

/** Puts a zero before each bit of a number of twelve. */
function spread(bits: number): number {
  let wide = (bits | (bits << 8)) & 0x00ff00ff;
  wide = (wide | (wide << 4)) & 0x0f0f0f0f;
  wide = (wide | (wide << 2)) & 0x33333333;
  return (wide | (wide << 1)) & 0x55555555;
}
