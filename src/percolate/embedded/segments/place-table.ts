/** Where each ordinal's query is: id of the segment, and its number in it. Eight bytes a query. */
export class PlaceTable {
  #segments = new Int32Array(1024);
  #queries = new Int32Array(1024);
  size = 0;

  has(ordinal: number): boolean {
    return this.segment(ordinal) !== 0;
  }

  /** Id of the segment, 0 for none. */
  segment(ordinal: number): number {
    return ordinal < this.#segments.length ? this.#segments[ordinal]! : 0;
  }

  query(ordinal: number): number {
    return this.#queries[ordinal]!;
  }

  set(ordinal: number, segment: number, query: number): void {
    if (ordinal >= this.#segments.length) this.#grow(ordinal + 1);
    if (this.#segments[ordinal] === 0) this.size++;
    this.#segments[ordinal] = segment;
    this.#queries[ordinal] = query;
  }

  delete(ordinal: number): void {
    if (!this.has(ordinal)) return;
    this.size--;
    this.#segments[ordinal] = 0;
  }

  #grow(needed: number): void {
    const size = Math.max(needed, this.#segments.length * 2);
    const segments = new Int32Array(size);
    segments.set(this.#segments);
    this.#segments = segments;
    const queries = new Int32Array(size);
    queries.set(this.#queries);
    this.#queries = queries;
  }
}
