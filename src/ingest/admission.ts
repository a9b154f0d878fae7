import { type Slab, SlabPool } from './slab-pool.ts';

/** Memory for reading requests that are refused item by item; nothing of them is kept. */
const SCRATCH_BYTES = 2 * 1024 * 1024;
const SCRATCH_LINE = 256 * 1024;
const SCRATCH_HOLD = 1000;

/**
 * `items`: HTTP 200 in which every item has status 429; `request`: HTTP 429; `cut`: the connection is
 * closed without an answer. No form is safe with every sender, but each sender keeps its documents
 * with one of them.
 */
export type RefusalForm = 'cut' | 'items' | 'request';

/** The setting: one form for all, or by who sends. */
export type Refusal = RefusalForm | 'auto';

/**
 * Those that give a run up at HTTP 429 but send single items again (or, as Go's bulk indexers, hand
 * them to their owner one by one).
 */
const ITEMWISE = /^(elasticsearch-js|opensearch-js|go-elasticsearch|opensearch-go)\b/;

/**
 * rsyslog is the one that sends no `User-Agent`: it drops what HTTP 429 refuses, and now and then loses
 * the rest of a batch while it looks for refused items (8.2302: "could not convert original request
 * metadata"), but sends everything again when its connection breaks.
 *
 * @param userAgent the header
 */
export function refusalForm(userAgent: string | undefined): RefusalForm {
  if (userAgent === undefined || userAgent === '') return 'cut';
  return ITEMWISE.test(userAgent) ? 'items' : 'request';
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
  readonly #refusal: Refusal;
  readonly #scratch = new SlabPool(SCRATCH_BYTES, SCRATCH_LINE);

  /** @param hold milliseconds that a request may wait */
  constructor(pool: SlabPool, hold: number, refusal: Refusal = 'auto') {
    this.#pool = pool;
    this.#hold = hold;
    this.#refusal = refusal;
  }

  /** How this sender is refused, by the setting or by its `User-Agent`. */
  refusalFor(userAgent: string | undefined): RefusalForm {
    return this.#refusal === 'auto' ? refusalForm(userAgent) : this.#refusal;
  }

  /**
   * @param bytes size of the first slab
   * @returns null when the request is refused as a whole
   */
  async decide(bytes: number, form: RefusalForm): Promise<Decision | null> {
    const slab = await this.#pool.admit(bytes, this.#hold);
    if (slab !== null) return { admitted: true, slab, pool: this.#pool };
    if (form !== 'items') return null;
    const scratch = await this.scratch(bytes);
    return scratch && { admitted: false, ...scratch };
  }

  /** Memory to read a request with while each of its items is refused; null: there is none. */
  async scratch(bytes = 0): Promise<Pick<Decision, 'slab' | 'pool'> | null> {
    const slab = await this.#scratch.admit(bytes, SCRATCH_HOLD);
    return slab && { slab, pool: this.#scratch };
  }
}
