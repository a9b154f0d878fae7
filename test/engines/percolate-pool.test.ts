import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { loadConfig } from '../../src/config-load.ts';
import { ElasticsearchConnection } from '../../src/elasticsearch/connection.ts';
import { createLogger } from '../../src/log.ts';
import { Metrics } from '../../src/metrics.ts';
import { PercolatePool } from '../../src/percolate/elasticsearch/percolate-pool.ts';
import { idsBySlot, StoredQueries, taskOf } from './percolator/stored-queries.ts';

const PREFIX = `percolate-pool-${process.pid}`;
const url = inject('elasticsearch');
const { config } = loadConfig({ elasticsearch: url, workers: '1' }, {});
const connection = new ElasticsearchConnection(config);
const log = createLogger('warn');
const PROPERTIES = {
  message: { type: 'text' },
  n: { type: 'long' },
  tag: { type: 'keyword' },
};

const term = (field: string, value: unknown) => ({ term: { [field]: value } });
const match = (text: string) => ({ match: { message: text } });

let pool: PercolatePool;
let logs: StoredQueries;
let events: StoredQueries;

beforeAll(async () => {
  pool = new PercolatePool({ config, metrics: new Metrics(), log });
  logs = await StoredQueries.create(connection, `${PREFIX}-logs`, PROPERTIES);
  events = await StoredQueries.create(connection, `${PREFIX}-events`, {
    kind: { type: 'keyword' },
  });
  await logs.add([
    { id: 'foo', query: match('foo') },
    { id: 'bar', query: match('bar') },
    { id: 'big', query: term('n', '9007199254740993') },
    { id: 'logs only', query: match('foo'), prefixes: ['logs-'] },
    { id: 'one index', query: match('foo'), prefixes: ['=logs-a'] },
  ]);
  await events.add([{ id: 'foo', query: term('kind', 'foo') }]);
});

afterAll(async () => {
  await pool.close();
  await Promise.all([logs.delete(), events.delete()]);
  await connection.close();
});

describe('a batch at Elasticsearch', () => {
  it('gives every slot the queries that match it, over several groups and indices', async () => {
    const documents = [
      '{"message":"foo bar"}',
      '{"kind":"foo"}',
      '{"message":"foo"}',
      '{"message":"x"}',
    ];
    const places = [
      [logs, 'logs-a'],
      [events, 'events'],
      [logs, 'other'],
      [logs, 'logs-a'],
    ] as const;
    const answer = await pool.percolate(taskOf(documents, (slot) => places[slot]!));
    expect(answer.failures).toEqual([]);
    expect(idsBySlot(answer, 4)).toEqual([
      ['bar', 'foo', 'logs only', 'one index'],
      ['foo'],
      ['foo'],
      [],
    ]);
  });
});
