import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ElasticsearchConnection } from '../../src/elasticsearch/connection.ts';
import { Metrics } from '../../src/metrics.ts';
import { ElasticsearchDocuments } from '../../src/subscriptions/events/elasticsearch-documents.ts';
import { Elasticsearch } from './elasticsearch.ts';

const INDEX = 'subscription-documents';
const OFTEN = Array.from({ length: 600 }, () => 50);
const BULK = { query: { refresh: false }, isNdjson: true };

function connect(elasticsearch: string): ElasticsearchConnection {
  return new ElasticsearchConnection({
    elasticsearch,
    elasticsearchApiKey: '',
    elasticsearchPrefix: INDEX,
    elasticsearchTimeout: 30_000,
  });
}

function documentsOf(
  connection: Pick<ElasticsearchConnection, 'askRaw'>,
  { index = INDEX, metrics = new Metrics(), ...others } = {} as Partial<
    ConstructorParameters<typeof ElasticsearchDocuments>[0]
  >,
): ElasticsearchDocuments {
  const log = pino({ level: 'silent' });
  return new ElasticsearchDocuments({
    ...{ connection, index, idPath: 'object.id', metrics, log },
    ...others,
  });
}

function get(documents: ElasticsearchDocuments, id: unknown) {
  const json = { object: { id } };
  return documents.fetch({ position: '1', text: JSON.stringify(json) }, json);
}

function bulk(sources: Readonly<Record<string, string>>, index = INDEX): string {
  return Object.entries(sources)
    .map(([_id, source]) => `${JSON.stringify({ index: { _index: index, _id } })}\n${source}\n`)
    .join('');
}

async function isAway(connection: ElasticsearchConnection): Promise<boolean> {
  return connection.ask('GET', '/', { retries: 0 }).then(
    () => false,
    () => true,
  );
}

/** Counts what it asks. */
class Counting {
  requests = 0;
  readonly #connection: ElasticsearchConnection;

  constructor(connection: ElasticsearchConnection) {
    this.#connection = connection;
  }

  askRaw(...asked: Parameters<ElasticsearchConnection['askRaw']>) {
    this.requests++;
    return this.#connection.askRaw(...asked);
  }
}

