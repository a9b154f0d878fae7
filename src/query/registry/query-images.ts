import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../../log.ts';
import type { ImageStore, KeptImage } from '../../store/store.ts';
import { ImageFault, readImage, writeImage } from './image-file.ts';
import type { QueryTable } from './query-table.ts';
import { type ImageHeader, imageOf, type LoadedImage } from './table-image.ts';

export interface QueryImageParts {
  readonly store: ImageStore;
  readonly table: QueryTable;
  readonly log: Logger;
  /** So many changes are read from their rows rather than a new image made; for tests. */
  readonly least?: number;
}

/** How often it is asked whether an image is due, milliseconds. */
const INTERVAL = 2000;
/** While changes go on, an image is made at most so often, and when most queries are not in the last one. */
const LONGEST = 30_000;
const MOST = 1 / 2;
const LEAST = 5000;
/** A new image is due when more than this part of all queries has changed. */
const PART = 1 / 20;

/**
 * Keeps an image of the table on disk, so that a start need not read a million rows. The rows are the truth,
 * and an image that is damaged, or not there, costs only time.
 */
export class QueryImages {
  readonly #parts: QueryImageParts;
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> | undefined;
  #nextNumber = 1;
  #seen = 0;
  #savedAt = 0;
  #isOff = false;
  /** No file has what the table has: all of it counts as changed. */
  #isMissing = true;

  constructor(parts: QueryImageParts) {
    this.#parts = parts;
  }

  /** The image of the last run; undefined when there is none that can be used. */
  async load(): Promise<LoadedImage | undefined> {
    const { store } = this.#parts;
    const { image } = store;
    this.#nextNumber = Math.max(0, image?.number ?? 0, ...this.#numbersOnDisk()) + 1;
    if (image === null) return undefined;
    const file = join(store.imageFolder, fileName(image.number));
    try {
      const loaded = await readImage<ImageHeader>(file, image);
      this.#isMissing = false;
      return loaded;
    } catch (error) {
      if (!(error instanceof ImageFault)) throw error;
      this.refuse(image, error.message);
      return undefined;
    }
  }

  /** Tells that what was loaded cannot be used. */
  refuse(image: KeptImage | null, fault: string): void {
    const { store, log } = this.#parts;
    this.#isMissing = true;
    const file = join(store.imageFolder, fileName(image?.number ?? 0));
    log.error({ file, fault }, 'an image of the queries cannot be used: their rows are read');
  }

  /** From now on images are made when they are due. @param isWhole false: the table has not all that is kept */
  start(isWhole: boolean): void {
    this.#isOff = !isWhole;
    this.#timer = setInterval(() => this.#ask(), INTERVAL).unref();
  }

  /** Makes one if it is due. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#saving;
    if (this.#isDue) await this.#save();
  }

  get #isDue(): boolean {
    const { store, table, least } = this.#parts;
    if (this.#isOff || table.ids.hasOthers) return false;
    const changes = this.#isMissing ? table.size : store.unimaged;
    return changes > (least ?? Math.max(LEAST, table.size * PART));
  }

  #ask(): void {
    const { store, table } = this.#parts;
    const { unimaged } = store;
    const isQuiet = unimaged === this.#seen;
    this.#seen = unimaged;
    if (this.#saving !== undefined || !this.#isDue) return;
    const isLate = performance.now() - this.#savedAt > LONGEST && unimaged > table.size * MOST;
    if (isQuiet || isLate) void this.#save();
  }

  #save(): Promise<void> {
    this.#saving = this.#write()
      .catch((error) => {
        this.#parts.log.error({ err: error }, 'an image of the queries could not be made');
      })
      .then(() => {
        this.#saving = undefined;
        this.#savedAt = performance.now();
      });
    return this.#saving;
  }

  async #write(): Promise<void> {
    const { store, table } = this.#parts;
    const { texts } = table.records;
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    // From here on changes are marked; all of before are in the table.
    const mark = store.beginImage();
    this.#isMissing = true;
    const { serial } = store;
    texts.hold();
    try {
      // Serials of later changes may be among these: they are marked.
      const contents = imageOf(table, store.serials.values(table.ordinals));
      const path = join(store.imageFolder, fileName(number));
      const written = await writeImage(path, contents);
      await store.putImage({ ...written, number, serial, mark });
      this.#isMissing = false;
    } finally {
      texts.release();
    }
    this.#sweep(number);
  }

  /** Removes the files of other images. */
  #sweep(present: number): void {
    const { imageFolder } = this.#parts.store;
    for (const name of readdirSync(imageFolder)) {
      if (FILE.test(name) && name !== fileName(present)) {
        rmSync(join(imageFolder, name), { force: true });
      }
    }
  }

  #numbersOnDisk(): number[] {
    return readdirSync(this.#parts.store.imageFolder)
      .flatMap((name) => FILE.exec(name)?.[1] ?? [])
      .map(Number);
  }
}

const FILE = /^(\d{1,15})\.queries(\.tmp)?$/;

function fileName(number: number): string {
  return `${number}.queries`;
}
