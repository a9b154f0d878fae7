import { SLOT_WORDS } from '../document.ts';

const KIB = 1024;

/** Items (documents and asides) of one batch at most. */
export const BATCH_ITEMS = 1000;
/** Slab sizes; a line that fits none of them waits for the one long slab. */
const CLASSES: readonly number[] = [64 * KIB, 256 * KIB, 1024 * KIB];
/** What a slab costs besides its bytes: its slots. */
const SLOT_BYTES = BATCH_ITEMS * SLOT_WORDS * Uint32Array.BYTES_PER_ELEMENT;

/** Memory of one batch, reused when the batch is answered. */
export interface Slab {
  readonly bytes: SharedArrayBuffer;
  readonly view: Buffer;
  readonly slots: Uint32Array<SharedArrayBuffer>;
  /** Bytes it counts for in the budget. */
  readonly cost: number;
}

interface Waiter {
  readonly bytes: number;
  readonly resolve: (slab: Slab) => void;
}

interface HeldRequest {
  readonly bytes: number;
  readonly resolve: (slab: Slab | null) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * All memory between socket and answer. Requests that were admitted wait here for their next slab,
 * first come first served; requests that were not are held behind them.
 *
 * Nobody can wait for ever: who asks for a slab has given away the one before it, so what others
 * wait for is always being percolated, or is given up by the idle timer of a slow sender. Only the
 * long slab is kept while its one line arrives; it is apart from the rest and there is one.
 */
export class SlabPool {
  /** Longest line that can be held, in bytes. */
  readonly maxLine: number;
  readonly #limit: number;
  readonly #highWater: number;
  /** For unfinished lines between two slabs, which must be kept whatever the others use. */
  readonly #headroom: number;
  readonly #classes: readonly number[];
  readonly #free = new Map<number, Slab[]>();
  readonly #waiting: Waiter[] = [];
  readonly #waitingLong: Waiter[] = [];
  readonly #held = new Set<HeldRequest>();
  #long: Slab | null = null;
  #longBusy = false;
  #slabBytes = 0;
  #freeBytes = 0;
  #carried = 0;
  #peak = 0;

