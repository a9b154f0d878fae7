import { type Collection, type Document, MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { createLogger } from '../../../src/log.ts';
import { Metrics } from '../../../src/metrics.ts';
import {
  MongoSubscriptions,
  type MongoSubscriptionsOptions,
} from '../../../src/subscriptions/mongodb/mongo-subscriptions.ts';
import { MongoDb } from '../mongodb.ts';

/** Milliseconds between the looks of a store of tests. */
export const INTERVAL = 50;

/** A document as tests read and write it, past the store. */
export type Raw = Document & { _id: string };

export interface MongoFixture {
  readonly server: MongoDb;
  /** Of a database of this test alone. */
  readonly url: string;
  /** The collection, as another program has it: numbers are shown with their types. */
  readonly raw: Collection<Raw>;
  readonly writers: Collection<Raw>;
  /** Closed when the test ends. */
  open(options?: Partial<MongoSubscriptionsOptions>): Promise<MongoSubscriptions>;
}

/** A server for the tests of a file, and a database for each. */
export function mongoFixture(): () => MongoFixture {
  let server: MongoDb;
  let client: MongoClient;
  let fixture: MongoFixture;
  let databases = 0;
  const opened: MongoSubscriptions[] = [];

  beforeAll(async () => {
    await MongoDb.install();
    server = await MongoDb.start();
    client = new MongoClient(server.url, { promoteLongs: false });
  }, 600_000);

  beforeEach(() => {
    const name = `subscriptions${++databases}`;
    const url = `${server.url}/${name}`;
    const db = client.db(name);
    const open = async (options: Partial<MongoSubscriptionsOptions> = {}) => {
      const log = createLogger('silent');
      const common = { url, metrics: new Metrics(), log, pollInterval: INTERVAL };
      const store = await MongoSubscriptions.open({ ...common, ...options });
      opened.push(store);
      return store;
    };
    const raw = db.collection<Raw>('arlas-subscription');
    fixture = {
      server,
      url,
      raw,
      open,
      writers: db.collection<Raw>('estrom-subscription-writers'),
    };
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });

  afterAll(async () => {
    await client.close();
    await server.stop();
  });

  return () => fixture;
}
