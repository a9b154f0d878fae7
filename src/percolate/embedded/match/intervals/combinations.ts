import { IntervalQueue } from './interval-queue.ts';
import { type IntervalIterator, NO_MORE, type Spending, widthOf } from './interval-steps.ts';

/** Each of the parts behind the one before it. The algorithms are those of Lucene 8.11, step by step. */
export class Ordered implements IntervalIterator {
  readonly #parts: readonly IntervalIterator[];
  readonly #work: Spending;
  start = -1;
  end = -1;
  gaps = -1;

  constructor(parts: readonly IntervalIterator[], work: Spending) {
    this.#parts = parts;
    this.#work = work;
    parts[0]!.next();
  }

  get width(): number {
    return widthOf(this);
  }

  next(): number {
    const parts = this.#parts;
    const [first, last] = [parts[0]!, parts.at(-1)!];
    this.start = NO_MORE;
    this.end = NO_MORE;
    this.gaps = NO_MORE;
    let bound = NO_MORE;
    let isFound = false;
    for (;;) {
      if (!this.#reach(bound, isFound)) return this.start;
      this.start = first.start;
      if (this.start === NO_MORE) {
        this.end = NO_MORE;
        return NO_MORE;
      }
      this.end = last.end;
      this.gaps = gapsIn(this, parts);
      bound = last.start;
      if (first.next() === NO_MORE) return this.start;
      isFound = true;
    }
  }

  /** Moves the parts until each is behind the one before it, and before the bound. */
  #reach(bound: number, isFound: boolean): boolean {
    const parts = this.#parts;
    for (let i = 1; ; i++) {
      this.#work.spend(1);
      const before = parts[i - 1]!;
      if (before.end >= bound) return false;
      if (i === parts.length || (isFound && parts[i]!.start > before.end)) return true;
      const part = parts[i]!;
      do {
        this.#work.spend(1);
        if (part.end >= bound || part.next() === NO_MORE) return false;
      } while (part.start <= before.end);
    }
  }
}

/** All of the parts, wherever they are. */
export class Unordered implements IntervalIterator {
  readonly #parts: readonly IntervalIterator[];
  readonly #work: Spending;
  readonly #queue = new IntervalQueue(
    (a, b) => a.start < b.start || (a.start === b.start && a.end >= b.end),
  );
  #farthest = -1;
  start = -1;
  end = -1;
  gaps = 0;

  constructor(parts: readonly IntervalIterator[], work: Spending) {
    this.#parts = parts;
    this.#work = work;
    for (const part of parts) {
      if (part.next() === NO_MORE) break;
      this.#add(part);
    }
  }

  get width(): number {
    return widthOf(this);
  }

  next(): number {
    const queue = this.#queue;
    while (this.#isFull && queue.top.start === this.start) this.#advance();
    if (!this.#isFull) {
      this.start = NO_MORE;
      this.end = NO_MORE;
      return NO_MORE;
    }
    do {
      this.start = queue.top.start;
      this.end = this.#farthest;
      this.#work.spend(this.#parts.length);
      this.gaps = gapsIn(this, this.#parts);
      if (queue.top.end === this.end) return this.start;
      this.#advance();
    } while (this.#isFull && this.end === this.#farthest);
    return this.start;
  }

  get #isFull(): boolean {
    return this.#queue.size === this.#parts.length;
  }

  #advance(): void {
    this.#work.spend(1);
    const part = this.#queue.pop();
    if (part.next() !== NO_MORE) this.#add(part);
  }

  #add(part: IntervalIterator): void {
    this.#queue.add(part);
    if (part.end > this.#farthest) this.#farthest = part.end;
  }
}

/** Positions of a stretch that its parts do not take: some take more than once what they overlap in. */
function gapsIn(whole: IntervalIterator, parts: readonly IntervalIterator[]): number {
  let gaps = widthOf(whole);
  for (const part of parts) gaps = (gaps - part.width) | 0;
  return gaps;
}

/** Each of the parts right behind the one before it. */
export class Block implements IntervalIterator {
  readonly #parts: readonly IntervalIterator[];
  readonly #work: Spending;
  readonly gaps = 0;
  start = -1;
  end = -1;

  constructor(parts: readonly IntervalIterator[], work: Spending) {
    this.#parts = parts;
    this.#work = work;
  }

