import { EstromError } from '../../../errors.ts';
import type { NamedPlan } from '../compile/compile.ts';
import type { Plan } from '../compile/plan.ts';
import type { Arena } from '../memory/arena.ts';
import { PlaceTable } from './place-table.ts';
import { Segment } from './segment.ts';
import { SegmentBuilder } from './segment-builder.ts';
import { segmentBytes, writeSegment } from './segment-writer.ts';

/** Merges segments, one merge at a time, in two steps: what they come to, and where that is to be. */
export interface Merger {
  /** Merges the segments at these places, in memory of its own. @returns the bytes of the result */
  prepare(sources: readonly number[]): Promise<number>;
  /** Writes what was prepared last. */
  write(task: { readonly target: number; readonly id: number }): Promise<void>;
  /** Copies a block. */
  copy(task: CopyTask): Promise<void>;
}

export interface CopyTask {
  readonly from: number;
  readonly target: number;
  readonly bytes: number;
}

interface Addition {
  readonly ordinal: number;
  readonly plan: Plan;
  /** See Compilation in compile.ts. */
  readonly isHollow?: boolean;
  readonly names?: readonly NamedPlan[];
}

/** So many queries at most are written anew when one is added. */
const TIP_QUERIES = 32;
/** So many gather in the head before it becomes a segment that only merges replace. */
const HEAD_QUERIES = 512;
/** So many segments of a similar size become one. */
const MERGE_WIDTH = 4;
/** Before so large a segment is written, others make room for it, bytes. */
const LARGE = 4 * 1024 * 1024;
/** After so long without additions, milliseconds, the rest is merged too. */
const QUIET = 250;

/**
 * The segments of the present version. A new query goes into the tip, a tiny segment that is written
 * anew for each addition; a full tip goes into the head, a full head is kept as it is, and segments of
 * similar size are merged in the background, so there are never many.
 */
export class SegmentSet {
  readonly #arena: Arena;
  readonly #merger: Merger;
  readonly #onError: (error: unknown) => void;
  readonly #onSealed: () => void;
  #sealed: Segment[] = [];
  #head = new Gathering();
  #tip = new Gathering();
  readonly #places = new PlaceTable();
  #nextId = 1;
  #list = -1;
  #merging: Promise<void> | undefined;
  #quiet: NodeJS.Timeout | undefined;

  /** @param onSealed told when {@link sealed} has changed */
  constructor(
    arena: Arena,
    merger: Merger,
    onError: (error: unknown) => void,
    onSealed: () => void = () => {},
  ) {
    this.#arena = arena;
    this.#merger = merger;
    this.#onError = onError;
    this.#onSealed = onSealed;
  }

  /** Those that only merges replace. */
  get sealed(): readonly Segment[] {
    return this.#sealed;
  }

  get merging(): boolean {
    return this.#merging !== undefined;
  }

  has(ordinal: number): boolean {
    return this.#places.has(ordinal);
  }

  /** For a segment that is made elsewhere. */
  takeId(): number {
    return this.#nextId++;
  }

  /** Takes segments that are in the arena already; each query lives in one of them at most. */
  adopt(segments: readonly Segment[]): void {
    if (segments.length === 0) return;
    for (const segment of segments) this.#locate(segment);
    this.#sealed.push(...segments);
    this.#publish();
    this.#startMerge();
    this.#watchQuiet();
  }

