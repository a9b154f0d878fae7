import { describe, expect, test } from 'vitest';
import { TargetMapping } from '../../../../src/percolate/elasticsearch/mapping/target-mapping.ts';

const of = (properties: object, more: object = {}, analysis: object = {}) =>
  TargetMapping.of({ ...more, properties }, analysis);

const LONG = { type: 'long' };
const TEXT = { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } };

describe('a signature', () => {
  test('does not depend on the order of keys, on defaults said aloud or on how documents are kept', () => {
    const plain = of({ a: LONG, o: { properties: { b: TEXT } } });
    const { signature } = of(
      { o: { type: 'object', properties: { b: { fields: TEXT.fields, type: 'text' } } }, a: LONG },
      { dynamic: 'true', _meta: { by: 'us' }, _source: { enabled: false }, _routing: {} },
    );
    expect(signature).toBe(plain.signature);
    expect(signature).toMatch(/^[0-9a-f]{32}$/);
  });

  test('differs with a type, a sub-field, an analyzer and what dynamic mapping does', () => {
    const all = [
      of({ a: LONG }),
      of({ a: { type: 'integer' } }),
      of({ a: { ...LONG, fields: { raw: { type: 'keyword' } } } }),
      of({ a: LONG }, { dynamic: false }),
      of({ a: LONG }, { date_detection: false }),
      of({ a: LONG }, { runtime: { b: { type: 'keyword' } } }),
      of({ a: LONG }, {}, { analyzer: { default: { type: 'simple' } } }),
      of({ a: { properties: { a: LONG } } }),
      of({ a: { type: 'nested', properties: { a: LONG } } }),
    ];
    expect(new Set(all.map(({ signature }) => signature)).size).toBe(all.length);
  });
});

test('a mapping grows when every new field will be mapped, wherever it stands', () => {
  expect(of({ a: LONG }).grows).toBe(true);
  expect(of({ o: { properties: {} } }, { dynamic: 'true' }).grows).toBe(true);
  for (const dynamic of [false, 'strict', 'runtime']) {
    expect(of({}, { dynamic }).grows).toBe(false);
    expect(of({ o: { dynamic, properties: {} } }).grows).toBe(false);
  }
  expect(of({ o: { type: 'object', enabled: false } }).grows).toBe(false);
  // What is dynamic below a static root still leaves the root.
  expect(of({ o: { dynamic: true, properties: {} } }, { dynamic: false }).grows).toBe(false);
});

describe('a mapping that has more fields', () => {
  const small = of({ a: LONG, user: { properties: { name: TEXT } } });

  test('extends one in which they all mean the same', () => {
    const large = of({ a: LONG, b: LONG, user: { properties: { name: TEXT, age: LONG } } });
    expect(large.extends(small)).toBe(true);
    expect(small.extends(large)).toBe(false);
    expect(small.extends(small)).toBe(true);
  });

  test('does not extend one with another type, sub-field or analyzer', () => {
    const user = { properties: { name: TEXT } };
    expect(of({ a: { type: 'date' }, user }).extends(small)).toBe(false);
    expect(of({ a: LONG, user: { properties: { name: { type: 'text' } } } }).extends(small)).toBe(
      false,
    );
    const analysis = { analyzer: { default: { type: 'simple' } } };
    expect(of({ a: LONG, user }, {}, analysis).extends(small)).toBe(false);
  });

  test('names what is new, with the objects around it', () => {
    const large = of({
      a: LONG,
      user: { properties: { name: TEXT, address: { properties: { city: TEXT } } } },
    });
    expect(large.newPathsSince(small).sort()).toEqual([
      'user',
      'user.address',
      'user.address.city',
      'user.address.city.keyword',
    ]);
    expect(small.newPathsSince(small)).toEqual([]);
  });
});

describe('a field', () => {
  const mapping = of(
    {
      message: { ...TEXT, analyzer: 'simple', search_analyzer: 'whitespace' },
      text: { type: 'text' },
      n: { type: 'double', index: false },
      nick: { type: 'alias', path: 'message' },
      user: { properties: { at: { type: 'date', format: 'epoch_second' } } },
      list: { type: 'nested', properties: { id: { type: 'keyword', normalizer: 'small' } } },
      labels: { type: 'flattened' },
      where: { type: 'geo_point' },
    },
    { runtime: { day: { type: 'keyword' } } },
    { analyzer: { default: { type: 'stop' } } },
  );

  test('is found by its path, also below another one and by an alias', () => {
    expect(mapping.field('message')).toMatchObject({ family: 'text', analyzer: 'whitespace' });
    expect(mapping.field('message.keyword')).toMatchObject({ family: 'keyword', analyzer: null });
    expect(mapping.field('nick')).toMatchObject({ path: 'nick', target: 'message', type: 'text' });
    expect(mapping.field('text')).toMatchObject({ analyzer: 'default' });
    expect(mapping.field('n')).toMatchObject({ family: 'number', indexed: false, docValues: true });
    expect(mapping.field('user.at')).toMatchObject({ family: 'date', format: 'epoch_second' });
    expect(mapping.field('list.id')).toMatchObject({ nested: true, normalizer: 'small' });
    expect(mapping.field('labels.env.name')).toMatchObject({ family: 'keyword' });
    expect(mapping.field('day')).toMatchObject({ runtime: true });
  });

  test('is neither an object nor what is not there', () => {
    for (const path of ['user', 'list', 'nowhere', 'message.raw', 'user.at.x', '']) {
      expect(mapping.field(path), path).toBeUndefined();
    }
    expect(mapping.has('user')).toBe(true);
    expect(mapping.has('nowhere')).toBe(false);
  });

  test('is one of those that a query without a field asks, unless no query can reach it', () => {
    expect(
      mapping
        .searchableFields()
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['day', 'labels', 'message', 'message.keyword', 'n', 'text', 'user.at']);
  });
});
