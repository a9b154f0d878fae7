/**
 * Events against durable subscriptions: triggers, filters on documents, orders in the outbox.
 * `node bench/subscriptions.ts [subscriptions] [seconds]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Metrics } from '../src/metrics.ts';
import { EmbeddedEngine } from '../src/percolate/embedded/embedded-engine.ts';
import { DEFAULT_TEMPLATE, FilterTemplate } from '../src/subscriptions/matching/filter-template.ts';
import { SubscriptionMatcher } from '../src/subscriptions/matching/matcher.ts';
import { TriggerRegistry } from '../src/subscriptions/matching/trigger-registry.ts';
import { OrderOutbox } from '../src/subscriptions/orders/order-outbox.ts';
import { SqliteSubscriptions } from '../src/subscriptions/sqlite/sqlite-subscriptions.ts';
import { MATCHES, SubscriptionLoad } from './subscription-load.ts';

const COUNT = Number(process.argv[2] ?? 100_000);
const SECONDS = Number(process.argv[3] ?? 10);
const BATCH = 200;
const UNDER_WAY = 3;

const load = new SubscriptionLoad(COUNT);
const metrics = () => new Metrics();
const log = pino({ level: 'error' });
const config = {
  ...{ workers: 1, arena: 2 * 1024 ** 3, maxFields: 1000, maxIndices: 100, maxJsonDepth: 100 },
  ...{ queryBudget: 100, queryAverageBudget: 5 },
};
const triggers = new EmbeddedEngine({ config, metrics: metrics(), log });
const filters = new EmbeddedEngine({ config, metrics: metrics(), log });
const template = new FilterTemplate(DEFAULT_TEMPLATE, { geometryKey: 'geometry' });
const registry = new TriggerRegistry({ template, triggers, filters });
const matcher = new SubscriptionMatcher({ template, triggers, filters, registry });
const folder = mkdtempSync(join(tmpdir(), 'estrom-bench-'));
const outbox = await OrderOutbox.open({
  file: join(folder, 'orders.sqlite'),
  sinks: [{ name: 'none', deliver: async (orders) => orders.map(() => 'delivered' as const) }],
  metrics: metrics(),
  log,
});

// Of the processor, which other work on the machine changes less than the time.
const busy = () => {
  const [main, all] = [process.threadCpuUsage(), process.cpuUsage()];
  return { main: (main.user + main.system) / 1e6, all: (all.user + all.system) / 1e6 };
};
let before = busy();
const since = () => {
  const now = busy();
  const [main, all] = [now.main - before.main, now.all - before.all];
  before = now;
  return { main, all };
};
const options = { folder, metrics: metrics(), log };
const made = await SqliteSubscriptions.open(options);
for (let n = 0; n < COUNT; n += 5000) {
  const group = Array.from({ length: Math.min(5000, COUNT - n) }, (_, i) => n + i);
  await Promise.all(group.map((i) => made.insert(load.subscription(i))));
}
await made.close();

since();
let started = performance.now();
const store = await SqliteSubscriptions.open({ ...options, metrics: metrics() });
for await (const group of store.all()) {
  const bounds = { filter: null };
  const problems = await registry.put(group.map((subscription) => ({ subscription, bounds })));
  if (problems.length > 0) throw problems[0]!.error;
}
const loaded = (performance.now() - started) / 1000;
const spent = since();
globalThis.gc?.();
const { rss, heapUsed } = process.memoryUsage();
console.log(
  `${COUNT} subscriptions read and registered in ${loaded.toFixed(1)} s: ${Math.round(COUNT / loaded)}/s, ` +
    `${spent.main.toFixed(1)} s of the main thread and ${spent.all.toFixed(1)} s of the process; ` +
    `${Math.round(rss / 2 ** 20)} MiB resident, ${Math.round(heapUsed / 2 ** 20)} MiB of them heap`,
);

let next = 0;
let orders = 0;
const steps = { all: 0, keep: 0 };
async function work(end: number): Promise<void> {
  while (performance.now() < end) {
    const events = Array.from({ length: BATCH }, (_, i) => load.event(next + i));
    next += BATCH;
    const from = performance.now();
    const failures = await matcher.matchInto(events, async (some) => {
      const made = performance.now();
      orders += some.length;
      await outbox.add(some);
      steps.keep += performance.now() - made;
    });
    if (failures.length > 0) throw failures[0]!.error;
    steps.all += performance.now() - from;
  }
}
await work(performance.now() + 2000);
since();
next = 0;
orders = 0;
started = performance.now();
await Promise.all(Array.from({ length: UNDER_WAY }, () => work(started + SECONDS * 1000)));
const seconds = (performance.now() - started) / 1000;
const mean = orders / next;
const used = since();
const each = (time: number) => `${Math.round((time * 1e6) / next)} µs`;
console.log(
  `${Math.round(next / seconds)} events/s, ${mean.toFixed(1)} orders an event, all durable; ` +
    `${outbox.pending} not delivered at the end; ` +
    `of the time of a batch, ${Math.round((100 * (steps.all - steps.keep)) / steps.all)} % matching; ` +
    `an event takes ${each(used.main)} of the main thread, ${each(used.all)} of the process`,
);
if (mean < MATCHES / 2 || mean > MATCHES * 2)
  throw new Error(`${mean} orders an event are not ${MATCHES}`);
await outbox.close();
await registry.close();
await store.close();
await Promise.all([triggers.close(), filters.close()]);
rmSync(folder, { recursive: true });
