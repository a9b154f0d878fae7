/** A text that a char filter made of another, with a map of offsets, as Lucene's `BaseCharFilter` keeps it. */
export class Filtered {
  text = '';
  /** Offsets in the new text, rising, from which on each of {@link #moves} is added. */
  readonly #offsets: number[] = [];
  readonly #moves: number[] = [];

  /** From the offset in the new text on, so many characters of the old one have to be added. */
  move(offset: number, by: number): void {
    const last = this.#offsets.length - 1;
    if (last >= 0 && this.#offsets[last] === offset) this.#moves[last] = by;
    else {
      this.#offsets.push(offset);
      this.#moves.push(by);
    }
  }

  /** What all moves up to now come to. */
  get moved(): number {
    return this.#moves.at(-1) ?? 0;
  }

  /** The offset in the old text. */
  correct(offset: number): number {
    let low = 0;
    let high = this.#offsets.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#offsets[middle]! <= offset) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? offset : offset + this.#moves[low - 1]!;
  }
}
