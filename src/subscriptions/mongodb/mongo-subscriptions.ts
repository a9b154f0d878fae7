import { setTimeout as sleep } from 'node:timers/promises';
import type { Collection, Db } from 'mongodb';
import { EstromError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import { seldom } from '../../seldom.ts';
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
import { Adoption, type AdoptionDocument } from './adoption.ts';
import { ChangeFeed, FOREIGN } from './change-feed.ts';
import { type Change, type Changed, makeChanges } from './changes.ts';
import { type Connection, connectionTo, greet } from './connect.ts';
import { fromDocument, isForeign, type StoredDocument } from './documents.ts';
import { storeError } from './errors.ts';
import { NEWEST_FIRST, queryOf } from './list-query.ts';
import { WRITER_LIFE, Writer, type WriterDocument } from './writer.ts';

export interface MongoSubscriptionsOptions {
  /** `mongodb://…` with a database. */
  readonly url: string;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Milliseconds between looks at what others have changed. */
  readonly pollInterval?: number;
  /** Most bytes of changes that wait to be written; further ones are refused. */
  readonly maxWaitingBytes?: number;
  /** Ends the waiting for a server that is away. */
  readonly signal?: AbortSignal;
}

/** The collection of ARLAS Subscriptions. */
const COLLECTION = 'arlas-subscription';
/** What estrom's nodes know of each other. */
const WRITERS = 'estrom-subscription-writers';
const POLL_INTERVAL = 500;
/** Subscriptions that travel together when all are read. */
const GROUP = 1000;
/** Changes that are made side by side. */
const BATCH = 256;
/** A subscription that others change again and again while it is deleted: so many times it is tried. */
const TRIES = 20;

/** Answered when neither a kill of the server nor another one in the lead can undo it. */
const DURABLE = { writeConcern: { w: 'majority', journal: true, wtimeoutMS: 10_000 } } as const;

/**
 * Subscriptions in MongoDB, in the collection that ARLAS Subscriptions has and in its shape, with estrom's
 * part beside. Any number of nodes share it, and ARLAS may, too: what others change is found by
 * looking twice a second.
 */
export class MongoSubscriptions implements ClosableSubscriptionStore {
  readonly #log: Logger;
  readonly #connection: Connection;
  readonly #subscriptions: Collection<StoredDocument>;
  readonly #listeners = new Listeners();
  readonly #writer: Writer;
  readonly #adoption: Adoption;
  readonly #feed: ChangeFeed;
  readonly #queue: ChangeQueue<Change, Changed>;
  readonly #ending = new AbortController();
  #polling: Promise<void> = Promise.resolve();
  #pollFailures = 0;
  #closing: Promise<void> | undefined;

  private constructor(connection: Connection, options: MongoSubscriptionsOptions) {
    const { metrics, log, maxWaitingBytes } = options;
    const { db } = connection;
    this.#log = log;
    this.#connection = connection;
    this.#subscriptions = db.collection<StoredDocument>(COLLECTION, DURABLE);
    const writers = db.collection<WriterDocument>(WRITERS, DURABLE);
    this.#writer = new Writer(writers);
    const counter = db.collection<AdoptionDocument>(WRITERS, DURABLE);
    this.#adoption = new Adoption(this.#subscriptions, counter, this.#writer);
    this.#feed = new ChangeFeed({
      ...{ subscriptions: this.#subscriptions, writers, writer: this.#writer },
      tell: (document) => this.#tellOf(document),
      adopt: () => this.#adoption.run(),
    });
    this.#queue = new ChangeQueue({
      write: (changes) => this.#write(changes),
      most: BATCH,
      ...{ maxWaitingBytes, metrics, log },
    });
    this.#showMetrics(metrics);
  }

  /**
   * Resolves when the server has answered, however long it is away.
   * @throws ConfigError when the URL cannot be used or the server does not let estrom in
   */
  static async open(options: MongoSubscriptionsOptions): Promise<MongoSubscriptions> {
    const { url, log, signal } = options;
    const connection = await connectionTo(url);
    const store = new MongoSubscriptions(connection, options);
    try {
      await greet(connection, { log, begin: () => store.#begin(), signal });
    } catch (error) {
      await store.close();
      throw error;
    }
    store.#polling = store.#poll(options.pollInterval ?? POLL_INTERVAL);
    return store;
  }

  async insert(subscription: KeptSubscription): Promise<void> {
    const changed = await this.#change({ change: 'insert', kept: subscription });
    if (changed !== null) return;
    throw new EstromError('ALREADY_EXISTS', `there is a subscription [${subscription.id}] already`);
  }

  async replace(subscription: KeptSubscription): Promise<boolean> {
    return (await this.#change({ change: 'replace', kept: subscription })) !== null;
  }

  async markDeleted(id: string, now: number): Promise<KeptSubscription | null> {
    for (let tries = 0; tries < TRIES; tries++) {
      const changed = await this.#change({ change: 'delete', id, now });
      if (changed !== null) return changed.kept;
      const kept = await this.get(id);
      if (kept === null || kept.deleted) return kept;
    }
    throw new EstromError('UNAVAILABLE', `[${id}] is changed by others all the time; try again`);
  }

  get(id: string): Promise<KeptSubscription | null> {
    return this.#ask(async () => {
      let document = await this.#subscriptions.findOne({ _id: id });
      if (document !== null && isForeign(document)) {
        await this.#adoption.run();
        document = await this.#subscriptions.findOne({ _id: id });
      }
      return document === null ? null : (this.#read(document) ?? null);
    });
  }

  list(filter: SubscriptionFilter, page: SubscriptionPage): Promise<SubscriptionList> {
    return this.#ask(async () => {
      const query = queryOf(filter);
      const [total, documents] = await Promise.all([
        this.#subscriptions.countDocuments(query),
        this.#page(query, page),
      ]);
      return { total, subscriptions: documents.flatMap((each) => this.#read(each) ?? []) };
    });
  }

  async *all(): AsyncGenerator<KeptSubscription[]> {
    for (let after = ''; ; ) {
      const documents = await this.#ask(() =>
        this.#subscriptions
          .find({ _id: { $gt: after }, deleted: { $ne: true } })
          .sort({ _id: 1 })
          .limit(GROUP)
          .toArray(),
      );
      const last = documents.at(-1);
      if (last === undefined) return;
      // The others are adopted, and told of then.
      const own = documents.filter((document) => !isForeign(document));
      yield own.flatMap((document) => this.#read(document) ?? []);
      after = last._id;
    }
  }

  onChange(listener: SubscriptionListener): () => void {
    return this.#listeners.add(listener);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #begin(): Promise<void> {
    await makeIndices(this.#connection.db);
    await this.#feed.begin();
    const options = { projection: { _id: 1 } };
    const foreign = await this.#subscriptions.findOne({ $or: [...FOREIGN] }, options);
    if (foreign !== null) await this.#adoption.run();
  }

  async #close(): Promise<void> {
    this.#ending.abort();
    await this.#queue.drained();
    await this.#polling;
    await this.#writer.close();
    await this.#connection.client.close();
  }

  /** Resolves when the change is kept and all listeners have applied it. */
  async #change(change: Change): Promise<Changed> {
    if (this.#closing !== undefined) throw storeError(CLOSED, this.#connection.where);
    const changed = await this.#queue.add(change, bytesOf(change));
    if (changed === null) return null;
    const { kept, stamp } = changed;
    this.#feed.noteTold(kept.id, { ...stamp, revision: kept.estrom.revision });
    try {
      await this.#listeners.tell(kept);
    } catch (error) {
      this.#feed.owe(kept.id);
      throw error;
    }
    return changed;
  }

  async #write(changes: readonly Change[]): Promise<(Changed | Error)[]> {
    const { where } = this.#connection;
    try {
      const results = await makeChanges(changes, this.#subscriptions, this.#writer);
      return results.map((each) => (each instanceof Error ? storeError(each, where) : each));
    } catch (error) {
      throw storeError(error, where);
    }
  }

  async #page(
    query: Record<string, unknown>,
    { offset, size }: SubscriptionPage,
  ): Promise<StoredDocument[]> {
    if (size === 0) return [];
    const find = () =>
      this.#subscriptions.find(query).sort(NEWEST_FIRST).skip(offset).limit(size).toArray();
    const documents = await find();
    if (!documents.some(isForeign)) return documents;
    await this.#adoption.run();
    return find();
  }

  async #ask<T>(work: () => Promise<T>): Promise<T> {
    const { where } = this.#connection;
    if (this.#closing !== undefined) throw storeError(CLOSED, where);
    try {
      return await work();
    } catch (error) {
      throw storeError(error, where);
    }
  }

  async #poll(interval: number): Promise<void> {
    const { signal } = this.#ending;
    let hasFailed = false;
    for (;;) {
      await sleep(interval, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      try {
        await this.#feed.read();
        if (hasFailed) this.#log.info('changes of subscriptions by others are seen again');
        hasFailed = false;
      } catch (error) {
        this.#pollFailures++;
        const reason = storeError(error, this.#connection.where).message;
        if (!hasFailed)
          this.#log.error({ reason }, 'changes of subscriptions by others are not seen');
        hasFailed = true;
      }
    }
  }

  async #tellOf(document: StoredDocument): Promise<void> {
    if (this.#listeners.isEmpty) return;
    const kept = this.#read(document);
    if (kept === undefined) return;
    try {
      await this.#listeners.tell(kept);
    } catch (error) {
      seldom(this.#log).error(error, 'a changed subscription could not be applied; trying again');
      throw error;
    }
  }

  #read(document: StoredDocument): KeptSubscription | undefined {
    const kept = fromDocument(document);
    if (kept === undefined) {
      const reason = `${COLLECTION} has a document [${String(document._id)}] that is no subscription`;
      seldom(this.#log).warn(new EstromError('BAD_DOCUMENT', reason), 'a document was left out');
    }
    return kept;
  }

  #showMetrics(metrics: Metrics): void {
    metrics.observedCounter(
      'estrom_subscription_foreign_changes_total',
      'Changes of subscriptions that other nodes or programs made, and this one found',
      () => this.#feed.told,
    );
    metrics.observedCounter(
      'estrom_subscription_poll_failures_total',
      'Looks at what others have changed that failed',
      () => this.#pollFailures,
    );
  }
}

const CLOSED = new Error('the store is closed');

/** What lists, the feed and lost entries are found by. */
async function makeIndices(db: Db): Promise<void> {
  await db
    .collection(COLLECTION)
    .createIndexes([
      { key: { ...NEWEST_FIRST } },
      { key: { created_by: 1, ...NEWEST_FIRST } },
      { key: { 'estrom.writer': 1, 'estrom.batch': 1 } },
      { key: { 'estrom.deleted': 1, deleted: 1 } },
    ]);
  await db.collection(WRITERS).createIndex({ seen: 1 }, { expireAfterSeconds: WRITER_LIFE / 1000 });
}

function bytesOf(change: Change): number {
  if (change.change === 'delete') return 0;
  const { title, subscription, userMetadatas } = change.kept;
  return 2 * JSON.stringify({ title, subscription, userMetadatas }).length;
}
