import { GEO_SHAPE } from '../compile/term-class.ts';
import type { TermSet } from '../match/term-set.ts';
import type { Atoms } from '../scan/atoms.ts';
import type { Segment } from '../segments/segment.ts';
import { FIELD_WORDS } from '../segments/segment-format.ts';
import { TERM_KEY, TERM_LENGTH, TERM_OFFSET, TERM_WORDS } from '../segments/term-table.ts';
import { CELL_BYTES, MAX_LEVEL } from './cells.ts';
import { coverMesh } from './shape-cover.ts';

/**
 * Finds the cells of queries that have something in common with the cells of a document's shapes: those that
 * hold one of them, and those inside. Cells stand in the order of a curve through the finest ones, on which each is
 * an interval: of two, one lies in the other or they are apart.
 */
export class ShapeProbe {
  readonly #segment: Segment;
  readonly #offered: TermSet;
  /** By field: where each cell begins on the curve, ascending, how long it is, and its term. */
  readonly #cells = new Map<
    number,
    { starts: Float64Array; levels: Uint8Array; terms: Int32Array }
  >();

  constructor(segment: Segment, offered: TermSet) {
    this.#segment = segment;
    this.#offered = offered;
    const { termMeta, termBytes, fieldClasses } = segment;
    if ((fieldClasses & (1 << GEO_SHAPE)) === 0) return;
    const found = new Map<number, { start: number; level: number; term: number }[]>();
    for (let term = 0; term * TERM_WORDS < termMeta.length; term++) {
      const key = termMeta[term * TERM_WORDS + TERM_KEY]!;
      const length = termMeta[term * TERM_WORDS + TERM_LENGTH]!;
      if ((key & 31) !== GEO_SHAPE || length !== CELL_BYTES) continue;
      const at = termMeta[term * TERM_WORDS + TERM_OFFSET]!;
      const [level, column, row] = readCell(termBytes, at);
      const field = (key >>> 5) - 1;
      const cells = found.get(field) ?? [];
      cells.push({ start: startOf(level, column, row), level, term });
      found.set(field, cells);
    }
    for (const [field, cells] of found) {
      cells.sort((a, b) => a.start - b.start || a.level - b.level);
      this.#cells.set(field, {
        starts: Float64Array.from(cells, ({ start }) => start),
        levels: Uint8Array.from(cells, ({ level }) => level),
        terms: Int32Array.from(cells, ({ term }) => term),
      });
    }
  }

  get isEmpty(): boolean {
    return this.#cells.size === 0;
  }

  /** @param fieldOf the segment's number of a node's field, or -1 */
  offer(atoms: Atoms, fieldOf: (node: number) => number): void {
    if (atoms.shapes.length === 0) return;
    const { numbers, numberClasses, numberNodes, numberValues } = atoms;
    const { fields } = this.#segment;
    for (let i = 0; i < numbers; i++) {
      if (numberClasses[i] !== GEO_SHAPE) continue;
      const field = fieldOf(numberNodes[i]!);
      if (field < 0 || (fields[field * FIELD_WORDS]! & (1 << GEO_SHAPE)) === 0) continue;
      const shape = atoms.shapes[numberValues[2 * i]!]!;
      shape.cells ??= coverMesh(shape.mesh);
      for (let at = 0; at < shape.cells.length; at += 3)
        this.#probe(field, shape.cells[at]!, shape.cells[at + 1]!, shape.cells[at + 2]!);
    }
  }

  #probe(field: number, level: number, column: number, row: number): void {
    const cells = this.#cells.get(field);
    if (cells === undefined) return;
    const { starts, levels, terms } = cells;
    const start = startOf(level, column, row);
    const end = start + 4 ** (MAX_LEVEL - level);
    for (let i = firstFrom(starts, start); i < starts.length && starts[i]! < end; i++)
      this.#offered.add(terms[i]!);
    // Those around it begin before it, each at a place of its own.
    for (let above = level - 1; above >= 0; above--) {
      const shift = 2 ** (level - above);
      const around = startOf(above, Math.floor(column / shift), Math.floor(row / shift));
      for (let i = firstFrom(starts, around); starts[i] === around; i++) {
        if (levels[i] === above) this.#offered.add(terms[i]!);
      }
    }
  }
}

function firstFrom(starts: Float64Array, least: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (starts[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

function readCell(bytes: Uint8Array, at: number): [level: number, column: number, row: number] {
  const word = (from: number) =>
    (bytes[from]! |
      (bytes[from + 1]! << 8) |
      (bytes[from + 2]! << 16) |
      (bytes[from + 3]! << 24)) >>>
    0;
  return [bytes[at]!, word(at + 1), word(at + 5)];
}

/** Place of a cell's first finest cell on the curve: the bits of column and row in turn. */
function startOf(level: number, column: number, row: number): number {
  const shift = MAX_LEVEL - level;
  const x = column * 2 ** shift;
  const y = row * 2 ** shift;
  // 26 bits each, in two halves: shifts have 32 bits.
  const high = spread(x >>> 13) + 2 * spread(y >>> 13);
  const low = spread(x & 0x1fff) + 2 * spread(y & 0x1fff);
  return high * 2 ** 26 + low;
}

/** The lower 13 bits with a gap behind each. */
function spread(bits: number): number {
  let spaced = bits & 0x1fff;
  spaced = (spaced | (spaced << 8)) & 0x00ff00ff;
  spaced = (spaced | (spaced << 4)) & 0x0f0f0f0f;
  spaced = (spaced | (spaced << 2)) & 0x33333333;
  return (spaced | (spaced << 1)) & 0x55555555;
}
