import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { EstromError } from '../../src/errors.ts';
import { compileDsl } from '../../src/percolate/elasticsearch/compile/compile-dsl.ts';
import { TargetMapping } from '../../src/percolate/elasticsearch/mapping/target-mapping.ts';
import { canonicalise } from '../../src/query/canonical.ts';
import type { Ir } from '../../src/query/ir.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import type { GoldenCase } from '../golden/case.ts';
import { loadCases, sourceText } from '../golden/load.ts';
import { ElasticsearchServer } from '../golden/server.ts';
import { mappingOf, percolated, registered } from './differential/percolator.ts';
import type { Question } from './differential/query-strings.ts';
import { askElasticsearch, store } from './differential/round.ts';

const server = new ElasticsearchServer(inject('elasticsearch'));
const cases = loadCases().filter(({ expected }) => expected !== 'rejected');

/** Cases that share their documents and their mapping share an index. */
const groups = [
  ...Map.groupBy(cases, ({ seed, document, mapping }) =>
    JSON.stringify([seed, document, mapping]),
  ).values(),
];
const LANES = 4;

/** Sent as a pattern of a query string, which this analyzer changes: see "A pattern without capitals" there. */
function isReadAnew({ area, query }: GoldenCase): boolean {
  return area === 'languages' && typeof query === 'object' && 'prefix' in query;
}

/** Null for what cannot stand in Elasticsearch: see docs/elasticsearch-differences.md. */
function parsed({ query }: GoldenCase): Ir | null {
  try {
    const { query: ir } = canonicalise(parseQuery(query));
    compileDsl(ir, TargetMapping.of({}, {}));
    return ir;
  } catch (error) {
    if (error instanceof EstromError) return null;
    throw error;
  }
}

async function answersOf(group: readonly GoldenCase[], name: string): Promise<Set<GoldenCase>> {
  const { seed = [], document, mapping: mappings } = group[0]!;
  const index = `compile-golden-${name}`;
  const settings = { number_of_shards: 1, number_of_replicas: 0 };
  await server.ask('PUT', index, JSON.stringify({ settings, mappings }));
  try {
    const lines = [...seed, document].map((source) => `{"index":{}}\n${sourceText(source)}\n`);
    const stored = await server.ask<{ errors?: boolean }>('POST', `${index}/_bulk`, lines.join(''));
    if (stored.errors !== false) throw new Error(JSON.stringify(stored));
    const mapping = await mappingOf(server, index);
    const asked = group.filter((one) => parsed(one) !== null);
    const found = await percolated(
      server,
      `${index}-queries`,
      mapping,
      asked.map((one) => parsed(one)!),
      [sourceText(document)],
    );
    return new Set(asked.filter((_, at) => found[at]!.has(0)));
  } finally {
    await server.ask('DELETE', index);
  }
}

describe('compiled queries answer to the percolator as they do to a search', () => {
  const matched = new Set<GoldenCase>();

  beforeAll(async () => {
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let at = next++; at < groups.length; at = next++) {
        for (const one of await answersOf(groups[at]!, `${process.pid}-${at}`)) matched.add(one);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }, 600_000);

  const areas = Map.groupBy(
    cases.filter((one) => parsed(one) !== null && !isReadAnew(one)),
    ({ area }) => area,
  );
  test.each([...areas])('%s', (_area, members) => {
    // Where Elasticsearch fails it returns no document.
    const wrong = members.filter((one) => matched.has(one) !== (one.expected === true));
    expect(wrong).toEqual([]);
  });
});

describe('a compiled query', () => {
  let tests = 0;

  /** Ids of the documents that each query finds in a search, and on the percolator. */
  async function both(
    body: { settings?: object; mappings?: object },
    documents: readonly object[],
    queries: readonly Question['query'][],
  ) {
    const index = `compile-${process.pid}-${tests++}`;
    const made = await server.ask('PUT', index, JSON.stringify(body));
    if (made.error) throw new Error(made.error.reason);
    try {
      const texts = documents.map((document) => JSON.stringify(document));
      const stored = await store(server, index, texts);
      const mapping = await mappingOf(server, index);
      const asked = queries.map((query) => ({ kind: '', query }));
      const answers = await askElasticsearch(server, index, stored, asked);
      const irs = queries.map((query) => canonicalise(parseQuery(query)).query);
      const found = await percolated(server, `${index}-queries`, mapping, irs, texts);
      const ids = (set: ReadonlySet<number>) => [...set].sort((a, b) => a - b);
      return {
        searched: answers.map((answer) => ('ids' in answer ? ids(answer.ids) : answer.refused)),
        percolated: found.map(ids),
      };
    } finally {
      await server.ask('DELETE', index);
    }
  }

  test('may be nested deeper than Elasticsearch takes a request', async () => {
    let text = 'a:x';
    for (let level = 0; level < 24; level++) {
      text = level % 2 ? `(b:${level} OR (${text}))` : `(a:x AND (${text}))`;
    }
    const { searched, percolated: found } = await both({}, [{ a: 'x', b: 1 }, { b: 23 }], [text]);
    expect(found).toEqual([[0, 1]]);
    expect(found).toEqual(searched);
  });

  test('asks the fields that the index gives for queries without one', async () => {
    const settings = { 'index.query.default_field': ['message', 'user.*', 'nick^2'] };
    const mappings = {
      properties: {
        message: { type: 'text' },
        nick: { type: 'alias', path: 'login' },
        login: { type: 'keyword' },
      },
    };
    const documents = [
      { message: 'foo bar' },
      { other: 'foo bar' },
      { user: { name: 'foo' } },
      { login: 'foo' },
    ];
    const queries = ['foo', '"foo bar"', 'fo*', 'other:foo', '[fo TO fz]'];
    const { searched, percolated: found } = await both({ settings, mappings }, documents, queries);
    expect(found.slice(0, 2)).toEqual([[0, 2, 3], [0]]);
    expect(found).toEqual(searched);
  });

  test('leaves a clause out whose words the analyzer of the field does not know', async () => {
    const mappings = {
      properties: {
        a: { type: 'text' },
        b: { type: 'text', analyzer: 'whitespace' },
        c: { type: 'text', analyzer: 'simple' },
        d: { type: 'keyword' },
      },
    };
    const documents = [{ a: 'x' }, { a: 'x', b: '--- y', c: '---', d: '---' }];
    const queries = ['a', 'b', 'c', 'd', 'e'].map((field) => `a:x AND ${field}:\\-\\-\\-`);
    const { searched, percolated: found } = await both({ mappings }, documents, queries);
    expect(found).toEqual([[0, 1], [1], [0, 1], [1], []]);
    expect(found).toEqual(searched);
  });

  test('asks for the time of the percolation, not of the registration', async () => {
    const mapping = TargetMapping.of({ properties: { at: { type: 'date' } } }, {});
    const soon = new Date(Date.now() + 1500).toISOString();
    const queries = ['at:>now', 'at:[now TO *]', 'at:<now', 'at:[* TO now}'];
    const irs = queries.map((query) => canonicalise(parseQuery(query)).query);
    const ask = await registered(server, `compile-${process.pid}-now`, mapping, irs);
    const documents = [`{"at":"${soon}"}`];
    const first = await ask(documents);
    await sleep(Date.parse(soon) - Date.now() + 50);
    const second = await ask(documents);
    await server.ask('DELETE', `compile-${process.pid}-now`);
    expect(first.map((slots) => slots.size)).toEqual([1, 1, 0, 0]);
    expect(second.map((slots) => slots.size)).toEqual([0, 0, 1, 1]);
  });
});
