import { createLogger } from '../../../src/log.ts';
import { Metrics } from '../../../src/metrics.ts';
import { SqliteSubscriptions } from '../../../src/subscriptions/sqlite/sqlite-subscriptions.ts';
import { changeUntilKilled } from '../acknowledged.ts';

/** Changes subscriptions in a folder until it is killed. */
const store = await SqliteSubscriptions.open({
  folder: process.argv[2]!,
  metrics: new Metrics(),
  log: createLogger('silent'),
});
await changeUntilKilled(store);
