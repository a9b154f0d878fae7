import { encodeLatitude, encodeLongitude } from '../../../mapping/geo/geo-encoding.ts';
import { columnOf, firstOf, lastOf, MAX_LEVEL } from './cells.ts';
import * as G from './geo-constants.ts';
import { CROSSES, INSIDE, OUTSIDE, type Rectangle, relate } from './relate.ts';
import { EARTH_RADIUS } from './sloppy-math.ts';

export interface Cell {
  readonly level: number;
  readonly column: number;
  readonly row: number;
  /** No point of it is outside. */
  readonly inside: boolean;
}

/** Cells that one shape may stand under. */
const MAX_CELLS = 12;
/** Of shapes that are one, each has at least so many. */
const MIN_CELLS = 4;
/** Edges that all cells of a shape may be compared with: long outlines get coarser ones. */
const MAX_COMPARISONS = 60_000;

type Numbers = ArrayLike<number>;
const EARTH = { level: 0, column: 0, row: 0 };

/** Cells that hold every point of the shapes whose numbers begin at `first`. */
export function cover(c: Numbers, first: number): Cell[] {
  const count = c[first + 1]!;
  const cells = new Map<string, Cell>();
  let at = first + G.SHAPES_AT;
  for (let i = 0; i < count; i++) {
    const shape = at;
    const start = startOf(boundsOf(c, shape));
    const most = Math.max(MIN_CELLS, Math.floor(MAX_CELLS / count));
    const found = refine(start, most, c[at + 1]!, (cell) => relate(c, shape, cell));
    for (const cell of found) {
      const key = `${cell.level} ${cell.column} ${cell.row}`;
      if (!cells.get(key)?.inside) cells.set(key, cell);
    }
    at += c[at + 1]!;
  }
  return [...cells.values()];
}

/** Cells that hold every point outside of the shapes. */
export function coverOutside(c: Numbers, first: number): Cell[] {
  const count = c[first + 1]!;
  const cells = refine([EARTH], MAX_CELLS, count, (cell) => {
    let at = first + G.SHAPES_AT;
    let isOutside = true;
    for (let i = 0; i < count; i++) {
      const relation = relate(c, at, cell);
      if (relation === INSIDE) return OUTSIDE;
      if (relation === CROSSES) isOutside = false;
      at += c[at + 1]!;
    }
    return isOutside ? INSIDE : CROSSES;
  });
  return cells;
}

type Place = Pick<Cell, 'level' | 'column' | 'row'>;

/** Cuts cells that cross an edge smaller, all at once, as long as they stay few. */
function refine(
  start: readonly Place[],
  most: number,
  size: number,
  relation: (cell: Rectangle) => number,
): Cell[] {
  let cells = classify(start, relation);
  let comparisons = start.length * size;
  for (;;) {
    const crossing = cells.filter(({ inside }) => !inside);
    comparisons += crossing.length * 4 * size;
    if (crossing.length === 0 || crossing[0]!.level === MAX_LEVEL || comparisons > MAX_COMPARISONS)
      return cells;
    const finer = classify(crossing.flatMap(quarters), relation);
    const next = [...cells.filter(({ inside }) => inside), ...finer];
    if (next.length > most) return cells;
    cells = next;
  }
}

function classify(places: readonly Place[], relation: (cell: Rectangle) => number): Cell[] {
  const cells: Cell[] = [];
  for (const place of places) {
    const found = relation(rectangleOf(place));
    if (found !== OUTSIDE) cells.push({ ...place, inside: found === INSIDE });
  }
  return cells;
}

function rectangleOf({ level, column, row }: Place): Rectangle {
  return {
    south: firstOf(row, level),
    north: lastOf(row, level),
    west: firstOf(column, level),
    east: lastOf(column, level),
  };
}

function quarters({ level, column, row }: Place): Place[] {
  const finer = level + 1;
  const [x, y] = [column * 2, row * 2];
  return [
    { level: finer, column: x, row: y },
    { level: finer, column: x + 1, row: y },
    { level: finer, column: x, row: y + 1 },
    { level: finer, column: x + 1, row: y + 1 },
  ];
}

/** The smallest cells of which at most two by two hold a rectangle; the whole earth where nothing is known. */
function startOf(bounds: Rectangle | null): readonly Place[] {
  if (bounds === null) return [EARTH];
  const { south, north, west, east } = bounds;
  for (let level = MAX_LEVEL; ; level--) {
    const [left, right] = [columnOf(west, level), columnOf(east, level)];
    const [low, high] = [columnOf(south, level), columnOf(north, level)];
    if (right - left > 1 || high - low > 1) continue;
    const places: Place[] = [];
    for (let column = left; column <= right; column++) {
      for (let row = low; row <= high; row++) places.push({ level, column, row });
    }
    return places;
  }
}

/** What a shape does not go beyond; null where that is not simple. */
function boundsOf(c: Numbers, at: number): Rectangle | null {
  switch (c[at]) {
    case G.BOX:
      return { south: c[at + 2]!, north: c[at + 3]!, west: c[at + 4]!, east: c[at + 5]! };
    case G.POINT:
      return { south: c[at + 2]!, north: c[at + 2]!, west: c[at + 3]!, east: c[at + 3]! };
    case G.CIRCLE:
      return circleBounds(c[at + 2]!, c[at + 3]!, c[at + 5]!);
    case G.POLYGON:
      return encoded(c[at + 4]!, c[at + 5]!, c[at + 2]!, c[at + 3]!);
    default:
      return null;
  }
}

/** Degrees that bounds are wider than what they are of. */
const SLACK = 1e-5;

function circleBounds(lat: number, lon: number, meters: number): Rectangle | null {
  const radius = meters / EARTH_RADIUS;
  const degrees = (radius * 180) / Math.PI;
  if (Math.abs(lat) + degrees > 89) return null;
  const width = (Math.asin(Math.sin(radius) / Math.cos((lat * Math.PI) / 180)) * 180) / Math.PI;
  return encoded(lat - degrees, lat + degrees, lon - width, lon + width);
}

function encoded(south: number, north: number, west: number, east: number): Rectangle | null {
  if (!(west - SLACK >= -180 && east + SLACK <= 180)) return null;
  return {
    south: encodeLatitude(Math.max(-90, south - SLACK)),
    north: encodeLatitude(Math.min(90, north + SLACK)),
    west: encodeLongitude(west - SLACK),
    east: encodeLongitude(east + SLACK),
  };
}
