import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { type NestedMapping, type NestedQuery, naiveNested } from '../oracle/naive-nested.ts';
import { batchOf, ordinalsBySlot } from './batches.ts';
import { fixedMappings } from './case-mappings.ts';
import { embeddedEngine } from './engines.ts';

const keyword = { type: 'keyword' };
const number = { type: 'long' };
const fields = { k: keyword, n: number, o: { properties: { k: keyword } } };

/** Three levels, of which some are also part of what is around them. */
const NESTED: Readonly<Record<string, NestedMapping>> = {
  'alone-0': { a: {}, 'a.b': {}, 'a.b.c': {}, z: {} },
  'included-1': {
    a: { includeInRoot: true },
    'a.b': {},
    'a.b.c': { includeInParent: true },
    z: {},
  },
  'included-2': {
    a: {},
    'a.b': { includeInParent: true, includeInRoot: true },
    'a.b.c': {},
    z: { includeInParent: true },
  },
};

function mappingOf(nested: NestedMapping): Record<string, unknown> {
  const at = (path: string, inner: object) => {
    const { includeInParent, includeInRoot } = nested[path]!;
    return {
      type: 'nested',
      ...(includeInParent ? { include_in_parent: true } : {}),
      ...(includeInRoot ? { include_in_root: true } : {}),
      properties: { ...fields, ...inner },
    };
  };
  const a = at('a', { b: at('a.b', { c: at('a.b.c', {}) }) });
  return { properties: { ...fields, a, z: at('z', {}) } };
}

const mappings = new Map(
  Object.entries(NESTED).map(([name, nested]) => [name, mappingOf(nested)] as const),
);
const engine = embeddedEngine({ workers: 1 }, fixedMappings(mappings));
afterAll(() => engine.close());

const PATHS = ['a', 'a.b', 'a.b.c', 'z'];
const words = fc.constantFrom('x', 'y', 'xy', 'yx', 'w');
const numbers = fc.integer({ min: 0, max: 9 });
const list = <T>(one: fc.Arbitrary<T>) => fc.oneof(one, fc.array(one, { maxLength: 3 }));
const optional = { requiredKeys: [] };
const own = { k: list(words), n: list(numbers), o: fc.record({ k: words }) };
const c = fc.record(own, optional);
const b = fc.record({ ...own, c: list(c) }, optional);
const a = fc.record({ ...own, b: list(b) }, optional);
const document = fc.record({ ...own, a: list(a), z: list(c) }, optional);

/** Mostly fields of the objects at hand. */
const fieldIn = (path: string) =>
  fc
    .tuple(
      fc.oneof({ weight: 5, arbitrary: fc.constant(path) }, fc.constantFrom('', ...PATHS)),
      fc.constantFrom('k', 'n', 'o.k'),
    )
    .map(([at, name]) => (at === '' ? name : `${at}.${name}`));

function queryIn(path: string, depth: number): fc.Arbitrary<NestedQuery> {
  const field = fieldIn(path);
  const leaf = fc.oneof(
    { weight: 5, arbitrary: fc.record({ field, is: words }) },
    fc.record({ field, starts: fc.constantFrom('x', 'y', 'yx') }),
    fc
      .tuple(field, numbers, fc.nat(3))
      .map(([name, from, more]): NestedQuery => ({ field: name, from, to: from + more })),
    fc.record({ exists: fc.oneof(field, fc.constantFrom(...PATHS, 'a.o', 'o')) }),
    fc.constant<NestedQuery>({ all: true }),
  );
  if (depth === 0) return leaf;
  const inner = queryIn(path, depth - 1);
  const deeper = PATHS.filter((each) => each !== path && each.startsWith(path));
  const nested = (paths: readonly string[]) =>
    fc
      .constantFrom(...paths)
      .chain((at) => queryIn(at, depth - 1).map((query): NestedQuery => ({ path: at, query })));
  return fc.oneof(
    { weight: 2, arbitrary: leaf },
    inner.map((not): NestedQuery => ({ not })),
    fc.array(inner, { minLength: 1, maxLength: 3 }).map((and): NestedQuery => ({ and })),
    fc
      .tuple(fc.array(inner, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 2 }))
      .map(([or, atLeast]): NestedQuery => ({ or, atLeast })),
    { weight: 5, arbitrary: nested(deeper.length === 0 ? PATHS : deeper) },
    // Elsewhere objects belong to those that stand behind them.
    nested(PATHS),
  );
}

function dslOf(query: NestedQuery): object {
  if ('all' in query) return { match_all: {} };
  if ('not' in query) return { bool: { must_not: dslOf(query.not) } };
  if ('and' in query) return { bool: { filter: query.and.map(dslOf) } };
  if ('or' in query) {
    return { bool: { should: query.or.map(dslOf), minimum_should_match: query.atLeast } };
  }
  if ('exists' in query) return { exists: { field: query.exists } };
  if ('query' in query) return { nested: { path: query.path, query: dslOf(query.query) } };
  if ('is' in query) return { term: { [query.field]: query.is } };
  if ('starts' in query) return { prefix: { [query.field]: query.starts } };
  return { range: { [query.field]: { gte: query.from, lte: query.to } } };
}

const registered = (query: NestedQuery, ordinal: number, index: string) => ({
  id: String(ordinal),
  ordinal,
  index,
  query: canonicalise(parseQuery({ query: dslOf(query) } as never)).query,
});

test.each(Object.keys(NESTED))(
  'queries on nested objects are found among many, %s',
  async (index) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(queryIn('', 4), { minLength: 30, maxLength: 60 }),
        fc.array(document, { minLength: 5, maxLength: 20 }),
        async (queries, documents) => {
          await engine.register(queries.map((query, at) => registered(query, at, index)));
          const texts = documents.map((one) => JSON.stringify(one));
          const { pairs, failures } = await engine.percolate(batchOf(texts, index));
          await engine.unregister(queries.map((_, at) => at));
          expect(failures).toEqual([]);
          const found = ordinalsBySlot(pairs, documents.length);
          const expected = documents.map((one) =>
            queries.flatMap((query, at) => (naiveNested(NESTED[index]!, one, query) ? [at] : [])),
          );
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: Number(process.env['ESTROM_RUNS'] ?? 12) },
    );
  },
);
