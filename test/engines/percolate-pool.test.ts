import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { loadConfig } from '../../src/config-load.ts';
import { ElasticsearchConnection } from '../../src/elasticsearch/connection.ts';
import { createLogger } from '../../src/log.ts';
import { Metrics } from '../../src/metrics.ts';
import { PercolatePool } from '../../src/percolate/elasticsearch/search/percolate-pool.ts';
import { idsBySlot, StoredQueries, taskOf } from './percolator/stored-queries.ts';

const PREFIX = `percolate-pool-${process.pid}`;
const { config } = loadConfig({ elasticsearch: inject('elasticsearch'), workers: '1' }, {});
const connection = new ElasticsearchConnection(config);
const log = createLogger('silent');
const PROPERTIES = {
  message: { type: 'text' },
  n: { type: 'long' },
  tag: { type: 'keyword' },
  deep: { type: 'object', enabled: false },
};

const match = (text: string) => ({ match: { message: text } });

let metrics: Metrics;
let pool: PercolatePool;
let logs: StoredQueries;
let events: StoredQueries;

const made: StoredQueries[] = [];
async function store(name: string, properties: object = PROPERTIES): Promise<StoredQueries> {
  const stored = await StoredQueries.create(connection, `${PREFIX}-${name}`, { ...properties });
  made.push(stored);
  return stored;
}

beforeAll(async () => {
  metrics = new Metrics();
  pool = new PercolatePool({ config, metrics, log });
  logs = await store('logs');
  events = await store('events', { kind: { type: 'keyword' } });
  await logs.add([
    { id: 'foo', query: match('foo') },
    { id: 'bar', query: match('bar') },
    { id: 'größer ↑', query: match('größer') },
    { id: 'beyond doubles', query: { term: { n: '9007199254740993' } } },
    { id: 'logs only', query: match('foo'), prefixes: ['logs-'] },
    { id: 'one index', query: match('foo'), prefixes: ['=logs-a'] },
    { id: 'spaces', query: { term: { tag: 'two  spaces\n' } } },
  ]);
  await events.add([{ id: 'foo', query: { term: { kind: 'foo' } } }]);
});

afterAll(async () => {
  await pool.close();
  await Promise.all(made.map((stored) => stored.delete()));
  await connection.close();
});

async function requestsSent(): Promise<number> {
  const text = await metrics.registry.getSingleMetricAsString(
    'estrom_elasticsearch_request_seconds',
  );
  return Number(/_count (\d+)/.exec(text)![1]);
}

describe('a batch at Elasticsearch', () => {
  it('gives every slot the queries that match it, over several groups and indices', async () => {
    const documents = [
      '{"message":"foo bar"}',
      '{"kind":"foo"}',
      '{"message":"foo"}',
      '{"message":"nothing"}',
    ];
    const places = [
      [logs, 'logs-a'],
      [events, 'events'],
      [logs, 'other'],
      [logs, 'logs-a'],
    ] as const;
    const answer = await pool.percolate(taskOf(documents, (slot) => places[slot]!));
    expect(answer.failures).toEqual([]);
    expect(answer.unknown).toHaveLength(0);
    expect(idsBySlot(answer, 4)).toEqual([
      ['bar', 'foo', 'logs only', 'one index'],
      ['foo'],
      ['foo'],
      [],
    ]);
    const slots = answer.pairs.filter((_, i) => i % 2 === 0);
    expect(slots).toEqual(slots.toSorted());
  });

  it('sends the bytes that came, with line ends between tokens as spaces', async () => {
    const documents = [
      '{\r\n"message":\n"gr\\u00f6ßer als"\r}',
      '{"message":"GRÖẞER 𝔸"}',
      '{"n":9007199254740993}',
      '{"n":9007199254740992}',
      '{ "tag" :\n\n"two  spaces\\n" }',
    ];
    const answer = await pool.percolate(taskOf(documents, logs));
    expect(answer.failures).toEqual([]);
    expect(idsBySlot(answer, 5)).toEqual([
      ['größer ↑'],
      ['größer ↑'],
      ['beyond doubles'],
      [],
      ['spaces'],
    ]);
  });

  it('finds in many documents what it finds in each', async () => {
    const documents = Array.from({ length: 500 }, (_, i) =>
      JSON.stringify({ message: [i % 3 === 0 ? 'foo' : 'x', i % 5 === 0 ? 'bar' : 'y'].join(' ') }),
    );
    const answer = await pool.percolate(taskOf(documents, logs));
    expect(idsBySlot(answer, 500)).toEqual(
      documents.map((_, i) => [...(i % 5 === 0 ? ['bar'] : []), ...(i % 3 === 0 ? ['foo'] : [])]),
    );
  });

  it('tells of paths that are not known, and then asks nothing', async () => {
    const before = await requestsSent();
    const documents = ['{"message":"foo"}', '{"fresh":1}', '{"deep":{"any":1}}', '{"a":{"b":[2]}}'];
    const answer = await pool.percolate(taskOf(documents, logs));
    expect([...answer.unknown]).toEqual([1, 3]);
    expect(answer.pairs).toHaveLength(0);
    expect(await requestsSent()).toBe(before);
  });

  it('asks about each document by itself where a query needs that', async () => {
    const alone = await store('alone');
    // It expands to the first term that begins so: with other documents, to one of theirs.
    const query = { match_phrase_prefix: { message: { query: 'ab', max_expansions: 1 } } };
    await alone.add([
      { id: 'one', query, alone: true },
      { id: 'two', query: match('abz') },
    ]);
    const documents = ['{"message":"abz"}', '{"message":"aba"}', '{"message":"c"}'];
    const answer = await pool.percolate(taskOf(documents, alone));
    expect(idsBySlot(answer, 3)).toEqual([['one', 'two'], ['one'], []]);
  });

  it('brings all of 25,000 queries that one document matches, whatever a search may answer', async () => {
    const many = await store('many');
    const queries = Array.from({ length: 25_000 }, (_, i) => ({
      id: i.toString(16).padStart(32, '0'),
      query: match('foo'),
    }));
    await many.add(queries);
    const small = new PercolatePool({ config, metrics: new Metrics(), log, maxHits: 7000 });
    for (const asked of [small, pool]) {
      const answer = await asked.percolate(taskOf(['{"n":1}', '{"message":"foo"}'], many));
      const [none, all] = idsBySlot(answer, 2);
      expect(none).toEqual([]);
      expect(all).toEqual(queries.map(({ id }) => id));
    }
    await small.close();
  });
});

