import { type IntervalIterator, NO_MORE, widthOf } from './interval-steps.ts';

/** Stretches so many words longer. */
export class Extended implements IntervalIterator {
  readonly #part: IntervalIterator;
  readonly #before: number;
  readonly #after: number;
  #isPositioned = false;

  constructor(part: IntervalIterator, before: number, after: number) {
    this.#part = part;
    this.#before = before;
    this.#after = after;
  }

  get start(): number {
    if (!this.#isPositioned) return -1;
    const { start } = this.#part;
    return start === NO_MORE ? NO_MORE : Math.max(0, (start - this.#before) | 0);
  }

  get end(): number {
    if (!this.#isPositioned) return -1;
    const { end } = this.#part;
    if (end === NO_MORE) return NO_MORE;
    const extended = (end + this.#after) | 0;
    return extended < 0 || extended === NO_MORE ? NO_MORE - 1 : extended;
  }

  get gaps(): number {
    return this.#part.gaps;
  }

  get width(): number {
    return widthOf(this);
  }

  next(): number {
    this.#isPositioned = true;
    this.#part.next();
    return this.start;
  }
}

/** The one place before each stretch, or behind it. */
export class Beside implements IntervalIterator {
  readonly #part: IntervalIterator;
  readonly #isBefore: boolean;
  readonly gaps = 0;
  readonly width = 1;

  constructor(part: IntervalIterator, isBefore: boolean) {
    this.#part = part;
    this.#isBefore = isBefore;
  }

  get start(): number {
    const { start, end } = this.#part;
    if (this.#isBefore) return start === -1 || start === NO_MORE ? start : Math.max(0, start - 1);
    const place = (end + 1) | 0;
    if (place === 0) return -1;
    return place < 0 ? NO_MORE : Math.min(place, NO_MORE - 1);
  }

  get end(): number {
    return this.start;
  }

  next(): number {
    this.#part.next();
    return this.start;
  }
}

/** Those without more gaps than so many. */
export class MaxGaps implements IntervalIterator {
  readonly #part: IntervalIterator;
  readonly #gaps: number;

  constructor(part: IntervalIterator, gaps: number) {
    this.#part = part;
    this.#gaps = gaps;
  }

  get start(): number {
    return this.#part.start;
  }

  get end(): number {
    return this.#part.end;
  }

  get gaps(): number {
    return this.#part.gaps;
  }

  get width(): number {
    return widthOf(this);
  }

  next(): number {
    for (;;) {
      const next = this.#part.next();
      if (next === NO_MORE || this.#part.gaps <= this.#gaps) return next;
    }
  }
}
