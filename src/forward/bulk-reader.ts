import { SLOT_END, SLOT_START, SLOT_WORDS } from '../document.ts';
import { EstromError } from '../errors.ts';
import type { Body } from '../ingest/body.ts';
import { isBlank } from '../ingest/bulk-parser.ts';
import { forEachChunk } from '../ingest/for-each-chunk.ts';
import { NEXT_SLAB } from '../ingest/intake.ts';
import { freeMemory, isWholeBuffer } from '../ingest/memory.ts';
import { BATCH_ITEMS, type Slab, type SlabPool } from '../ingest/slab-pool.ts';
import { type ActionFacts, ActionLines, updateAsksSource } from './bulk-lines.ts';
import type { FilledSlab, Part } from './part.ts';
import type { Updates } from './source-asked.ts';

const NEWLINE = 0x0a;
const NOTHING: Buffer = Buffer.alloc(0);
/** Items of one request to Elasticsearch at most: their answer is held in memory. */
const PART_ITEMS = 10_000;
/** And updates at most: their answers are whole documents. */
export const PART_UPDATES = 500;
/** How often it is looked whether others wait for what a sender that pauses has taken. */
const LOOK = 100;

export interface BulkReaderParts {
  readonly pool: SlabPool;
  readonly body: Body;
  /** Bytes of one request to Elasticsearch at most. */
  readonly partBytes: number;
  /** Sends a part, and gives its slabs back. */
  readonly deliver: (part: Part) => Promise<void>;
}

/**
 * Reads a bulk body into slabs, and hands it on in parts that end between two items: one part, if
 * there is room for it. A request that has to wait for a slab hands on what it has first, so nobody
 * waits for ever.
 *
 * In the slab, `itemEnd` to `filled` is the unfinished item, `lineStart` begins its unfinished line,
 * and up to `searched` that line has no newline.
 */
export class BulkReader {
  readonly #parts: BulkReaderParts;
  readonly #lines = new ActionLines();
  #slab: Slab | null;
  #itemEnd = 0;
  #lineStart = 0;
  #searched = 0;
  #filled = 0;
  #facts: ActionFacts[] = [];
  /** The action whose source comes next. */
  #action: ActionFacts | null = null;
  #carry: Buffer = NOTHING;
  #done: FilledSlab[] = [];
  #doneBytes = 0;
  #doneItems = 0;
  #updates: Updates = 'none';
  /** Updates of the part so far, those of the current slab as well. */
  #updated = 0;
  #isUnderstood = true;
  #received = 0;
  #receivedBefore = 0;
  #delivering: Promise<void> | null = null;
  /** A delivery failed while the sender paused. */
  readonly #broken = new AbortController();

  constructor(parts: BulkReaderParts, first: Slab) {
    this.#parts = parts;
    this.#slab = first;
  }

  /** Bytes of the body so far. */
  get received(): number {
    return this.#received;
  }

