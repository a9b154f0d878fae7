/** Start and end of what has no further stretch: Java's largest int. */
export const NO_MORE = 0x7fffffff;

/**
 * Goes over stretches of words as one of Lucene's interval iterators does. What its own members say is part of
 * its meaning even before the first and behind the last stretch, for others look at them then as well.
 */
export interface IntervalIterator {
  /** Position of the first word; -1 before {@link next} was called. */
  readonly start: number;
  /** Position of the last word. */
  readonly end: number;
  /** Positions between the parts of the stretch. */
  readonly gaps: number;
  /** Of most, from start to end. */
  readonly width: number;
  /** Goes on. @returns the new start, or {@link NO_MORE} */
  next(): number;
}

export function widthOf({ start, end }: IntervalIterator): number {
  return (end - start + 1) | 0;
}

/** Words of one step: what next returned, start, end, gaps, width. */
const STEP = 5;

/** Says how much is looked at next, see WorkMeter. */
export interface Spending {
  spend(units: number): void;
}

/**
 * All that an iterator says of itself, step by step until it says nothing new. Several others go over it, each from
 * the beginning: so what stands in a clause more than once is found once.
 */
export class IntervalSteps {
  readonly #steps: number[];

  constructor(iterator: IntervalIterator, work: Spending) {
    const steps = [NO_MORE, iterator.start, iterator.end, 0, 0];
    for (;;) {
      work.spend(1);
      const next = iterator.next();
      const { start, end } = iterator;
      const isOver = next === NO_MORE && start === NO_MORE && end === NO_MORE;
      steps.push(next, start, end, isOver ? 0 : iterator.gaps, isOver ? 0 : iterator.width);
      if (isOver) break;
    }
    this.#steps = steps;
  }

  /** Whether there is a stretch at all. */
  get isEmpty(): boolean {
    return this.#steps[STEP] === NO_MORE;
  }

  iterate(): IntervalIterator {
    return new Replay(this.#steps);
  }
}

class Replay implements IntervalIterator {
  readonly #steps: readonly number[];
  #at = 0;

  constructor(steps: readonly number[]) {
    this.#steps = steps;
  }

  get start(): number {
    return this.#steps[this.#at + 1]!;
  }

  get end(): number {
    return this.#steps[this.#at + 2]!;
  }

  get gaps(): number {
    return this.#steps[this.#at + 3]!;
  }

  get width(): number {
    return this.#steps[this.#at + 4]!;
  }

  next(): number {
    if (this.#at + STEP < this.#steps.length) this.#at += STEP;
    return this.#steps[this.#at]!;
  }
}

/** The places of words, each a stretch of one. */
export class Positions implements IntervalIterator {
  readonly #positions: Int32Array;
  #at = -1;

  constructor(positions: Int32Array) {
    this.#positions = positions;
  }

  get start(): number {
    if (this.#at < 0) return -1;
    return this.#at < this.#positions.length ? this.#positions[this.#at]! : NO_MORE;
  }

  get end(): number {
    return this.start;
  }

  readonly gaps = 0;
  readonly width = 1;

  next(): number {
    if (this.#at < this.#positions.length) this.#at++;
    return this.start;
  }
}
