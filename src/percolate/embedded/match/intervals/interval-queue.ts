import type { IntervalIterator } from './interval-steps.ts';

/** A heap that keeps equal elements in the order in which Lucene's does: which one comes first may decide. */
export class IntervalQueue {
  readonly #isLess: (a: IntervalIterator, b: IntervalIterator) => boolean;
  /** From 1. */
  readonly #heap: IntervalIterator[] = [];
  size = 0;

  constructor(isLess: (a: IntervalIterator, b: IntervalIterator) => boolean) {
    this.#isLess = isLess;
  }

  get top(): IntervalIterator {
    return this.#heap[1]!;
  }

  add(element: IntervalIterator): void {
    const heap = this.#heap;
    let at = ++this.size;
    for (let parent = at >>> 1; parent > 0 && this.#isLess(element, heap[parent]!); parent >>>= 1) {
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = element;
  }

  /** Takes the top away; there has to be one. */
  pop(): IntervalIterator {
    const top = this.top;
    const last = this.#heap[this.size]!;
    this.#heap[1] = last;
    this.size--;
    this.#sink(last);
    return top;
  }

  #sink(element: IntervalIterator): void {
    const heap = this.#heap;
    let at = 1;
    for (;;) {
      let child = at * 2;
      if (child < this.size && this.#isLess(heap[child + 1]!, heap[child]!)) child++;
      if (child > this.size || !this.#isLess(heap[child]!, element)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = element;
  }
}