describe('documents that cannot be percolated', () => {
  it('fail alone, in the words of the embedded engine or of Elasticsearch', async () => {
    const nested = `{"deep":${'['.repeat(100)}${']'.repeat(100)}}`;
    const documents = [
      '{"message":"foo"}',
      '{"message":',
      '[]',
      '{"n":"not a number"}',
      nested,
      '{"message":"bar"}',
      '{"message":"!"}',
    ];
    const task = taskOf(documents, logs);
    // A byte that UTF-8 never has.
    const bytes = new Uint8Array(task.bytes);
    bytes[bytes.indexOf(0x21)] = 0xff;
    const answer = await pool.percolate(task);
    const type = 'mapper_parsing_exception';
    expect(answer.failures).toEqual([
      { slot: 1, status: 400, type, reason: 'failed to parse: expected a value at byte 11' },
      {
        slot: 2,
        status: 400,
        type,
        reason: 'failed to parse: a document must be a JSON object at byte 0',
      },
      {
        slot: 3,
        status: 400,
        type,
        reason: expect.stringContaining('failed to parse field [n] of type [long]') as string,
      },
      { slot: 4, status: 400, type, reason: 'failed to parse: deeper than 100 levels at byte 107' },
      { slot: 6, status: 400, type, reason: 'failed to parse: the source is not valid UTF-8' },
    ]);
    expect(idsBySlot(answer, 7)).toEqual([['foo'], [], [], [], [], ['bar'], []]);
  });

  it('fail alone where the whole request cannot be read for one of them', async () => {
    const documents = [
      '{"message":"foo"}',
      '{"message":"foo","message":"foo"}',
      '{"message":"bar"}',
    ];
    const answer = await pool.percolate(taskOf(documents, logs));
    const [first, second, third] = idsBySlot(answer, 3);
    expect([first, third]).toEqual([['foo'], ['bar']]);
    // Some versions read names that come twice, others refuse them.
    if (answer.failures.length === 0) expect(second).toEqual(['foo']);
    else expect(answer.failures).toMatchObject([{ slot: 1, status: 400 }]);
  });
});

/** Stored while it is allowed, a query of many terms fails whenever it is evaluated afterwards. */
const terms = (count: number) => ({
  terms: { tag: ['x', ...Array.from({ length: count }, (_, i) => `t${i}`)] },
});
const limitTerms = ({ index }: StoredQueries, count: number | null) =>
  connection.demand('PUT', `/${index}/_settings`, { body: { 'index.max_terms_count': count } });

describe('a query that makes Elasticsearch fail', () => {
  it('is paused, and asked again when it is resumed', async () => {
    const shaky = await store('shaky');
    const good = Array.from({ length: 200 }, (_, i) => ({ id: `good ${i}`, query: match('foo') }));
    const bad = ['bad', 'worse'].map((id, i) => ({ id, query: terms(40 + i) }));
    await shaky.add([...good, ...bad, { id: 'short', query: terms(4) }]);
    await limitTerms(shaky, 10);
    const documents = Array.from({ length: 60 }, (_, i) =>
      i % 2 === 0 ? '{"message":"foo","tag":"x"}' : '{"message":"y","tag":"x"}',
    );
    const expected = (...resumed: string[]) =>
      documents.map((_, i) =>
        [...resumed, ...(i % 2 === 0 ? good.map(({ id }) => id) : []), 'short'].toSorted(),
      );
    const task = taskOf(documents, shaky);
    const first = await pool.percolate(task);
    expect(first.failures).toEqual([]);
    const reason: unknown = expect.stringContaining('max_terms_count');
    expect(first.paused.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([
      { id: 'bad', reason },
      { id: 'worse', reason },
    ]);
    expect(idsBySlot(first, 60)).toEqual(expected());

    const before = await requestsSent();
    const second = await pool.percolate(task);
    expect(second.paused).toEqual([]);
    expect(idsBySlot(second, 60)).toEqual(expected());
    expect((await requestsSent()) - before).toBeLessThan(20);

    await limitTerms(shaky, null);
    pool.resume('bad');
    expect(idsBySlot(await pool.percolate(task), 60)).toEqual(expected('bad'));
  });
});
