import { describe, expect, test } from 'vitest';
import { compileDsl } from '../../../../src/percolate/elasticsearch/compile/compile-dsl.ts';
import { TargetMapping } from '../../../../src/percolate/elasticsearch/mapping/target-mapping.ts';
import { canonicalise } from '../../../../src/query/canonical.ts';
import { parseQuery } from '../../../../src/query/parse-query.ts';

const mapping = TargetMapping.of(
  {
    properties: {
      t: { type: 'text' },
      u: { type: 'text', analyzer: 'english' },
      k: { type: 'keyword' },
      m: { type: 'match_only_text' },
      off: { type: 'text', index: false },
      docs: { type: 'text', index_options: 'docs' },
    },
  },
  {},
);

const compiled = (query: object) => compileDsl(canonicalise(parseQuery(query)).query, mapping);
const dsl = (query: object) => compiled(query).dsl;

const on = (field: string, value = 'a') => ({ span_term: { [field]: { value } } });
const near = (...clauses: object[]) => ({ span_near: { clauses, slop: 0, in_order: true } });
const or = (...clauses: object[]) => ({ span_or: { clauses } });
const mask = (query: object, field: string) => ({ field_masking_span: { query, field } });
const not = (include: object, exclude: object) => ({
  span_not: { include, exclude, pre: 0, post: 0 },
});

describe('spans for Elasticsearch', () => {
  test('are sent as they are where all fields are texts', () => {
    const query = near(on('t'), or(on('t', 'b'), not(on('t', 'c'), on('t', 'd'))));
    expect(dsl(query)).toEqual(query);
  });

  test.each(['k', 'm', 'off', 'docs', 'nope'])('are nothing on the field %s', (field) => {
    expect(dsl(on(field))).toBeNull();
    expect(dsl(near(on(field), on(field, 'b')))).toBeNull();
  });

  test('leave out what is nothing, so that the rest of the clause does its work', () => {
    expect(dsl(or(mask(on('k'), 't'), on('t')))).toEqual(or(on('t')));
    expect(dsl(not(on('t'), mask(on('nope'), 't')))).toEqual(on('t'));
    expect(dsl(not(mask(on('nope'), 't'), on('t')))).toBeNull();
    expect(dsl(near(on('t'), mask(on('k'), 't')))).toBeNull();
  });

  test('name no field that is not mapped, which the percolator would refuse', () => {
    const { dsl: sent, unmapped } = compiled(or(mask(on('t'), 'nope'), mask(on('u'), 'nope')));
    expect(sent).toEqual(or(mask(on('t'), 't'), mask(on('u'), 't')));
    expect(unmapped).toEqual(['nope']);
    expect(dsl(near(mask(on('t'), 'nope'), mask(on('u'), 'nope')))).toBeNull();
  });

  test('are asked document by document where the others would count', () => {
    const prefix = { span_multi: { match: { prefix: { t: 'a' } } } };
    expect(compiled(near(on('t'), prefix)).expands).toBe(true);
    expect(compiled(near(on('t'), mask(on('u'), 't'))).expands).toBe(true);
    expect(compiled(near(on('t'), on('t', 'b'))).expands).toBe(false);
  });

  test('say how many terms of a pattern count', () => {
    const multi = (match: object) => dsl({ span_multi: { match } });
    expect(multi({ fuzzy: { t: { value: 'abc', max_expansions: 7 } } })).toMatchObject({
      span_multi: { match: { fuzzy: { t: { rewrite: 'top_terms_7', fuzziness: 1 } } } },
    });
    expect(multi({ fuzzy: { t: { value: 'abc' } } })).toMatchObject({
      span_multi: { match: { fuzzy: { t: { rewrite: 'top_terms_50' } } } },
    });
    expect(multi({ regexp: { t: { value: 'a.', rewrite: 'top_terms_boost_3' } } })).toMatchObject({
      span_multi: { match: { regexp: { t: { rewrite: 'top_terms_3' } } } },
    });
    expect(multi({ range: { t: { gt: 'a', lte: 'b' } } })).toEqual({
      span_multi: { match: { range: { t: { gt: 'a', lte: 'b' } } } },
    });
  });
});
