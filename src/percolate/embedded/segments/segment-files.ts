import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../../../log.ts';
import type { Metrics } from '../../../metrics.ts';
import type { KeptSegment, SegmentStore } from '../../../store/store.ts';
import type { Arena } from '../memory/arena.ts';
import type { LoadTask, SaveTask } from '../segment-file-worker.ts';
import { Segment } from './segment.ts';
import { FORMAT } from './segment-format.ts';
import type { SegmentSet } from './segment-set.ts';

export interface SegmentFileParts {
  readonly store: SegmentStore;
  readonly arena: Arena;
  readonly segments: SegmentSet;
  /** Runs on a thread that has the arena. */
  readonly save: (task: SaveTask) => Promise<string>;
  readonly load: (task: LoadTask) => Promise<string | null>;
  /** What queries are compiled for, besides dynamic mappings: 32 bits, 0 for nothing. */
  readonly compiledFor?: () => number;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** More than there will be. */
const FORMATS = 2 ** 16;
/** Segments are saved when nothing has changed for so long, milliseconds. */
const SETTLED = 1000;
/** And at the latest so long after a change, when registrations never end. */
const LONGEST = 20_000;

/**
 * Keeps files of the sealed segments: what is registered with them need not be compiled at the next
 * start. They are a cache; a file that is damaged costs the time to compile its queries again.
 */
export class SegmentFiles {
  readonly #parts: SegmentFileParts;
  /** Files by the segment's id in this process. */
  #files = new Map<number, KeptSegment>();
  #nextNumber = 1;
  #saving: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** When the set differed first from the one on disk. */
  #changedAt: number | undefined;
  /** Segments of the last set, usable or not. */
  #setSize = 0;
  /** Of what is being saved. */
  readonly #outdated = new Set<number>();
  #loaded: { readonly kept: KeptSegment; readonly segment: Segment }[] = [];
  #faults = 0;
  #saves = 0;
  #failures = 0;

  constructor(parts: SegmentFileParts) {
    this.#parts = parts;
    const { metrics } = parts;
    metrics.observedCounter(
      'estrom_segment_file_faults_total',
      'Segment files that could not be used, so that their queries were compiled again',
      () => this.#faults,
    );
    metrics.observedCounter(
      'estrom_segment_file_saves_total',
      'Segment files written',
      () => this.#saves,
    );
    metrics.observedCounter(
      'estrom_segment_file_save_failures_total',
      'Attempts to save segments that failed',
      () => this.#failures,
    );
  }

