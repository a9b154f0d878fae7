// biome-ignore-all lint/suspicious/noExplicitAny: answers are read as they come.
import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import type { Batch, DocumentFailure } from '../../src/document.ts';
import { type IngestServer, metric, startIngest } from './ingest-server.ts';

const MIB = 1024 * 1024;
const document = `{"index":{}}\n{"x":"${'y'.repeat(1000)}"}\n`;
/** More than the high-water mark of the smallest budget leaves room beside. */
const large = document.repeat(200);

let server: IngestServer;
let gate: Gate;

/** Percolation that is done when the test says so. */
class Gate {
  readonly #waiting: (() => void)[] = [];
  #isOpen = false;

  percolate = (_batch: Batch): Promise<readonly DocumentFailure[]> =>
    this.#isOpen
      ? Promise.resolve([])
      : new Promise((resolve) => {
          this.#waiting.push(() => resolve([]));
        });

  open(): void {
    this.#isOpen = true;
    for (const go of this.#waiting.splice(0)) go();
  }

  get waiting(): number {
    return this.#waiting.length;
  }
}

afterEach(async () => {
  gate.open();
  // The client here leaves a body half sent when its answer comes early.
  server.app.server.closeAllConnections();
  await server.app.close();
});

async function start(
  hold: number,
  refusal: 'auto' | 'cut' | 'items' | 'request' = 'auto',
): Promise<void> {
  gate = new Gate();
  server = await startIngest({
    percolate: gate.percolate,
    ingestBuffer: MIB,
    maxDocumentBytes: 64 * 1024,
    hold,
    refusal,
  });
}

async function bulk(
  body: string,
  headers: Record<string, string> = { 'user-agent': 'Filebeat/7.17.29' },
): Promise<{ status: number; json: any; headers: Record<string, unknown> }> {
  const answer = await request(`${server.url}/a/_bulk`, { method: 'POST', body, headers });
  return { status: answer.statusCode, json: await answer.body.json(), headers: answer.headers };
}

const used = (): Promise<number> => metric(server.metrics, 'estrom_ingest_buffer_bytes');
const held = (): Promise<number> => metric(server.metrics, 'estrom_ingest_held_requests');

/** Fills the budget with requests whose documents are stuck in percolation. */
async function fill(): Promise<Promise<unknown>[]> {
  const stuck = [large, large, document, document].map((body) => bulk(body));
  await expect.poll(() => gate.waiting).toBe(stuck.length);
  return stuck;
}

describe('admission', () => {
  it('holds a request while there is no room and takes it when there is', async () => {
    await start(60_000);
    const stuck = await fill();
    const late = bulk(document);
    await expect.poll(held).toBeGreaterThan(0);
    gate.open();
    expect((await late).status).toBe(200);
    await Promise.all(stuck);
    expect(await used()).toBe(0);
  });

  it('refuses a request as a whole when it was held too long', async () => {
    await start(20);
    const stuck = await fill();
    const { status, json, headers } = await bulk(document);
    expect(status).toBe(429);
    expect(json.error.type).toBe('es_rejected_execution_exception');
    expect(headers['retry-after']).toBe('1');
    gate.open();
    await Promise.all(stuck);
    expect(await metric(server.metrics, 'estrom_ingest_requests_total{result="refused"}')).toBe(1);
  });

  it('answers at once when it refuses, though the body was not read', async () => {
    await start(20);
    const stuck = await fill();
    const refused = await Promise.all(Array.from({ length: 20 }, () => bulk(large.repeat(10))));
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 429));
    gate.open();
    await Promise.all(stuck);
  });

  it.each([
    ['elasticsearch-js/9.5.1 (linux)', { 'user-agent': 'elasticsearch-js/9.5.1 (linux)' }],
    ['opensearch-js/3.9.0 (linux)', { 'user-agent': 'opensearch-js/3.9.0 (linux)' }],
    ['go-elasticsearch/9', { 'user-agent': 'go-elasticsearch/9' }],
  ])('refuses each item for the user agent %s', async (_name, headers) => {
    await start(20);
    const stuck = await fill();
    const before = server.received.length;
    const body = `{"index":{"_id":"1"}}\n{}\nnonsense\n{"delete":{"_id":"2"}}\n${document.repeat(2000)}`;
    const { status, json } = await bulk(body, headers as Record<string, string>);
    expect(status).toBe(200);
    expect(json.errors).toBe(true);
    expect(json.items).toHaveLength(2003);
    expect(json.items[0].index).toMatchObject({ _index: 'a', _id: '1', status: 429 });
    expect(json.items.every((item: any) => (Object.values(item)[0] as any).status === 429)).toBe(
      true,
    );
    expect(server.received).toHaveLength(before);
    gate.open();
    await Promise.all(stuck);
  });

  it('cuts the connection of a sender without a user agent, and takes nothing', async () => {
    await start(20);
    const stuck = await fill();
    const before = server.received.length;
    await expect(bulk(document, {})).rejects.toThrow();
    expect(server.received).toHaveLength(before);
    expect(await metric(server.metrics, 'estrom_ingest_requests_total{result="refused"}')).toBe(1);
    gate.open();
    await Promise.all(stuck);
  });

  it.each([
    ['items', { 'user-agent': 'Filebeat/7.17.29' }, 200],
    ['request', { 'user-agent': 'elasticsearch-js/9.5.1' }, 429],
    ['request', {}, 429],
  ] as const)('refuses by %s whoever sends, when it is set so', async (form, headers, status) => {
    await start(20, form);
    const stuck = await fill();
    expect((await bulk(document, headers)).status).toBe(status);
    gate.open();
    await Promise.all(stuck);
  });

  it('never holds more than the budget, however much is sent at a time', async () => {
    gate = new Gate();
    server = await startIngest({
      percolate: () => new Promise((resolve) => setTimeout(resolve, 2, [])),
      ingestBuffer: MIB,
      maxDocumentBytes: 300 * 1024,
      hold: 60_000,
      record: false,
    });
    const long = `{"index":{}}\n{"x":"${'z'.repeat(280 * 1024)}"}\n`;
    const bodies = Array.from(
      { length: 30 },
      (_, i) => large + (i % 3 === 0 ? long.repeat(3) : large),
    );
    const answers = await Promise.all(bodies.map((body) => bulk(body)));
    expect(answers.map(({ json }) => json.errors)).toEqual(bodies.map(() => false));
    expect(await metric(server.metrics, 'estrom_ingest_buffer_peak_bytes')).toBeLessThanOrEqual(
      MIB,
    );
    expect(await used()).toBe(0);
  });

  it('cuts the connection when percolation fails for good', async () => {
    gate = new Gate();
    server = await startIngest({ percolate: () => Promise.reject(new Error('engine is gone')) });
    await expect(bulk(document)).rejects.toThrow();
    await expect
      .poll(() => metric(server.metrics, 'estrom_ingest_requests_total{result="failed"}'))
      .toBe(1);
    expect(await used()).toBe(0);
  });
});
