/** A growing list of 32-bit integers without an object per element. */
export class IntList {
  values: Int32Array;
  length = 0;

  constructor(capacity = 64) {
    this.values = new Int32Array(capacity);
  }

  push(value: number): number {
    if (this.length === this.values.length) this.#grow(this.length + 1);
    this.values[this.length] = value;
    return this.length++;
  }

  /** Appends `source[from, to)`. */
  append(source: Int32Array, from: number, to: number): void {
    if (this.length + to - from > this.values.length) this.#grow(this.length + to - from);
    this.values.set(source.subarray(from, to), this.length);
    this.length += to - from;
  }

  view(): Int32Array {
    return this.values.subarray(0, this.length);
  }

  #grow(needed: number): void {
    const grown = new Int32Array(Math.max(needed, this.values.length * 2));
    grown.set(this.values.subarray(0, this.length));
    this.values = grown;
  }
}

/** A growing run of bytes. */
export class ByteList {
  values: Uint8Array;
  length = 0;

  constructor(capacity = 1024) {
    this.values = new Uint8Array(capacity);
  }

  append(source: Uint8Array, from: number, to: number): number {
    const start = this.length;
    const needed = start + to - from;
    if (needed > this.values.length) {
      const grown = new Uint8Array(Math.max(needed, this.values.length * 2));
      grown.set(this.values.subarray(0, start));
      this.values = grown;
    }
    this.values.set(source.subarray(from, to), start);
    this.length = needed;
    return start;
  }
}
