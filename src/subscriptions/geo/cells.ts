import { areaPart, boxRing, intersects, isWithin, type Plane } from './plane.ts';

/** The earth is one cell of level 0; each is cut into four of the next. */
interface Cell {
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
const EARTH: Cell = { level: 0, column: 0, row: 0 };

/** A word for each of at most eight cells that cover the geometry together. */
export function cover(plane: Plane): string[] {
  return coveringCells(plane).map(wordOf);
}

/**
 * Words for cells that are not as coarse: what is as large as an event's cells are need not be asked for
 * by every subscription, and no word is one of all of them.
 */
export function fineCover(plane: Plane): string[] {
  let cells = coveringCells(plane);
  while (cells.some(({ level }) => level < FINE_LEVEL)) {
    cells = cells.flatMap((cell) => (cell.level < FINE_LEVEL ? childrenOf(cell, plane) : [cell]));
  }
  return cells.map(wordOf);
}

/** Of {@link ancestors}, those that {@link fineCover} may have. */
export function fineAncestors(words: readonly string[]): string[] {
  return ancestors(words).filter((word) => cellOf(word).level >= FINE_LEVEL);
}

/** Words of all cells that one of these cells lies in, without themselves. */
export function ancestors(words: readonly string[]): string[] {
  const found = new Set<string>();
  for (const word of words) {
    let { level, column, row } = cellOf(word);
    while (level > 0) {
      level--;
      column >>= 1;
      row >>= 1;
      found.add(wordOf({ level, column, row }));
    }
  }
  return [...found];
}

function coveringCells(plane: Plane): Cell[] {
  if (plane.parts.length === 0) return [];
  let cells: Cell[] = [EARTH];
  const done: Cell[] = [];
  while (cells.length > 0) {
    // All of a level together, so that none is much finer than the others.
    const next = cells.flatMap((cell) => childrenOf(cell, plane));
    if (done.length + next.length > MOST) break;
    cells = [];
    for (const cell of next) {
      if (cell.level === AREA_LEVEL || isWithin(areaOf(cell), plane)) done.push(cell);
      else cells.push(cell);
    }
  }
  const all = [...done, ...cells];
  return all.length === 0 ? [EARTH] : all;
}

function childrenOf({ level, column, row }: Cell, plane: Plane): Cell[] {
  const children: Cell[] = [];
  for (const right of [0, 1]) {
    for (const up of [0, 1]) {
      const child = { level: level + 1, column: 2 * column + right, row: 2 * row + up };
      if (intersects(areaOf(child), plane)) children.push(child);
    }
  }
  return children;
}

/** A little wider than it is, so that no point falls between two cells. */
const EDGE = 1e-9;

function areaOf({ level, column, row }: Cell): Plane {
  const width = 360 / 2 ** level;
  const height = 180 / 2 ** level;
  const west = -180 + column * width - EDGE;
  const south = -90 + row * height - EDGE;
  const east = west + width + 2 * EDGE;
  const north = south + height + 2 * EDGE;
  return { parts: [areaPart([boxRing({ west, south, east, north })])] };
}

/** One token, however it is analysed. */
function wordOf({ level, column, row }: Cell): string {
  return `c${level}x${column}y${row}`;
}

function cellOf(word: string): Cell {
  const [, level = '0', column = '0', row = '0'] = /^c(\d+)x(\d+)y(\d+)$/.exec(word) ?? [];
  return { level: Number(level), column: Number(column), row: Number(row) };
}
