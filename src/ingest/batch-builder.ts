import { type Batch, SLOT_END, SLOT_INDEX, SLOT_START, SLOT_WORDS } from '../document.ts';
import type { Aside, BulkOp, DocumentSink, ItemError } from './item.ts';
import { FINISH_ITEMS } from './item.ts';
import { BATCH_ITEMS, type Slab } from './slab-pool.ts';
import type { Stamps } from './stamps.ts';

/** A batch that is complete, and what its part of the answer needs. */
export interface ClosedBatch {
  readonly batch: Batch;
  readonly slab: Slab;
  /** One per slot, or one for all. */
  readonly ops: BulkOp | readonly BulkOp[];
  readonly asides: readonly Aside[];
  /** Number of the first id if this node made all of them, one after the other; else -1. */
  readonly firstMadeId: number;
  readonly firstSeqNo: number;
  /** Items before this batch in its request. */
  readonly firstItem: number;
}

/** Collects the items of one request into batches, one at a time. */
export class BatchBuilder implements DocumentSink {
  readonly #stamps: Stamps;
  #slab: Slab | null = null;
  #count = 0;
  /** Null while this node made all of them: strings that wait for their answer are costly garbage. */
  #ids: string[] | null = null;
  #indices: string[] = [];
  #lastIndex = '';
  #lastPosition = -1;
  #op: BulkOp = 'index';
  #ops: BulkOp[] | null = null;
  #asides: Aside[] = [];
  #made = 0;
  #firstMade = -1;
  #firstItem = 0;

  constructor(stamps: Stamps) {
    this.#stamps = stamps;
  }

  get items(): number {
    return this.#count + this.#asides.length;
  }

  /** Items that are percolated. */
  get documents(): number {
    return this.#count;
  }

  /** Whether the batch takes another item, and those that a body can end with. */
  get hasRoom(): boolean {
    return this.items + FINISH_ITEMS < BATCH_ITEMS;
  }

  /** The slab that the following documents are in. */
  use(slab: Slab): void {
    this.#slab = slab;
  }

  document(op: BulkOp, index: string, id: string | undefined, start: number, end: number): boolean {
    const slot = this.#count++;
    const { slots } = this.#slab!;
    const at = slot * SLOT_WORDS;
    slots[at + SLOT_START] = start;
    slots[at + SLOT_END] = end;
    slots[at + SLOT_INDEX] = index === this.#lastIndex ? this.#lastPosition : this.#place(index);
    if (id === undefined) {
      if (this.#made === 0) this.#firstMade = this.#stamps.takeIds(BATCH_ITEMS);
      const number = this.#firstMade + this.#made++;
      this.#ids?.push(this.#stamps.idAt(number));
    } else {
      this.#ids ??= Array.from({ length: slot }, (_, k) => this.#stamps.idAt(this.#firstMade + k));
      this.#ids.push(id);
    }
    if (slot === 0) this.#op = op;
    if (this.#ops !== null) this.#ops.push(op);
    else if (op !== this.#op) this.#ops = [...new Array<BulkOp>(slot).fill(this.#op), op];
    return this.hasRoom;
  }

  aside(
    op: BulkOp,
    index: string | undefined,
    id: string | undefined,
    error: ItemError | null,
  ): boolean {
    this.#asides.push({ before: this.#count, op, index, id, error });
    return this.hasRoom;
  }

  /** Ends the batch; the next one needs a slab of its own. */
  close(): ClosedBatch {
    const slab = this.#slab!;
    const count = this.#count;
    const closed: ClosedBatch = {
      batch: {
        bytes: slab.bytes,
        slots: slab.slots,
        count,
        indices: this.#indices,
        ids: this.#ids ?? this.#stamps.idsFrom(this.#firstMade),
      },
      slab,
      ops: this.#ops ?? this.#op,
      asides: this.#asides,
      firstMadeId: count > 0 && this.#made === count ? this.#firstMade : -1,
      firstSeqNo: this.#stamps.takeSeqNos(this.items),
      firstItem: this.#firstItem,
    };
    this.#firstItem += this.items;
    this.#reset();
    return closed;
  }

  #reset(): void {
    this.#slab = null;
    this.#count = 0;
    this.#ids = null;
    this.#indices = [];
    this.#lastIndex = '';
    this.#lastPosition = -1;
    this.#ops = null;
    this.#asides = [];
    this.#made = 0;
    this.#firstMade = -1;
  }

  #place(index: string): number {
    let position = this.#indices.indexOf(index);
    if (position < 0) position = this.#indices.push(index) - 1;
    this.#lastIndex = index;
    this.#lastPosition = position;
    return position;
  }
}
