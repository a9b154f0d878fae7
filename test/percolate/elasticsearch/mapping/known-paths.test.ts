import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KnownPaths } from '../../../../src/percolate/elasticsearch/mapping/known-paths.ts';

const MAPPING = {
  properties: {
    a: { type: 'long' },
    text: { type: 'text', fields: { keyword: { type: 'keyword' } } },
    user: { properties: { name: { type: 'keyword' } } },
    list: { type: 'nested', properties: { id: { type: 'keyword' } } },
    fixed: { dynamic: 'false', properties: { known: LONG(), open: { dynamic: true } } },
    strict: { dynamic: 'strict', properties: {} },
    off: { type: 'object', enabled: false },
    where: { type: 'geo_point' },
    labels: { type: 'flattened' },
    span: { type: 'integer_range' },
  },
};
const known = KnownPaths.of(MAPPING);

function LONG() {
  return { type: 'long' };
}

describe('nothing is to be learnt from', () => {
  test.each([
    [{ a: 1, text: 'x', user: { name: ['y', 'z'] }, list: [{ id: 1 }, { id: 2 }] }],
    [{ 'user.name': 'x', 'fixed.known': 1, user: [{ name: 'a' }, null, [{ name: 'b' }]] }],
    [{ fresh: null, other: [], more: {}, deep: { deeper: [{}, null, []] } }],
    [{ fixed: { new: 1, newer: { x: 1 } }, strict: { x: 1 }, off: { x: { y: 1 } } }],
    [{ where: { lat: 1, lon: 2 }, labels: { env: { a: 'b' } }, span: { gte: 1 } }],
    // Elasticsearch refuses these.
    [{ user: 'text', a: { b: 1 }, 'text.keyword': 'x', 'user..x': 1, '.x': 1 }],
    [[1]],
    ['text'],
    [null],
  ])('%j', (document) => {
    expect(known.unknownIn(document)).toBe(false);
    expect(known.unknownPaths(document)).toEqual([]);
  });
});

describe('there is something to be learnt from', () => {
  test.each([
    [{ fresh: 1 }, ['fresh']],
    [{ fresh: [null, [], ['x']] }, ['fresh']],
    [{ user: { age: 1 } }, ['user.age']],
    [{ 'user.age': false }, ['user.age']],
    [{ user: [{ name: 'a' }, { age: 2 }] }, ['user.age']],
    [{ list: [{ id: 1 }, { more: '' }] }, ['list.more']],
    [{ a: 1, x: { y: { z: 0 } }, 'x.y.w': 0 }, ['x.y.z', 'x.y.w']],
    [{ fixed: { open: { x: 1 } } }, ['fixed.open.x']],
  ])('%j', (document, paths) => {
    expect(known.unknownIn(document)).toBe(true);
    expect(known.unknownPaths(document)).toEqual(paths);
  });
});

test('a mapping that is static at its root has nothing to learn, but for objects that say otherwise', () => {
  for (const dynamic of [false, 'strict', 'runtime']) {
    const fixed = KnownPaths.of({ dynamic, properties: { o: { dynamic: true } } });
    expect(fixed.unknownIn({ x: 1, y: { z: 1 } })).toBe(false);
    expect(fixed.unknownPaths({ x: 1, o: { x: 1 } })).toEqual(['o.x']);
  }
});

const name = fc.constantFrom(
  'a',
  'user',
  'name',
  'list',
  'id',
  'fixed',
  'open',
  'x',
  'x.y',
  'user.x',
);
const { document } = fc.letrec<{ document: object; value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<unknown>(null, 1, 'x', true, [], {}),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('document'),
  ),
  document: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
}));

test('whether there are unknown paths and which they are is the same question', () => {
  fc.assert(
    fc.property(document, (given) => {
      expect(known.unknownIn(given)).toBe(known.unknownPaths(given).length > 0);
    }),
  );
});

test('what was added is known from then on, and what is known stays so', () => {
  fc.assert(
    fc.property(document, document, (given, other) => {
      const more = known.with(known.unknownPaths(given));
      expect(more.unknownIn(given)).toBe(false);
      const left = more.unknownPaths(other);
      expect(known.unknownPaths(other)).toEqual(expect.arrayContaining(left));
    }),
  );
});

test('shared memory tells the same', () => {
  fc.assert(
    fc.property(document, (given) => {
      const decoded = KnownPaths.decode(known.encode());
      expect(decoded.unknownPaths(given)).toEqual(known.unknownPaths(given));
    }),
  );
});

describe('the text of a number', () => {
  const mapping = KnownPaths.of({
    properties: {
      code: { type: 'keyword' },
      at: { type: 'date' },
      n: { type: 'double' },
      both: { type: 'double', fields: { raw: { type: 'keyword' } } },
      copied: { type: 'float', copy_to: 'code' },
      o: { properties: { code: { type: 'text' } } },
      strict: { type: 'double', coerce: false, fields: { raw: { type: 'keyword' } } },
    },
  });

  test('is kept by quotes where a field indexes it and the percolator would write another', () => {
    const text =
      '{"code":[1e3, 1.50,-0],"n":1e3,"both":1.0e0,"copied":[0.10],"o":[{"code":100000000.5}],"o.code":1e-4,"strict":1e3}';
    expect(mapping.takesNumberTexts(JSON.parse(text))).toBe(true);
    expect(mapping.withNumberTexts(text)).toBe(
      '{"code":["1e3", "1.50","-0"],"n":1e3,"both":"1.0e0","copied":["0.10"],"o":[{"code":"100000000.5"}],"o.code":"1e-4","strict":1e3}',
    );
  });

  test('stays where the percolator sees the same, and in texts', () => {
    const text =
      '{"code":[1, 1.5, -0.25, 0.0, 12345678901234567890, "1e3", "\\"1e3", true, null],"at":1700000000000}';
    expect(mapping.withNumberTexts(text)).toBe(text);
  });

  test('matters only where a number stands in such a field', () => {
    for (const given of [{ code: '1e3' }, { n: 1.5 }, { fresh: 1.5 }, { o: { code: 'x' } }, []]) {
      expect(mapping.takesNumberTexts(given)).toBe(false);
    }
  });

  test('is found beside very long texts', () => {
    for (const part of ['x', '\\n', '\\"', '\\\\']) {
      const long = part.repeat(2_000_000);
      const kept = mapping.withNumberTexts(`{"long":"${long}","code":1e3}`);
      expect(kept.endsWith('","code":"1e3"}')).toBe(true);
    }
  });

  test('changes nothing else in the document', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('code', 'n', 'o', 'x'), fc.json()), (members) => {
        const text = `{${Object.entries(members)
          .map(([key, value]) => `"${key}":${value}`)
          .join(',')}}`;
        const numbers = (json: string) =>
          JSON.stringify(JSON.parse(json), (_, value: unknown) =>
            typeof value === 'string' && /^-?\d[\d.eE+-]*$/.test(value) ? Number(value) : value,
          );
        expect(numbers(mapping.withNumberTexts(text))).toBe(numbers(text));
      }),
    );
  });
});
