import type { Hit } from './broker.ts';
import type { Gap } from './gap.ts';
import type { Ring } from './rings.ts';

/** Kept hits in order, and how many are missing in front of them. */
export interface ReplayPart {
  readonly loss: Gap | undefined;
  /** Valid until the next hit is published. */
  readonly hits: readonly Hit[];
}

export interface ReplayLinks {
  /** Brings what waits in the topic into its ring. */
  flush(): void;
  /** The reader has everything that is kept: from now on it takes live hits. */
  join(): void;
  /** The ring is not read any more. */
  close(): void;
}

/**
 * A subscriber's way through its topic's ring up to the live hits. It holds a place in the ring and
 * no hits, so a reader that is slow here costs no memory; when eviction overtakes it, it is told
 * exactly how many hits it lost.
 */
export class Replay {
  readonly #ring: Ring;
  readonly #links: ReplayLinks;
  /** Number in the ring of the next hit. */
  #next: number;
  /** Admission number of the hit before. */
  #seq: number;
  #isOpen = true;

  /** @param seq the first hit is the first kept one whose document comes after */
  constructor(ring: Ring, seq: number, links: ReplayLinks) {
    this.#ring = ring;
    this.#links = links;
    this.#seq = Math.max(seq, ring.lastEvicted);
    this.#next = ring.firstAfter(seq);
  }

  /** Hits that are not read yet, those included that were evicted meanwhile. */
  get left(): number {
    return this.#ring.end - this.#next;
  }

  /** @returns undefined when all has been read; the subscriber takes live hits from then on */
  read(maxBytes: number): ReplayPart | undefined {
    if (this.left === 0) this.#links.flush();
    const loss = this.#overtaken();
    if (this.left === 0 && loss === undefined) {
      this.#links.join();
      this.close();
      return undefined;
    }
    const hits = this.#ring.read(this.#next, maxBytes);
    this.#next += hits.length;
    this.#seq = hits.at(-1)?.seq ?? this.#seq;
    return { loss, hits };
  }

  /** Safe to call again. */
  close(): void {
    if (this.#isOpen) this.#links.close();
    this.#isOpen = false;
  }

  #overtaken(): Gap | undefined {
    const count = this.#ring.first - this.#next;
    if (count <= 0) return undefined;
    const from = this.#seq + 1;
    this.#next = this.#ring.first;
    this.#seq = this.#ring.lastEvicted;
    return { count, reason: 'slow', from, to: this.#seq };
  }
}
