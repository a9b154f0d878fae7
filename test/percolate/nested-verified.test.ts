import { afterAll, expect, test } from 'vitest';
import { NestedEngine, nested, type Query } from './nested-engine.ts';

const QUERIES = 400;

const engine = new NestedEngine();
afterAll(() => engine.close());

/** Letters that no other number's have in common with it but here and there. */
function wordOf(n: number): string {
  let text = '';
  for (let rest = (n + 1) * 7919 + 90_000; rest > 0; rest = Math.floor(rest / 9))
    text += 'bcdfghjkl'[rest % 9];
  return `${text}y${text}`;
}

const k = (n: number) => ({ k: wordOf(n) });
const t = (n: number) => ({ t: `word ${wordOf(n)} again` });
const degrees = (n: number) => ({ lon: (n % 40) * 4 - 80, lat: Math.floor(n / 40) * 4 - 60 });
const boxAround = ({ lon, lat }: { lon: number; lat: number }, by: number) => ({
  type: 'envelope',
  coordinates: [
    [lon - by, lat + by],
    [lon + by, lat - by],
  ],
});

type Kind = readonly [name: string, object: (n: number) => object, query: (n: number) => Query];

const inItems = (query: Query) => nested('items', query);
const beside = (query: Query): Query => ({
  bool: { must: [{ term: { k: 'common' } }, inItems(query)] },
});

const KINDS: readonly Kind[] = [
  ['prefixes', k, (n) => inItems({ prefix: { 'items.k': wordOf(n).slice(0, -2) } })],
  ['wildcards', t, (n) => inItems({ wildcard: { 'items.t': `*${wordOf(n).slice(2, -2)}*` } })],
  [
    'regular expressions',
    k,
    (n) => inItems({ regexp: { 'items.k': `${wordOf(n).slice(0, -1)}[a-z]` } }),
  ],
  [
    'near terms',
    t,
    (n) => inItems({ fuzzy: { 'items.t': { value: `${wordOf(n)}x`, fuzziness: 1 } } }),
  ],
  [
    'ranges as values',
    (n) => ({ r: { gte: n * 10 + 1, lte: n * 10 + 3 } }),
    (n) => inItems({ range: { 'items.r': { gte: n * 10, lte: n * 10 + 5, relation: 'within' } } }),
  ],
  [
    'shapes',
    (n) => ({ s: boxAround(degrees(n), 0.25) }),
    (n) =>
      inItems({
        geo_shape: { 'items.s': { shape: boxAround(degrees(n), 0.5), relation: 'within' } },
      }),
  ],
  [
    'spans',
    t,
    (n) => {
      const prefix = { span_multi: { match: { prefix: { 'items.t': wordOf(n).slice(0, -2) } } } };
      const again = { span_term: { 'items.t': 'again' } };
      return inItems({ span_near: { clauses: [prefix, again], slop: 0, in_order: true } });
    },
  ],
  [
    'fields by a pattern',
    t,
    (n) => inItems({ query_string: { fields: ['items.*'], query: `${wordOf(n).slice(0, -2)}*` } }),
  ],
  [
    'a common word and a range',
    (n) => ({ k: 'common', n: n * 10 + 2 }),
    (n) =>
      inItems({
        bool: {
          must: [{ term: { 'items.k': 'common' } }],
          filter: [{ range: { 'items.n': { gte: n * 10, lte: n * 10 + 5 } } }],
          must_not: [{ term: { 'items.t': 'word' } }],
        },
      }),
  ],
  [
    'a common word beside objects',
    k,
    (n) => beside({ prefix: { 'items.k': wordOf(n).slice(0, -2) } }),
  ],
  [
    'a common word beside ranges in objects',
    (n) => ({ n: n * 10 + 2 }),
    (n) => beside({ range: { 'items.n': { gte: n * 10, lte: n * 10 + 5 } } }),
  ],
];

test.each(KINDS)('few queries on nested objects are verified: %s', async (_name, object, query) => {
  const before = await engine.candidates();
  await engine.register(Array.from({ length: QUERIES }, (_, n) => query(n)));
  const numbers = Array.from({ length: 50 }, (_, at) => [at * 8, at * 8 + 3]);
  const documents = numbers.map((own, at) => ({
    k: 'common',
    // None of its own, or some; few in objects, or many.
    n: Array.from({ length: at % 3 }, () => at),
    items: [...own.map(object), { k: 'other', n: Array.from({ length: (at % 2) * 40 }, () => -1) }],
  }));
  const found = await engine.percolate(documents);
  const missed = numbers.filter((own, at) => !own.every((n) => found[at]!.includes(n)));
  expect(missed).toEqual([]);
  const candidates = (await engine.candidates()) - before;
  await engine.unregister(QUERIES);
  expect(candidates).toBeLessThan(3 * found.flat().length + 50);
});
