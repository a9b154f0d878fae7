import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { loadConfig } from '../../src/config-load.ts';
import { ElasticsearchConnection } from '../../src/elasticsearch/connection.ts';
import { createLogger } from '../../src/log.ts';
import { Metrics } from '../../src/metrics.ts';
import { PercolatePool } from '../../src/percolate/elasticsearch/search/percolate-pool.ts';
import { Elasticsearch } from './elasticsearch.ts';
import { type Fault, FaultyProxy } from './percolator/faulty-proxy.ts';
import { idsBySlot, StoredQueries, taskOf } from './percolator/stored-queries.ts';

const INDEX = `percolate-pool-faults-${process.pid}`;
const url = inject('elasticsearch');
const connection = new ElasticsearchConnection(loadConfig({ elasticsearch: url }, {}).config);
const log = createLogger('silent');
const QUERIES = Array.from({ length: 300 }, (_, i) => ({
  id: `query ${i}`,
  query: { match: { message: `word${i}` } },
}));
const DOCUMENTS = Array.from({ length: 100 }, (_, i) => `{"message":"word${i}"}`);
const EXPECTED = DOCUMENTS.map((_, i) => [`query ${i}`]);

let proxy: FaultyProxy;
let stored: StoredQueries;
const pools: PercolatePool[] = [];

function poolAt(
  elasticsearch: string,
  { timeout = '30s', apiKey = '' }: { timeout?: string; apiKey?: string } = {},
) {
  const { config } = loadConfig(
    { elasticsearch, elasticsearchTimeout: timeout, elasticsearchApiKey: apiKey, workers: '1' },
    {},
  );
  const metrics = new Metrics();
  const pool = new PercolatePool({ config, metrics, log });
  pools.push(pool);
  const retries = async (cause: string) => {
    const name = 'estrom_elasticsearch_retries_total';
    const text = await metrics.registry.getSingleMetricAsString(name);
    return Number(new RegExp(`cause="${cause}"} (\\d+)`).exec(text)![1]);
  };
  return { pool, retries };
}

/** Fails this many requests, then none. */
function failing(times: number, fault: Fault): FaultyProxy['fault'] {
  let left = times;
  return () => (left-- > 0 ? fault : undefined);
}

beforeAll(async () => {
  proxy = await FaultyProxy.start(url);
  stored = await StoredQueries.create(connection, INDEX, { message: { type: 'text' } });
  await stored.add(QUERIES);
});

afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
  await stored.delete();
  await connection.close();
  await proxy.stop();
});

