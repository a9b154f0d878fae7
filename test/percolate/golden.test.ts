import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ErrorCode, EstromError } from '../../src/errors.ts';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import type { RegisteredQuery } from '../../src/query/registry/registered-query.ts';
import type { GoldenCase, Source } from '../golden/case.ts';
import { batchOf, ordinalsBySlot } from './batches.ts';
import { fixedMappings } from './case-mappings.ts';
import { embeddedEngine } from './engines.ts';

const text = readFileSync(new URL('../golden/cases.json', import.meta.url), 'utf8');
const all = JSON.parse(text) as GoldenCase[];
const cases = all.filter(({ expected }) => expected !== 'rejected');

const json = (source: Source) => (typeof source === 'string' ? source : JSON.stringify(source));

/** Whether the document matched, or the code of the error with which the query was refused. */
type Outcome = boolean | ErrorCode;

const PART = 200;

/** Every case in an index of its own, so that its seed alone has fixed the types. */
describe('the embedded engine answers as Elasticsearch did', () => {
  const mappings = cases.flatMap(({ mapping }, ordinal) =>
    mapping === undefined ? [] : [[`case-${ordinal}`, mapping] as const],
  );
  const engine = embeddedEngine({}, fixedMappings(new Map(mappings)));
  const outcomes: Outcome[] = [];

  beforeAll(async () => {
    // A part at a time: cases share their words, so each document meets the queries of all.
    const numbered = [...cases.entries()];
    for (let from = 0; from < numbered.length; from += PART) {
      await answer(numbered.slice(from, from + PART));
    }
  }, 240_000);

  async function answer(part: readonly (readonly [number, GoldenCase])[]): Promise<void> {
    const queries = part.flatMap(([ordinal, { query }]): RegisteredQuery[] => {
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
    const seeds = part.flatMap(([ordinal, { seed = [] }]) =>
      seed.map((source) => ({ source, index: `case-${ordinal}` })),
    );
    await engine.percolate(
      batchOf(
        seeds.map(({ source }) => json(source)),
        seeds.map(({ index }) => index),
      ),
    );
    const documents = part.map(([, { document }]) => json(document));
    const indices = part.map(([ordinal]) => `case-${ordinal}`);
    const ids = documents.map(() => 'document');
    const { pairs } = await engine.percolate({ ...batchOf(documents, indices), ids });
    for (const [slot, matched] of ordinalsBySlot(pairs, part.length).entries()) {
      const [ordinal] = part[slot]!;
      outcomes[ordinal] ??= matched.includes(ordinal);
    }
    await engine.unregister(queries.map(({ ordinal }) => ordinal));
  }
  afterAll(() => engine.close());

  /** What the engine should have said; null where it is right. */
  function complaint([ordinal, { query, expected }]: readonly [number, GoldenCase]): object | null {
    const outcome = outcomes[ordinal];
    // Where Elasticsearch fails it returns no document: a refusal and a non-match are both right.
    const isRight = expected === 'error' ? outcome !== true : outcome === expected;
    return isRight ? null : { query, document: cases[ordinal]!.document, expected, outcome };
  }

  // A test for each area: one for each case takes longer to report than to answer.
  const areas = Map.groupBy(cases.entries(), ([, { area }]) => area);
  test.each([...areas])('%s', (_area, members) => {
    expect(members.map(complaint).filter((each) => each !== null)).toEqual([]);
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
