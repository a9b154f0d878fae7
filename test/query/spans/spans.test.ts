import { describe, expect, it } from 'vitest';
import { EstromError } from '../../../src/errors.ts';
import { canonical, normalise } from '../../../src/query/canonical.ts';
import { MAX_QUERY_CLAUSES, MAX_QUERY_DEPTH } from '../../../src/query/limits.ts';
import { parseQuery } from '../../../src/query/parse-query.ts';

type Dsl = Record<string, unknown>;

const text = (query: Dsl) => canonical(parseQuery(query));

function failure(query: Dsl): EstromError {
  try {
    parseQuery(query);
  } catch (error) {
    if (error instanceof EstromError) return error;
    throw error;
  }
  throw new Error(`[${JSON.stringify(query)}] was parsed`);
}

const on = (field: string, value: unknown = 'x'): Dsl => ({ span_term: { [field]: value } });
const [a, b, c] = ['a', 'b', 'c'].map((value) => on('t', value)) as [Dsl, Dsl, Dsl];
const near = (clauses: unknown, more: Dsl = {}): Dsl => ({ span_near: { clauses, ...more } });
const or = (...clauses: Dsl[]): Dsl => ({ span_or: { clauses } });
const not = (more: Dsl = {}): Dsl => ({ span_not: { include: a, exclude: b, ...more } });
const first = (match: Dsl, end: unknown): Dsl => ({ span_first: { match, end } });
const multi = (match: Dsl): Dsl => ({ span_multi: { match } });
const gap = (width: unknown, field = 't'): Dsl => ({ span_gap: { [field]: width } });

