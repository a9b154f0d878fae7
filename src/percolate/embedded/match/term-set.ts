/** The terms of a segment that the document at hand offers; cleared in constant time. */
export class TermSet {
  #keys = new Int32Array(1024);
  #stamps = new Int32Array(1024);
  #mask = 1023;
  #stamp = 1;
  /** The distinct terms, in order of arrival. */
  terms = new Int32Array(512);
  size = 0;

  clear(): void {
    this.size = 0;
    if (this.#mask > 65_535) {
      this.#keys = new Int32Array(1024);
      this.#stamps = new Int32Array(1024);
      this.#mask = 1023;
      this.terms = new Int32Array(512);
      this.#stamp = 0;
    }
    if (++this.#stamp === 0x7fffffff) {
      this.#stamps.fill(0);
      this.#stamp = 1;
    }
  }

  add(term: number): void {
    const mask = this.#mask;
    let slot = Math.imul(term, 0x9e3779b1) >>> 8;
    for (;;) {
      slot &= mask;
      if (this.#stamps[slot] !== this.#stamp) break;
      if (this.#keys[slot] === term) return;
      slot++;
    }
    this.#keys[slot] = term;
    this.#stamps[slot] = this.#stamp;
    this.terms[this.size++] = term;
    if (this.size === this.terms.length) this.#grow();
  }

  has(term: number): boolean {
    const mask = this.#mask;
    let slot = Math.imul(term, 0x9e3779b1) >>> 8;
    for (;;) {
      slot &= mask;
      if (this.#stamps[slot] !== this.#stamp) return false;
      if (this.#keys[slot] === term) return true;
      slot++;
    }
  }

  #grow(): void {
    const held = this.terms.subarray(0, this.size);
    const capacity = (this.#mask + 1) * 2;
    this.#keys = new Int32Array(capacity);
    this.#stamps = new Int32Array(capacity);
    this.#mask = capacity - 1;
    this.#stamp = 1;
    this.terms = new Int32Array(capacity >> 1);
    this.size = 0;
    for (const term of held) this.add(term);
  }
}
