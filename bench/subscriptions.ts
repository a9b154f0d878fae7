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
import { DEFAULT_TEMPLATE, FilterTemplate } from '../src/subscriptions/filter-template.ts';
import { type SourceEvent, SubscriptionMatcher } from '../src/subscriptions/matcher.ts';
import type { KeptSubscription } from '../src/subscriptions/model.ts';
import { OrderOutbox } from '../src/subscriptions/order-outbox.ts';
import { TriggerRegistry } from '../src/subscriptions/trigger-registry.ts';
import { Random } from './zipf.ts';

const COUNT = Number(process.argv[2] ?? 100_000);
const SECONDS = Number(process.argv[3] ?? 10);
const MATCHES = 10;
const JOBS = 10;
const BATCH = 200;
const UNDER_WAY = 3;

const random = new Random(7);
const between = (low: number, high: number) => low + random.next() * (high - low);
// So many of each job cover every place.
const side = Math.min(1, Math.sqrt((MATCHES * JOBS) / COUNT));

function subscription(n: number): KeptSubscription {
  const [west, south] = [between(-180, 180 - 360 * side), between(-80, 80 - 160 * side)];
  const [east, north] = [west + 360 * side, south + 160 * side];
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  const geometry = { type: 'Polygon', coordinates: [ring] };
  return {
    id: `subscription-${n}`,
    ...{ created_at: 1, modified_at: 1, created_by: 'bench', created_by_admin: false },
    ...{ deleted: false, active: true, starts_at: 0, title: 'bench' },
    subscription: {
      trigger: { geometry, event: ['CREATE', 'UPDATE'], job: [`job${n % JOBS}`] },
      callback: 'bench',
      hits: { filter: `f=cloud:lte:${50 + (n % 50)}`, projection: 'include=id,cloud' },
    },
    estrom: { revision: 1, principal: null, rowFilter: null },
  };
}

function event(n: number): SourceEvent {
  const coordinates = [between(-180, 180), between(-80, 80)];
  const job = `job${Math.floor(random.next() * JOBS)}`;
  const object = { id: `d${n}`, geometry: { type: 'Point', coordinates }, job, event: 'UPDATE' };
  const source = JSON.stringify({ ...object, cloud: n % 50, title: `image ${n}`, size: n * 7 });
  const document = { index: 'images', id: `d${n}`, source };
  return { position: `events/0/${n}`, text: JSON.stringify({ object }), document };
}

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
let started = performance.now();
for (let n = 0; n < COUNT; n += 5000) {
  const group = Array.from({ length: Math.min(5000, COUNT - n) }, (_, i) => ({
    subscription: subscription(n + i),
    bounds: { filter: null },
  }));
  const problems = await registry.put(group);
  if (problems.length > 0) throw problems[0]!.error;
}
const loaded = (performance.now() - started) / 1000;
const spent = since();
globalThis.gc?.();
const { rss, heapUsed } = process.memoryUsage();
console.log(
  `${COUNT} subscriptions registered in ${loaded.toFixed(1)} s: ${Math.round(COUNT / loaded)}/s, ` +
    `${spent.main.toFixed(1)} s of the main thread and ${spent.all.toFixed(1)} s of the process; ` +
    `${Math.round(rss / 2 ** 20)} MiB resident, ${Math.round(heapUsed / 2 ** 20)} MiB of them heap`,
);

let next = 0;
let orders = 0;
const steps = { all: 0, keep: 0 };
async function work(end: number): Promise<void> {
  while (performance.now() < end) {
    const events = Array.from({ length: BATCH }, (_, i) => event(next + i));
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
await Promise.all([triggers.close(), filters.close()]);
rmSync(folder, { recursive: true });
