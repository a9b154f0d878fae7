import fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { Metrics } from '../../src/metrics.ts';
import { EmbeddedEngine } from '../../src/percolate/embedded/embedded-engine.ts';
import { JsonLeaves } from '../../src/percolate/embedded/scan/json-leaves.ts';
import { canonicalise } from '../../src/query/canonical.ts';
import type { Ir } from '../../src/query/ir.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { NaiveFlattened } from '../oracle/naive-flattened.ts';
import { batchOf, ordinalsBySlot } from './batches.ts';
import { fixedMappings } from './case-mappings.ts';
import { ENGINE_CONFIG } from './engines.ts';

const RUNS = Number(process.env['ESTROM_ORACLE_RUNS'] ?? 60);
const log = pino({ level: 'silent' });
const mappings = new Map<string, Record<string, unknown>>();
let engine: EmbeddedEngine;

function start(strictMapping = false): void {
  const config = { ...ENGINE_CONFIG, workers: 1, maxFields: 50 };
  const rules = fixedMappings(mappings);
  engine = new EmbeddedEngine({
    config,
    mappings: rules,
    metrics: new Metrics(),
    log,
    strictMapping,
  });
}

afterEach(async () => {
  await engine?.close();
  mappings.clear();
});

const map = (index: string, definition: object = { type: 'flattened' }): unknown =>
  mappings.set(index, { properties: { f: definition } });

function register(queries: readonly (string | Ir)[], from = 0): Promise<void> {
  return engine.register(
    queries.map((query, at) => ({
      id: String(from + at),
      ordinal: from + at,
      index: '*',
      query: typeof query === 'string' ? canonicalise(parseQuery(query)).query : query,
    })),
  );
}

async function matched(documents: readonly object[], index = 'docs'): Promise<number[][]> {
  const texts = documents.map((document) => JSON.stringify(document));
  const { pairs } = await engine.percolate(batchOf(texts, index));
  return ordinalsBySlot(pairs, texts.length);
}

describe('flattened objects', () => {
  test('are asked by keys of queries that were registered before their mapping', async () => {
    start();
    await register([
      'f.a:x',
      'f.a.b:x',
      'f:x',
      'x',
      'f.a:x*',
      '_exists_:f.a.b',
      'NOT f.a:x',
      'g:x',
    ]);
    expect(await matched([{ f: { a: 'x' } }], 'other')).toEqual([[0, 3, 4]]);
    map('docs');
    expect(await matched([{ f: { a: 'x' } }, { f: { 'a.b': ['x'] } }, { f: {} }])).toEqual([
      [0, 2, 3, 4],
      [1, 2, 3, 5, 6],
      [6],
    ]);
    expect(await matched([{ f: { a: 'x y' } }], 'other')).toEqual([[0, 3, 4]]);
    expect(await matched([{ f: { a: 'x y' } }])).toEqual([[4, 6]]);
  });

  test('may have any number of keys, which are no fields', async () => {
    start();
    map('docs');
    await register(['f.k4999:v4999', 'f.k4999:v1', 'other:x']);
    const keys = Array.from({ length: 5000 }, (_, k) => [`k${k}`, `v${k}`] as const);
    const documents = keys.map(([key, value]) => ({ f: { [key]: value }, other: 'x' }));
    const found = await matched(documents);
    expect(found.at(-1)).toEqual([0, 2]);
    expect(found.slice(0, -1).every(([only]) => only === 2)).toBe(true);
  });

  const long = 'x'.repeat(32_765);
  test.each([
    ['a text', { f: 'text' }, '[text]'],
    ['a number among objects', { f: [{ a: 1 }, 2] }, 'a value where objects are'],
    ['objects', { f: { a: { b: { c: 1 } } } }, 'it exceeds the maximum depth limit of [2]'],
    ['a key', { f: { 'a\0b': 1 } }, 'keys cannot contain the reserved character \\0'],
    ['a value', { f: { a: long } }, 'a key and value of more than 32766 bytes'],
  ])(
    'refuse %s where the mapping is strict, and else match nothing of it',
    async (_, document, why) => {
      for (const isStrict of [true, false]) {
        start(isStrict);
        map('docs', { type: 'flattened', depth_limit: 2 });
        await register(['_exists_:f', 'f.a:*', 'f:*', '*:*']);
        const texts = [JSON.stringify(document), '{"f":{"a":{"b":"x"}}}'];
        const { pairs, failures } = await engine.percolate(batchOf(texts));
        expect(ordinalsBySlot(pairs, 2)).toEqual([isStrict ? [] : [3], [0, 2, 3]]);
        const refusal = {
          slot: 0,
          status: 400,
          type: 'mapper_parsing_exception',
          reason: `failed to parse field [f] of type [flattened]: ${why}`,
        };
        expect(failures).toEqual(isStrict ? [refusal] : []);
        await engine.close();
      }
    },
  );
});

