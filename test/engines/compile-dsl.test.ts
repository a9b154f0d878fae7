import { beforeAll, describe, expect, inject, test } from 'vitest';
import { EstromError } from '../../src/errors.ts';
import { canonicalise } from '../../src/query/canonical.ts';
import type { Ir } from '../../src/query/ir.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import type { GoldenCase } from '../golden/case.ts';
import { loadCases, sourceText } from '../golden/load.ts';
import { ElasticsearchServer } from '../golden/server.ts';
import { mappingOf, percolated } from './differential/percolator.ts';

const server = new ElasticsearchServer(inject('elasticsearch'));
const cases = loadCases().filter(({ expected }) => expected !== 'rejected');

/** Cases that share their documents share an index. */
const groups = [
  ...Map.groupBy(cases, ({ seed, document }) => JSON.stringify([seed, document])).values(),
];
const LANES = 4;

function parsed({ query }: GoldenCase): Ir | null {
  try {
    return canonicalise(parseQuery(query)).query;
  } catch (error) {
    if (error instanceof EstromError) return null;
    throw error;
  }
}

async function answersOf(group: readonly GoldenCase[], name: string): Promise<Set<GoldenCase>> {
  const { seed = [], document } = group[0]!;
  const index = `compile-golden-${name}`;
  await server.ask('PUT', index, '{"settings":{"number_of_shards":1,"number_of_replicas":0}}');
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
  });

  const areas = Map.groupBy(
    cases.filter((one) => parsed(one) !== null),
    ({ area }) => area,
  );
  test.each([...areas])('%s', (_area, members) => {
    // Where Elasticsearch fails it returns no document.
    const wrong = members.filter((one) => matched.has(one) !== (one.expected === true));
    expect(wrong).toEqual([]);
  });
});
