import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Metrics } from '../../src/metrics.ts';
import { EmbeddedEngine } from '../../src/percolate/embedded/embedded-engine.ts';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { batchOf, ordinalsBySlot } from './batches.ts';
import { fixedMappings } from './case-mappings.ts';
import { ENGINE_CONFIG } from './engines.ts';
import { ASKED, HELD_FIELDS } from './held-values.ts';

const index = 'held';
const mappings = fixedMappings(new Map([[index, { properties: HELD_FIELDS }]]));

/** Reasons of refusals, and fields with a value, by document. */
async function percolated(documents: readonly string[], strictMapping: boolean) {
  const metrics = new Metrics();
  const log = pino({ level: 'silent' });
  const config = { ...ENGINE_CONFIG, workers: 1 };
  const engine = new EmbeddedEngine({ config, mappings, metrics, log, strictMapping });
  const queries = ASKED.map((field) => canonicalise(parseQuery({ exists: { field } })).query);
  await engine.register(
    queries.map((query, ordinal) => ({ id: String(ordinal), ordinal, index: '*', query })),
  );
  const { pairs, failures } = await engine.percolate(batchOf(documents, index));
  await engine.close();
  const reasons = new Map(failures.map(({ slot, reason }) => [slot, reason]));
  return ordinalsBySlot(pairs, documents.length).map((found, slot) => ({
    refused: reasons.get(slot),
    found: found.map((at) => ASKED[at]),
  }));
}

test.each([
  ['feature', '0', 'featureValue must be a positive normal float, got: 0'],
  ['feature', '"x"', '[x] is no number'],
  ['feature', 'true', '[true] is no number'],
  ['feature', '1e39', 'featureValue must be finite, got: Infinity'],
  ['feature', '[1,2]', 'fields do not support indexing multiple values'],
  ['inverse', '0', 'featureValue must be finite, got: Infinity'],
  ['features', '5', 'expected an object of features'],
  ['features', 'null', 'expected an object, but got [null]'],
  ['features', '{"a":[1]}', '[an object or array] is no number'],
  ['features', '[{"a":1},{"a":2}]', 'the feature [a] is there twice'],
  ['query', '"x"', 'expected a query'],
  ['query', 'null', 'expected a query, but got [null]'],
  ['query', '{"term":{},"match":{}}', 'expected a query'],
  ['query', '[{"match_all":{}},{"match_all":{}}]', 'a document can only contain one query'],
  ['suggest', '5', 'expected text or object, but got [5]'],
  ['suggest', '["a",null]', 'expected text or object, but got [null]'],
  ['suggest', '{"input":5}', 'input must be a string or an array of strings'],
  ['suggest', '{"weight":2.0}', 'weight must be an integer, but was [2.0]'],
  ['suggest', '{"weight":-1}', 'weight must be in the interval [0..2147483647], but was [-1]'],
  ['suggest', '{"weight":null}', 'weight must be a number or string'],
  ['suggest', '{"contexts":{}}', 'contexts field is not supported for this field'],
  ['suggest', '{"a":1}', 'unknown field name [a], must be one of [input, weight, contexts]'],
  ['suggest', '"a\\u0000"', 'the character 0x0 at 1 is reserved'],
])(
  '%s takes no %s: where mappings are strict, the document is refused',
  async (field, value, reason) => {
    const type = HELD_FIELDS[field as keyof typeof HELD_FIELDS].type;
    const [one] = await percolated([`{"${field}":${value}}`], true);
    expect(one!.refused).toBe(`failed to parse field [${field}] of type [${type}]: ${reason}`);
  },
);

test('a value that is not taken is no value, and the document goes on', async () => {
  const documents = [
    '{"feature":"x","suggest":"a"}',
    '{"query":5,"inverse":1}',
    '{"suggest":{"weight":"x"},"query":{"match_all":{}}}',
    '{"suggest":[{"weight":"x"},"a"]}',
    '{"features":5}',
    '{"from":"x"}',
    '{"multi":"x"}',
  ];
  expect(await percolated(documents, false)).toEqual(
    [
      ['suggest', 'also'],
      ['inverse'],
      ['query'],
      ['suggest', 'also'],
      [],
      [],
      ['multi.suggest'],
    ].map((found) => ({ refused: undefined, found })),
  );
});

test('each document, and each nested object, has a feature of its own', async () => {
  const documents = ['{"feature":1}', '{"feature":2}', '{"n":[{"feature":1},{"feature":2}]}'];
  const refusals = (await percolated(documents, true)).map(({ refused }) => refused);
  expect(refusals).toEqual([undefined, undefined, undefined]);
});
