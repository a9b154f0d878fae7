import { NO_MORE, type Spans } from './spans.ts';

/** Tokens at places in order, one long each. */
export class TermSpans implements Spans {
  readonly #places: Int32Array;
  #at = -1;
  start = -1;
  end = -1;

  constructor(places: Int32Array) {
    this.#places = places;
  }

  next(): number {
    if (++this.#at < this.#places.length) {
      this.start = this.#places[this.#at]!;
      this.end = this.start + 1;
    } else {
      this.start = NO_MORE;
      this.end = NO_MORE;
    }
    return this.start;
  }
}

/** A stretch of a length anywhere. */
export class GapSpans implements Spans {
  readonly #width: number;
  start = -1;

  constructor(width: number) {
    this.#width = width;
  }

  next(): number {
    return ++this.start;
  }

  /** Its place is where it is asked for. */
  skipTo(place: number): number {
    this.start = place;
    return place;
  }

  get end(): number {
    return (this.start + this.#width) | 0;
  }
}
