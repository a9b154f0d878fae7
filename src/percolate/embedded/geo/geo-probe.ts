import { GEO_POINT } from '../compile/term-class.ts';
import type { TermSet } from '../match/term-set.ts';
import type { Atoms } from '../scan/atoms.ts';
import type { Segment } from '../segments/segment.ts';
import { FIELD_WORDS } from '../segments/segment-format.ts';
import { TERM_HASH, TERM_KEY, TERM_OFFSET, TERM_WORDS } from '../segments/term-table.ts';
import { CELL_BYTES, cellHash, writeCell } from './cells.ts';

/** At least so many bits of the filter for each cell. */
const FILTER_BITS = 8;

/** Finds the cells of queries in which the points of a document lie. */
export class GeoProbe {
  readonly #segment: Segment;
  readonly #offered: TermSet;
  /** Levels of cells that occur. */
  readonly #levels: readonly number[];
  /** A bit for the hash of each cell: most of what is looked up is none, and this fits a nearer cache. */
  readonly #filter: Int32Array;
  readonly #cell = new Uint8Array(CELL_BYTES);

  constructor(segment: Segment, offered: TermSet) {
    this.#segment = segment;
    this.#offered = offered;
    const { termMeta, termBytes, fieldClasses } = segment;
    const hashes: number[] = [];
    const levels = new Set<number>();
    const isAsked = (fieldClasses & (1 << GEO_POINT)) !== 0;
    for (let at = 0; isAsked && at < termMeta.length; at += TERM_WORDS) {
      if ((termMeta[at + TERM_KEY]! & 31) !== GEO_POINT) continue;
      hashes.push(termMeta[at + TERM_HASH]!);
      levels.add(termBytes[termMeta[at + TERM_OFFSET]!]!);
    }
    this.#levels = [...levels].sort((a, b) => a - b);
    this.#filter = filterOf(hashes);
  }

  get isEmpty(): boolean {
    return this.#levels.length === 0;
  }

  /** @param fieldOf the segment's number of a node's field, or -1 */
  offer(atoms: Atoms, pathHashes: readonly number[], fieldOf: (node: number) => number): void {
    const { numbers, numberClasses, numberNodes, numberValues } = atoms;
    const { fields } = this.#segment;
    for (let i = 0; i < numbers; i++) {
      if (numberClasses[i] !== GEO_POINT) continue;
      const node = numberNodes[i]!;
      const field = fieldOf(node);
      if (field < 0 || (fields[field * FIELD_WORDS]! & (1 << GEO_POINT)) === 0) continue;
      const key = ((field + 1) << 5) | GEO_POINT;
      this.#probe(key, pathHashes[node]!, numberValues[2 * i + 1]!, numberValues[2 * i]!);
    }
  }

  #probe(key: number, pathHash: number, lat: number, lon: number): void {
    const filter = this.#filter;
    const mask = filter.length - 1;
    for (const level of this.#levels) {
      writeCell(this.#cell, level, lat, lon);
      const hash = cellHash(this.#cell, pathHash, GEO_POINT);
      if ((filter[(hash >>> 5) & mask]! & (1 << hash)) === 0) continue;
      const term = this.#segment.lookup(key, hash, this.#cell, 0, CELL_BYTES);
      if (term >= 0) this.#offered.add(term);
    }
  }
}

function filterOf(hashes: readonly number[]): Int32Array {
  let words = 1;
  while (words * 32 < hashes.length * FILTER_BITS) words *= 2;
  const filter = new Int32Array(words);
  for (const hash of hashes) filter[(hash >>> 5) & (words - 1)]! |= 1 << hash;
  return filter;
}
