import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileDsl } from '../../../../src/percolate/elasticsearch/compile/compile-dsl.ts';
import { TargetMapping } from '../../../../src/percolate/elasticsearch/mapping/target-mapping.ts';
import type { Ir } from '../../../../src/query/ir.ts';
import { parseQuery } from '../../../../src/query/parse-query.ts';

const KEYWORD = { type: 'keyword' };
const mapping = TargetMapping.of(
  {
    properties: {
      a: KEYWORD,
      b: KEYWORD,
      c: KEYWORD,
      text: { type: 'text' },
      n: { type: 'long' },
      user: { properties: { name: KEYWORD } },
    },
  },
  {},
);
const compiled = (query: string | object) => compileDsl(parseQuery(query), mapping);

interface Bool {
  readonly filter?: readonly object[];
  readonly must_not?: readonly object[];
  readonly should?: readonly object[];
  readonly minimum_should_match?: number;
}

/** Whether a document with the value 1 in these fields matches, as Elasticsearch would say. */
function matches(dsl: object, present: ReadonlySet<string>): boolean {
  const [[kind, body]] = Object.entries(dsl) as [[string, unknown]];
  const test = (clause: object) => matches(clause, present);
  switch (kind) {
    case 'match_all':
      return true;
    case 'term':
      return present.has(Object.keys(body as object)[0]!);
    case 'wrapper': {
      const inner = Buffer.from((body as { query: string }).query, 'base64').toString();
      return test(JSON.parse(inner) as object);
    }
    case 'bool': {
      const { filter = [], must_not = [], should = [], minimum_should_match = 0 } = body as Bool;
      const optional = should.filter(test).length >= minimum_should_match;
      return filter.every(test) && !must_not.some(test) && optional;
    }
    default:
      throw new Error(kind);
  }
}

function means(query: Ir, present: ReadonlySet<string>): boolean {
  switch (query.kind) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'and':
      return query.clauses.every((clause) => means(clause, present));
    case 'or':
      return query.clauses.filter((clause) => means(clause, present)).length >= query.atLeast;
    case 'not':
      return !means(query.clause, present);
    case 'term':
      return query.field !== 'unmapped' && present.has(query.field);
    default:
      throw new Error(query.kind);
  }
}

/** Deepest nesting of clauses in one request or wrapper, and most clauses in one bool. */
function bounds(dsl: object): { depth: number; clauses: number } {
  const [[kind, body]] = Object.entries(dsl) as [[string, unknown]];
  if (kind === 'wrapper') {
    const inner = Buffer.from((body as { query: string }).query, 'base64').toString();
    return { ...bounds(JSON.parse(inner) as object), depth: 1 };
  }
  if (kind !== 'bool') return { depth: 1, clauses: 0 };
  const { filter = [], must_not = [], should = [] } = body as Bool;
  const inner = [...filter, ...must_not, ...should];
  const each = inner.map(bounds);
  return {
    depth: 1 + Math.max(0, ...each.map(({ depth }) => depth)),
    clauses: Math.max(inner.length, ...each.map(({ clauses }) => clauses)),
  };
}

const { query } = fc.letrec<{ query: Ir }>((tie) => ({
  query: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom<Ir>({ kind: 'all' }, { kind: 'none' }),
    fc
      .constantFrom('a', 'b', 'c', 'unmapped')
      .map((field): Ir => ({ kind: 'term', field, value: '1' })),
    tie('query').map((clause): Ir => ({ kind: 'not', clause })),
    fc.array(tie('query'), { maxLength: 4 }).map((clauses): Ir => ({ kind: 'and', clauses })),
    fc
      .tuple(fc.array(tie('query'), { maxLength: 4 }), fc.nat(4))
      .map(([clauses, atLeast]): Ir => ({ kind: 'or', clauses, atLeast })),
  ),
}));

test('a compiled query is true where the query is; a field that is not mapped matches nothing', () => {
  fc.assert(
    fc.property(query, fc.subarray(['a', 'b', 'c']), (given, fields) => {
      const present = new Set(fields);
      const { dsl } = compileDsl(given, mapping);
      expect(dsl !== null && matches(dsl, present)).toBe(means(given, present));
    }),
    { numRuns: 2000 },
  );
});

