/** Behind the last place. */
export const NO_MORE = 0x7fffffff;

/**
 * Goes over stretches of one document, as Lucene's class of the same name does: what it finds depends on
 * how it goes, so the steps are the same. Numbers are 32-bit integers.
 */
export interface Spans {
  /** -1 before the first {@link next}, NO_MORE behind the last. */
  readonly start: number;
  readonly end: number;
  /** Steps to the next stretch. @returns its start, or NO_MORE */
  next(): number;
}

/**
 * One that looks for its first stretch before anybody steps to it: Lucene asks first whether the
 * document has any.
 */
export abstract class SoughtSpans implements Spans {
  #isAtFirst = false;

  /** Finds the first stretch. @returns whether there is one */
  seek(): boolean {
    this.#isAtFirst = this.first();
    return this.#isAtFirst;
  }

  next(): number {
    if (this.#isAtFirst) {
      this.#isAtFirst = false;
      return this.start;
    }
    return this.following();
  }

  get start(): number {
    return this.#isAtFirst ? -1 : this.ownStart;
  }

  get end(): number {
    return this.#isAtFirst ? -1 : this.ownEnd;
  }

  protected abstract first(): boolean;
  protected abstract following(): number;
  protected abstract readonly ownStart: number;
  protected abstract readonly ownEnd: number;
}

/** Whether one stands before another: by starts, then by ends. */
export function isBefore(one: Spans, other: Spans): boolean {
  return one.start === other.start ? one.end < other.end : one.start < other.start;
}

/**
 * Lucene's priority queue. Among stretches at the same places it is the steps of the heap that say
 * which one is moved next.
 */
export class SpansQueue {
  /** From 1. */
  readonly #heap: Spans[] = [];
  #size = 0;

  add(spans: Spans): void {
    this.#heap[++this.#size] = spans;
    this.#up(this.#size);
  }

  get top(): Spans {
    return this.#heap[1]!;
  }

  /** The top has moved. */
  updateTop(): Spans {
    this.#down();
    return this.#heap[1]!;
  }

  #up(from: number): void {
    const heap = this.#heap;
    let i = from;
    const node = heap[i]!;
    let j = i >>> 1;
    while (j > 0 && isBefore(node, heap[j]!)) {
      heap[i] = heap[j]!;
      i = j;
      j >>>= 1;
    }
    heap[i] = node;
  }

  #down(): void {
    const heap = this.#heap;
    const size = this.#size;
    let i = 1;
    const node = heap[i]!;
    let j = i << 1;
    let k = j + 1;
    if (k <= size && isBefore(heap[k]!, heap[j]!)) j = k;
    while (j <= size && isBefore(heap[j]!, node)) {
      heap[i] = heap[j]!;
      i = j;
      j = i << 1;
      k = j + 1;
      if (k <= size && isBefore(heap[k]!, heap[j]!)) j = k;
    }
    heap[i] = node;
  }
}
