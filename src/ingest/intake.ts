import type { Readable } from 'node:stream';
import type { DocumentFailure, Percolate } from '../document.ts';
import type { BatchBuilder, ClosedBatch } from './batch-builder.ts';
import { forEachChunk } from './for-each-chunk.ts';
import type { LineParser } from './item.ts';
import { freeMemory, isWholeBuffer } from './memory.ts';
import type { Slab, SlabPool } from './slab-pool.ts';

/** Batches of one request that are percolated at the same time. */
const MAX_IN_FLIGHT = 8;
/** How long documents wait for the rest of their batch when the sender pauses, in milliseconds. */
const IDLE_FLUSH = 5;
/** An unfinished line up to this long does not keep a slab while its sender pauses. */
const IDLE_CARRY = 4096;
/** What a body of unknown length starts with, and goes on with. */
const FIRST_SLAB = 64 * 1024;
export const NEXT_SLAB = 256 * 1024;
const NEWLINE = 0x0a;

const NOTHING: Buffer = Buffer.alloc(0);

/** Puts the answer together. */
export interface Collector {
  /** A batch of the request, in order, before it is percolated. */
  open(closed: ClosedBatch): void;
  /** The same batch when it is done; batches may be done out of order. */
  settle(closed: ClosedBatch, failures: readonly DocumentFailure[]): void;
  /** There will be no answer. */
  discard?(): void;
}

export interface IntakeParts {
  readonly pool: SlabPool;
  readonly parser: LineParser;
  readonly builder: BatchBuilder;
  readonly percolate: Percolate;
  readonly collector: Collector;
  /** Called once when percolation fails for good: the body must end now. */
  readonly onFailure: (error: unknown) => void;
  /** Bytes of the body, if known. */
  readonly expected: number | undefined;
  /** Bytes that the body may have at most, and what to tell about more. */
  readonly limit: number;
  readonly overLimit: () => Error;
  /** Chunks may be freed when they are copied. */
  readonly ownsChunks: boolean;
  /** Ends the reading of a body that has no end of its own. */
  readonly signal?: AbortSignal | undefined;
}

/** How large the first slab of a body should be. @param expected bytes of the body, if known */
export function firstSlabBytes(expected: number | undefined): number {
  return expected === undefined ? FIRST_SLAB : Math.min(expected + 1, NEXT_SLAB);
}

/**
 * Brings one body to the next stage: copies each chunk once into the current slab, has it split
 * there, and hands the batch on when the slab is full, the batch is, or the sender pauses. While
 * there is no room the body is not read.
 *
 * In the slab, `start` to `filled` is the unfinished line, and up to `searched` it has no newline.
 */
export class Intake {
  readonly #parts: IntakeParts;
  #slab: Slab | null;
  #start = 0;
  #searched = 0;
  #filled = 0;
  /** The unfinished line, between two slabs. */
  #carry: Buffer = NOTHING;
  #skipping = false;
  #taking = false;
  #inFlight = 0;
  #settled: (() => void) | null = null;
  #failed = false;
  #failure: unknown;
  #received = 0;
  readonly #idle: NodeJS.Timeout;

  constructor(parts: IntakeParts, first: Slab) {
    this.#parts = parts;
    this.#slab = first;
    parts.builder.use(first);
    this.#idle = setTimeout(() => this.#afterPause(), IDLE_FLUSH);
  }

  /** Bytes of the body so far. */
  get received(): number {
    return this.#received;
  }

  /** Whether percolation failed, rather than the body. */
  get failed(): boolean {
    return this.#failed;
  }