  /** Reads the files of the last set; what cannot be used is named in the log. */
  async load(set: readonly KeptSegment[]): Promise<void> {
    const { store, segments, arena, load, log } = this.#parts;
    this.#nextNumber =
      Math.max(0, ...this.#numbersOnDisk(), ...set.map(({ number }) => number)) + 1;
    this.#setSize = set.length;
    for (const kept of set) {
      const file = fileName(kept.number);
      const { bytes, checksum } = kept;
      if (kept.format !== this.#format) {
        log.info({ file }, 'a segment of another version is not used: its queries are compiled');
        continue;
      }
      const id = segments.takeId();
      const offset = arena.allocate(bytes);
      const fault =
        offset < 0
          ? `the arena has no room for its ${bytes} bytes`
          : await load({ folder: store.folder, file, offset, bytes, checksum, id });
      if (fault === null) {
        this.#loaded.push({ kept, segment: new Segment(arena.memory, offset) });
        continue;
      }
      if (offset >= 0) arena.retire(offset);
      this.#faults++;
      log.error(
        { file: join(store.folder, file), fault, queries: kept.queries },
        'a segment file cannot be used: its queries are compiled again from their texts',
      );
    }
  }

  /**
   * Takes over what the loaded segments hold of the queries that there are.
   * @param serialOf serial of the query with that ordinal, 0 for none
   */
  adopt(serialOf: (ordinal: number) => number): void {
    const { segments, arena } = this.#parts;
    const adopted: Segment[] = [];
    for (const { kept, segment } of this.#loaded) {
      let live = 0;
      for (let query = 0; query < segment.queries; query++) {
        const serial = serialOf(segment.ordinals[query]!);
        // A younger query has taken the ordinal over, or nobody has it any more.
        if (serial === 0 || serial > kept.serial) segment.kill(query);
        else if (segment.isLive(query)) live++;
      }
      if (live === 0) arena.retire(segment.offset);
      else {
        adopted.push(segment);
        this.#files.set(segment.id, kept);
      }
    }
    this.#loaded = [];
    segments.adopt(adopted);
    if (adopted.length < this.#setSize) this.changed();
  }

  /** Segments of another format, or compiled for other mappings, are not used. */
  get #format(): number {
    return FORMAT + (this.#parts.compiledFor?.() ?? 0) * FORMATS;
  }

  /** Told that queries in these segments were compiled again, and are in others now: their files are not good any more. */
  outdated(segments: ReadonlySet<number>): void {
    let isChanged = false;
    for (const id of segments) {
      isChanged = this.#files.delete(id) || isChanged;
      this.#outdated.add(id);
    }
    if (isChanged) this.changed();
  }

  /** Told that the set of sealed segments is another one. */
  changed(): void {
    this.#changedAt ??= performance.now();
    this.#schedule();
  }

  /** Saves what is not saved yet. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#saving;
    if (this.#changedAt !== undefined) await this.#save();
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#saving !== undefined) return;
    clearTimeout(this.#timer);
    const left = LONGEST - (performance.now() - this.#changedAt!);
    this.#timer = setTimeout(() => this.#due(), Math.max(0, Math.min(SETTLED, left))).unref();
  }

  #due(): void {
    const overdue = performance.now() - this.#changedAt! >= LONGEST;
    // What is being merged would be saved for nothing.
    if (this.#parts.segments.merging && !overdue) this.#schedule();
    else void this.#save();
  }

  #save(): Promise<void> {
    this.#saving = this.#saveSet()
      .catch((error) => {
        this.#failures++;
        this.#changedAt ??= performance.now();
        this.#parts.log.error({ err: error }, 'segments could not be saved');
      })
      .then(() => {
        this.#saving = undefined;
        if (this.#changedAt !== undefined) this.#schedule();
      });
    return this.#saving;
  }

  async #saveSet(): Promise<void> {
    const { store, segments, arena } = this.#parts;
    this.#changedAt = undefined;
    this.#outdated.clear();
    const { serial } = store;
    const format = this.#format;
    const files = new Map<number, KeptSegment>();
    for (const { id } of [...segments.sealed]) {
      // Merged while others were saved: what it has become is saved next time.
      const segment = segments.sealed.find((one) => one.id === id);
      if (segment === undefined) continue;
      let kept = this.#files.get(id);
      if (kept === undefined) {
        const { offset, bytes, queries } = segment;
        // It alone: to pin the version would hold up the recycling of all that merges leave.
        arena.hold(offset);
        try {
          kept = { ...(await this.#saveOne(offset, bytes)), format, bytes, queries, serial };
        } finally {
          arena.letGo(offset);
        }
      }
      // What was not compiled again for new mappings is as good for these.
      files.set(id, { ...kept, format });
    }
    await store.putSegments([...files.values()]);
    for (const id of this.#outdated) files.delete(id);
    this.#files = files;
    this.#sweep();
  }

  async #saveOne(offset: number, bytes: number): Promise<Pick<KeptSegment, 'number' | 'checksum'>> {
    const { store, save } = this.#parts;
    const number = this.#nextNumber++;
    const checksum = await save({ folder: store.folder, file: fileName(number), offset, bytes });
    this.#saves++;
    return { number, checksum };
  }

  /** Removes files that are not of the present set. */
  #sweep(): void {
    const { folder } = this.#parts.store;
    const present = new Set([...this.#files.values()].map(({ number }) => fileName(number)));
    for (const name of readdirSync(folder)) {
      if (!present.has(name)) rmSync(join(folder, name), { force: true });
    }
  }

  #numbersOnDisk(): number[] {
    const { folder } = this.#parts.store;
    return readdirSync(folder)
      .flatMap((name) => /^(\d{1,15})\.segment/.exec(name)?.[1] ?? [])
      .map(Number);
  }
}

function fileName(number: number): string {
  return `${number}.segment`;
}
