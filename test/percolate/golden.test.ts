import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ErrorCode, EstromError } from '../../src/errors.ts';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import type { RegisteredQuery } from '../../src/query/registered-query.ts';
import type { GoldenCase, Source } from '../golden/case.ts';
import { batchOf, ordinalsBySlot } from './batches.ts';
import { embeddedEngine } from './engines.ts';

const text = readFileSync(new URL('../golden/cases.json', import.meta.url), 'utf8');
const all = JSON.parse(text) as GoldenCase[];
const cases = all.filter(({ expected }) => expected !== 'rejected');

const json = (source: Source) => (typeof source === 'string' ? source : JSON.stringify(source));

/** Whether the document matched, or the code of the error with which the query was refused. */
type Outcome = boolean | ErrorCode;

/** Refused for now, by name and with a reason: never a silent non-match. */
const NOT_YET = new Set<unknown>([
  'at:2024/02/03', // a regular expression, by Lucene's grammar
]);
const isNotYet = (query: GoldenCase['query']) =>
  NOT_YET.has(typeof query === 'string' ? query : JSON.stringify(query));

/** Every case in an index of its own, so that its seed alone has fixed the types. */
describe('the embedded engine answers as Elasticsearch did', () => {
  const engine = embeddedEngine();
  const outcomes: Outcome[] = [];

  beforeAll(async () => {
    const queries = cases.flatMap(({ query }, ordinal): RegisteredQuery[] => {
      try {
        const ir = canonicalise(parseQuery(query)).query;
        return [{ id: String(ordinal), ordinal, index: `case-${ordinal}`, query: ir }];
      } catch (error) {
        if (!(error instanceof EstromError)) throw error;
        outcomes[ordinal] = error.code;
        return [];
      }
    });
    await engine.register(queries);
    const seeds = cases.flatMap(({ seed = [] }, ordinal) =>
      seed.map((source) => ({ source, index: `case-${ordinal}` })),
    );
    await engine.percolate(
      batchOf(
        seeds.map(({ source }) => json(source)),
        seeds.map(({ index }) => index),
      ),
    );
    const documents = cases.map(({ document }) => json(document));
    const indices = cases.map((_, ordinal) => `case-${ordinal}`);
    const { pairs } = await engine.percolate(batchOf(documents, indices));
    for (const [ordinal, matched] of ordinalsBySlot(pairs, cases.length).entries()) {
      outcomes[ordinal] ??= matched.includes(ordinal);
    }
  }, 60_000);
  afterAll(() => engine.close());

  const areas = Map.groupBy(cases.entries(), ([, { area }]) => area);
  describe.each([...areas])('%s', (_area, members) => {
    test.each(members.map(([ordinal, golden]) => [golden.name, golden.expected, ordinal] as const))(
      '%s: %s',
      (_name, expected, ordinal) => {
        const outcome = outcomes[ordinal];
        if (isNotYet(cases[ordinal]!.query)) expect(outcome).toBe('QUERY_UNSUPPORTED');
        // Where Elasticsearch fails it returns no document: a refusal and a non-match are both right.
        else if (expected === 'error') expect(outcome).not.toBe(true);
        else expect(outcome).toBe(expected);
      },
    );
  });
});

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

test('documents that Elasticsearch refuses for their fields are percolated all the same', async () => {
  const engine = embeddedEngine({ workers: 1 });
  const refused = all.filter(
    ({ expected, document }) => expected === 'rejected' && isJsonObject(json(document)),
  );
  const { failures } = await engine.percolate(
    batchOf(refused.map(({ document }) => json(document))),
  );
  await engine.close();
  expect(refused.length).toBeGreaterThan(10);
  expect(failures).toEqual([]);
});