describe('requests that Elasticsearch does not answer', () => {
  const rejection = JSON.stringify({
    error: { type: 'es_rejected_execution_exception', reason: 'full' },
  });
  it.each<[string, Fault, string]>([
    ['429', { status: 429, body: rejection }, 'rejected'],
    ['503', { status: 503, body: 'no JSON at all' }, 'unavailable'],
    ['504 of something between', { status: 504 }, 'timeout'],
    ['200 without an answer', { status: 200, body: '<html>' }, 'unavailable'],
    ['broken connections', 'cut', 'connection'],
  ])('are sent again: %s', async (_, fault, cause) => {
    const { pool, retries } = poolAt(proxy.url);
    proxy.fault = failing(4, fault);
    const answer = await pool.percolate(taskOf(DOCUMENTS, stored));
    expect(answer.failures).toEqual([]);
    expect(idsBySlot(answer, 100)).toEqual(EXPECTED);
    expect(await retries(cause)).toBe(4);
  });

  it('are sent again when single searches of them were refused', async () => {
    const { pool, retries } = poolAt(proxy.url);
    const full = {
      status: 429,
      error: { type: 'es_rejected_execution_exception', reason: 'full' },
    };
    proxy.fault = failing(2, { status: 200, body: JSON.stringify({ responses: [full, full] }) });
    expect(idsBySlot(await pool.percolate(taskOf(DOCUMENTS, stored)), 100)).toEqual(EXPECTED);
    expect(await retries('rejected')).toBe(2);
  });

  it('end by themselves where the other side has gone silent', async () => {
    const { pool, retries } = poolAt(proxy.url, { timeout: '300ms' });
    proxy.fault = failing(3, 'hang');
    expect(idsBySlot(await pool.percolate(taskOf(DOCUMENTS, stored)), 100)).toEqual(EXPECTED);
    expect(await retries('timeout')).toBe(3);
  });

  it('go to another node', async () => {
    const { pool, retries } = poolAt(`http://127.0.0.1:1,${proxy.url}`);
    proxy.fault = () => undefined;
    for (let i = 0; i < 3; i++) {
      expect(idsBySlot(await pool.percolate(taskOf(DOCUMENTS, stored)), 100)).toEqual(EXPECTED);
    }
    // The dead one was tried once, or twice where a batch lasts longer than it is set aside.
    expect(await retries('connection')).toBeLessThanOrEqual(3);
  });

  it('are given up when the pool closes', async () => {
    const { pool } = poolAt(proxy.url);
    proxy.fault = () => 'hang';
    const asked = proxy.asked.length;
    const answer = pool.percolate(taskOf(DOCUMENTS, stored));
    answer.catch(() => {});
    while (proxy.asked.length === asked) await setTimeout(5);
    await pool.close();
    await expect(answer).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(pool.percolate(taskOf(DOCUMENTS, stored))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });
});

describe('what fails every time', () => {
  /** The real server has no query that hangs: this one does, as far as the proxy is told of it. */
  it('is cut down to the query that does not end, which is paused', async () => {
    const { pool } = poolAt(proxy.url, { timeout: '250ms' });
    const small = await StoredQueries.create(connection, `${INDEX}-slow`, {
      message: { type: 'text' },
    });
    await small.add(QUERIES.slice(0, 6));
    // Whatever would evaluate it hangs: not what asks for other parts or ids, or excludes it.
    proxy.fault = ({ body }) => {
      if (!body.includes('"percolate"') || body.includes('"__estrom_part":-1')) return undefined;
      const [, first = 0, end = 64] = /"__estrom_part":\{"gte":(\d+),"lt":(\d+)\}/.exec(body) ?? [];
      if (Number(first) > 3 || Number(end) <= 3) return undefined;
      const [, ids = 'query 3'] = /"filter":\[.*"ids":\{"values":\[([^\]]*)/.exec(body) ?? [];
      return ids.includes('query 3') && !body.includes('"must_not"') ? 'hang' : undefined;
    };
    const answer = await pool.percolate(taskOf(DOCUMENTS.slice(0, 2), small));
    proxy.fault = () => undefined;
    expect(answer.paused).toMatchObject([
      { id: 'query 3', reason: expect.stringContaining('timeout') as string },
    ]);
    expect(idsBySlot(answer, 2)).toEqual(EXPECTED.slice(0, 2));
    await small.delete();
  });

  it('is an error where there is nothing to ask', async () => {
    const { pool } = poolAt(url);
    const task = taskOf(DOCUMENTS, stored);
    const [group] = task.groups;
    const gone = { ...task, groups: [{ ...group!, percolator: `${INDEX}-gone` }] };
    await expect(pool.percolate(gone)).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: expect.stringContaining('index_not_found_exception') as string,
    });
  });
});

describe('credentials', () => {
  it('stand in the URL, or are a key', async () => {
    proxy.fault = () => undefined;
    const { host } = new URL(proxy.url);
    const given = [
      [poolAt(`http://estrom:p%40ss@${host}`), `Basic ${btoa('estrom:p@ss')}`],
      [poolAt(proxy.url, { apiKey: 'abc==' }), 'ApiKey abc=='],
    ] as const;
    for (const [{ pool }, header] of given) {
      await pool.percolate(taskOf(DOCUMENTS.slice(0, 1), stored));
      expect(proxy.asked.at(-1)!.headers.authorization).toBe(header);
    }
  });
});

describe('Elasticsearch itself', () => {
  it('may be killed and come back: what was under way is answered', async () => {
    const data = await mkdtemp(join(tmpdir(), 'estrom-percolate-pool-'));
    let server = await Elasticsearch.start({ data, heap: '512m' });
    const { port } = new URL(server.url);
    const own = new ElasticsearchConnection(loadConfig({ elasticsearch: server.url }, {}).config);
    const index = await StoredQueries.create(own, INDEX, { message: { type: 'text' } });
    await index.add(QUERIES);
    const { pool, retries } = poolAt(server.url);
    const task = taskOf(DOCUMENTS, index);
    expect(idsBySlot(await pool.percolate(task), 100)).toEqual(EXPECTED);
    const answers = Array.from({ length: 20 }, () => pool.percolate(task));
    await server.stop('SIGKILL');
    const late = pool.percolate(task);
    server = await Elasticsearch.start({ data, heap: '512m', port: Number(port) });
    for (const answer of await Promise.all([...answers, late])) {
      expect(answer.failures).toEqual([]);
      expect(idsBySlot(answer, 100)).toEqual(EXPECTED);
    }
    expect(await retries('connection')).toBeGreaterThan(0);
    await pool.close();
    await own.close();
    await server.stop();
    await rm(data, { recursive: true });
  });
});