describe('ElasticsearchDocuments', () => {
  let connection: ElasticsearchConnection;
  const made = [INDEX, `${INDEX}-late`, `${INDEX}-big`];
  const drop = async () => {
    for (const name of made) {
      await connection.ask('DELETE', `/${name}`, { query: { ignore_unavailable: true } });
    }
  };

  beforeAll(async () => {
    connection = connect(inject('elasticsearch'));
    await drop();
    await connection.demand('PUT', `/${INDEX}`, {
      body: {
        settings: { number_of_replicas: 0, refresh_interval: -1 },
        mappings: { dynamic: false },
      },
    });
  });
  afterAll(async () => {
    await drop();
    await connection.close();
  });

  it('gives documents as they were sent, before a search would find them', async () => {
    const source = '{"n":12345678901234567890, "x":1.10,"t":"é𝄞\\u00e9", "l":[ 1 ,{"_source":2}]}';
    await connection.demand('POST', '/_bulk', { ...BULK, body: bulk({ 'a/é 1': source }) });
    const documents = documentsOf(connection);
    expect(await get(documents, 'a/é 1')).toEqual({ index: INDEX, id: 'a/é 1', source });
    await connection.demand('POST', '/_bulk', { ...BULK, body: bulk({ 'a/é 1': '{"n":2}' }) });
    expect(await get(documents, 'a/é 1')).toMatchObject({ source: '{"n":2}' });
  });

  it('asks for many at once, and for one of them once', async () => {
    const ids = Array.from({ length: 300 }, (_, k) => `m${k}`);
    const sources = Object.fromEntries(ids.map((id) => [id, `{"id":"${id}"}`]));
    await connection.demand('POST', '/_bulk', { ...BULK, body: bulk(sources) });
    const counting = new Counting(connection);
    const documents = documentsOf(counting);
    const found = await Promise.all([...ids, ...ids].map((id) => get(documents, id)));
    expect(found.map((one) => one?.source)).toEqual([...ids, ...ids].map((id) => sources[id]));
    expect(counting.requests).toBe(Math.ceil(300 / 64));
  });

  it('looks again for what is missing, and has none in the end', async () => {
    const metrics = new Metrics();
    const documents = documentsOf(connection, { metrics, waits: OFTEN });
    const late = get(documents, 'late');
    await connection.demand('POST', '/_bulk', { ...BULK, body: bulk({ late: '{"late":1}' }) });
    expect(await late).toMatchObject({ source: '{"late":1}' });
    const impatient = documentsOf(connection, { waits: [10, 20] });
    expect(await get(impatient, 'nowhere')).toBeNull();
    expect(await metrics.registry.metrics()).toMatch(
      /estrom_event_documents_total\{outcome="found"\} 1/,
    );
  });

  it('looks again while there is no index, and names the index behind an alias', async () => {
    const index = `${INDEX}-alias`;
    const documents = documentsOf(connection, { index, waits: OFTEN });
    const found = get(documents, '1');
    await connection.demand('PUT', `/${INDEX}-late`, { body: { aliases: { [index]: {} } } });
    await connection.demand('POST', '/_bulk', { ...BULK, body: bulk({ 1: '{}' }, index) });
    expect(await found).toEqual({ index: `${INDEX}-late`, id: '1', source: '{}' });
  });

  it('tells what is wrong with an event or its document', async () => {
    const documents = documentsOf(connection);
    const wanted = { code: 'BAD_DOCUMENT' };
    for (const id of ['', null, {}, [1, 2], true]) {
      await expect(get(documents, id)).rejects.toMatchObject(wanted);
    }
    await connection.demand('PUT', `/${INDEX}-big`, {
      body: { mappings: { _source: { enabled: false } } },
    });
    await connection.demand('POST', '/_bulk', { ...BULK, body: bulk({ 1: '{}' }, `${INDEX}-big`) });
    const sourceless = documentsOf(connection, { index: `${INDEX}-big` });
    await expect(get(sourceless, 1)).rejects.toThrow('_source');
  });

  it('asks for fewer at once where their answer would be too long', async () => {
    const sources = Object.fromEntries(
      Array.from({ length: 8 }, (_, k) => [`big${k}`, `{"t":"${'x'.repeat(1000)}"}`]),
    );
    await connection.demand('POST', '/_bulk', { ...BULK, body: bulk(sources) });
    // A smaller limit than that of production, where documents have megabytes.
    const narrow = {
      askRaw: (method: string, path: string, _limit: number, options?: object) =>
        connection.askRaw(method, path, 3000, options),
    };
    const documents = documentsOf(narrow);
    const found = await Promise.all(Object.keys(sources).map((id) => get(documents, id)));
    expect(found.map((one) => one?.source)).toEqual(Object.values(sources));
    const tooNarrow = {
      askRaw: (...[a, b, , d]: Parameters<typeof narrow.askRaw>) => connection.askRaw(a, b, 10, d),
    };
    await expect(get(documentsOf(tooNarrow), 'big1')).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });
});

it('waits for an Elasticsearch that is killed, and goes on when it is back', async () => {
  const data = await mkdtemp(join(tmpdir(), 'estrom-documents-'));
  let server = await Elasticsearch.start({ data, heap: '512m' });
  const connection = connect(server.url);
  const port = Number(new URL(server.url).port);
  try {
    const sources = Object.fromEntries(
      Array.from({ length: 100 }, (_, k) => [`d${k}`, `{"k":${k}}`]),
    );
    await connection.demand('POST', '/_bulk', { ...BULK, body: bulk(sources) });
    const documents = documentsOf(connection);
    const all = () => Promise.all(Object.keys(sources).map((id) => get(documents, id)));
    const wanted = Object.values(sources);
    expect((await all()).map((one) => one?.source)).toEqual(wanted);
    await server.stop('SIGKILL');
    const meanwhile = all();
    const closing = documentsOf(connection);
    const unknown = get(closing, 'd1');
    await expect.poll(() => isAway(connection)).toBe(true);
    closing.close();
    await expect(unknown).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(get(closing, 'd2')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    server = await Elasticsearch.start({ data, heap: '512m', port });
    expect((await meanwhile).map((one) => one?.source)).toEqual(wanted);
    documents.close();
  } finally {
    await connection.close();
    await server.stop().catch(() => {});
    await rm(data, { recursive: true, force: true });
  }
});
