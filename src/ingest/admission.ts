import { type Slab, SlabPool } from './slab-pool.ts';

/** Memory for reading requests that are refused item by item; nothing of them is kept. */
const SCRATCH_BYTES = 2 * 1024 * 1024;
const SCRATCH_LINE = 256 * 1024;
const SCRATCH_HOLD = 1000;

/**
 * `items`: HTTP 200 in which every item has status 429; `request`: HTTP 429.
 * No form is safe with every sender, but each sender keeps its documents with one of the two.
 */
export type RefusalForm = 'items' | 'request';

/** @param userAgent the header; rsyslog is the one that sends none */
export function refusalForm(userAgent: string | undefined): RefusalForm {
  if (userAgent === undefined || userAgent === '') return 'items';
  return /^(elasticsearch-js|go-elasticsearch)\b/.test(userAgent) ? 'items' : 'request';
}

/** A request that was let in, or the memory to read it with while refusing each of its items. */
export interface Decision {
  readonly admitted: boolean;
  readonly slab: Slab;
  readonly pool: SlabPool;
}

/**
 * Decides once per request, before its first batch, whether it is taken. When the budget is over
 * its high-water mark requests are held first, for every sender waits for its answer; then a
 * request is refused whole. What was admitted is never refused afterwards.
 */
export class Admission {
  readonly #pool: SlabPool;
  readonly #hold: number;
  readonly #scratch = new SlabPool(SCRATCH_BYTES, SCRATCH_LINE);

  /** @param hold milliseconds that a request may wait */
  constructor(pool: SlabPool, hold: number) {
    this.#pool = pool;
    this.#hold = hold;
  }

  /**
   * @param bytes size of the first slab
   * @returns null when the request is refused as a whole
   */
  async decide(bytes: number, userAgent: string | undefined): Promise<Decision | null> {
    const slab = await this.#pool.admit(bytes, this.#hold);
    if (slab !== null) return { admitted: true, slab, pool: this.#pool };
    if (refusalForm(userAgent) === 'request') return null;
    const scratch = await this.#scratch.admit(bytes, SCRATCH_HOLD);
    return scratch && { admitted: false, slab: scratch, pool: this.#scratch };
  }
}
