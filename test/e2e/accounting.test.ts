import { afterEach, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config.ts';
import type { Estrom } from '../../src/estrom.ts';
import { CountingTail } from './counting-tail.ts';
import { bulkBody, documentOf, keepAlive, metric, post, range } from './sender.ts';
import { startServer } from './server.ts';

const DOCUMENTS = 20_000;
const BODY = 250;
const DOCUMENT_BYTES = 2000;
const QUERY = { i: 'logs', q: 'kind:flow' };

let server: Estrom;
const serve = async (overrides: Partial<Config> = {}) => {
  server = await startServer(overrides);
  return server.url;
};
afterEach(() => server.close());

/** Sends numbered documents, every other body as NDJSON. @param onAnswered after each body */
async function send(url: string, count: number, onAnswered = (_documents: number) => {}) {
  const agent = keepAlive();
  for (let first = 0; first < count; first += BODY) {
    const documents = range(first, BODY).map((n) =>
      documentOf(n, DOCUMENT_BYTES, ',"kind":"flow"'),
    );
    const { status } =
      (first / BODY) % 2 === 0
        ? await post(url, '/_bulk', bulkBody('logs', documents), { agent })
        : await post(url, '/api/v0.1/docs?i=logs', documents.join('\n'), { agent });
    expect(status).toBe(200);
    onAnswered(first + BODY);
  }
  agent.destroy();
}

/** Resolves when the metric has the value; each look is a request, so nothing is slept. */
async function until(url: string, name: string, value: number): Promise<void> {
  while ((await metric(url, name)) !== value);
}

describe('delivered + reported shed + left = matched', () => {
  it('holds for a tail that reads, one that is stuck, and one that leaves', async () => {
    const url = await serve();
    const [reading, stuck, leaving] = await Promise.all([
      CountingTail.open(url, { ...QUERY, on_slow: 'block' }, DOCUMENTS),
      CountingTail.open(url, QUERY, DOCUMENTS, { paused: true }),
      CountingTail.open(url, QUERY, DOCUMENTS, { paused: true }),
    ]);
    await send(url, DOCUMENTS);
    await reading.accounts(DOCUMENTS);
    expect(reading).toMatchObject({ hits: DOCUMENTS, once: DOCUMENTS, shed: 0, disorder: 0 });

    leaving.destroy();
    await until(url, 'estrom_disconnects_total{reason="client"}', 1);
    stuck.read();
    await stuck.accounts(DOCUMENTS);
    expect(stuck.shed).toBeGreaterThan(0);
    expect(stuck.hits + stuck.shed).toBe(DOCUMENTS);
    expect(stuck).toMatchObject({ once: stuck.hits, disorder: 0 });

    const delivered = await metric(url, 'estrom_hits_delivered_total');
    const shed = await metric(url, 'estrom_hits_shed_total{reason="slow"}');
    const left = await metric(url, 'estrom_hits_left_total');
    expect(left).toBeGreaterThan(0);
    expect(delivered + shed + left).toBe(3 * DOCUMENTS);
    expect(await metric(url, 'estrom_outbox_bytes')).toBe(0);
  });

  it('sheds nothing for a blocking tail: ingest waits until it reads', async () => {
    const url = await serve({ blockTimeout: 60_000 });
    const tail = await CountingTail.open(url, { ...QUERY, on_slow: 'block' }, DOCUMENTS, {
      paused: true,
    });
    let answered = 0;
    const sent = send(url, DOCUMENTS, (documents) => {
      answered = documents;
    });
    await until(url, 'estrom_subscribers_blocked', 1);
    const held = answered;
    expect(held).toBeLessThan(DOCUMENTS);
    // As many requests as would have let several bodies pass.
    for (let k = 0; k < 20; k++) expect(await metric(url, 'estrom_subscribers_blocked')).toBe(1);
    expect(answered).toBe(held);

    tail.read();
    await Promise.all([sent, tail.accounts(DOCUMENTS)]);
    expect(tail).toMatchObject({ hits: DOCUMENTS, once: DOCUMENTS, shed: 0, disorder: 0 });
    expect(await metric(url, 'estrom_hits_shed_total{reason="slow"}')).toBe(0);
  });
});
