import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Metrics } from '../../../src/metrics.ts';
import type { EmbeddedEngine } from '../../../src/percolate/embedded/embedded-engine.ts';
import { EventIntake } from '../../../src/subscriptions/events/event-intake.ts';
import { FilterTemplate } from '../../../src/subscriptions/matching/filter-template.ts';
import {
  type SourceEvent,
  SubscriptionMatcher,
} from '../../../src/subscriptions/matching/matcher.ts';
import { TriggerRegistry } from '../../../src/subscriptions/matching/trigger-registry.ts';
import { OrderOutbox } from '../../../src/subscriptions/orders/order-outbox.ts';
import type { OrderQuota } from '../../../src/subscriptions/orders/order-quota.ts';
import { WebhookSink } from '../../../src/subscriptions/orders/webhook-sink.ts';
import { embeddedEngine } from '../../percolate/engines.ts';
import { subscriptionOf } from '../some-subscriptions.ts';

const TEMPLATE = 'f=subscription.trigger.job:eq:(job)';
const PARALLEL = 4;
const soon = { timeout: 20_000, interval: 20 };

let triggers: EmbeddedEngine;
let filters: EmbeddedEngine;
let folder: string;
let server: Server;
let base: string;
/** Order ids by path; those below /dead are never answered. */
let got: Map<string, string[]>;
let silent: Set<ServerResponse>;
let registry: TriggerRegistry;
let matcher: SubscriptionMatcher;
let ends: (() => Promise<unknown>)[];
let next = 0;

beforeAll(() => {
  triggers = embeddedEngine({ workers: 1 });
  filters = embeddedEngine({ workers: 1 });
});

afterAll(() => Promise.all([triggers.close(), filters.close()]));

