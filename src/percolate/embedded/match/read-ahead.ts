import type { IntList } from '../memory/int-list.ts';
import type { Segment } from '../segments/segment.ts';
import { QUERY_SHIFT } from '../segments/segment-format.ts';
import { TERM_OFFSET, TERM_WORDS } from '../segments/term-table.ts';
import type { TermSet } from './term-set.ts';

/** Words of postings that fit a near cache. */
const LEAST_TOUCHED = 65_536;
/** Fewer candidates are not worth it. */
const LEAST_WAITING = 8;

/**
 * Reads what will be read next of many things at once, so that the processor waits for the memory of all of
 * them together.
 */
export class ReadAhead {
  readonly #segment: Segment;
  #read = new Int32Array(256);

  constructor(segment: Segment) {
    this.#segment = segment;
  }

  /** The first posting of each term. */
  postings({ terms, size }: TermSet): void {
    const { postings, postingStarts } = this.#segment;
    const last = postings.length - 1;
    if (last < LEAST_TOUCHED) return;
    const read = this.#roomFor(size);
    for (let i = 0; i < size; i++) read[i] = postingStarts[terms[i]!]!;
    for (let i = 0; i < size; i++) read[i] = postings[Math.min(read[i]!, last)]!;
  }

  /** The programs of candidates, and patterns in them. */
  programs({ values, length }: IntList): void {
    if (length < LEAST_WAITING) return;
    const read = this.#roomFor(length);
    const { programs, programStarts, termMeta, termBytes, termCount } = this.#segment;
    for (let i = 0; i < length; i++) read[i] = programStarts[values[i]! >>> QUERY_SHIFT]!;
    // Where the first clause is a pattern, this is its term; what else it may be does no harm.
    const last = programs.length - 1;
    for (let i = 0; i < length; i++) read[i] = programs[Math.min(read[i]! + 7, last)]!;
    for (let i = 0; i < length; i++) {
      const term = Math.min(read[i]! >>> 0, termCount - 1);
      read[i] = termMeta[term * TERM_WORDS + TERM_OFFSET]!;
    }
    for (let i = 0; i < length; i++) read[i] = termBytes[read[i]!]!;
  }

  #roomFor(count: number): Int32Array {
    if (this.#read.length < count) this.#read = new Int32Array(count * 2);
    return this.#read;
  }
}