  /**
   * Resolves when the whole body is percolated.
   * @param keepOnAbort hand on what came before the sender broke off, instead of dropping it
   * @throws what the body or percolation failed with; the batches under way are done by then
   */
  async run(body: Readable, keepOnAbort = false): Promise<void> {
    try {
      await forEachChunk(body, (chunk) => this.#onChunk(chunk), this.#parts.signal);
      this.#taking = true;
      if (!this.#failed) await this.#finish();
    } catch (error) {
      this.#taking = true;
      if (keepOnAbort && !this.#failed && this.#parts.builder.items > 0) this.#submit();
      await this.#drain(0);
      throw this.#failed ? this.#failure : error;
    } finally {
      clearTimeout(this.#idle);
      await this.#drain(0);
      this.#dropCarry();
      if (this.#slab !== null) this.#parts.pool.release(this.#slab);
      this.#slab = null;
    }
    if (this.#failed) throw this.#failure;
  }

  #onChunk(chunk: Buffer): Promise<void> | undefined {
    this.#received += chunk.length;
    if (this.#received > this.#parts.limit) throw this.#parts.overLimit();
    this.#idle.refresh();
    const done = this.#take(chunk, 0);
    if (done === undefined) {
      this.#giveBack(chunk);
      return undefined;
    }
    this.#taking = true;
    return done.finally(() => {
      this.#giveBack(chunk);
      this.#taking = false;
      this.#idle.refresh();
    });
  }

  /** Synchronous as long as there is room, which is nearly always. */
  #take(chunk: Buffer, from: number): Promise<void> | undefined {
    let offset = from;
    while (offset < chunk.length && !this.#failed) {
      if (this.#skipping) {
        const newline = chunk.indexOf(NEWLINE, offset);
        if (newline < 0) return undefined;
        this.#skipping = false;
        offset = newline + 1;
        continue;
      }
      if (this.#slab === null) {
        const at = offset;
        const room = this.#room(chunk.length - offset);
        if (room !== undefined) return room.then(() => this.#take(chunk, at));
        continue;
      }
      offset = this.#copy(this.#slab, chunk, offset);
    }
    return undefined;
  }

  /** @returns the first byte of the chunk that was not taken */
  #copy(slab: Slab, chunk: Buffer, offset: number): number {
    const { parser, pool } = this.#parts;
    const part = Math.min(chunk.length - offset, slab.view.length - this.#filled);
    slab.view.set(chunk.subarray(offset, offset + part), this.#filled);
    this.#filled += part;
    const window = slab.view.subarray(0, this.#filled);
    const start = parser.scan(window, this.#start, this.#searched, this.#filled);
    const room = this.#parts.builder.hasRoom;
    this.#start = start;
    if (!room) {
      // Whatever follows the last item came with this chunk: it is taken again, into the next slab.
      const rest = this.#filled - start;
      this.#filled = start;
      this.#submit();
      return offset + part - rest;
    }
    this.#searched = this.#filled;
    if (this.#filled - start > pool.maxLine + 1) {
      parser.overlong();
      this.#skipping = true;
      this.#filled = start;
      this.#moveOn();
    } else if (this.#filled === slab.view.length) {
      this.#moveOn();
    } else if (start > 0 && slab.view.length > pool.largestClass) {
      // The long slab is needed by others, and its line is complete.
      this.#moveOn();
    }
    return offset + part;
  }

  /** Hands the batch on and keeps the unfinished line for the next slab. */
  #moveOn(): void {
    const slab = this.#slab!;
    this.#carry = Buffer.from(slab.view.subarray(this.#start, this.#filled));
    this.#submit(this.#carry.length);
  }

  /** Makes a slab current that has place for the unfinished line and more. */
  #room(next: number): Promise<void> | undefined {
    if (this.#inFlight >= MAX_IN_FLIGHT) {
      return this.#drain(MAX_IN_FLIGHT - 1).then(() => this.#room(next));
    }
    const { pool, expected } = this.#parts;
    const carried = this.#carry.length;
    const usual = Math.min(NEXT_SLAB, pool.largestClass);
    const rest = expected === undefined ? usual : expected - this.#received + next;
    // A line that outgrew one slab needs the next larger one.
    const slab = pool.acquire(
      carried >= usual ? carried + 1 : Math.min(Math.max(next, rest) + carried, usual),
    );
    if (slab instanceof Promise) return slab.then((got) => this.#use(got));
    this.#use(slab);
    return undefined;
  }

  #use(slab: Slab): void {
    this.#slab = slab;
    this.#parts.builder.use(slab);
    slab.view.set(this.#carry);
    this.#start = 0;
    this.#searched = this.#carry.length;
    this.#filled = this.#carry.length;
    this.#dropCarry();
  }

  #dropCarry(): void {
    if (this.#carry.length > 0) this.#parts.pool.dropCarry(this.#carry.length);
    this.#carry = NOTHING;
  }

  /**
   * Gives the current slab away: with its batch, or back when there is none.
   * @param carried bytes that were copied out of it
   */
  #submit(carried = 0): void {
    const { builder, collector, pool } = this.#parts;
    const slab = this.#slab!;
    this.#slab = null;
    if (builder.items === 0) {
      pool.release(slab, carried);
      return;
    }
    const closed = builder.close();
    collector.open(closed);
    if (closed.batch.count === 0) {
      collector.settle(closed, []);
      pool.release(slab, carried);
      return;
    }
    pool.carry(carried);
    this.#inFlight++;
    void this.#percolate(closed);
  }

  async #percolate(closed: ClosedBatch): Promise<void> {
    const { collector, percolate, pool } = this.#parts;
    try {
      collector.settle(closed, await percolate(closed.batch));
    } catch (error) {
      if (!this.#failed) {
        this.#failed = true;
        this.#failure = error;
        this.#parts.onFailure(error);
      }
    } finally {
      this.#inFlight--;
      pool.release(closed.slab);
      this.#settled?.();
    }
  }

  /** Resolves when at most `most` batches are under way. */
  async #drain(most: number): Promise<void> {
    while (this.#inFlight > most) {
      await new Promise<void>((resolve) => {
        this.#settled = resolve;
      });
    }
  }

  async #finish(): Promise<void> {
    const { parser, builder } = this.#parts;
    if (this.#slab === null) {
      // The last line, or the error of a missing source, may still need a place.
      const room = this.#room(1);
      if (room !== undefined) await room;
    }
    const slab = this.#slab!;
    parser.finish(slab.view.subarray(0, this.#filled), this.#start, this.#filled);
    if (builder.items > 0) this.#submit();
    await this.#drain(0);
  }

  /** The sender pauses: what is complete goes on, and a slab is not kept for what may never come. */
  #afterPause(): void {
    // Timers run before sockets are read: after a long task the rest may be there already.
    const received = this.#received;
    setImmediate(() => {
      if (received === this.#received) this.#giveWay();
    });
  }

  #giveWay(): void {
    if (this.#taking || this.#slab === null) return;
    if (this.#inFlight >= MAX_IN_FLIGHT) {
      this.#idle.refresh();
      return;
    }
    const unfinished = this.#filled - this.#start;
    if (unfinished <= IDLE_CARRY || this.#start > 0) this.#moveOn();
  }

  /** Chunks hardly weigh on the collector's own heap: it would let tens of megabytes pile up. */
  #giveBack(chunk: Buffer): void {
    if (this.#parts.ownsChunks && isWholeBuffer(chunk)) freeMemory(chunk);
  }
}
