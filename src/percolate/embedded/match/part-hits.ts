/** By term, the atoms of the document at hand that have it; cleared in constant time. */
export class PartHits {
  #terms = new Int32Array(1024);
  #stamps = new Int32Array(1024);
  /** First hit of the term in the slot. */
  #heads = new Int32Array(1024);
  #mask = 1023;
  #stamp = 1;
  #used = 0;
  #count = 0;
  #atoms = new Int32Array(512);
  /** The hit of the same term before; -1 behind the last. */
  #next = new Int32Array(512);

  clear(): void {
    this.#count = 0;
    this.#used = 0;
    if (this.#mask > 65_535) this.#resize(1024);
    if (this.#atoms.length > 65_536) {
      this.#atoms = new Int32Array(512);
      this.#next = new Int32Array(512);
    }
    if (++this.#stamp === 0x7fffffff) {
      this.#stamps.fill(0);
      this.#stamp = 1;
    }
  }

  /** Atoms come one after the other. @returns whether it is the first with the term */
  add(term: number, atom: number): boolean {
    const slot = this.#slotOf(term);
    const isNew = this.#stamps[slot] !== this.#stamp;
    const before = isNew ? -1 : this.#heads[slot]!;
    if (!isNew && this.#atoms[before] === atom) return false;
    if (this.#count === this.#atoms.length) this.#growHits();
    this.#atoms[this.#count] = atom;
    this.#next[this.#count] = before;
    this.#terms[slot] = term;
    this.#stamps[slot] = this.#stamp;
    this.#heads[slot] = this.#count++;
    if (isNew && ++this.#used * 2 > this.#mask) this.#growSlots();
    return isNew;
  }

  /** A hit, or -1. */
  first(term: number): number {
    const slot = this.#slotOf(term);
    return this.#stamps[slot] === this.#stamp ? this.#heads[slot]! : -1;
  }

  next(hit: number): number {
    return this.#next[hit]!;
  }

  atomOf(hit: number): number {
    return this.#atoms[hit]!;
  }

  #slotOf(term: number): number {
    const mask = this.#mask;
    let slot = (Math.imul(term, 0x9e3779b1) >>> 8) & mask;
    while (this.#stamps[slot] === this.#stamp && this.#terms[slot] !== term)
      slot = (slot + 1) & mask;
    return slot;
  }

  #growHits(): void {
    const { length } = this.#atoms;
    const [atoms, next] = [new Int32Array(length * 2), new Int32Array(length * 2)];
    atoms.set(this.#atoms);
    next.set(this.#next);
    this.#atoms = atoms;
    this.#next = next;
  }

  #growSlots(): void {
    const [terms, stamps, heads, stamp] = [this.#terms, this.#stamps, this.#heads, this.#stamp];
    this.#resize((this.#mask + 1) * 2);
    this.#stamp = 1;
    terms.forEach((term, from) => {
      if (stamps[from] !== stamp) return;
      const slot = this.#slotOf(term);
      this.#terms[slot] = term;
      this.#stamps[slot] = 1;
      this.#heads[slot] = heads[from]!;
    });
  }

  #resize(slots: number): void {
    this.#terms = new Int32Array(slots);
    this.#stamps = new Int32Array(slots);
    this.#heads = new Int32Array(slots);
    this.#mask = slots - 1;
    this.#stamp = 0;
  }
}