const name = fc.constantFrom('a', 'b', 'ab', 'A', 'a.b', 'é', '');
const text = fc
  .array(fc.constantFrom('a', 'b', 'B', 'é', ' ', '9'), { maxLength: 5 })
  .map((parts) => parts.join(''));
const scalar = fc.oneof(
  { weight: 8, arbitrary: text },
  fc.boolean(),
  fc.integer(),
  fc.constant(null),
);
const { object } = fc.letrec<{ object: unknown; value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    tie('object'),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
  object: fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
}));

test('the leaves of an object are those that a plain walk finds', () => {
  fc.assert(
    fc.property(fc.array(object, { maxLength: 2 }), fc.constantFrom(0, 1), (objects, space) => {
      const found: [string, string | null][] = [];
      const leaves = new JsonLeaves({
        leaf: (key, value) => void found.push([key, value]),
        enter: () => true,
      });
      expect(leaves.read(JSON.stringify(objects, null, space))).toBe(objects.length);
      const plain: [string, string | null][] = [];
      const walk = (value: unknown, key: string): void => {
        if (Array.isArray(value)) for (const each of value) walk(each, key);
        else if (typeof value === 'object' && value !== null) {
          for (const [step, inner] of Object.entries(value)) walk(inner, `${key}.${step}`);
        } else plain.push([key.slice(1), value === null ? null : String(value)]);
      };
      walk(objects, '');
      expect(found).toEqual(plain);
    }),
  );
});

const field = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.constantFrom('f', 'g'), name).map((both) => both.join('.')) },
  { weight: 1, arbitrary: fc.constantFrom('f', 'g', 'h.a') },
);
const anyField = fc.option(field, { nil: null, freq: 8 });
const pattern = fc
  .array(fc.oneof({ weight: 3, arbitrary: text }, fc.constantFrom('*', '?')), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => parts.join(''))
  .chain((given) => fc.constantFrom(given, `${given}*`, `*${given}`));
const bounds = {
  lower: fc.option(text),
  upper: fc.option(text),
  includeLower: fc.boolean(),
  includeUpper: fc.boolean(),
};
const kind = <T extends string>(of: T) => fc.constant(of);
const leaf: fc.Arbitrary<Ir> = fc.oneof(
  fc.record({ kind: kind('term'), field, value: text }),
  fc.record({ kind: kind('match'), field: anyField, text, operator: kind('and') }),
  fc.record({ kind: kind('phrase'), field: anyField, text, slop: fc.constant(0) }),
  fc.record({ kind: kind('exists'), field }),
  fc
    .record({ kind: kind('range'), field, ...bounds, normalize: fc.constant(true) })
    .filter(({ lower, upper }) => lower !== null || upper !== null),
  fc.record({ kind: kind('wildcard'), field: anyField, pattern, normalize: fc.constant(false) }),
  fc.record({
    kind: kind('wildcard'),
    field,
    // Capitals of other letters stay what they are.
    pattern: pattern.filter((given) => !given.includes('é')),
    normalize: fc.constant(false),
    caseInsensitive: fc.constant(true as const),
  }),
);
const query: fc.Arbitrary<Ir> = fc.oneof(
  { weight: 4, arbitrary: leaf },
  { weight: 1, arbitrary: leaf.map((clause): Ir => ({ kind: 'not', clause })) },
  fc.tuple(leaf, leaf).map((clauses): Ir => ({ kind: 'and', clauses })),
  fc.tuple(leaf, leaf).map((clauses): Ir => ({ kind: 'or', clauses, atLeast: 1 })),
);
const given = fc.oneof(object, fc.array(object, { maxLength: 2 }));
const document = fc.record({ f: given, g: given }, { requiredKeys: [] });

test('presearch finds what an engine finds that looks at everything', async () => {
  start();
  mappings.set('docs', { properties: { f: { type: 'flattened' }, g: { type: 'flattened' } } });
  const naive = new NaiveFlattened(['f', 'g']);
  let hits = 0;
  const queries = fc.array(query, { minLength: 20, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(
      queries,
      fc.array(document, { minLength: 1, maxLength: 8 }),
      async (all, documents) => {
        await register(all);
        const found = await matched(documents);
        await engine.unregister(all.map((_, ordinal) => ordinal));
        for (const [slot, source] of documents.entries()) {
          const wanted = [...all.keys()].filter((at) => naive.matches(all[at]!, source));
          hits += wanted.length;
          expect(found[slot]!.map((at) => [at, all[at]])).toEqual(
            wanted.map((at) => [at, all[at]]),
          );
        }
      },
    ),
    { numRuns: RUNS },
  );
  expect(hits).toBeGreaterThan(RUNS);
});
