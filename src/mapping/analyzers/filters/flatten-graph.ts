import type { StreamToken, TokenStream } from '../token-stream.ts';
import type { FilterSpec } from './token-filter.ts';

/** Makes one line of the ways through tokens, so that all of them go through every node. */
export const flattenGraph: FilterSpec = {
  parameters: {},
  build: () => ({
    filter(stream) {
      new Flattening(stream).run();
      return stream;
    },
  }),
};

/** Where tokens leave from. */
interface Source {
  isSeen: boolean;
  readonly tokens: StreamToken[];
  farthest: number;
  nearest: number;
  /** The {@link Place} that it becomes part of; may only grow. */
  place: number;
  released: number;
}

/** One node of the line. */
interface Place {
  readonly sources: number[];
  isSeen: boolean;
  released: number;
  /** Offsets of tokens that leave, and that arrive. */
  start: number;
  end: number;
}

class Flattening {
  readonly #stream: TokenStream;
  readonly #sources = new Map<number, Source>();
  readonly #places: Place[] = [];
  /** The source of the last token that was read. */
  #from = -1;
  /** The place whose tokens are released now. */
  #releasing = 0;
  #lastReleased = -1;
  #lastStart = 0;
  #isDone = false;
  /** All tokens of the place that is released are known, until the next one is read. */
  #isReady = false;

  constructor(stream: TokenStream) {
    this.#stream = stream;
    Object.assign(this.#source(0), { isSeen: true, place: 0 });
    const first = this.#place(0);
    first.isSeen = true;
    first.sources.push(0);
    first.start = 0;
  }

  run(): void {
    for (const token of this.#stream.take()) {
      while (this.#release());
      this.#isReady = false;
      this.#read(token);
    }
    while (this.#release());
    this.#isDone = true;
    while (this.#release());
  }

  #source(at: number): Source {
    const known = this.#sources.get(at);
    if (known !== undefined) return known;
    const source: Source = {
      isSeen: false,
      tokens: [],
      farthest: -1,
      nearest: Number.MAX_SAFE_INTEGER,
      place: -1,
      released: 0,
    };
    this.#sources.set(at, source);
    return source;
  }

  #place(at: number): Place {
    while (this.#places.length <= at) {
      this.#places.push({ sources: [], isSeen: false, released: 0, start: -1, end: -1 });
    }
    return this.#places[at]!;
  }

  #read(token: StreamToken): void {
    const { increment, length, start, end } = token;
    this.#from += increment;
    const to = this.#from + length;
    const source = this.#source(this.#from);
    if (source.isSeen) {
      const place = this.#isMisplaced(source, increment)
        ? this.#placeAnew(source, start, increment)
        : this.#place(source.place);
      place.start = Math.max(place.start, start);
    } else this.#placeBehindGap(source, start, increment);
    source.tokens.push(token);
    source.farthest = Math.max(source.farthest, to);
    source.nearest = Math.min(source.nearest, to);
    const target = this.#source(to);
    target.isSeen = true;
    const next = source.place + 1;
    if (next > target.place) {
      if (target.place !== -1) remove(this.#place(target.place).sources, to);
      this.#place(next).sources.push(to);
      target.place = next;
    }
    const behind = this.#place(target.place);
    if (behind.end === -1 || end < behind.end) behind.end = end;
  }

  /** Whether a gap at the end of another way leads here, which nothing has counted so far. */
  #isMisplaced(source: Source, increment: number): boolean {
    if (increment <= 1) return false;
    const before = this.#source(this.#from - increment);
    return source.place - before.place <= 1 && before.nearest !== this.#from;
  }

  #placeAnew(source: Source, start: number, increment: number): Place {
    const old = this.#place(source.place);
    remove(old.sources, this.#from);
    source.place = -1;
    const place = this.#placeBehindGap(source, start, increment);
    place.end = old.end;
    return place;
  }

  #placeBehindGap(source: Source, start: number, increment: number): Place {
    source.isSeen = true;
    const at = this.#behindGap(this.#from - increment);
    const place = this.#place(at);
    source.place = at;
    place.start = place.isSeen ? Math.max(start, place.start) : start;
    place.isSeen = true;
    place.sources.push(this.#from);
    return place;
  }

  #behindGap(before: number): number {
    const last = this.#places.length - 1;
    if (before < 0) return last + 1;
    const { nearest } = this.#source(before);
    return nearest < this.#from ? this.#source(nearest).place + 1 : last;
  }

  /** @returns whether a token was released */
  #release(): boolean {
    while (this.#releasing < this.#places.length - 1) {
      const place = this.#places[this.#releasing]!;
      if (place.sources.length === 0) {
        this.#releasing += 1;
        this.#isReady = false;
        continue;
      }
      this.#isReady ||= this.#isDone || this.#isWhole(place);
      if (!this.#isReady) return false;
      const at = place.sources[place.released]!;
      const source = this.#source(at);
      if (source.tokens.length > 0) {
        this.#push(at, source, place);
        return true;
      }
      if (place.sources.length > 1) {
        place.released += 1;
        if (place.released < place.sources.length) continue;
      }
      this.#leave(place);
    }
    return false;
  }

  #isWhole({ sources }: Place): boolean {
    return sources.every((at) => this.#source(at).farthest <= this.#from);
  }

  #push(at: number, source: Source, place: Place): void {
    const token = source.tokens[source.released]!;
    const to = this.#source(at + token.length).place;
    const start = Math.max(this.#lastStart, place.start);
    this.#stream.push({
      ...token,
      increment: this.#releasing - this.#lastReleased,
      length: to - this.#releasing,
      start,
      end: Math.max(start, this.#place(to).end),
    });
    this.#lastReleased = this.#releasing;
    this.#lastStart = start;
    source.released += 1;
    if (source.released < source.tokens.length) return;
    place.released += 1;
    if (place.released === place.sources.length) this.#leave(place);
  }

  #leave({ sources }: Place): void {
    this.#releasing += 1;
    this.#isReady = false;
    const first = sources.reduce((least, at) => Math.min(least, at));
    for (const at of this.#sources.keys()) {
      if (at >= first) break;
      this.#sources.delete(at);
    }
  }
}

function remove(from: number[], value: number): void {
  const at = from.indexOf(value);
  if (at >= 0) from.splice(at, 1);
}
