import { createLogger } from '../../../src/log.ts';
import { Metrics } from '../../../src/metrics.ts';
import { MongoSubscriptions } from '../../../src/subscriptions/mongodb/mongo-subscriptions.ts';
import { changeUntilKilled } from '../../subscriptions/acknowledged.ts';

/** Changes subscriptions in a database until it is killed. */
const store = await MongoSubscriptions.open({
  url: process.argv[2]!,
  metrics: new Metrics(),
  log: createLogger('silent'),
});
await changeUntilKilled(store);