  /** @param limit bytes in all; @param maxLine longest line wished for: half of the limit at most */
  constructor(limit: number, maxLine: number) {
    // The newline and a carriage return before it have room beside the longest line.
    this.maxLine = Math.min(maxLine, (limit >> 1) - SLOT_BYTES - 2);
    this.#limit = limit - this.#longCost();
    this.#highWater = Math.floor(this.#limit * 0.75);
    this.#headroom = this.#limit >> 3;
    const classes = CLASSES.filter((size) => size + SLOT_BYTES <= this.#limit >> 1);
    this.#classes = classes.length > 0 ? classes : [this.#limit - SLOT_BYTES];
  }

  /** Bytes between socket and answer now. */
  get inUse(): number {
    return this.#slabBytes + this.#carried + (this.#longBusy ? this.#longCost() : 0);
  }

  /** Largest slab that several requests can have at a time. */
  get largestClass(): number {
    return this.#classes.at(-1)!;
  }

  /** Most bytes that ever were. */
  get peak(): number {
    return this.#peak;
  }

  /** Requests that wait to be admitted. */
  get held(): number {
    return this.#held.size;
  }

  /** Whether somebody waits for a slab. */
  get contended(): boolean {
    return this.#waiting.length > 0 || this.#held.size > 0;
  }

  /**
   * The first slab of a request: having it is being admitted.
   * @param hold milliseconds to wait for it
   * @returns null when the time is over
   */
  admit(bytes: number, hold: number): Slab | Promise<Slab | null> {
    const size = this.#classOf(Math.min(bytes, this.largestClass));
    if (this.#held.size === 0 && this.#mayAdmit(size)) return this.#take(size);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#held.delete(request);
        resolve(null);
      }, hold);
      const request: HeldRequest = { bytes: size, resolve, timer };
      this.#held.add(request);
    });
  }

  /** The next slab of an admitted request, of `bytes` or more; resolves when there is room. */
  acquire(bytes: number): Slab | Promise<Slab> {
    if (bytes > this.largestClass) {
      if (!this.#longBusy) return this.#takeLong();
      return new Promise((resolve) => this.#waitingLong.push({ bytes, resolve }));
    }
    const size = this.#classOf(bytes);
    if (this.#waiting.length === 0 && this.#fits(size)) return this.#take(size);
    return new Promise((resolve) => this.#waiting.push({ bytes: size, resolve }));
  }

  /** @param carried bytes of it that were copied out and still count, until `dropCarry` */
  release(slab: Slab, carried = 0): void {
    this.#carried += carried;
    if (slab === this.#long) {
      this.#longBusy = false;
      const next = this.#waitingLong.shift();
      if (next !== undefined) next.resolve(this.#takeLong());
    } else {
      this.#slabBytes -= slab.cost;
      this.#freeBytes += slab.cost;
      const free = this.#free.get(slab.bytes.byteLength);
      if (free === undefined) this.#free.set(slab.bytes.byteLength, [slab]);
      else free.push(slab);
    }
    this.#serve();
  }

  /** Counts an unfinished line that was copied out of a slab which is still in use. */
  carry(bytes: number): void {
    this.#carried += bytes;
    this.#note();
  }

  dropCarry(bytes: number): void {
    this.#carried -= bytes;
    this.#serve();
  }

  #serve(): void {
    while (this.#waiting.length > 0 && this.#fits(this.#waiting[0]!.bytes)) {
      const waiter = this.#waiting.shift()!;
      waiter.resolve(this.#take(waiter.bytes));
    }
    for (const request of this.#held) {
      if (!this.#mayAdmit(request.bytes)) return;
      this.#held.delete(request);
      clearTimeout(request.timer);
      request.resolve(this.#take(request.bytes));
    }
  }

  #mayAdmit(size: number): boolean {
    // An empty pool admits whatever it is, so that a small budget cannot refuse for ever.
    const used = this.#slabBytes + this.#carried;
    if (this.#waiting.length > 0) return false;
    return used === 0 || used + size + SLOT_BYTES <= this.#highWater;
  }

  #fits(size: number): boolean {
    // A carried line may stand in its own way only while other slabs are still to come back.
    if (this.#slabBytes === 0) return true;
    const limit = this.#limit - this.#headroom;
    return this.#slabBytes + this.#carried + size + SLOT_BYTES <= limit;
  }

  #take(size: number): Slab {
    const reused = this.#free.get(size)?.pop();
    const slab = reused ?? makeSlab(size);
    if (reused !== undefined) this.#freeBytes -= reused.cost;
    this.#slabBytes += slab.cost;
    this.#trim();
    this.#note();
    return slab;
  }

  #takeLong(): Slab {
    this.#long ??= makeSlab(this.maxLine + 2);
    this.#longBusy = true;
    this.#note();
    return this.#long;
  }

  /** Free slabs of other sizes go when all together would be more than the limit. */
  #trim(): void {
    for (const [, slabs] of this.#free) {
      while (slabs.length > 0 && this.#slabBytes + this.#freeBytes > this.#limit) {
        this.#freeBytes -= slabs.pop()!.cost;
      }
    }
  }

  #classOf(bytes: number): number {
    return this.#classes.find((size) => size >= bytes) ?? this.largestClass;
  }

  #longCost(): number {
    return this.maxLine + 2 + SLOT_BYTES;
  }

  #note(): void {
    if (this.inUse > this.#peak) this.#peak = this.inUse;
  }
}

function makeSlab(size: number): Slab {
  const bytes = new SharedArrayBuffer(size);
  return {
    bytes,
    view: Buffer.from(bytes),
    slots: new Uint32Array(new SharedArrayBuffer(SLOT_BYTES)),
    cost: size + SLOT_BYTES,
  };
}
