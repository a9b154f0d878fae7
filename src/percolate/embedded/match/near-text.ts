/**
 * Finds texts within one or two edits of another. An edit puts in, takes out or replaces a character, or
 * swaps two neighbours; no character is edited twice (the optimal string alignment, as in Lucene). Its
 * tables are kept from text to text.
 */
export class NearText {
  #codes = new Int32Array(64);
  #length = 0;
  #prefix = 0;
  #edits = 0;
  #swaps = false;
  #other = new Int32Array(64);
  /** Distances of the beginnings: the row at hand, and the two before. */
  #rows: [Uint8Array, Uint8Array, Uint8Array] = [
    new Uint8Array(64),
    new Uint8Array(64),
    new Uint8Array(64),
  ];

  /**
   * What texts are compared with: UTF-8 bytes[from, to).
   * @param prefix characters at the beginning that have to be the same
   */
  begin(
    bytes: Uint8Array,
    from: number,
    to: number,
    prefix: number,
    edits: number,
    swaps: boolean,
  ): void {
    if (to - from > this.#codes.length) this.#codes = new Int32Array((to - from) * 2);
    this.#length = decode(bytes, from, to, this.#codes, to - from);
    this.#prefix = Math.min(prefix, this.#length);
    this.#edits = edits;
    this.#swaps = swaps;
    const room = this.#length + edits + 2;
    if (this.#other.length < room) this.#other = new Int32Array(room * 2);
    if (this.#rows[0].length < room) {
      this.#rows = [new Uint8Array(room * 2), new Uint8Array(room * 2), new Uint8Array(room * 2)];
    }
  }

  /** Whether UTF-8 bytes[from, to) is near enough. */
  isNear(bytes: Uint8Array, from: number, to: number): boolean {
    const edits = this.#edits;
    const codes = this.#codes;
    const other = this.#other;
    // A character has four bytes at most.
    if (to - from < this.#length - edits || to - from > (this.#length + edits) * 4) return false;
    let otherLength = decode(bytes, from, to, other, this.#length + edits + 1);
    let length = this.#length;
    if (Math.abs(length - otherLength) > edits) return false;
    let first = 0;
    while (first < length && first < otherLength && codes[first] === other[first]) first++;
    if (first < this.#prefix) return false;
    while (length > first && otherLength > first && codes[length - 1] === other[otherLength - 1]) {
      length--;
      otherLength--;
    }
    return this.#isWithin(first, length, otherLength);
  }

  /** Whether codes[first, end) becomes other[first, otherEnd): only cells near the diagonal can. */
  #isWithin(first: number, end: number, otherEnd: number): boolean {
    const edits = this.#edits;
    const codes = this.#codes;
    const other = this.#other;
    const columns = otherEnd - first;
    const rows = end - first;
    const over = edits + 1;
    let [before, last, row] = this.#rows;
    for (let j = 0; j <= columns; j++) last[j] = Math.min(j, over);
    for (let i = 1; i <= rows; i++) {
      const low = Math.max(1, i - edits);
      const high = Math.min(columns, i + edits);
      const code = codes[first + i - 1]!;
      row[low - 1] = low === 1 ? Math.min(i, over) : over;
      let least = row[low - 1]!;
      for (let j = low; j <= high; j++) {
        const same = other[first + j - 1] === code;
        let distance = last[j - 1]! + (same ? 0 : 1);
        if (row[j - 1]! + 1 < distance) distance = row[j - 1]! + 1;
        // Above the last cell of the row before there is none.
        if (j < i + edits && last[j]! + 1 < distance) distance = last[j]! + 1;
        if (
          this.#swaps &&
          i > 1 &&
          j > 1 &&
          other[first + j - 2] === code &&
          other[first + j - 1] === codes[first + i - 2] &&
          before[j - 2]! + 1 < distance
        ) {
          distance = before[j - 2]! + 1;
        }
        row[j] = Math.min(distance, over);
        if (distance < least) least = distance;
      }
      if (least > edits) return false;
      [before, last, row] = [last, row, before];
    }
    return last[columns]! <= edits;
  }
}

/** The characters of UTF-8 bytes[from, to), no more than `most`; answers how many there are. */
function decode(
  bytes: Uint8Array,
  from: number,
  to: number,
  into: Int32Array,
  most: number,
): number {
  let count = 0;
  for (let at = from; at < to && count < most; ) {
    const byte = bytes[at++]!;
    let code = byte;
    if (byte >= 0xc0) {
      let further = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
      code = byte & (0x3f >> further);
      for (; further > 0; further--) code = (code << 6) | (bytes[at++]! & 0x3f);
    }
    into[count++] = code;
  }
  return count;
}
