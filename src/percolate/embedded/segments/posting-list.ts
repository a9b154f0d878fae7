import { IntList } from '../memory/int-list.ts';

/** No further term is required: what other numbers stand for in the second word of a posting, see anchor.ts. */
export const NOTHING_REQUIRED = 0x7fffffff;

/** (entry, required) by term, of a segment in the making. */
export class PostingList {
  readonly #terms = new IntList(256);
  readonly #entries = new IntList(512);

  add(term: number, entry: number, required: number): void {
    this.#terms.push(term);
    this.#entries.push(entry);
    this.#entries.push(required);
  }

  /** Counting sort by term: postings of a term stand together, queries ascending. */
  sorted(terms: number): { starts: Int32Array; postings: Int32Array } {
    const termOf = this.#terms.view();
    const entries = this.#entries.values;
    const starts = new Int32Array(terms + 1);
    for (const term of termOf) starts[term + 1]! += 2;
    for (let term = 0; term < terms; term++) starts[term + 1]! += starts[term]!;
    const next = starts.slice();
    const postings = new Int32Array(this.#entries.length);
    for (let k = 0; k < termOf.length; k++) {
      const at = next[termOf[k]!]!;
      postings[at] = entries[2 * k]!;
      postings[at + 1] = entries[2 * k + 1]!;
      next[termOf[k]!] = at + 2;
    }
    return { starts, postings };
  }

  /** The same for few terms of many: (term, one past its last posting word) of each that has some. */
  grouped(terms: number): { groups: Int32Array; postings: Int32Array } {
    if (this.#terms.length === 0) return { groups: new Int32Array(0), postings: new Int32Array(0) };
    const { starts, postings } = this.sorted(terms);
    const groups: number[] = [];
    for (let term = 0; term < terms; term++) {
      if (starts[term + 1]! > starts[term]!) groups.push(term, starts[term + 1]!);
    }
    return { groups: Int32Array.from(groups), postings };
  }
}
