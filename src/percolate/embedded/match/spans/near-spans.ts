import type { WorkMeter } from '../work-meter.ts';
import { GapSpans } from './leaf-spans.ts';
import { NO_MORE, SoughtSpans, type Spans, SpansQueue } from './spans.ts';

/**
 * Stretches one after the other: for each of the first clause, of each further one the next that is
 * behind the one before. A later one that would be nearer is not looked for.
 */
export class OrderedSpans extends SoughtSpans {
  readonly #clauses: readonly Spans[];
  readonly #slop: number;
  readonly #meter: WorkMeter;
  protected ownStart = -1;
  protected ownEnd = -1;
  #width = 0;
  #isExhausted = false;

  constructor(clauses: readonly Spans[], slop: number, meter: WorkMeter) {
    super();
    this.#clauses = clauses;
    this.#slop = slop;
    this.#meter = meter;
  }

  protected first(): boolean {
    return this.#find();
  }

  protected following(): number {
    if (this.#find()) return this.ownStart;
    this.ownStart = NO_MORE;
    this.ownEnd = NO_MORE;
    return NO_MORE;
  }

  #find(): boolean {
    this.#isExhausted = false;
    while (this.#clauses[0]!.next() !== NO_MORE && !this.#isExhausted) {
      this.#meter.spend(this.#clauses.length);
      if (this.#stretch() && this.#width <= this.#slop) return true;
    }
    return false;
  }

  /** Moves the clauses behind each other. */
  #stretch(): boolean {
    const clauses = this.#clauses;
    let before = clauses[0]!;
    this.ownStart = before.start;
    this.#width = 0;
    for (let i = 1; i < clauses.length; i++) {
      const spans = clauses[i]!;
      if (this.#advance(spans, before.end) === NO_MORE) {
        this.#isExhausted = true;
        return false;
      }
      this.#width = (this.#width + spans.start - before.end) | 0;
      before = spans;
    }
    this.ownEnd = before.end;
    return true;
  }

  #advance(spans: Spans, place: number): number {
    if (spans instanceof GapSpans) return spans.skipTo(place);
    while (spans.start < place) {
      this.#meter.spend(1);
      spans.next();
    }
    return spans.start;
  }
}

/**
 * Stretches in any order, which may overlap. The clause that stands first is moved on, so that of several
 * arrangements some are never seen.
 */
export class UnorderedSpans extends SoughtSpans {
  readonly #clauses: readonly Spans[];
  readonly #slop: number;
  readonly #meter: WorkMeter;
  readonly #queue = new SpansQueue();
  #length = 0;
  #lastEnd = -1;
  #isExhausted = false;

  constructor(clauses: readonly Spans[], slop: number, meter: WorkMeter) {
    super();
    this.#clauses = clauses;
    this.#slop = slop;
    this.#meter = meter;
  }

  protected first(): boolean {
    for (const spans of this.#clauses) {
      spans.next();
      this.#queue.add(spans);
      this.#lastEnd = Math.max(this.#lastEnd, spans.end);
      this.#length += spans.end - spans.start;
    }
    while (!this.#isMatch()) if (!this.#move()) return false;
    return true;
  }

  protected following(): number {
    do {
      if (!this.#move()) {
        this.#isExhausted = true;
        return NO_MORE;
      }
    } while (!this.#isMatch());
    return this.#queue.top.start;
  }

  #move(): boolean {
    this.#meter.spend(this.#clauses.length);
    const { top } = this.#queue;
    const length = top.end - top.start;
    if (top.next() === NO_MORE) return false;
    this.#length += top.end - top.start - length;
    this.#lastEnd = Math.max(this.#lastEnd, top.end);
    this.#queue.updateTop();
    return true;
  }

  #isMatch(): boolean {
    return this.#lastEnd - this.#queue.top.start - this.#length <= this.#slop;
  }

  protected get ownStart(): number {
    return this.#isExhausted ? NO_MORE : this.#queue.top.start;
  }

  protected get ownEnd(): number {
    return this.#isExhausted ? NO_MORE : this.#lastEnd;
  }
}