test('clauses stay within what Elasticsearch takes, however deep and many they are', () => {
  const term = (field: string): Ir => ({ kind: 'term', field, value: '1' });
  let deep = term('a');
  for (let level = 0; level < 60; level++) {
    deep = { kind: level % 2 ? 'and' : 'or', clauses: [term('b'), deep], atLeast: 1 } as Ir;
  }
  const many = Array.from(
    { length: 3000 },
    (_, at): Ir => ({ ...term('a'), value: String(at) }) as Ir,
  );
  const negated = many.map((clause): Ir => ({ kind: 'not', clause }));
  for (const wide of [
    deep,
    { kind: 'and', clauses: many } as const,
    { kind: 'and', clauses: negated } as const,
    { kind: 'or', clauses: many, atLeast: 1 } as const,
  ]) {
    const { dsl } = compileDsl(wide, mapping);
    const { depth, clauses } = bounds(dsl!);
    expect(depth).toBeLessThanOrEqual(20);
    expect(clauses).toBeLessThanOrEqual(1024);
    const present = new Set(['a']);
    expect(matches(dsl!, present)).toBe(means(wide, present));
  }
});

describe('a query tells on what its compilation depends', () => {
  test('the fields that are not mapped', () => {
    expect(compiled('+a:1 +(fresh:2 later:3) -fresh:4')).toMatchObject({
      unmapped: expect.toSatisfy((paths: string[]) => String(paths.toSorted()) === 'fresh,later'),
      readsAllFields: false,
    });
    expect(compiled('a:1').unmapped).toEqual([]);
  });

  test('objects, which may get more fields', () => {
    expect(compiled('_exists_:user')).toEqual({
      dsl: { exists: { field: 'user' } },
      unmapped: ['user'],
      readsAllFields: false,
      expands: false,
    });
  });

  test('all fields, where it names none', () => {
    for (const text of ['foo', '"foo bar"', 'a:1 OR fo*', '[a TO b]']) {
      expect(compiled(text).readsAllFields, text).toBe(true);
    }
    expect(compiled('*').readsAllFields).toBe(false);
  });
});

test('a query that can match nothing as the fields are mapped is held back', () => {
  for (const text of ['fresh:1', 'a:1 AND fresh:1', 'n:ab*', 'user:x', '_exists_:fresh']) {
    expect(compiled(text).dsl, text).toBeNull();
  }
  expect(compiled('NOT fresh:1').dsl).toEqual({ match_all: {} });
});

test('an analyzer that a query names goes with its clause, where the index has it', () => {
  const properties = { text: { type: 'text' }, n: { type: 'long' } };
  const analysis = { analyzer: { mine: { type: 'stop' } } };
  const under = (query: string | object, own: object) =>
    compileDsl(parseQuery(query), TargetMapping.of({ properties }, own)).dsl;
  const phrase = { match_phrase: { text: { query: 'a b', analyzer: 'mine' } } };
  expect(JSON.stringify(under(phrase, analysis))).toContain('"analyzer":"mine"');
  expect(under(phrase, {})).toBeNull();
  for (const clause of ['Wor*', '/Wor./', 'Wor~1', '[Wa TO Wb]', 'W?r', 'words', '"some words"']) {
    for (const field of ['text', 'n']) {
      const query = { query_string: { query: clause, default_field: field, analyzer: 'stop' } };
      const dsl = under(query, {});
      if (dsl !== null) expect(JSON.stringify(dsl), clause).toContain('"analyzer":"stop"');
      else expect([field, clause]).toEqual(['n', expect.stringMatching(/[*/~?]/)]);
    }
  }
  const simple = { query: 'wor* some-wor*', fields: ['text'], analyze_wildcard: true };
  const text = JSON.stringify(under({ simple_query_string: simple }, {}));
  expect(text).toContain('"query":"some\\\\-wor*"');
  const gapless = { query: '"a b"', default_field: 'text', enable_position_increments: false };
  expect(JSON.stringify(under({ query_string: gapless }, {}))).toContain(
    '"enable_position_increments":false',
  );
});

test('a query without a field asks at most 1,024 of them in one clause', () => {
  const properties = Object.fromEntries(
    Array.from({ length: 2500 }, (_, at) => [`f${at}`, { type: 'text' }]),
  );
  const { dsl } = compileDsl(parseQuery('foo'), TargetMapping.of({ properties }, {}));
  const { should } = (dsl as { bool: { should: { multi_match: { fields: string[] } }[] } }).bool;
  expect(should.map(({ multi_match: { fields } }) => fields.length)).toEqual([1024, 1024, 452]);
});

test('a text of more words than Elasticsearch takes is refused with its reason', () => {
  const text = 'word '.repeat(1025);
  const refusal = expect.objectContaining({ code: 'QUERY_LIMIT' }) as Error;
  expect(() => compiled({ match: { text } })).toThrow(refusal);
  expect(() => compiled(text)).toThrow(refusal);
  expect(compiled({ match: { a: text } }).dsl).not.toBeNull();
  const read = { query: text, analyzer: 'standard', operator: 'and', fields: ['a', 'n'] };
  expect(() => compiled({ multi_match: read })).toThrow(refusal);
});
