import { TRIANGLE_WORDS } from '../../../mapping/geo/shape-triangles.ts';
import { columnOf, firstOf, lastOf, MAX_LEVEL } from './cells.ts';

/** Cells that a part of a document's shape is looked up under, at most. */
const MAX_CELLS = 32;
/** Triangles that all cells may be compared with. */
const MAX_COMPARISONS = 100_000;
/** Encoded units by which a cell is taken to be wider: queries are compared with what coordinates stand for. */
const SLACK = 2;

interface Cell {
  readonly level: number;
  readonly column: number;
  readonly row: number;
  /** Places of the triangles that may be in it. */
  readonly triangles: readonly number[];
}

/** Cells that hold the bounds of every triangle: level, column and row of each. */
export function coverMesh(mesh: Int32Array): Float64Array {
  const all = Array.from({ length: mesh.length / TRIANGLE_WORDS }, (_, i) => i * TRIANGLE_WORDS);
  let cells = startOf(mesh, all);
  let comparisons = all.length * cells.length;
  for (;;) {
    comparisons += cells.reduce((sum, { triangles }) => sum + 4 * triangles.length, 0);
    if (cells[0]!.level === MAX_LEVEL || comparisons > MAX_COMPARISONS) break;
    const finer = cells.flatMap((cell) => quarters(mesh, cell));
    if (finer.length > MAX_CELLS) break;
    cells = finer;
  }
  return Float64Array.from(cells.flatMap(({ level, column, row }) => [level, column, row]));
}

/** The smallest cells of which at most two by two hold all. */
function startOf(mesh: Int32Array, triangles: readonly number[]): Cell[] {
  const bounds = [Infinity, -Infinity, Infinity, -Infinity];
  for (const at of triangles) {
    for (let i = 1; i < TRIANGLE_WORDS; i += 2) {
      bounds[0] = Math.min(bounds[0]!, mesh[at + i]!);
      bounds[1] = Math.max(bounds[1]!, mesh[at + i]!);
      bounds[2] = Math.min(bounds[2]!, mesh[at + i + 1]!);
      bounds[3] = Math.max(bounds[3]!, mesh[at + i + 1]!);
    }
  }
  const [west, east, south, north] = bounds.map((value, i) => widened(value, i)) as [
    number,
    number,
    number,
    number,
  ];
  for (let level = MAX_LEVEL; ; level--) {
    const [left, right] = [columnOf(west, level), columnOf(east, level)];
    const [low, high] = [columnOf(south, level), columnOf(north, level)];
    if (right - left > 1 || high - low > 1) continue;
    const cells: Cell[] = [];
    for (let column = left; column <= right; column++) {
      for (let row = low; row <= high; row++) cells.push({ level, column, row, triangles });
    }
    return cells;
  }
}

function widened(value: number, i: number): number {
  return Math.min(2 ** 31 - 1, Math.max(-(2 ** 31), value + (i % 2 === 0 ? -SLACK : SLACK)));
}

function quarters(mesh: Int32Array, { level, column, row, triangles }: Cell): Cell[] {
  const found: Cell[] = [];
  for (let quarter = 0; quarter < 4; quarter++) {
    const place = {
      level: level + 1,
      column: column * 2 + (quarter & 1),
      row: row * 2 + (quarter >> 1),
    };
    const inside = triangles.filter((at) => meets(mesh, at, place));
    if (inside.length > 0) found.push({ ...place, triangles: inside });
  }
  return found;
}

/**
 * Whether a triangle's bounds and the cell have something in common. Lucene compares lines within these bounds, and
 * takes those along the same line for crossing each other even where they are apart.
 */
function meets(mesh: Int32Array, at: number, cell: Omit<Cell, 'triangles'>): boolean {
  const west = firstOf(cell.column, cell.level) - SLACK;
  const east = lastOf(cell.column, cell.level) + SLACK;
  const south = firstOf(cell.row, cell.level) - SLACK;
  const north = lastOf(cell.row, cell.level) + SLACK;
  const [ax, ay, bx, by] = [mesh[at + 1]!, mesh[at + 2]!, mesh[at + 3]!, mesh[at + 4]!];
  const [cx, cy] = [mesh[at + 5]!, mesh[at + 6]!];
  if (Math.max(ax, bx, cx) < west || Math.min(ax, bx, cx) > east) return false;
  return Math.max(ay, by, cy) >= south && Math.min(ay, by, cy) <= north;
}
