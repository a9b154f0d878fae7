import { threadId } from 'node:worker_threads';

/**
 * Memory that all threads share: one block of address space, reserved at start and backed by pages
 * only where it was used. Space is taken and given back on the main thread alone; a place is reused
 * only when every worker has published that it left the version which could still read it.
 */

/** Words of the control region at the arena's begin. */
export const CONTROL_VERSION = 0;
/** Place of the list of segments, in units of 8 bytes. */
export const CONTROL_SEGMENTS = 1;
/** Entries in the mapping log. */
export const CONTROL_LOG_LENGTH = 2;
/** First chunk of the mapping log, in units of 8 bytes. */
export const CONTROL_LOG = 3;
/** Worker places given out. */
export const CONTROL_WORKERS = 4;
const CONTROL_EPOCHS = 8;
/** Threads that ever ran: a crashed one is replaced, and the replacement takes a place of its own. */
export const MAX_WORKER_PLACES = 1024;
const CONTROL_THREADS = CONTROL_EPOCHS + MAX_WORKER_PLACES;

/** Counters that each worker keeps: doubles, one writer each. */
export const STAT_DOCUMENTS = 0;
export const STAT_BYTES = 1;
export const STAT_CANDIDATES = 2;
export const STAT_MATCHES = 3;
export const STAT_CONFLICTS = 4;
export const STAT_MALFORMED = 5;
export const STAT_BUSY_SECONDS = 6;
/** Of a percolation worker; others that hold a place keep 0. */
export const STAT_HEAP_BYTES = 7;
export const STATS = 8;

const STATS_OFFSET = 16_384;
const HEAP_OFFSET = STATS_OFFSET + MAX_WORKER_PLACES * STATS * 8;

/** A worker that is between batches. */
const IDLE = 0x7fffffff;

/** What a worker keeps of the arena: where it publishes what it is reading. */
export class WorkerPlace {
  readonly control: Int32Array;
  readonly stats: Float64Array;
  readonly number: number;

  constructor(memory: SharedArrayBuffer) {
    this.control = new Int32Array(memory, 0, STATS_OFFSET / 4);
    this.number = Atomics.add(this.control, CONTROL_WORKERS, 1);
    if (this.number >= MAX_WORKER_PLACES) throw new Error('too many workers were started');
    this.stats = new Float64Array(memory, STATS_OFFSET + this.number * STATS * 8, STATS);
    Atomics.store(this.control, CONTROL_THREADS + this.number, threadId);
    this.leave();
  }

  /** Pins the newest version until {@link leave}. */
  enter(): number {
    for (;;) {
      const version = Atomics.load(this.control, CONTROL_VERSION);
      Atomics.store(this.control, CONTROL_EPOCHS + this.number, version);
      // If a newer one came in between, the main thread may not have seen the pin.
      if (Atomics.load(this.control, CONTROL_VERSION) === version) return version;
    }
  }

  leave(): void {
    Atomics.store(this.control, CONTROL_EPOCHS + this.number, IDLE);
  }
}

interface Retired {
  readonly version: number;
  readonly offset: number;
}

export class Arena {
  readonly memory: SharedArrayBuffer;
  readonly #control: Int32Array;
  /** Free blocks, by place: [offset, bytes]. */
  readonly #free: [number, number][];
  readonly #sizes = new Map<number, number>();
  #retired: Retired[] = [];
  /** Blocks that are read by others than workers, with how many do. */
  readonly #held = new Map<number, number>();
  /** Bytes in blocks that are in use or not yet recycled. */
  usedBytes = 0;
  /** Where the furthest block ever ended: no page beyond was ever touched. */
  touchedBytes = HEAP_OFFSET;

  /** @param bytes address space to reserve; less is taken if the machine refuses */
  constructor(bytes: number) {
    this.memory = reserve(bytes);
    this.#control = new Int32Array(this.memory, 0, STATS_OFFSET / 4);
    this.#control.fill(IDLE, CONTROL_EPOCHS, CONTROL_EPOCHS + MAX_WORKER_PLACES);
    this.#free = [[HEAP_OFFSET, this.memory.byteLength - HEAP_OFFSET]];
  }

  get version(): number {
    return this.#control[CONTROL_VERSION]!;
  }

  /**
   * Takes a block of at least this many bytes, at a multiple of 8.
   * @returns its offset, or -1 when no free block is large enough
   */
  allocate(bytes: number): number {
    return this.allocateBelow(bytes, this.memory.byteLength);
  }