beforeEach(async () => {
  got = new Map();
  silent = new Set();
  ends = [];
  folder = mkdtempSync(join(tmpdir(), 'estrom-isolation-'));
  server = createServer((request, response) => {
    const path = request.url!;
    void text(request).then((body) => {
      const { order_id: id } = JSON.parse(body) as { order_id: string };
      got.set(path, [...(got.get(path) ?? []), id]);
      if (path.startsWith('/dead')) silent.add(response);
      else response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const template = new FilterTemplate(TEMPLATE, { geometryKey: 'geometry' });
  registry = new TriggerRegistry({ template, triggers, filters });
  matcher = new SubscriptionMatcher({ template, triggers, filters, registry });
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  for (const end of ends) await end();
  await registry.close();
  const all = Array.from({ length: 5000 }, (_, ordinal) => ordinal);
  await triggers.unregister(all);
  rmSync(folder, { recursive: true });
});

async function open(quota: Partial<OrderQuota> = {}) {
  const metrics = new Metrics();
  const sink = new WebhookSink({
    ...{ secret: null, allowPrivate: true, timeout: 60_000, parallel: PARALLEL },
  });
  const outbox = await OrderOutbox.open({
    ...{ file: join(folder, 'orders.sqlite'), sinks: [sink], quota },
    ...{ metrics, log: pino({ level: 'silent' }) },
  });
  // Else the outbox waits for those who never answer.
  ends.push(() => Promise.all([sink.close(), outbox.close()]));
  const intake = new EventIntake({ matcher: () => matcher, outbox, metrics });
  return { outbox, intake, metrics };
}

function put(...wanted: { id: string; job: string[]; path: string }[]) {
  return registry.put(
    wanted.map(({ id, job, path }) => {
      const subscription = subscriptionOf({ id, trigger: { job } });
      const body = { ...subscription.subscription, callback: `${base}${path}` };
      return { subscription: { ...subscription, subscription: body }, bounds: { filter: null } };
    }),
  );
}

function events(count: number, job: string, size = 100): SourceEvent[] {
  return Array.from({ length: count }, () => {
    const id = `e${next++}`;
    const source = JSON.stringify({ id, text: 'x'.repeat(size) });
    return { position: id, text: JSON.stringify({ job }), document: { index: 'i', id, source } };
  });
}

describe('subscriptions side by side', () => {
  it('a match-all subscription with a dead webhook delays neither events nor others', async () => {
    await put(
      { id: 'all', job: ['rare', 'common'], path: '/dead' },
      { id: 'rare', job: ['rare'], path: '/rare' },
    );
    const { outbox, intake, metrics } = await open({ pendingBytes: 100_000 });
    for (let i = 0; i < 20; i++) {
      const batch = [...events(99, 'common'), ...events(1, 'rare')];
      expect(await intake.take(batch)).toEqual([]);
    }
    // All 2,000 events are durable, though nobody has taken an order of the one that matches all.
    await vi.waitFor(() => expect(got.get('/rare')).toHaveLength(20), soon);
    expect(got.get('/dead')).toHaveLength(1);
    const told = await metrics.registry.metrics();
    const lines = new Map(told.split('\n').map((line) => line.split(' ') as [string, string]));
    const count = (name: string) => Number(lines.get(name));
    const gapped = count('estrom_order_outcomes_total{outcome="gapped"}');
    expect(outbox.pending + gapped).toBe(2000);
    expect(gapped).toBeGreaterThan(1000);
    expect(count('estrom_orders_pending_bytes')).toBeLessThanOrEqual(100_000);
  });

  it('many dead webhooks leave room for those that answer', async () => {
    const dead = Array.from({ length: 2 * PARALLEL }, (_, i) => {
      return { id: `dead${i}`, job: ['a'], path: `/dead/${i}` };
    });
    await put(...dead, { id: 'good', job: ['a'], path: '/good' });
    const { intake } = await open();
    for (let i = 0; i < 10; i++) expect(await intake.take(events(10, 'a'))).toEqual([]);
    // Long before the others have timed out.
    await vi.waitFor(() => expect(got.get('/good')).toHaveLength(100), soon);
    for (const { path } of dead) expect(got.get(path) ?? []).toHaveLength(1);
  });

  it('a recipient that comes back gets all that waited, once and in order', async () => {
    await put({ id: 's', job: ['a'], path: '/dead' });
    const { outbox, intake } = await open();
    const all = events(1000, 'a');
    expect(await intake.take(all)).toEqual([]);
    await vi.waitFor(() => expect(silent.size).toBe(1), soon);
    server.removeAllListeners('request');
    const paths: string[] = [];
    server.on('request', (request, response: ServerResponse) => {
      void text(request).then((body) => {
        paths.push((JSON.parse(body) as { data: { id: string } }).data.id);
        response.writeHead(200).end();
      });
    });
    for (const response of silent) response.writeHead(503).end();
    await vi.waitFor(() => expect(outbox.pending).toBe(0), soon);
    expect(paths).toEqual(all.map(({ position }) => position));
  });

  it('an event that everybody is told of makes its orders in bounded parts', async () => {
    const group = Array.from({ length: 5000 }, (_, i) => {
      return { id: `s${i}`, job: ['a'], path: `/${i}` };
    });
    await put(...group);
    const size = 20_000;
    const limits = { chunk: 1_000_000, total: 3_000_000 };
    const template = new FilterTemplate(TEMPLATE, { geometryKey: 'geometry' });
    matcher = new SubscriptionMatcher({ template, triggers, filters, registry, limits });
    let [held, most, count] = [0, 0, 0];
    const match = () =>
      matcher.matchInto(events(1, 'a', size), async (orders) => {
        const bytes = orders.reduce((sum, { message }) => sum + message.length, 0);
        expect(bytes).toBeLessThan(limits.chunk + 2 * size);
        held += bytes;
        most = Math.max(most, held);
        count += orders.length;
        await new Promise((resolve) => setImmediate(resolve));
        held -= bytes;
      });
    expect(await Promise.all(Array.from({ length: 8 }, match))).toEqual(Array(8).fill([]));
    expect(count).toBe(8 * 5000);
    expect(most).toBeLessThan(limits.total + limits.chunk + 2 * size);
  });
});
