/** A small deterministic generator (mulberry32): the same workload on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** In [0, bound). */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }
}

/** Ranks 0, 1, 2, … with chances 1 : 1/2 : 1/3 : … */
export class Zipf {
  readonly #random: Random;
  /** Sum of the weights of all ranks below. */
  readonly #below: Float64Array;

  constructor(size: number, random: Random) {
    this.#random = random;
    this.#below = new Float64Array(size + 1);
    for (let rank = 0; rank < size; rank++)
      this.#below[rank + 1] = this.#below[rank]! + 1 / (rank + 1);
  }

  /** A rank, of those from `from` on. */
  next(from = 0): number {
    const below = this.#below;
    const total = below.at(-1)!;
    const at = below[from]! + this.#random.next() * (total - below[from]!);
    let low = from;
    let high = below.length - 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (below[middle + 1]! <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Chance that a rank drawn from `from` on is among `tries` ranks drawn from all. */
  hitRate(from: number, tries: number): number {
    const below = this.#below;
    const total = below.at(-1)!;
    const rest = total - below[from]!;
    let rate = 0;
    for (let rank = from; rank < below.length - 1; rank++) {
      const weight = 1 / (rank + 1);
      rate += (weight / rest) * (1 - (1 - weight / total) ** tries);
    }
    return rate;
  }
}