  /**
   * Resolves when the whole body is delivered.
   * @throws what the body or a delivery failed with
   */
  async run(): Promise<void> {
    const { body } = this.#parts;
    const look = setInterval(() => this.#giveWay(), LOOK);
    try {
      await forEachChunk(body.stream, (chunk) => this.#onChunk(chunk), this.#broken.signal);
      clearInterval(look);
      await this.#delivering;
      while (this.#slab === null && this.#carry.length > 0) await this.#room();
      if (this.#slab !== null) this.#close(this.#filled);
      if (this.#doneBytes > 0) await this.#flush(true);
    } finally {
      clearInterval(look);
      await this.#delivering?.catch(() => {});
      this.#dropCarry();
      if (this.#slab !== null) this.#parts.pool.release(this.#slab);
      for (const { slab } of this.#done) this.#parts.pool.release(slab);
    }
  }

  #onChunk(chunk: Buffer): Promise<void> | undefined {
    const { body } = this.#parts;
    this.#received += chunk.length;
    if (this.#received > body.limit) throw body.overLimit();
    const taken =
      this.#delivering === null
        ? this.#take(chunk, 0)
        : this.#delivering.then(() => this.#take(chunk, 0));
    if (taken === undefined) this.#giveBack(chunk);
    return taken?.finally(() => this.#giveBack(chunk));
  }

  /** Synchronous as long as there is room. */
  #take(chunk: Buffer, from: number): Promise<void> | undefined {
    let offset = from;
    while (offset < chunk.length) {
      const slab = this.#slab;
      if (slab === null) {
        const at = offset;
        const room = this.#room();
        if (room !== undefined) return room.then(() => this.#take(chunk, at));
        continue;
      }
      const part = Math.min(chunk.length - offset, slab.view.length - this.#filled);
      slab.view.set(chunk.subarray(offset, offset + part), this.#filled);
      this.#filled += part;
      offset += part;
      this.#scan(slab);
    }
    return undefined;
  }

  #scan(slab: Slab): void {
    const window = slab.view.subarray(0, this.#filled);
    let newline = window.indexOf(NEWLINE, this.#searched);
    while (newline >= 0) {
      this.#takeLine(slab, this.#lineStart, newline);
      this.#lineStart = newline + 1;
      if (this.#action === null) {
        this.#itemEnd = newline + 1;
        if (this.#facts.length >= BATCH_ITEMS || this.#updated >= PART_UPDATES) {
          this.#close(this.#itemEnd);
          return;
        }
      }
      newline = window.indexOf(NEWLINE, this.#lineStart);
    }
    this.#searched = this.#filled;
    if (this.#filled === slab.view.length) this.#close(this.#itemEnd);
  }

  #takeLine(slab: Slab, start: number, end: number): void {
    const action = this.#action;
    const window = slab.view;
    if (action !== null) {
      this.#action = null;
      const asks = action.op === 'update' && updateAsksSource(window, start, end);
      if (asks) this.#updates = 'own';
      this.#item(slab, asks ? { ...action, asksSource: true } : action, start, end);
      return;
    }
    if (!this.#isUnderstood || isBlank(window, start, end)) return;
    const facts = this.#lines.read(window, start, end);
    if (facts === null) this.#isUnderstood = false;
    else if (facts.op === 'delete') this.#item(slab, facts, start, start);
    else this.#action = facts;
  }

  #item({ slots }: Slab, facts: ActionFacts, start: number, end: number): void {
    const at = this.#facts.push(facts) * SLOT_WORDS - SLOT_WORDS;
    slots[at + SLOT_START] = start;
    slots[at + SLOT_END] = end;
    if (facts.op !== 'update') return;
    this.#updated++;
    if (this.#updates === 'none') this.#updates = 'plain';
  }

  /** The slab is full up to `end`; what follows goes on in the next one. */
  #close(end: number): void {
    const slab = this.#slab!;
    const { pool } = this.#parts;
    this.#slab = null;
    this.#carry = Buffer.from(slab.view.subarray(end, this.#filled));
    this.#lineStart -= end;
    this.#searched = Math.max(this.#searched - end, this.#lineStart);
    pool.carry(this.#carry.length);
    if (end === 0) {
      pool.release(slab);
      return;
    }
    this.#done.push({ slab, end, facts: this.#facts });
    this.#doneBytes += end;
    this.#doneItems += this.#facts.length;
    this.#facts = [];
  }

  /** Makes a slab current that has place for the unfinished item and more. */
  #room(): Promise<void> | undefined {
    const { pool, partBytes } = this.#parts;
    const isLong = this.#doneItems >= PART_ITEMS || this.#updated >= PART_UPDATES;
    if (isLong || this.#doneBytes >= partBytes) return this.#flush().then(() => this.#room());
    const carried = this.#carry.length;
    if (carried > pool.maxLine) {
      throw new EstromError(
        'TOO_LARGE',
        `an action with its document is longer than ${pool.maxLine} bytes: nothing from it on was stored; split it, or raise --max-document-bytes`,
      );
    }
    const usual = Math.min(NEXT_SLAB, pool.largestClass);
    const slab = pool.acquire(carried >= usual ? carried + 1 : usual);
    if (!(slab instanceof Promise)) {
      this.#use(slab);
      return undefined;
    }
    return this.#await(slab);
  }

  /** What this request holds may be what it waits for. */
  async #await(waiting: Promise<Slab>): Promise<void> {
    try {
      if (this.#done.length > 0) await this.#flush();
    } catch (error) {
      void waiting.then((slab) => this.#parts.pool.release(slab));
      throw error;
    }
    this.#use(await waiting);
  }

  #use(slab: Slab): void {
    this.#slab = slab;
    slab.view.set(this.#carry);
    this.#filled = this.#carry.length;
    this.#itemEnd = 0;
    this.#dropCarry();
    this.#scan(slab);
  }

  #dropCarry(): void {
    if (this.#carry.length > 0) this.#parts.pool.dropCarry(this.#carry.length);
    this.#carry = NOTHING;
  }

  async #flush(isLast = false): Promise<void> {
    const part: Part = {
      slabs: this.#done,
      bytes: this.#doneBytes,
      items: this.#doneItems,
      updates: this.#updates,
      isUnderstood: this.#isUnderstood,
      isLast,
    };
    this.#done = [];
    this.#doneBytes = 0;
    this.#doneItems = 0;
    this.#updates = 'none';
    this.#updated = 0;
    await this.#parts.deliver(part);
  }

  /** A sender that pauses does not keep what others wait for. */
  #giveWay(): void {
    const paused = this.#received === this.#receivedBefore;
    this.#receivedBefore = this.#received;
    if (!paused || this.#delivering !== null || !this.#parts.pool.contended) return;
    if (this.#parts.body.stream.isPaused() || this.#slab === null) return;
    if (this.#itemEnd === 0 && this.#done.length === 0 && this.#filled > 0) return;
    this.#close(this.#itemEnd);
    if (this.#done.length === 0) return;
    this.#delivering = this.#flush().finally(() => {
      this.#delivering = null;
    });
    this.#delivering.catch((error) => this.#broken.abort(error));
  }

  /** Chunks hardly weigh on the collector's own heap: it would let tens of megabytes pile up. */
  #giveBack(chunk: Buffer): void {
    if (this.#parts.body.ownsChunks && isWholeBuffer(chunk)) freeMemory(chunk);
  }
}
