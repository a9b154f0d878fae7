import { EstromError } from '../../errors.ts';
import type { Arena } from './arena.ts';
import type { Plan } from './plan.ts';
import { Segment } from './segment.ts';
import { SegmentBuilder } from './segment-builder.ts';
import { segmentBytes, writeSegment } from './segment-writer.ts';

/** Merges `sources` into the room at `target`; gives the bytes of the result, written only if they fit. */
export type Merge = (task: {
  sources: readonly number[];
  target: number;
  capacity: number;
  id: number;
}) => Promise<number>;

interface Addition {
  readonly ordinal: number;
  readonly plan: Plan;
}

/** So many queries live in the newest segment, which is written anew for each addition. */
const HEAD_QUERIES = 512;
/** So many segments of a similar size become one. */
const MERGE_WIDTH = 6;

/**
 * The segments of the present version. New queries go into a small head segment; a full head is kept
 * as it is, and segments of similar size are merged in the background, so there are never many.
 */
export class SegmentSet {
  readonly #arena: Arena;
  readonly #merge: Merge;
  readonly #onError: (error: unknown) => void;
  #sealed: Segment[] = [];
  #head: Segment | undefined;
  #headAdditions: Addition[] = [];
  /** Where each ordinal's query is: id of the segment, and its number in it. */
  readonly #places = new Map<number, { segment: Segment; query: number }>();
  #nextId = 1;
  #list = -1;
  #merging: Promise<void> | undefined;

  constructor(arena: Arena, merge: Merge, onError: (error: unknown) => void) {
    this.#arena = arena;
    this.#merge = merge;
    this.#onError = onError;
  }

  get segments(): readonly Segment[] {
    return this.#head === undefined ? this.#sealed : [...this.#sealed, this.#head];
  }

  /** Registered queries. */
  get size(): number {
    return this.#places.size;
  }

  /** Queries that no term can find and every document is verified against. */
  get alwaysVerified(): number {
    return this.segments.reduce((sum, segment) => sum + segment.always.length, 0);
  }

  /** Makes queries visible to every batch that begins from now on. */
  add(additions: readonly Addition[]): void {
    const head = this.#headAdditions.filter(({ ordinal }) => this.#places.has(ordinal));
    const all = [...head, ...additions];
    const segment = this.#write(all);
    const old = this.#head;
    if (all.length >= HEAD_QUERIES) {
      this.#sealed.push(segment);
      this.#head = undefined;
      this.#headAdditions = [];
    } else {
      this.#head = segment;
      this.#headAdditions = all;
    }
    this.#publish();
    if (old !== undefined) this.#arena.retire(old.offset);
    this.#startMerge();
  }

  remove(ordinals: readonly number[]): void {
    for (const ordinal of ordinals) {
      const place = this.#places.get(ordinal);
      if (place === undefined) continue;
      place.segment.kill(place.query);
      this.#places.delete(ordinal);
    }
  }

  /** Resolves when no merge is under way. */
  async settled(): Promise<void> {
    while (this.#merging !== undefined) await this.#merging;
  }

  #write(additions: readonly Addition[]): Segment {
    const builder = new SegmentBuilder();
    for (const { ordinal, plan } of additions) builder.add(ordinal, plan);
    builder.layOut();
    const offset = this.#allocate(segmentBytes(builder));
    writeSegment(builder, this.#arena.memory, offset, this.#nextId++);
    const segment = new Segment(this.#arena.memory, offset);
    this.#locate(segment);
    return segment;
  }

  #allocate(bytes: number): number {
    const offset = this.#arena.allocate(bytes);
    if (offset >= 0) return offset;
    throw new EstromError(
      'UNAVAILABLE',
      `no room for further queries: the arena of ${this.#arena.memory.byteLength} bytes is full; raise the setting arena, or delete queries`,
    );
  }

  #locate(segment: Segment): void {
    for (let query = 0; query < segment.queries; query++) {
      this.#places.set(segment.ordinals[query]!, { segment, query });
    }
  }

  /** Puts out the list of segments: how many, then (id, place in units of 8 bytes) of each. */
  #publish(): void {
    const segments = this.segments;
    const list = this.#allocate(8 + segments.length * 8);
    const words = new Int32Array(this.#arena.memory, list, 2 + segments.length * 2);
    words[0] = segments.length;
    segments.forEach((segment, i) => {
      words[2 + 2 * i] = segment.id;
      words[3 + 2 * i] = segment.offset / 8;
    });
    this.#arena.publish(list);
    if (this.#list >= 0) this.#arena.retire(this.#list);
    this.#list = list;
  }

  #startMerge(): void {
    if (this.#merging !== undefined) return;
    const sources = chooseMerge(this.#sealed);
    if (sources.length === 0) return;
    this.#merging = this.#mergeInBackground(sources)
      .catch(this.#onError)
      .then(() => {
        this.#merging = undefined;
        this.#startMerge();
      });
  }

  async #mergeInBackground(sources: readonly Segment[]): Promise<void> {
    // Dictionaries are tables of a power of two: merged, they may be twice as long as needed.
    const capacity = sources.reduce((sum, { bytes }) => sum + bytes * 2, 65_536);
    const target = this.#allocate(capacity);
    const id = this.#nextId++;
    const bytes = await this.#merge({
      sources: sources.map(({ offset }) => offset),
      target,
      capacity,
      id,
    });
    if (bytes > capacity)
      throw new Error(`a merged segment of ${bytes} bytes did not fit ${capacity}`);
    this.#arena.shrink(target, bytes);
    const merged = new Segment(this.#arena.memory, target);
    for (let query = 0; query < merged.queries; query++) {
      const place = this.#places.get(merged.ordinals[query]!);
      // Removed, or removed and registered anew elsewhere, while the merge ran.
      if (place === undefined || !sources.includes(place.segment)) merged.kill(query);
      else this.#places.set(merged.ordinals[query]!, { segment: merged, query });
    }
    this.#sealed = [merged, ...this.#sealed.filter((segment) => !sources.includes(segment))];
    this.#publish();
    for (const source of sources) this.#arena.retire(source.offset);
  }
}

/** Segments of one size class, when there are enough to be worth one merge; else none. */
function chooseMerge(segments: readonly Segment[]): Segment[] {
  const classes = new Map<number, Segment[]>();
  for (const segment of segments) {
    const size = Math.floor(Math.log(segment.queries) / Math.log(MERGE_WIDTH));
    const peers = classes.get(size) ?? [];
    peers.push(segment);
    if (peers.length >= MERGE_WIDTH) return peers;
    classes.set(size, peers);
  }
  return [];
}
