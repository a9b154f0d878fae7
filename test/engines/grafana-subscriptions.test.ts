import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { KafkaProducer } from '../../src/kafka/producer.ts';
import { createLogger } from '../../src/log.ts';
import { type Run, startServer } from '../cli/tail-runs.ts';
import {
  alertRules,
  Dashboard,
  expectData,
  expectMetricsOf,
  fileOf,
  unshown,
} from '../grafana/dashboard.ts';
import { Prometheus } from '../grafana/prometheus.ts';
import { createTopic, settingsOf } from './kafka/topics.ts';
import { Kafka } from './kafka.ts';
import { MongoDb } from './mongodb.ts';

const dashboard = new Dashboard('estrom-subscriptions');
const others = [new Dashboard('estrom'), new Dashboard('estrom-engines')];

const elasticsearch = inject('elasticsearch');
const prefix = `grafana-${randomUUID().slice(0, 8)}`;
const STORED = 50;
const scratch = mkdtempSync(join(tmpdir(), 'estrom-grafana-'));
let kafka: Kafka;
let mongo: MongoDb;
let producer: KafkaProducer;
let server: Run;
let url: string;
let recipient: Server;
let prometheus: Prometheus;
let load: Promise<void>;
let isLoaded = true;

/** Documents and events, some of which are none. */
async function produce(): Promise<void> {
  for (let n = 0; isLoaded; n++) {
    const image = { job: n % 2 === 0 ? 'Actor' : 'Other', size: n };
    const event = { object: { id: `d${n % STORED}`, job: 'Actor' } };
    const send = (topic: string, text: string) => {
      producer.publish({ topic, key: null, value: Buffer.from(text) });
    };
    send('images', JSON.stringify(image));
    send('events', n % 10 === 0 ? '[]' : JSON.stringify(event));
    await producer.settled();
    if (n % 50 === 0) await subscribe('http://127.0.0.1/nobody', false);
  }
}

async function subscribe(callback: string, active = true): Promise<void> {
  const answer = await fetch(`${url}/subscriptions`, {
    method: 'POST',
    body: JSON.stringify({
      ...{ created_by: 'anna', active, starts_at: 0, title: callback },
      subscription: { trigger: { job: 'Actor' }, callback, hits: { filter: '*' } },
    }),
  });
  expect(answer.status).toBe(201);
}

/** Documents that events name. */
async function store(): Promise<void> {
  const lines = Array.from(
    { length: STORED },
    (_, n) => `{"index":{"_id":"d${n}"}}\n{"size":${n}}\n`,
  );
  const answer = await fetch(`${elasticsearch}/${prefix}-images/_bulk`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join(''),
  });
  expect(answer.status).toBe(200);
}

beforeAll(async () => {
  await store();
  await Promise.all([Kafka.install(), MongoDb.install()]);
  [kafka, mongo] = await Promise.all([Kafka.start(), MongoDb.start()]);
  for (const topic of ['images', 'events', 'orders']) await createTopic(kafka.hosts, topic, 2);
  producer = new KafkaProducer({
    ...{ settings: settingsOf(kafka.hosts), log: createLogger('silent'), maxBytes: 1024 * 1024 },
  });
  recipient = createServer((request, response) => {
    response.statusCode = request.url === '/never' ? 410 : 204;
    request.resume().on('end', () => response.end());
  });
  recipient.listen(0, '127.0.0.1');
  await once(recipient, 'listening');
  [server, url] = await startServer([
    ...[
      '--subscription-store',
      `${mongo.url}/grafana`,
      '--subscription-data',
      join(scratch, 'data'),
    ],
    ...['--kafka', kafka.hosts],
    ...['--elasticsearch', elasticsearch, '--elasticsearch-prefix', prefix, '--engine', 'embedded'],
    ...['--kafka-topics', 'images', '--kafka-events', 'events', '--kafka-orders', 'orders'],
    ...['--subscription-document-index', `${prefix}-images`],
    ...['--subscription-template', 'f=subscription.trigger.job:eq:(object.job)'],
    ...['--subscription-indices', 'images', '--webhooks', '--webhook-private'],
    ...['--orders-per-minute', '200'],
  ]);
  const { port } = recipient.address() as AddressInfo;
  for (const path of ['taken', 'never']) await subscribe(`http://127.0.0.1:${port}/${path}`);
  const alerts = fileOf('prometheus/alerts.yaml');
  prometheus = await Prometheus.start(scratch, [new URL(url).host], alerts);
  load = produce();
  await prometheus.scraped(18);
}, 600_000);

afterAll(async () => {
  isLoaded = false;
  await load;
  await Promise.all([prometheus?.stop(), server?.stop(), producer?.close()]);
  recipient?.close();
  await Promise.all([kafka?.stop(), mongo?.stop()]);
  await fetch(`${elasticsearch}/${prefix}*?expand_wildcards=all`, { method: 'DELETE' });
  rmSync(scratch, { recursive: true, force: true });
});

describe('the dashboard of durable subscriptions and Kafka', () => {
  it.each(dashboard.expressions)('has data for %s: %s', async (_title, _legend, expr) => {
    await expectData(prometheus, expr);
  });

  it.each([
    ...['Live subscriptions', 'Events', 'Orders', 'What became of orders', 'Over quota'],
    ...['Dead letters', 'Changes', 'Documents read', 'Events read', 'Partitions'],
    ...['Records written', 'Documents fetched'],
  ])('shows the load at %s', async (title) => {
    await expect
      .poll(() => dashboard.isAboveZero(prometheus, title), { timeout: 20_000, interval: 250 })
      .toBe(true);
  });

  it('shows every metric that comes with them once at least', async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(unshown(metrics, [dashboard, ...others])).toEqual([]);
  });

  it.each(alertRules('estrom-subscriptions').map(({ alert, expr }) => [alert, expr]))(
    'has an alert %s, which looks at metrics that exist',
    async (_alert, expr) => {
      await expectMetricsOf(prometheus, expr!);
    },
  );
});
