import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ConfigError } from '../../config-load.ts';
import { EstromError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import { ChangeQueue } from '../change-queue.ts';
import { Listeners } from '../listeners.ts';
import type { KeptSubscription } from '../model.ts';
import type {
  ClosableSubscriptionStore,
  SubscriptionFilter,
  SubscriptionList,
  SubscriptionListener,
  SubscriptionPage,
} from '../subscription-store.ts';
import { fromRow, type SubscriptionRow, toRow } from './rows.ts';
import type { Change, Changed } from './subscription-database.ts';
import type {
  SubscriptionAnswer,
  SubscriptionCall,
  SubscriptionCalls,
  SubscriptionThreadOptions,
} from './subscription-thread.ts';

export interface SqliteSubscriptionsOptions {
  /** Made where it is missing. */
  readonly folder: string;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Most bytes of changes that wait to be written; further ones are refused. */
  readonly maxWaitingBytes?: number;
}

/** Subscriptions that travel together when all are read. */
const GROUP = 1000;

/**
 * Subscriptions in `subscriptions.sqlite`, on a thread of its own. Changes that arrive while others are
 * written share the next transaction; one that failed is not made later, its caller was told.
 */
export class SqliteSubscriptions implements ClosableSubscriptionStore {
  readonly #worker: Worker;
  readonly #answers: PromiseWithResolvers<SubscriptionAnswer>[] = [];
  readonly #listeners = new Listeners();
  readonly #queue: ChangeQueue<Change, Changed>;
  #broken: string | undefined;
  #closing: Promise<void> | undefined;

  private constructor(options: SqliteSubscriptionsOptions) {
    const { metrics, log, maxWaitingBytes } = options;
    const write = (changes: readonly Change[]) => this.#ask('commit', { changes });
    this.#queue = new ChangeQueue({ write, metrics, log, maxWaitingBytes });
    const url = new URL(`./subscription-thread${extname(import.meta.filename)}`, import.meta.url);
    this.#worker = new Worker(url, {
      name: 'subscriptions',
      workerData: { folder: options.folder } satisfies SubscriptionThreadOptions,
      // Node calls its SQLite experimental, on the standard error of every start.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#worker.on('message', (answer: SubscriptionAnswer) => {
      this.#answers.shift()?.resolve(answer);
    });
    this.#worker.on('error', (error) => this.#break(error.message));
    this.#worker.on('exit', () => this.#break('its thread has ended'));
  }

  /** @throws ConfigError when the folder cannot be used: what is wrong, and what to do */
  static async open(options: SqliteSubscriptionsOptions): Promise<SqliteSubscriptions> {
    const store = new SqliteSubscriptions(options);
    const answer = await store.#answerTo({ call: 'open' });
    if ('ok' in answer) return store;
    await store.#worker.terminate();
    const reason = answer.problem
      ? answer.error
      : `cannot keep subscriptions: ${answer.error}; it has to be a folder that this user may write to, with room on its disk`;
    throw new ConfigError(`the folder ${options.folder} ${reason}`);
  }

  async insert(subscription: KeptSubscription): Promise<void> {
    const changed = await this.#change({ change: 'insert', row: toRow(subscription) });
    if (changed !== null) return;
    throw new EstromError('ALREADY_EXISTS', `there is a subscription [${subscription.id}] already`);
  }

  async replace(subscription: KeptSubscription): Promise<boolean> {
    return (await this.#change({ change: 'replace', row: toRow(subscription) })) !== null;
  }

  async markDeleted(id: string, now: number): Promise<KeptSubscription | null> {
    const changed = await this.#change({ change: 'delete', id, now });
    return changed === null ? null : fromRow(changed);
  }

  async get(id: string): Promise<KeptSubscription | null> {
    const row = await this.#ask('get', { id });
    return row === null ? null : fromRow(row);
  }

  async list(filter: SubscriptionFilter, page: SubscriptionPage): Promise<SubscriptionList> {
    const { total, rows } = await this.#ask('list', { filter, page });
    return { total, subscriptions: rows.map(fromRow) };
  }

  async *all(): AsyncGenerator<KeptSubscription[]> {
    let reading = this.#group('');
    for (;;) {
      const rows = await reading;
      const last = rows.at(-1);
      if (last === undefined) return;
      // The next ones are read while these are made use of.
      reading = this.#group(last.id);
      reading.catch(() => {});
      yield rows.map(fromRow);
    }
  }

  #group(after: string): Promise<readonly SubscriptionRow[]> {
    return this.#ask('group', { after, most: GROUP });
  }

  onChange(listener: SubscriptionListener): () => void {
    return this.#listeners.add(listener);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#queue.drained();
    await this.#answerTo({ call: 'close' });
    this.#break('it is closed');
    await this.#worker.terminate();
  }

  /** Resolves when the change is on disk and all listeners have applied it. */
  async #change(change: Change): Promise<Changed> {
    const bytes = change.change === 'delete' ? 0 : 2 * change.row.body.length;
    const changed = await this.#queue.add(change, bytes);
    if (changed !== null && !this.#listeners.isEmpty) await this.#listeners.tell(fromRow(changed));
    return changed;
  }

  async #ask<C extends keyof SubscriptionCalls>(
    call: C,
    asked: SubscriptionCalls[C]['asked'],
  ): Promise<SubscriptionCalls[C]['answer']> {
    const answer = await this.#answerTo({ call, ...asked } as unknown as SubscriptionCall);
    if ('error' in answer) throw unavailable(answer.error);
    return answer.ok as SubscriptionCalls[C]['answer'];
  }

  #answerTo(call: SubscriptionCall): Promise<SubscriptionAnswer> {
    if (this.#broken !== undefined) {
      return Promise.resolve({ error: this.#broken, problem: false });
    }
    const waiting = Promise.withResolvers<SubscriptionAnswer>();
    this.#answers.push(waiting);
    this.#worker.postMessage(call);
    return waiting.promise;
  }

  #break(reason: string): void {
    if (this.#broken !== undefined) return;
    this.#broken = reason;
    for (const { resolve } of this.#answers.splice(0)) resolve({ error: reason, problem: false });
  }
}

function unavailable(reason: string): EstromError {
  return new EstromError(
    'UNAVAILABLE',
    `subscriptions cannot be kept or read: ${reason}; see to the disk that --data is on, then try again`,
  );
}
