import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, canonicalise, normalise } from '../../src/query/canonical.ts';
import type { Ir } from '../../src/query/ir.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { queryId } from '../../src/query/registry/query-id.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const term = (value: string): Ir => ({ kind: 'term', field: 'f', value });

const { query: anyQuery } = fc.letrec<{ query: Ir }>((tie) => ({
  query: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom(...NAMES).map(term),
    fc.constantFrom<Ir>({ kind: 'all' }, { kind: 'none' }),
    fc.array(tie('query'), { maxLength: 4 }).map((clauses): Ir => ({ kind: 'and', clauses })),
    fc
      .tuple(fc.array(tie('query'), { maxLength: 5 }), fc.constantFrom(1, 1, 1, 0, 2, 3, 4))
      .map(([clauses, atLeast]): Ir => ({ kind: 'or', clauses, atLeast })),
    tie('query').map((clause): Ir => ({ kind: 'not', clause })),
  ),
}));

/** Truth of a query, given which leaves are true. */
function holds(query: Ir, truth: ReadonlySet<string>): boolean {
  switch (query.kind) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'and':
      return query.clauses.every((clause) => holds(clause, truth));
    case 'or':
      return query.clauses.filter((clause) => holds(clause, truth)).length >= query.atLeast;
    case 'not':
      return !holds(query.clause, truth);
    case 'term':
      return truth.has(query.value);
    default:
      throw new Error(query.kind);
  }
}

/** The same query with the clauses of every group in another order. */
function shuffled(query: Ir, random: () => number): Ir {
  if (query.kind === 'not') return { kind: 'not', clause: shuffled(query.clause, random) };
  if (query.kind !== 'and' && query.kind !== 'or') return query;
  const clauses = query.clauses
    .map((clause) => ({ at: random(), clause: shuffled(clause, random) }))
    .toSorted((x, y) => x.at - y.at)
    .map(({ clause }) => clause);
  return { ...query, clauses };
}

describe('the normal form', () => {
  it('is true for the same documents', () => {
    fc.assert(
      fc.property(anyQuery, fc.subarray(NAMES), (query, names) => {
        const truth = new Set(names);
        return holds(normalise(query), truth) === holds(query, truth);
      }),
      { numRuns: 2000 },
    );
  });

  it('is its own normal form', () => {
    fc.assert(
      fc.property(anyQuery, (query) => {
        const once = canonicalise(query);
        expect(normalise(once.query)).toEqual(once.query);
        expect(canonical(once.query)).toBe(once.text);
      }),
      { numRuns: 1000 },
    );
  });

  it('does not know the order of clauses', () => {
    fc.assert(
      fc.property(
        anyQuery,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (query, stream) => {
          const random = () => stream.next().value as number;
          expect(canonical(shuffled(query, random))).toBe(canonical(query));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('holds no constants, no double negation and no needless group inside', () => {
    const inner = (query: Ir): void => {
      if (query.kind === 'not') {
        expect(['not', 'all', 'none']).not.toContain(query.clause.kind);
        inner(query.clause);
      } else if (query.kind === 'and' || query.kind === 'or') {
        expect(query.clauses.length).toBeGreaterThan(1);
        for (const clause of query.clauses) {
          expect(['all', 'none']).not.toContain(clause.kind);
          if (query.kind === 'and') expect(clause.kind).not.toBe('and');
          inner(clause);
        }
      }
    };
    fc.assert(fc.property(anyQuery, (query) => inner(normalise(query))));
  });
});

describe('one canonical text', () => {
  const text = (input: unknown) => canonical(parseQuery(input));

  it.each([
    [
      'a conjunction',
      [
        'foo AND bar',
        'bar AND foo',
        '(foo) AND bar AND foo',
        '+foo +bar',
        'foo && (bar)',
        {
          bool: { must: [{ query_string: { query: 'foo' } }, { query_string: { query: 'bar' } }] },
        },
        { bool: { filter: [{ query_string: { query: 'bar AND foo' } }] } },
      ],
    ],
    [
      'a conjunction on fields',
      [
        'f:foo AND g:bar',
        {
          bool: {
            must: [{ match: { f: 'foo' } }],
            filter: { match: { g: { query: 'bar', operator: 'OR' } } },
          },
        },
      ],
    ],
    [
      'a disjunction',
      [
        'f:a OR f:b',
        'f:(b OR a)',
        { bool: { should: [{ match: { f: 'a' } }, { match: { f: 'b' } }] } },
        {
          bool: { should: [{ match: { f: 'a' } }, { match: { f: 'b' } }], minimum_should_match: 1 },
        },
      ],
    ],
    [
      'terms',
      [
        { terms: { f: ['a', 'b'] } },
        { terms: { f: ['b', 'a', 'a'] } },
        { bool: { should: [{ term: { f: 'b' } }, { term: { f: { value: 'a' } } }] } },
      ],
    ],
    [
      'a negation',
      [
        'NOT a',
        '-a',
        '!a',
        'NOT (NOT (NOT a))',
        '* -a',
        { bool: { must_not: { query_string: { query: 'a' } } } },
      ],
    ],
    [
      'a range',
      [
        'f:[1 TO 2]',
        'f:(>=1 AND f:[1 TO 2])'.replace('>=1 AND ', ''),
        { range: { f: { gte: 1, lte: 2 } } },
        { range: { f: { from: '1', to: '2' } } },
      ],
    ],
    [
      'an open range',
      [
        'f:[1 TO *]',
        'f:[1 TO *}',
        'f:>=1',
        { range: { f: { gte: 1 } } },
        { range: { f: { gte: 1, lt: null } } },
      ],
    ],
    ['everything', ['*', '*:*', 'a OR *', null, { match_all: {} }, { bool: {} }]],
    ['nothing', ['', { match_none: {} }, { terms: { f: [] } }, 'a AND (-*)']],
    ['a field that exists', ['f:*', '_exists_:f', { exists: { field: 'f' } }]],
    ['one number', ['{"term":{"f":1.1}}', '{"term":{"f":1.10}}', { term: { f: 1.1 } }]],
  ])('stands for %s', (_name, inputs) => {
    expect([...new Set(inputs.map(text))]).toHaveLength(1);
  });

  it.each([
    ['foo bar', 'foo OR bar'],
    ['foo', 'Foo'],
    ['f:[a TO B]', { range: { f: { gte: 'a', lte: 'B' } } }],
    ['f:a', { term: { f: 'a' } }],
    ['"a b"', '"a b"~1'],
    ['a AND b', 'a OR b'],
  ])('tells %j from %j', (one, other) => {
    expect(text(one)).not.toBe(text(other));
  });
});

describe('the id of a query', () => {
  it('is 32 hexadecimal digits that never change', () => {
    expect(queryId('*', canonical(parseQuery('foo AND bar')))).toBe(
      '98a6c1d7836fbd772549b459fcd418b3',
    );
    expect(queryId('logs-*,metrics', canonical({ kind: 'all' }), 'tenant:7')).toMatch(
      /^[0-9a-f]{32}$/,
    );
  });

  it('depends on every part, wherever one ends', () => {
    const ids = [
      queryId('a', 'b', 'c'),
      queryId('ab', '', 'c'),
      queryId('a', 'bc', ''),
      queryId('a', 'b', ''),
      queryId('', 'b', 'ac'),
      queryId('a1:c', 'b', ''),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
