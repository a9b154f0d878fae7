import type { Hit } from './broker.ts';
import { Fifo } from './fifo.ts';
import { HitFifo } from './hit-fifo.ts';

/** What a kept hit costs beside its bytes: its place, and what a queue that grew has free. */
const HIT_OVERHEAD = 80;
/** Runs of dropped rings that may wait before they are swept out. */
const MIN_SWEEP = 1024;

const costOf = (hit: Hit): number => hit.end - hit.start + HIT_OVERHEAD;

/**
 * A topic's recent hits, oldest first. Each has an ordinal number in its ring, so that a reader that
 * was overtaken by eviction knows exactly how many it lost.
 */
export class Ring {
  readonly #hits = new HitFifo();
  #first = 0;
  #lastEvicted = -1;
  /** Runs of this ring in the common queue. */
  runs = 0;
  isDropped = false;

  /** Number of the oldest hit that is kept; that of the next one when none is. */
  get first(): number {
    return this.#first;
  }

  /** Number behind the newest hit. */
  get end(): number {
    return this.#first + this.#hits.length;
  }

  /** Admission number of the newest hit that was evicted; -1 when none was. */
  get lastEvicted(): number {
    return this.#lastEvicted;
  }

  /** Number of the first kept hit whose document comes after `seq`; `end` when there is none. */
  firstAfter(seq: number): number {
    let low = 0;
    let high = this.#hits.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#hits.seqAt(middle) <= seq) low = middle + 1;
      else high = middle;
    }
    return this.#first + low;
  }

  /**
   * Kept hits from number `from` on, at least one if there is one, until they have `maxBytes`. They
   * are the ring's: valid until the next hit comes.
   */
  read(from: number, maxBytes: number): Hit[] {
    const hits: Hit[] = [];
    let bytes = 0;
    for (let k = from - this.#first; bytes < maxBytes; k++) {
      const hit = this.#hits.at(k);
      if (hit === undefined) break;
      hits.push(hit);
      bytes += hit.end - hit.start;
    }
    return hits;
  }

  push(hit: Hit): void {
    this.#hits.push(hit);
  }

  /** @returns the oldest hit, if there is one */
  evict(): Hit | undefined {
    const hit = this.#hits.shift();
    if (hit === undefined) return undefined;
    this.#first++;
    this.#lastEvicted = hit.seq;
    return hit;
  }
}

/** Consecutive hits of one ring in the order of all. */
interface Run {
  readonly ring: Ring;
  hits: number;
}

/** The rings of all topics under one cap in bytes; what is over it is evicted, the oldest of all first. */
export class Rings {
  readonly #cap: number;
  #runs = new Fifo<Run>();
  #lastRun: Run | undefined;
  #staleRuns = 0;
  #pins = 0;
  bytes = 0;
  hits = 0;
  evicted = 0;

  /** @param cap bytes; a hit in several rings counts in each */
  constructor(cap: number) {
    this.#cap = cap;
  }

  /** Places in the common queue: never many more than hits. */
  get runs(): number {
    return this.#runs.length;
  }

  /** Keeps hits of one topic, in order. Their memory was retained for the ring. */
  append(ring: Ring, hits: readonly Hit[]): void {
    if (ring.isDropped) {
      for (const { memory } of hits) memory.release();
      return;
    }
    for (const hit of hits) {
      ring.push(hit);
      this.bytes += costOf(hit);
    }
    this.hits += hits.length;
    if (this.#lastRun?.ring === ring && this.#runs.length > 0) {
      this.#lastRun.hits += hits.length;
    } else {
      this.#lastRun = { ring, hits: hits.length };
      this.#runs.push(this.#lastRun);
      ring.runs++;
    }
    this.#evict();
  }

  /** The ring's topic is gone. */
  drop(ring: Ring): void {
    if (ring.isDropped) return;
    ring.isDropped = true;
    for (let hit = ring.evict(); hit !== undefined; hit = ring.evict()) this.#forget(hit);
    this.#staleRuns += ring.runs;
    if (this.#staleRuns >= MIN_SWEEP && this.#staleRuns * 2 > this.#runs.length) this.#sweep();
  }

  /** Evicts nothing until `unpin()`: for readers that must not lose and hold the publisher back. */
  pin(): void {
    this.#pins++;
  }

  unpin(): void {
    this.#pins--;
    this.#evict();
  }

  #evict(): void {
    while (this.bytes > this.#cap && this.#pins === 0) {
      const run = this.#runs.at(0)!;
      if (run.hits === 0 || run.ring.isDropped) {
        this.#runs.shift();
        if (run.ring.isDropped) this.#staleRuns--;
        else run.ring.runs--;
        continue;
      }
      run.hits--;
      this.evicted++;
      this.#forget(run.ring.evict()!);
    }
    if (this.#runs.length === 0) this.#lastRun = undefined;
  }

  #forget(hit: Hit): void {
    this.bytes -= costOf(hit);
    this.hits--;
    hit.memory.release();
  }

  #sweep(): void {
    const live = new Fifo<Run>();
    for (let run = this.#runs.shift(); run !== undefined; run = this.#runs.shift()) {
      if (!run.ring.isDropped) live.push(run);
    }
    this.#runs = live;
    this.#staleRuns = 0;
    if (this.#lastRun?.ring.isDropped) this.#lastRun = undefined;
  }
}