  /** The same for a block that begins below `limit`. */
  allocateBelow(bytes: number, limit: number): number {
    this.reclaim();
    const size = (bytes + 7) & ~7;
    for (let i = 0; i < this.#free.length; i++) {
      const block = this.#free[i]!;
      const offset = block[0];
      if (offset >= limit) break;
      if (block[1] < size) continue;
      if (block[1] === size) this.#free.splice(i, 1);
      else this.#free[i] = [offset + size, block[1] - size];
      this.#sizes.set(offset, size);
      this.usedBytes += size;
      this.touchedBytes = Math.max(this.touchedBytes, offset + size);
      return offset;
    }
    return -1;
  }

  /** Whether a block of so many bytes finds room in pages that were touched before. */
  hasRoom(bytes: number): boolean {
    this.reclaim();
    return this.#free.some(([offset, size]) => Math.min(size, this.touchedBytes - offset) >= bytes);
  }

  /** Makes the list of segments at `segments` the newest version. */
  publish(segments: number): number {
    Atomics.store(this.#control, CONTROL_SEGMENTS, segments >>> 3);
    return Atomics.add(this.#control, CONTROL_VERSION, 1) + 1;
  }

  publishLog(first: number, length: number): void {
    Atomics.store(this.#control, CONTROL_LOG, first >>> 3);
    Atomics.store(this.#control, CONTROL_LOG_LENGTH, length);
  }

  /** Frees a block that no version from the present one on refers to, once no worker reads an older one. */
  retire(offset: number): void {
    this.#retired.push({ version: this.version, offset });
  }

  /** Has a block stay as it is until {@link letGo}, although it may be retired; it holds up no other. */
  hold(offset: number): void {
    this.#held.set(offset, (this.#held.get(offset) ?? 0) + 1);
  }

  letGo(offset: number): void {
    const holders = this.#held.get(offset)! - 1;
    if (holders > 0) this.#held.set(offset, holders);
    else this.#held.delete(offset);
  }

  /** All other threads have ended, maybe in the middle of a batch: what they were reading holds nothing up. */
  forgetThreadsBut(living: ReadonlySet<number>): void {
    const workers = Math.min(this.#control[CONTROL_WORKERS]!, MAX_WORKER_PLACES);
    for (let worker = 0; worker < workers; worker++) {
      if (living.has(this.#control[CONTROL_THREADS + worker]!)) continue;
      Atomics.store(this.#control, CONTROL_EPOCHS + worker, IDLE);
    }
  }

  /** Recycles what every worker has left. */
  reclaim(): void {
    if (this.#retired.length === 0) return;
    const workers = Math.min(this.#control[CONTROL_WORKERS]!, MAX_WORKER_PLACES);
    let oldest = IDLE;
    for (let worker = 0; worker < workers; worker++) {
      oldest = Math.min(oldest, Atomics.load(this.#control, CONTROL_EPOCHS + worker));
    }
    const kept: Retired[] = [];
    for (const retired of this.#retired) {
      if (oldest < retired.version || this.#held.has(retired.offset)) kept.push(retired);
      else this.#recycle(retired.offset);
    }
    this.#retired = kept;
  }

  /** Places given out. */
  get workers(): number {
    return Math.min(this.#control[CONTROL_WORKERS]!, MAX_WORKER_PLACES);
  }

  /** One counter of one worker. */
  statOf(worker: number, counter: number): number {
    return new Float64Array(this.memory, STATS_OFFSET + worker * STATS * 8, STATS)[counter]!;
  }

  /** Sum of one counter over all workers. */
  stat(counter: number): number {
    let sum = 0;
    for (let worker = 0; worker < this.workers; worker++) sum += this.statOf(worker, counter);
    return sum;
  }

  #recycle(offset: number): void {
    const size = this.#sizes.get(offset)!;
    this.#sizes.delete(offset);
    this.usedBytes -= size;
    this.#release(offset, size);
  }

  /** Puts a block among the free ones, joined with its neighbours. */
  #release(offset: number, size: number): void {
    let at = this.#free.findIndex(([begin]) => begin > offset);
    if (at < 0) at = this.#free.length;
    this.#free.splice(at, 0, [offset, size]);
    this.#join(at);
    if (at > 0) this.#join(at - 1);
  }

  #join(at: number): void {
    const block = this.#free[at]!;
    const next = this.#free[at + 1];
    if (next === undefined || block[0] + block[1] !== next[0]) return;
    block[1] += next[1];
    this.#free.splice(at + 1, 1);
  }
}

function reserve(bytes: number): SharedArrayBuffer {
  for (let size = bytes; ; size = Math.floor(size / 2)) {
    try {
      return new SharedArrayBuffer(size - (size % 8));
    } catch (error) {
      if (size < 32 * 1024 * 1024) throw error;
    }
  }
}