describe('spans', () => {
  it.each<[Dsl, Dsl]>([
    [on('t', 5), on('t', '5')],
    [on('t', { term: 'x', boost: 2 }), on('t')],
    [near([a, b]), near([a, b], { slop: 0, in_order: true })],
    [near([a, b], { slop: '1.9' }), near([a, b], { slop: 1 })],
    [near([a], { slop: 5 }), a],
    [or(a), a],
    [near([near([a], { slop: 2 }), or(b)]), near([a, b])],
    [not({ dist: 2 }), not({ pre: 2, post: 2 })],
    [not({ dist: -2 }), not()],
    [first(a, '3'), first(a, 3)],
    [near([a, gap('2'), b]), near([a, gap(2.5), b])],
    [
      { field_masking_span: { query: a, field: 'u' } },
      { span_field_masking: { query: a, field: 'u' } },
    ],
    [
      multi({ prefix: { t: { value: 'A', case_insensitive: true } } }),
      multi({ prefix: { t: 'A' } }),
    ],
    [
      multi({ wildcard: { t: { value: 'A*', case_insensitive: true } } }),
      multi({ wildcard: { t: { value: 'a*', case_insensitive: true } } }),
    ],
    [
      multi({ wildcard: { t: { value: 'a*', rewrite: 'constant_score' } } }),
      multi({ wildcard: { t: 'a*' } }),
    ],
    [
      multi({ wildcard: { t: { value: 'a*', rewrite: 'top_terms_boost_3' } } }),
      multi({ wildcard: { t: { value: 'a*', rewrite: 'top_terms_3' } } }),
    ],
    [
      multi({ fuzzy: { t: { value: 'abc', max_expansions: 50 } } }),
      multi({ fuzzy: { t: { value: 'abc', rewrite: 'top_terms_50' } } }),
    ],
    [
      multi({ range: { t: { gte: 'a', time_zone: '+01:00', format: 'yyyy' } } }),
      multi({ range: { t: { from: 'a' } } }),
    ],
  ])('%j is %j', (one, other) => {
    expect(text(one)).toBe(text(other));
  });

  it.each<[Dsl, Dsl]>([
    [on('t'), { term: { t: 'x' } }],
    [near([a, b]), near([b, a])],
    [or(a, b), or(b, a)],
    [near([a, b]), near([a, b], { in_order: false })],
    [near([a, b]), near([a, b], { slop: -1 })],
    [near([a, b, c]), near([a, near([b, c])])],
    [not({ pre: 1 }), not({ post: 1 })],
    [{ span_within: { big: a, little: b } }, { span_containing: { big: a, little: b } }],
    [multi({ prefix: { t: 'x' } }), { prefix: { t: 'x' } }],
    [multi({ fuzzy: { t: 'abc' } }), multi({ fuzzy: { t: { value: 'abc', max_expansions: 9 } } })],
  ])('%j is not %j', (one, other) => {
    expect(text(one)).not.toBe(text(other));
  });

  it('have a canonical text that stays the same, for ids are made of it', () => {
    const prefix = multi({ prefix: { t: { value: 'p', rewrite: 'top_terms_2' } } });
    const mask = { field_masking_span: { query: on('u'), field: 't' } };
    const clauses = [or(a, mask), gap(1), not({ pre: 1 }), first(prefix, 9)];
    const query = { span_containing: { big: near(clauses, { slop: 2 }), little: a } };
    expect(text({ span_within: { big: query, little: b } })).toBe(
      '1 ["spans",["within",["containing",["near",2,true,["or",["term","t","a"],["mask",["term","u","x"],"t"]],["gap",1],["not",["term","t","a"],["term","t","b"],1,0],["first",["multi","[\\"wildcard\\",\\"t\\",\\"p*\\",false]",2],9]],["term","t","a"]],["term","t","b"]]]',
    );
  });

  it('are the same once they are normalised', () => {
    for (const query of [near([or(a), near([b])]), first(multi({ regexp: { t: 'a~b' } }), 2)]) {
      const simplest = normalise(parseQuery(query));
      expect(canonical(simplest)).toBe(text(query));
      expect(normalise(simplest)).toEqual(simplest);
    }
  });

  it.each<[Dsl, string, string]>([
    [near([]), 'query.span_near', 'span_near requires [clauses]'],
    [near(a), 'query.span_near.clauses', 'expected an array of span clauses'],
    [near([a, on('u')]), 'query.span_near.clauses[1]', 'same field, but found [t] and [u]'],
    [near([a, { term: { t: 'x' } }]), 'query.span_near.clauses[1].term', 'expected a span clause'],
    [near([a, { ...a, ...or(b) }]), 'query.span_near.clauses[1]', 'expected one clause'],
    [near([a, gap(1, 'u'), b]), 'query.span_near.clauses[1].span_gap.u', 'same field'],
    [near([a, gap(1)], { in_order: false }), 'query.span_near.clauses[1]', 'in order'],
    [near([gap(1), gap(2)]), 'query.span_near', 'no [span_gap]'],
    [near([a, gap('x')]), 'query.span_near.clauses[1].span_gap.t', 'expected a whole number'],
    [near([a, gap(2147483648)]), 'query.span_near.clauses[1].span_gap.t', 'whole number'],
    [or(on('t', { value: 'x', boost: 2 })), 'query.span_or.clauses[0].span_term', 'boost'],
    [not({ dist: 1, pre: 1 }), 'query.span_not', 'either [dist] or [pre] and [post]'],
    [{ span_not: { include: a } }, 'query.span_not', '[exclude]'],
    [{ span_containing: { big: a } }, 'query.span_containing', '[little]'],
    [{ span_first: { match: a } }, 'query.span_first', 'requires an [end]'],
    [first(a, -1), 'query.span_first.end', 'from 0'],
    [{ field_masking_span: { query: a } }, 'query.field_masking_span', 'requires a [field]'],
    [multi({ term: { t: 'x' } }), 'query.span_multi.match.term', 'fuzzy, prefix, range, regexp'],
    [multi({ range: { t: {} } }), 'query.span_multi.match.range.t', 'expected a bound'],
    [
      multi({ prefix: { t: { value: 'x', rewrite: 'top_terms_0' } } }),
      'query.span_multi.match.prefix',
      '[top_terms_0]',
    ],
  ])('%j is refused at %s: %s', (query, clause, reason) => {
    const error = failure(query);
    expect(error.code).toBe('QUERY_SYNTAX');
    expect(error.details).toMatchObject({ clause });
    expect(error.message).toContain(reason);
  });

  it('refuses what it does not know by name', () => {
    expect(failure(near([a], { collect_payloads: true })).message).toContain('collect_payloads');
    expect(failure(on('t', { value: 'x', case_insensitive: true })).code).toBe('QUERY_UNSUPPORTED');
    expect(failure(gap(1)).message).toContain('between the clauses of a span_near');
  });

  it('count as clauses and as levels', () => {
    const many = (count: number) => near(Array.from({ length: count }, () => a));
    expect(() => parseQuery(many(MAX_QUERY_CLAUSES))).not.toThrow();
    expect(failure(many(MAX_QUERY_CLAUSES + 1)).code).toBe('QUERY_LIMIT');
    const nested = (levels: number): Dsl => (levels === 0 ? a : first(nested(levels - 1), 9));
    expect(() => parseQuery(nested(MAX_QUERY_DEPTH))).not.toThrow();
    expect(failure(nested(MAX_QUERY_DEPTH + 1)).code).toBe('QUERY_LIMIT');
    expect(
      failure(near(Array.from({ length: MAX_QUERY_CLAUSES }, () => gap(1)).concat(a))).code,
    ).toBe('QUERY_LIMIT');
  });
});
