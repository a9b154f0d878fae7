import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { NestedEngine, nested, not, type Query } from './nested-engine.ts';

const engine = new NestedEngine();
afterAll(() => engine.close());

/** Few letters, so that words share parts. */
const word = fc
  .array(fc.constantFrom('a', 'b', 'ab', 'é', 'B'), { minLength: 1, maxLength: 3 })
  .map((letters) => letters.join(''));
const number = fc.integer({ min: 0, max: 9 });
const degrees = fc.integer({ min: -4, max: 4 }).map((n) => n * 5);
const place = fc.tuple(degrees, degrees);
const box = fc.tuple(place, fc.constantFrom(1, 4, 12)).map(([[x, y], size]) => ({
  type: 'envelope',
  coordinates: [
    [x, y + size],
    [x + size, y],
  ],
}));
const span = fc.tuple(number, fc.nat(3)).map(([from, more]) => ({ gte: from, lte: from + more }));
const list = <T>(one: fc.Arbitrary<T>) => fc.oneof(one, fc.array(one, { maxLength: 3 }));
const own = {
  k: list(word),
  t: fc.array(word, { maxLength: 4 }).map((words) => words.join(' ')),
  n: list(number),
  d: number.map((n) => `2024-01-1${n}`),
  r: list(span),
  g: place.map(([x, y]) => ({ lon: x, lat: y })),
  s: fc.oneof(
    box,
    place.map((coordinates) => ({ type: 'point', coordinates })),
  ),
};
const optional = { requiredKeys: [] };
const part = fc.record(own, optional);
const item = fc.record({ ...own, parts: fc.array(part, { maxLength: 3 }) }, optional);
const document = fc.record({ ...own, items: fc.array(item, { maxLength: 3 }) }, optional);

const text = fc.constantFrom('k', 't');
const on = <T>(path: string, field: fc.Arbitrary<string>, value: fc.Arbitrary<T>) =>
  fc.tuple(field, value).map(([name, one]) => ({ [`${path}.${name}`]: one }));
const flag = fc.boolean();

/** Clauses by kind, over the fields of objects. */
const KINDS: Readonly<Record<string, (path: string) => fc.Arbitrary<Query>>> = {
  prefixes: (path) =>
    on(path, text, fc.record({ value: word, case_insensitive: flag })).map((prefix) => ({
      prefix,
    })),
  wildcards: (path) => {
    const pattern = fc
      .array(fc.oneof({ weight: 3, arbitrary: word }, fc.constantFrom('*', '?')), {
        minLength: 1,
        maxLength: 4,
      })
      .map((pieces) => pieces.join(''));
    const value = fc.record({ value: pattern, case_insensitive: flag });
    return on(path, text, value).map((wildcard) => ({ wildcard }));
  },
  'regular expressions': (path) => {
    const piece = fc.tuple(
      fc.oneof(word, fc.constantFrom('.', '[ab]')),
      fc.constantFrom('', '*', '+'),
    );
    const value = fc
      .array(piece, { minLength: 1, maxLength: 3 })
      .map((pieces) => pieces.map((one) => one.join('')).join(''));
    return on(path, text, fc.record({ value, case_insensitive: flag })).map((regexp) => ({
      regexp,
    }));
  },
  'near terms': (path) =>
    on(path, text, fc.record({ value: word, fuzziness: fc.nat(2), prefix_length: fc.nat(1) })).map(
      (fuzzy) => ({ fuzzy }),
    ),
  'ranges of values': (path) =>
    fc.oneof(
      on(path, fc.constant('n'), span).map((range) => ({ range })),
      on(path, text, fc.record({ gte: word })).map((range) => ({ range })),
      on(path, fc.constant('d'), fc.constantFrom({ gte: 'now-500d' }, { lt: 'now-1d/d' })).map(
        (range) => ({ range }),
      ),
    ),
  'ranges as values': (path) => {
    const relation = fc.constantFrom('intersects', 'within', 'contains');
    const asked = fc.tuple(span, relation).map(([bounds, one]) => ({ ...bounds, relation: one }));
    return on(path, fc.constant('r'), asked).map((range) => ({ range }));
  },
  shapes: (path) => {
    const relation = fc.constantFrom('intersects', 'disjoint', 'within', 'contains');
    const asked = fc.tuple(box, relation).map(([shape, one]) => ({ shape, relation: one }));
    return on(path, fc.constantFrom('s', 'g'), asked)
      .filter(
        (body) =>
          !JSON.stringify(body).includes('.g":{"shape') || !/contains/.test(JSON.stringify(body)),
      )
      .map((geo_shape) => ({ geo_shape }));
  },
  spans: (path) => {
    const field = `${path}.t`;
    const term = word.map((value) => ({ span_term: { [field]: value.toLowerCase() } }));
    const multi = word.map((value) => ({ span_multi: { match: { prefix: { [field]: value } } } }));
    const leaf = fc.oneof(term, multi);
    const clauses = fc.array(leaf, { minLength: 1, maxLength: 3 });
    return fc.oneof<fc.Arbitrary<Query>[]>(
      leaf,
      fc.record({ clauses, slop: fc.nat(2), in_order: flag }).map((span_near) => ({ span_near })),
      clauses.map((all) => ({ span_or: { clauses: all } })),
      fc.record({ include: leaf, exclude: leaf }).map((span_not) => ({ span_not })),
      fc.record({ match: leaf, end: fc.nat(3) }).map((span_first) => ({ span_first })),
    );
  },
  intervals: (path) =>
    fc.record({ prefix: word, match: word, ordered: flag }).map(({ prefix, match, ordered }) => ({
      intervals: {
        [`${path}.t`]: {
          all_of: { ordered, intervals: [{ prefix: { prefix } }, { match: { query: match } }] },
        },
      },
    })),
  'fields by a pattern': (path) =>
    fc
      .tuple(word, fc.constantFrom('*', '~', ''))
      .map(([query, end]) => ({ query_string: { fields: [`${path}.*`], query: query + end } })),
};