  get width(): number {
    return widthOf(this);
  }

  next(): number {
    const isFound = this.#reach();
    this.start = isFound ? this.#parts[0]!.start : NO_MORE;
    this.end = isFound ? this.#parts.at(-1)!.end : NO_MORE;
    return this.start;
  }

  #reach(): boolean {
    const parts = this.#parts;
    if (parts[0]!.next() === NO_MORE) return false;
    for (let i = 1; i < parts.length; i++) {
      const [before, part] = [parts[i - 1]!, parts[i]!];
      while (part.start <= before.end) {
        this.#work.spend(1);
        if (part.next() === NO_MORE) return false;
      }
      if (part.start === ((before.end + 1) | 0)) continue;
      if (parts[0]!.next() === NO_MORE) return false;
      i = 0;
    }
    return true;
  }
}

/** Stretches of any of the parts, but for those that hold another one. */
export class AnyOf implements IntervalIterator {
  readonly #work: Spending;
  readonly #queue = new IntervalQueue(
    (a, b) => a.end < b.end || (a.end === b.end && a.start >= b.start),
  );
  #current: IntervalIterator | 'before' | 'behind' = 'before';

  constructor(parts: readonly IntervalIterator[], work: Spending) {
    this.#work = work;
    for (const part of parts) {
      part.next();
      this.#queue.add(part);
    }
  }

  get start(): number {
    const current = this.#current;
    return typeof current === 'string' ? this.#outside(current) : current.start;
  }

  get end(): number {
    const current = this.#current;
    return typeof current === 'string' ? this.#outside(current) : current.end;
  }

  get gaps(): number {
    return typeof this.#current === 'string' ? 0 : this.#current.gaps;
  }

  get width(): number {
    return widthOf(this);
  }

  #outside(side: 'before' | 'behind'): number {
    return side === 'before' ? -1 : NO_MORE;
  }

  next(): number {
    const queue = this.#queue;
    if (typeof this.#current === 'string') {
      if (queue.size > 0) this.#current = queue.top;
      return this.start;
    }
    const { start, end } = this.#current;
    while (queue.size > 0 && holds(queue.top, start, end)) {
      this.#work.spend(1);
      const part = queue.pop();
      if (part.next() !== NO_MORE) queue.add(part);
    }
    this.#current = queue.size === 0 ? 'behind' : queue.top;
    return this.start;
  }
}

function holds(outer: IntervalIterator, start: number, end: number): boolean {
  return start >= outer.start && start <= outer.end && end >= outer.start && end <= outer.end;
}

/** So many stretches of one source in a row. */
export class Repeating implements IntervalIterator {
  readonly #part: IntervalIterator;
  readonly #count: number;
  readonly #starts: number[];
  readonly #ends: number[];
  #base = 0;
  #isStarted = false;
  #isOver = false;

  constructor(part: IntervalIterator, count: number) {
    this.#part = part;
    this.#count = count;
    this.#starts = Array<number>(count).fill(-1);
    this.#ends = Array<number>(count).fill(-1);
  }

  get start(): number {
    return this.#isOver ? NO_MORE : this.#starts[this.#base % this.#count]!;
  }

  get end(): number {
    return this.#isOver ? NO_MORE : this.#ends[(this.#base + this.#count - 1) % this.#count]!;
  }

  /** Lucene takes ends from starts here, so that only stretches of one word are as wide as they are. */
  get width(): number {
    let width = 0;
    for (let i = 0; i < this.#count; i++) width += this.#starts[i]! - this.#ends[i]! + 1;
    return width | 0;
  }

  get gaps(): number {
    return (widthOf(this) - this.width) | 0;
  }

  next(): number {
    if (this.#isOver) return NO_MORE;
    if (this.#isStarted) {
      const place = (this.#base + this.#count) % this.#count;
      this.#base = (this.#base + 1) % this.#count;
      return this.#take(place);
    }
    for (let i = 0; i < this.#count; i++) if (this.#take(i) === NO_MORE) return NO_MORE;
    this.#base = 0;
    this.#isStarted = true;
    return this.start;
  }

  #take(place: number): number {
    if (this.#part.next() === NO_MORE) {
      this.#isOver = true;
      return NO_MORE;
    }
    this.#starts[place] = this.#part.start;
    this.#ends[place] = this.#part.end;
    return this.start;
  }
}
