import type { Hit } from './broker.ts';
import type { CountedMemory } from './counted-memory.ts';

const WORDS = 3;
const SEQ = 0;
const START = 1;
const END = 2;
const FIRST_PLACES = 8;

/**
 * A queue of hits without their objects: kept as objects, each would live just long enough to be
 * moved among the old, and a flow of hits would leave tens of megabytes of old garbage there.
 */
export class HitFifo {
  /** {@link WORDS} numbers a place; the places go round. Float64, because admission numbers outgrow 32 bits. */
  #numbers = new Float64Array(0);
  /** Hits of one slab share its memory. */
  #memories: (CountedMemory | undefined)[] = [];
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Admission number of the hit that `shift()` would return after `k` others. */
  seqAt(k: number): number {
    return this.#numbers[this.#place(k) * WORDS + SEQ]!;
  }

  push({ seq, memory, start, end }: Hit): void {
    if (this.#length === this.#memories.length) this.#grow();
    const place = this.#place(this.#length++);
    this.#numbers[place * WORDS + SEQ] = seq;
    this.#numbers[place * WORDS + START] = start;
    this.#numbers[place * WORDS + END] = end;
    this.#memories[place] = memory;
  }

  at(k: number): Hit | undefined {
    if (k < 0 || k >= this.#length) return undefined;
    const place = this.#place(k);
    return {
      seq: this.#numbers[place * WORDS + SEQ]!,
      memory: this.#memories[place]!,
      start: this.#numbers[place * WORDS + START]!,
      end: this.#numbers[place * WORDS + END]!,
    };
  }

  shift(): Hit | undefined {
    const hit = this.at(0);
    if (hit === undefined) return undefined;
    this.#memories[this.#head] = undefined;
    this.#head = this.#place(1);
    this.#length--;
    if (this.#length === 0) {
      // An idle topic keeps nothing.
      this.#numbers = new Float64Array(0);
      this.#memories = [];
      this.#head = 0;
    }
    return hit;
  }

  /** The number of places is a power of two. */
  #place(k: number): number {
    return (this.#head + k) & (this.#memories.length - 1);
  }

  #grow(): void {
    const places = Math.max(FIRST_PLACES, this.#memories.length * 2);
    const numbers = new Float64Array(places * WORDS);
    const memories = new Array<CountedMemory | undefined>(places).fill(undefined);
    const before = this.#memories.length - this.#head;
    numbers.set(this.#numbers.subarray(this.#head * WORDS));
    numbers.set(this.#numbers.subarray(0, this.#head * WORDS), before * WORDS);
    for (let k = 0; k < this.#length; k++) memories[k] = this.#memories[this.#place(k)];
    this.#numbers = numbers;
    this.#memories = memories;
    this.#head = 0;
  }
}
