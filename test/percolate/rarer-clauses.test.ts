import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { batchOf, ordinalsBySlot } from './batches.ts';
import { fixedMappings } from './case-mappings.ts';
import { embeddedEngine } from './engines.ts';

let engine: ReturnType<typeof embeddedEngine>;

afterEach(() => engine.close());

const MAPPING = {
  properties: {
    k: { type: 'keyword' },
    m: { type: 'double' },
    s: { type: 'scaled_float', scaling_factor: 10 },
  },
};

async function matched(queries: readonly object[], documents: readonly object[]) {
  engine = embeddedEngine({ workers: 1 }, fixedMappings(new Map([['docs', MAPPING]])));
  const registered = queries.map((query, ordinal) => ({
    id: String(ordinal),
    ordinal,
    index: 'docs',
    query: canonicalise(parseQuery(query)).query,
  }));
  // In several segments, of which some are merged.
  for (let at = 0; at < registered.length; at += 100) {
    await engine.register(registered.slice(at, at + 100));
  }
  const texts = documents.map((document) => JSON.stringify(document));
  const { pairs } = await engine.percolate(batchOf(texts, 'docs'));
  return ordinalsBySlot(pairs, documents.length).map((found) => [...found].sort((a, b) => a - b));
}

const word = fc.constantFrom(...'abcdefgh');
const half = fc.integer({ min: -2, max: 12 }).map((number) => number / 2);

test('a set of terms asks each document for as many as it says', async () => {
  const asked = fc.sample(fc.array(word, { minLength: 1, maxLength: 6 }), 400);
  const documents = fc.sample(
    fc.record({ k: fc.array(word, { maxLength: 6 }), m: fc.array(half, { maxLength: 2 }) }),
    60,
  );
  const queries = asked.map((terms) => ({
    terms_set: { k: { terms, minimum_should_match_field: 'm' } },
  }));
  const expected = documents.map(({ k, m }) =>
    asked.flatMap((terms, ordinal) => {
      const least = Math.max(1, Math.trunc(Math.min(...m)));
      return terms.filter((term) => k.includes(term)).length >= least ? [ordinal] : [];
    }),
  );
  expect(await matched(queries, documents)).toEqual(expected);
});

test('ranges of scaled numbers are found among many', async () => {
  const bounds = fc.sample(fc.tuple(half, half), 400);
  const documents = fc.sample(fc.record({ s: fc.array(half, { maxLength: 2 }) }), 60);
  const queries = bounds.map(([gte, lt]) => ({ range: { s: { gte, lt } } }));
  const expected = documents.map(({ s }) =>
    bounds.flatMap(([gte, lt], ordinal) =>
      s.some((value) => value >= gte && value < lt) ? [ordinal] : [],
    ),
  );
  expect(await matched(queries, documents)).toEqual(expected);
});
