import { afterAll, beforeAll } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { Metrics } from '../../src/metrics.ts';
import { MongoSubscriptions } from '../../src/subscriptions/mongodb/mongo-subscriptions.ts';
import { subscriptionStoreContract } from '../subscriptions/store-contract.ts';
import { MongoDb } from './mongodb.ts';

let server: MongoDb;
let databases = 0;

beforeAll(async () => {
  await MongoDb.install();
  server = await MongoDb.start();
}, 600_000);

afterAll(() => server.stop());

subscriptionStoreContract('MongoDB', async () => {
  const url = `${server.url}/contract${++databases}`;
  return {
    open: () =>
      MongoSubscriptions.open({ url, metrics: new Metrics(), log: createLogger('silent') }),
    dispose: async () => {},
  };
});