  get segments(): readonly Segment[] {
    const small = [this.#head.segment, this.#tip.segment];
    return [...this.#sealed, ...small.filter((segment) => segment !== undefined)];
  }

  /** Whether some query asks for terms of this class in a field. */
  asks(termClass: number): boolean {
    return this.segments.some(({ fieldClasses }) => (fieldClasses & (1 << termClass)) !== 0);
  }

  /** Registered queries. */
  get size(): number {
    return this.#places.size;
  }

  /** Queries that nothing in a document can find: every one is verified against them. */
  get alwaysVerified(): number {
    return this.segments.reduce((sum, segment) => sum + segment.always.length, 0);
  }

  /** Queries that are verified against every document that has their field, or is in their index. */
  get weaklyAnchored(): number {
    return this.segments.reduce((sum, segment) => sum + segment.weak, 0);
  }

  /**
   * Makes queries visible to every batch that begins from now on.
   * @throws EstromError UNAVAILABLE when the arena is full; then nothing has changed
   */
  add(additions: readonly Addition[]): void {
    const tip = [...this.#tip.additions, ...additions];
    const head = [...this.#head.additions, ...tip];
    const replaced: Segment[] = [];
    const replace = (gathering: Gathering, by: readonly Addition[]) => {
      const segment = by.length === 0 ? undefined : this.#write(by);
      if (gathering.segment !== undefined) replaced.push(gathering.segment);
      gathering.segment = segment;
      gathering.additions = by;
    };
    if (tip.length <= TIP_QUERIES) replace(this.#tip, tip);
    else {
      replace(this.#head, head);
      replace(this.#tip, []);
      if (head.length >= HEAD_QUERIES) this.#seal();
    }
    this.#publish();
    for (const segment of replaced) this.#arena.retire(segment.offset);
    this.#startMerge();
    this.#watchQuiet();
  }

  /**
   * Puts queries in the place of those with the same ordinals. No batch may be matched meanwhile.
   * @returns ids of the sealed segments that they were in
   */
  replace(additions: readonly Addition[]): ReadonlySet<number> {
    const touched = new Set<number>();
    if (additions.length === 0) return touched;
    const places = additions.map(({ ordinal }) => ({
      segment: this.#segmentOf(ordinal),
      query: this.#places.query(ordinal),
    }));
    const ordinals = new Set(additions.map(({ ordinal }) => ordinal));
    this.#head.forget(ordinals);
    this.#tip.forget(ordinals);
    this.add(additions);
    for (const { segment, query } of places) {
      // Those that were written anew hold the later ones alone.
      if (segment === undefined || !this.segments.includes(segment)) continue;
      segment.kill(query);
      touched.add(segment.id);
    }
    return touched;
  }

  #seal(): void {
    this.#sealed.push(this.#head.segment!);
    this.#head = new Gathering();
    this.#onSealed();
  }

  remove(ordinals: readonly number[]): void {
    for (const ordinal of ordinals) {
      const segment = this.#segmentOf(ordinal);
      segment?.kill(this.#places.query(ordinal));
      this.#places.delete(ordinal);
    }
    // Their ordinals may name others before these are written anew.
    const gone = new Set(ordinals);
    this.#head.forget(gone);
    this.#tip.forget(gone);
  }

  #segmentOf(ordinal: number): Segment | undefined {
    const id = this.#places.segment(ordinal);
    return id === 0 ? undefined : this.segments.find((segment) => segment.id === id);
  }

  /** Resolves when no merge is under way. */
  async settled(): Promise<void> {
    while (this.#merging !== undefined) await this.#merging;
  }

  #write(additions: readonly Addition[]): Segment {
    const builder = new SegmentBuilder();
    for (const { ordinal, plan, isHollow, names = [] } of additions) {
      builder.add(ordinal, plan);
      if (isHollow) builder.markHollow();
      for (const named of names) builder.addName(named);
    }
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
      if (segment.isLive(query)) this.#places.set(segment.ordinals[query]!, segment.id, query);
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

  #startMerge(choose: (segments: readonly Segment[]) => Segment[] = chooseMerge): void {
    if (this.#merging !== undefined) return;
    const sources = choose(this.#sealed);
    if (sources.length < 2) return;
    this.#merging = this.#mergeInBackground(sources)
      .catch(this.#onError)
      .then(() => {
        this.#merging = undefined;
        this.#startMerge();
      });
  }

  /** Many registrations at once leave segments of all sizes; matching is cheapest with few. */
  #watchQuiet(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      if (this.#merging === undefined) this.#startMerge(chooseRest);
      else this.#watchQuiet();
    }, QUIET).unref();
  }

  async #mergeInBackground(sources: readonly Segment[]): Promise<void> {
    const bytes = await this.#merger.prepare(sources.map(({ offset }) => offset));
    if (bytes >= LARGE) await this.#makeRoom(bytes);
    // Its room is taken when its size is known: pages that were touched once stay in memory.
    const target = this.#allocate(bytes);
    const id = this.#nextId++;
    await this.#merger.write({ target, id });
    const merged = new Segment(this.#arena.memory, target);
    const from = new Set(sources.map((source) => source.id));
    for (let query = 0; query < merged.queries; query++) {
      const ordinal = merged.ordinals[query]!;
      // Removed, or removed and registered anew elsewhere, while the merge ran.
      if (!from.has(this.#places.segment(ordinal))) merged.kill(query);
      else this.#places.set(ordinal, merged.id, query);
    }
    // Where they are now: they may have been moved.
    const merging = this.#sealed.filter((segment) => from.has(segment.id));
    this.#sealed = [merged, ...this.#sealed.filter((segment) => !from.has(segment.id))];
    this.#publish();
    for (const source of merging) this.#arena.retire(source.offset);
    this.#onSealed();
  }

  /** Moves segments down into holes, the furthest first, until no page has to be touched for so many bytes. */
  async #makeRoom(bytes: number): Promise<void> {
    for (let isMoved = true; isMoved; ) {
      isMoved = false;
      for (const { id } of this.#sealed.toSorted((a, b) => b.offset - a.offset)) {
        if (this.#arena.hasRoom(bytes)) return;
        // What one leaves may be the hole for another, so there are further rounds.
        if (await this.#moveDown(id)) isMoved = true;
      }
    }
  }

  async #moveDown(id: number): Promise<boolean> {
    const segment = this.#sealed.find((one) => one.id === id)!;
    const target = this.#arena.allocateBelow(segment.bytes, segment.offset);
    if (target < 0) return false;
    await this.#merger.copy({ from: segment.offset, target, bytes: segment.bytes });
    const moved = new Segment(this.#arena.memory, target);
    // Queries may have been removed meanwhile.
    moved.live.set(segment.live);
    this.#sealed = this.#sealed.map((one) => (one === segment ? moved : one));
    this.#publish();
    this.#arena.retire(segment.offset);
    return true;
  }
}

/** A small segment and what it was written from. */
class Gathering {
  segment: Segment | undefined;
  additions: readonly Addition[] = [];

  forget(ordinals: ReadonlySet<number>): void {
    this.additions = this.additions.filter(({ ordinal }) => !ordinals.has(ordinal));
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

/** All but the largest, and that one too unless it outweighs the others by far. */
function chooseRest(segments: readonly Segment[]): Segment[] {
  const [largest, ...others] = segments.toSorted((a, b) => b.queries - a.queries);
  const rest = others.reduce((sum, segment) => sum + segment.queries, 0);
  return largest !== undefined && largest.queries < 8 * rest ? [largest, ...others] : others;
}