const leaf = (path: string): fc.Arbitrary<Query> =>
  fc.oneof(...Object.values(KINDS).map((kind) => kind(path)));

/** Several conditions on the same object. */
function several(path: string): fc.Arbitrary<Query> {
  const some = fc.array(leaf(path), { minLength: 1, maxLength: 3 });
  const inner =
    path === 'items' ? leaf('items.parts').map((one) => nested('items.parts', one)) : leaf(path);
  return fc.oneof(
    some.map((must) => ({ bool: { must } })),
    fc.tuple(some, inner).map(([must, one]) => ({ bool: { must: [...must, one] } })),
    fc.tuple(some, leaf(path)).map(([must, one]) => ({ bool: { must, must_not: [one] } })),
    fc
      .tuple(some, fc.integer({ min: 1, max: 2 }))
      .map(([should, minimum_should_match]) => ({ bool: { should, minimum_should_match } })),
  );
}

const asked = (clause: (path: string) => fc.Arbitrary<Query>) =>
  fc
    .constantFrom('items', 'items.parts')
    .chain((path) => clause(path).map((query) => nested(path, query)));

/** Beside clauses on the document itself. */
const beside = fc.oneof(
  fc.tuple(leaf('items'), asked(leaf)).map(([one, other]) => ({
    bool: { must: [JSON.parse(JSON.stringify(one).replaceAll('"items.', '"')), other] },
  })),
  fc.tuple(asked(several), asked(leaf)).map((must) => ({ bool: { must } })),
  fc.tuple(asked(leaf), asked(leaf)).map((should) => ({ bool: { should } })),
);

/** Of which what stands in objects is none. */
const ofAnyField = fc
  .tuple(word, fc.constantFrom('*', '~', ''), fc.constantFrom('', 'NOT '))
  .map(([query, end, not]): Query => ({ query_string: { query: `${not}${query}${end}` } }));

const CASES: readonly (readonly [string, fc.Arbitrary<Query>])[] = [
  ...Object.entries(KINDS).map(([name, kind]) => [name, asked(kind)] as const),
  ['several conditions on one object', asked(several)],
  ['clauses on objects beside others', beside],
  ['clauses without a field, among those on objects', fc.oneof(ofAnyField, asked(leaf))],
];

// What must not hold is under no term of the objects: it is looked at for every document.
test.each(CASES)('either a query or its negation matches: %s', async (_name, query) => {
  let matches = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(query, { minLength: 20, maxLength: 40 }),
      fc.array(document, { minLength: 10, maxLength: 20 }),
      async (queries, documents) => {
        await engine.register([...queries, ...queries.map(not)]);
        const found = await engine.percolate(documents);
        await engine.unregister(2 * queries.length);
        const expected = found.map((ordinals) => {
          const others = new Set(ordinals.filter((at) => at >= queries.length));
          return queries.flatMap((_, at) => (others.has(at + queries.length) ? [] : [at]));
        });
        const alone = found.map((ordinals) => ordinals.filter((at) => at < queries.length));
        matches += alone.flat().length;
        expect(alone).toEqual(expected);
      },
    ),
    { numRuns: Number(process.env['ESTROM_RUNS'] ?? 8) },
  );
  expect(matches).toBeGreaterThan(20);
});
