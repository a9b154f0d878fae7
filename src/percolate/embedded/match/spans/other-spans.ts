import type { WorkMeter } from '../work-meter.ts';
import { NO_MORE, SoughtSpans, type Spans, SpansQueue } from './spans.ts';

/** All stretches of several clauses, each of which has one. */
export class OrSpans implements Spans {
  readonly #clauses: readonly Spans[];
  readonly #meter: WorkMeter;
  readonly #queue = new SpansQueue();
  #top: Spans | undefined;

  constructor(clauses: readonly Spans[], meter: WorkMeter) {
    this.#clauses = clauses;
    this.#meter = meter;
  }

  next(): number {
    if (this.#top === undefined) {
      for (const spans of this.#clauses) {
        spans.next();
        this.#queue.add(spans);
      }
      this.#top = this.#queue.top;
    } else {
      this.#meter.spend(1);
      this.#top.next();
      this.#top = this.#queue.updateTop();
    }
    return this.#top.start;
  }

  get start(): number {
    return this.#top === undefined ? -1 : this.#top.start;
  }

  get end(): number {
    return this.#top === undefined ? -1 : this.#top.end;
  }
}

/** What {@link FilteredSpans} makes of a stretch. */
export type Verdict = 'take' | 'leave' | 'end';

/** The stretches that pass a test. */
export class FilteredSpans extends SoughtSpans {
  readonly #inner: Spans;
  readonly #test: (spans: Spans) => Verdict;
  readonly #meter: WorkMeter;
  protected ownStart = -1;

  constructor(inner: Spans, test: (spans: Spans) => Verdict, meter: WorkMeter) {
    super();
    this.#inner = inner;
    this.#test = test;
    this.#meter = meter;
  }

  protected first(): boolean {
    return this.following() !== NO_MORE;
  }

  protected following(): number {
    for (;;) {
      this.#meter.spend(1);
      this.ownStart = this.#inner.next();
      if (this.ownStart === NO_MORE) return NO_MORE;
      const verdict = this.#test(this.#inner);
      if (verdict === 'take') return this.ownStart;
      if (verdict === 'end') {
        this.ownStart = NO_MORE;
        return NO_MORE;
      }
    }
  }

  protected get ownEnd(): number {
    return this.ownStart === NO_MORE ? NO_MORE : this.#inner.end;
  }
}

/** What ends at a place, or before. */
export function endsBy(end: number): (spans: Spans) => Verdict {
  return (spans) => {
    if (spans.start >= end) return 'end';
    return spans.end <= end ? 'take' : 'leave';
  };
}

/** What does not overlap with what is excluded. */
export function apartFrom(
  excluded: Spans,
  pre: number,
  post: number,
  meter: WorkMeter,
): (spans: Spans) => Verdict {
  return (spans) => {
    if (excluded.start === -1) excluded.next();
    while (excluded.end <= ((spans.start - pre) | 0)) {
      meter.spend(1);
      if (excluded.next() === NO_MORE) return 'take';
    }
    return ((excluded.start - post) | 0) >= spans.end ? 'take' : 'leave';
  };
}

/** The big stretches with a little one in them, or those little ones. */
export class PairedSpans extends SoughtSpans {
  readonly #big: Spans;
  readonly #little: Spans;
  readonly #isBig: boolean;
  readonly #meter: WorkMeter;
  #isExhausted = false;

  constructor(big: Spans, little: Spans, isBig: boolean, meter: WorkMeter) {
    super();
    this.#big = big;
    this.#little = little;
    this.#isBig = isBig;
    this.#meter = meter;
  }

  protected first(): boolean {
    return this.following() !== NO_MORE;
  }

  protected following(): number {
    this.#isExhausted = !(this.#isBig ? this.#nextBig() : this.#nextLittle());
    return this.ownStart;
  }

  #nextBig(): boolean {
    const [big, little] = [this.#big, this.#little];
    while (big.next() !== NO_MORE) {
      this.#meter.spend(1);
      while (little.start < big.start) {
        this.#meter.spend(1);
        if (little.next() === NO_MORE) return false;
      }
      if (big.end >= little.end) return true;
    }
    return false;
  }

  #nextLittle(): boolean {
    const [big, little] = [this.#big, this.#little];
    while (little.next() !== NO_MORE) {
      this.#meter.spend(1);
      while (big.end < little.end) {
        this.#meter.spend(1);
        if (big.next() === NO_MORE) return false;
      }
      if (big.start <= little.start) return true;
    }
    return false;
  }

  protected get ownStart(): number {
    return this.#isExhausted ? NO_MORE : (this.#isBig ? this.#big : this.#little).start;
  }

  protected get ownEnd(): number {
    return this.#isExhausted ? NO_MORE : (this.#isBig ? this.#big : this.#little).end;
  }
}
