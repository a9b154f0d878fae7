import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ConfigError } from '../config-load.ts';
import { EstromError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { type AssetChange, Changes } from './changes.ts';
import type { Found, QueryColumns } from './database.ts';
import { foundQueries } from './found-queries.ts';
import { Serials } from './serials.ts';
import type {
  AssetStore,
  FieldStore,
  FoundQuery,
  ImageStore,
  KeptAsset,
  KeptField,
  KeptImage,
  KeptQuery,
  KeptSegment,
  QueryStore,
  SegmentStore,
} from './store.ts';
import type { StoreAnswer, StoreCall, StoreThreadOptions } from './store-thread.ts';

export interface SqliteStoreOptions {
  readonly folder: string;
  /** Of the form that query ids are made from. */
  readonly canonicalVersion: number;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** After a write that failed the next one waits so long, unless somebody asks for one; milliseconds. */
const RETRY = 1000;

/**
 * Keeps state in one folder, on a thread of its own. All changes that arrive while one transaction is
 * written share the next one and its promise. SQLite syncs each, so what was acknowledged survives a
 * kill of the process, and a power loss as far as the disk tells the truth.
 */
export class SqliteStore implements QueryStore, FieldStore, SegmentStore, AssetStore, ImageStore {
  readonly folder: string;
  readonly imageFolder: string;
  readonly serials = new Serials();
  unimaged = 0;
  readonly #worker: Worker;
  readonly #waiting: PromiseWithResolvers<StoreAnswer>[] = [];
  readonly #log: Logger;
  #found: Found | undefined;
  #changes = new Changes();
  #inFlight: Changes | undefined;
  #writing: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;
  #broken: string | undefined;
  #failed = false;
  #commits = 0;
  #failures = 0;
  #rows = 0;
  /** Of the changes that are gathered now. */
  #mark = 1;
  /** There is an image, or one is being made. */
  #isMarking = false;
  serial = 0;

  private constructor({ folder, canonicalVersion, metrics, log }: SqliteStoreOptions) {
    this.folder = join(folder, 'segments');
    this.imageFolder = folder;
    this.#log = log;
    const url = new URL(`./store-thread${extname(import.meta.filename)}`, import.meta.url);
    this.#worker = new Worker(url, {
      name: 'store',
      workerData: { folder, canonicalVersion } satisfies StoreThreadOptions,
      // Node calls its SQLite experimental, on the standard error of every start.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#worker.on('message', (answer: StoreAnswer) => this.#waiting.shift()?.resolve(answer));
    this.#worker.on('error', (error) => this.#break(error.message));
    this.#worker.on('exit', () => this.#break('its thread has ended'));
    metrics.observedCounter(
      'estrom_store_commits_total',
      'Transactions of kept state',
      () => this.#commits,
    );
    metrics.observedCounter(
      'estrom_store_commit_failures_total',
      'Transactions of kept state that could not be written',
      () => this.#failures,
    );
    metrics.observedCounter(
      'estrom_store_rows_total',
      'Queries, fields, templates and indices written or dropped',
      () => this.#rows,
    );
    metrics.gauge(
      'estrom_store_waiting_rows',
      'Queries, fields, templates and indices that are not written yet',
      () => this.#changes.size,
    );
  }

  /** @throws ConfigError when the folder cannot be used: what is wrong, and what to do */
  static async open(options: SqliteStoreOptions): Promise<SqliteStore> {
    const store = new SqliteStore(options);
    const answer = await store.#call({ call: 'open' });
    if ('error' in answer) {
      await store.#worker.terminate();
      const reason = answer.problem
        ? answer.error
        : `cannot be used: ${answer.error}; it has to be a folder that this user may write to, with room on its disk`;
      throw new ConfigError(`--data ${options.folder} ${reason}`);
    }
    store.#found = answer.ok as Found;
    store.serial = store.#found.serial;
    store.#mark = store.#found.mark;
    store.#isMarking = store.#found.image !== null;
    store.unimaged = store.#found.changed.length;
    return store;
  }

  /** Types of fields in the order in which they were fixed. */
  get fields(): readonly KeptField[] {
    return this.#found?.fields ?? [];
  }

  get assets(): readonly KeptAsset[] {
    return this.#found?.assets ?? [];
  }

  get segments(): readonly KeptSegment[] {
    return this.#found?.segments ?? [];
  }

  get image(): KeptImage | null {
    return this.#found?.image ?? null;
  }

  /** Ordinals of queries that are other than in the image, or gone. */
  get changed(): readonly number[] {
    return this.#found?.changed ?? [];
  }

  /**
   * The queries that were kept, in groups; to be read once, before anything is put.
   * @param onlyChanged since the image was begun
   */
  async *queries(onlyChanged = false): AsyncGenerator<FoundQuery[]> {
    // One group is read ahead while the one before it is worked on.
    let next = this.#call({ call: 'next', onlyChanged });
    for (;;) {
      const answer = await next;
      if ('error' in answer) throw this.#unavailable(answer.error);
      if (answer.ok === undefined) return;
      next = this.#call({ call: 'next', onlyChanged });
      const queries = foundQueries(answer.ok as QueryColumns);
      for (const { ordinal, serial } of queries) this.serials.set(ordinal, serial);
      yield queries;
    }
  }

  putQuery(query: KeptQuery, fresh: boolean): Promise<void> {
    this.serial++;
    this.unimaged++;
    if (fresh) this.serials.set(query.ordinal, this.serial);
    this.#changes.put({ ...query, serial: this.serial, fresh });
    return this.#write();
  }

  dropQuery(ordinal: number): Promise<void> {
    this.unimaged++;
    this.serials.set(ordinal, 0);
    this.#changes.drop(ordinal);
    return this.#write();
  }

  putFields(fields: readonly KeptField[]): Promise<void> {
    this.#changes.addFields(fields);
    return this.#write();
  }

  putAssets(assets: readonly AssetChange[]): Promise<void> {
    this.#changes.addAssets(assets);
    return this.#write();
  }

  putSegments(segments: readonly KeptSegment[]): Promise<void> {
    this.#changes.setSegments(segments);
    return this.#write();
  }

  beginImage(): number {
    this.#isMarking = true;
    this.unimaged = 0;
    return this.#mark;
  }

  putImage(image: KeptImage): Promise<void> {
    this.#changes.setImage(image);
    return this.#write();
  }

  /** Writes what is owed and closes the files. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#retry);
    while (this.#writing !== undefined) await this.#writing;
    if (!this.#changes.empty) await this.#write().catch(() => {});
    await this.#call({ call: 'close' });
    this.#worker.removeAllListeners('exit');
    await this.#worker.terminate();
  }

  #write(): Promise<void> {
    if (this.#changes.empty) return this.#inFlight?.done.promise ?? Promise.resolve();
    // A microtask later, so that all changes of this turn share the first transaction.
    this.#writing ??= Promise.resolve().then(() => this.#writeAll());
    return this.#changes.done.promise;
  }

  async #writeAll(): Promise<void> {
    clearTimeout(this.#retry);
    for (let failed = false; !this.#changes.empty && !failed; ) {
      failed = !(await this.#commit());
    }
    this.#writing = undefined;
    if (this.#changes.empty || this.#broken !== undefined) return;
    this.#retry = setTimeout(() => void this.#write().catch(() => {}), RETRY).unref();
  }

  async #commit(): Promise<boolean> {
    const changes = this.#changes;
    this.#changes = new Changes();
    this.#inFlight = changes;
    const commit = changes.toCommit(this.#isMarking ? this.#mark : 0);
    this.#mark++;
    const answer = await this.#call({ call: 'commit', commit });
    this.#inFlight = undefined;
    if ('error' in answer) {
      this.#failures++;
      this.#changes.owe(changes);
      if (!this.#failed) this.#log.error({ reason: answer.error }, 'state cannot be kept');
      this.#failed = true;
      changes.done.reject(this.#unavailable(answer.error));
      return false;
    }
    if (this.#failed) this.#log.info('state is kept again');
    this.#failed = false;
    this.#commits++;
    this.#rows += changes.size;
    changes.done.resolve();
    return true;
  }

  #call(call: StoreCall): Promise<StoreAnswer> {
    if (this.#broken !== undefined) {
      return Promise.resolve({ error: this.#broken, problem: false });
    }
    const waiting = Promise.withResolvers<StoreAnswer>();
    this.#waiting.push(waiting);
    this.#worker.postMessage(call);
    return waiting.promise;
  }

  #break(reason: string): void {
    if (this.#broken !== undefined) return;
    this.#broken = reason;
    for (const { resolve } of this.#waiting.splice(0)) resolve({ error: reason, problem: false });
  }

  #unavailable(reason: string): EstromError {
    return new EstromError(
      'UNAVAILABLE',
      `this cannot be kept: ${reason}; see to the disk that --data is on, then try again`,
    );
  }
}
