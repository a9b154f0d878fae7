import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { ElasticsearchServer, reasonOf } from '../golden/server.ts';
import { batchOf, ordinalsBySlot } from '../percolate/batches.ts';
import { fixedMappings } from '../percolate/case-mappings.ts';
import { embeddedEngine } from '../percolate/engines.ts';
import { askMappedBoth } from './differential/mapped-both.ts';
import type { Question } from './differential/query-strings.ts';
import { type Answer, askBoth } from './differential/round.ts';

const server = new ElasticsearchServer(inject('elasticsearch'));
const engine = embeddedEngine();
afterAll(() => engine.close());

/** Ids of documents, or the word of the refusal. */
const brief = (answer: Answer) => ('ids' in answer ? [...answer.ids] : answer.refused);

async function ask(query: Question['query'], documents: readonly object[]) {
  const sources = documents.map((source) => JSON.stringify(source));
  const answers = await askBoth(server, engine, sources, [{ kind: '', query }]);
  return {
    documents: answers.documents.length,
    elasticsearch: brief(answers.elasticsearch[0]!),
    estrom: brief(answers.estrom[0]!),
  };
}

const askMapped = (mapping: object, source: object, queries: Question['query'][]) =>
  askMappedBoth(server, mapping, source, queries);

const page = readFileSync(
  new URL('../../docs/elasticsearch-differences.md', import.meta.url),
  'utf8',
);
const ON_PURPOSE = {
  "A value that the field's type cannot hold": async () => {
    const documents = [{ status: 200 }, { status: 404 }];
    const wrong = { term: { status: 'abc' } };
    const failing: [query: Record<string, unknown>, estrom: number[]][] = [
      [wrong, []],
      [{ bool: { must_not: [wrong] } }, [0, 1]],
      [{ bool: { should: [wrong, { term: { status: 200 } }] } }, [0]],
      [{ match: { status: '200 404' } }, []],
      [{ range: { status: { gte: 'abc' } } }, []],
      [{ prefix: { status: '20' } }, []],
      [{ match: { status: { query: '200', analyzer: 'mine' } } }, []],
      [{ query_string: { query: 'abc', default_field: 'status' } }, []],
    ];
    for (const [query, estrom] of failing) {
      expect(await ask(query, documents), JSON.stringify(query)).toMatchObject({
        elasticsearch: 'search_phase_execution_exception',
        estrom,
      });
    }
  },
  'A document that the mapping refuses': async () => {
    const refused = { status: 'abc', message: 'late' };
    const texts = [{ status: 200 }, refused].map((source) => JSON.stringify(source));
    const question = [{ kind: '', query: 'late' }];
    const { documents, elasticsearch } = await askBoth(server, engine, texts, question);
    expect(documents).toEqual(texts.slice(0, 1));
    expect(brief(elasticsearch[0]!)).toEqual([]);
    const asked = ['late', 'status:abc', 'NOT status:*'].map((text, ordinal) => ({
      id: text,
      ordinal,
      index: 'refused',
      query: canonicalise(parseQuery(text)).query,
    }));
    await engine.register(asked);
    const { pairs, failures } = await engine.percolate(batchOf(texts, 'refused'));
    await engine.unregister(asked.map(({ ordinal }) => ordinal));
    expect(failures).toEqual([]);
    expect(ordinalsBySlot(pairs, 2)).toEqual([[], [0, 2]]);
  },
  'A query is read whole when it is registered': async () => {
    const broken = { query_string: { query: 'a AND (' } };
    const query = { bool: { filter: [{ terms: { message: [] } }, broken] } };
    expect(await ask(query, [{ message: 'a' }])).toMatchObject({
      elasticsearch: [],
      estrom: 'QUERY_SYNTAX',
    });
  },
  'Places on fields that are not mapped': async () => {
    const box = { geo_bounding_box: { place: { top: 1, left: 0, bottom: 0, right: 1 } } };
    const documents = [{ a: 1 }, { a: 1, place: 'here' }];
    for (const given of [documents, documents.slice(0, 1)]) {
      expect(await ask(box, given)).toMatchObject({
        elasticsearch: 'search_phase_execution_exception',
        estrom: [],
      });
    }
    const coordinates = [
      [0, 0],
      [1, 91],
      [2, 0],
    ];
    const beyond = {
      geo_shape: { place: { shape: { type: 'polygon', coordinates: [coordinates] } } },
    };
    expect(await ask(beyond, documents)).toMatchObject({ estrom: 'QUERY_SYNTAX' });
  },
  'Milliseconds that a double cannot hold': async () => {
    const documents = '{"at":"2024-01-01"}\n{"at":9007199254740993}'.split('\n');
    const question = { kind: '', query: { range: { at: { gt: '9007199254740993' } } } };
    const { elasticsearch, estrom } = await askBoth(server, engine, documents, [question]);
    expect([elasticsearch, estrom].flat().map(brief)).toEqual([[], [1]]);
  },
  'Fields that Elasticsearch keeps beside a document': async () => {
    const documents = [{ a: 'x' }, { a: '_doc' }];
    const all = { multi_match: { query: '_doc', fields: ['_*'], lenient: true } };
    expect(await ask(all, documents)).toMatchObject({ elasticsearch: [0, 1], estrom: [] });
    expect(await ask('_type:_doc', documents)).toMatchObject({ estrom: 'QUERY_UNSUPPORTED' });
    expect(await ask('_id:1', documents)).toMatchObject({ elasticsearch: [1], estrom: [1] });
  },
  'Field names that begin with an underscore': async () => {
    expect(await ask('x', [{ _foo: 'x' }])).toMatchObject({ elasticsearch: [], estrom: [0] });
    expect(await ask('_foo:x', [{ _foo: 'x' }])).toMatchObject({ elasticsearch: [0], estrom: [0] });
  },
  'A lone star over the name of an object': async () => {
    const over = (field: string) => ({ query_string: { query: '*', fields: [field] } });
    const documents = [{ user: { name: 'x' } }, { a: 1 }];
    expect(await ask(over('user'), documents)).toMatchObject({ elasticsearch: [], estrom: [0] });
    expect(await ask(over('user.*'), documents)).toMatchObject({ elasticsearch: [0], estrom: [0] });
  },
  'Regular expressions and distances that cannot be read': async () => {
    for (const query of ['a:/[/', 'NOT a:/[/', 'a:b~-1']) {
      const { elasticsearch, estrom } = await ask(query, [{ a: 'b' }]);
      expect([elasticsearch, estrom]).toEqual([query.startsWith('NOT') ? [0] : [], 'QUERY_SYNTAX']);
    }
    const named = { query_string: { query: '/[/', default_field: 'a' } };
    expect(await ask(named, [{ a: 'b' }])).toMatchObject({
      elasticsearch: 'search_phase_execution_exception',
      estrom: 'QUERY_SYNTAX',
    });
  },
  'How large a regular expression may be': async () => {
    const regexp = (value: string, further: object = {}) => ({
      regexp: { a: { value, ...further } },
    });
    const documents = [{ a: 'b' }];
    const one = regexp('.*a.{8}|b', { max_determinized_states: 1 });
    expect(await ask(one, documents)).toMatchObject({
      elasticsearch: 'search_phase_execution_exception',
      estrom: [0],
    });
    const large = regexp('(a|b)*a(a|b){20}');
    expect(await ask(large, documents)).toMatchObject({
      elasticsearch: 'search_phase_execution_exception',
      estrom: 'QUERY_LIMIT',
    });
    const many = {
      bool: { should: Array.from({ length: 150 }, (_, n) => regexp(`.*a.{9}${n}|b`)) },
    };
    expect(await ask(many, documents)).toMatchObject({
      elasticsearch: [0],
      estrom: 'QUERY_LIMIT',
    });
  },
  'Spans over a field and its alias': async () => {
    const properties = { a: { type: 'text' }, b: { type: 'alias', path: 'a' } };
    const near = (...fields: string[]) => ({
      span_near: {
        clauses: fields.map((field, at) => ({
          span_term: { [field]: at === 0 ? 'full' : 'disk' },
        })),
      },
    });
    const source = { a: 'full disk' };
    const found = await askMapped({ properties }, source, [near('a', 'a'), near('b', 'b')]);
    expect(found).toEqual({ elasticsearch: [true, true], estrom: [true, true] });
    expect(await ask(near('a', 'b'), [source])).toMatchObject({ estrom: 'QUERY_SYNTAX' });
  },
  'Intervals over an alias': async () => {
    const properties = { a: { type: 'text' }, b: { type: 'alias', path: 'a' } };
    const of = (field: string, rule: object) => ({ intervals: { [field]: { match: rule } } });
    const queries = [
      of('a', { query: 'disk' }),
      of('b', { query: 'disk' }),
      of('a', { query: 'disk', use_field: 'b' }),
    ];
    const found = await askMapped({ properties }, { a: 'full disk' }, queries);
    expect(found).toEqual({ elasticsearch: [true, false, false], estrom: [true, true, true] });
  },
  'Rules of intervals that are like many words': async () => {
    const words = [...Array(129).keys()].map((i) => `w${i}`).join(' ');
    const many = { intervals: { a: { prefix: { prefix: 'w' } } } };
    const few = { intervals: { a: { prefix: { prefix: 'w1' } } } };
    const queries = [few, many, { bool: { must_not: many } }, { bool: { should: [few, many] } }];
    const found = await askMapped({ properties: { a: { type: 'text' } } }, { a: words }, queries);
    expect(found).toEqual({
      elasticsearch: [true, false, false, false],
      estrom: [true, false, true, true],
    });
  },
  'Texts that keep no places': async () => {
    const properties = {
      a: { type: 'text', index_options: 'freqs' },
      b: { type: 'match_only_text' },
    };
    const near = (field: string) => ({
      span_near: { clauses: ['full', 'disk'].map((word) => ({ span_term: { [field]: word } })) },
    });
    const phrase = { match_phrase: { a: 'full disk' } };
    const queries = [near('a'), near('b'), phrase];
    const found = await askMapped({ properties }, { a: 'full disk', b: 'full disk' }, queries);
    expect(found).toEqual({ elasticsearch: [false, false, false], estrom: [true, true, true] });
  },
  'Spans of a prefix that is indexed': async () => {
    const properties = { a: { type: 'text', index_prefixes: {} }, b: { type: 'text' } };
    const near = (field: string) => {
      const prefix = { [field]: { value: 'di', rewrite: 'top_terms_1' } };
      const clauses = [{ span_multi: { match: { prefix } } }, { span_term: { [field]: 'full' } }];
      return { span_near: { clauses } };
    };
    const text = 'different disk full';
    const found = await askMapped({ properties }, { a: text, b: text }, [near('a'), near('b')]);
    expect(found).toEqual({ elasticsearch: [true, false], estrom: [false, false] });
  },
  'Stop words in query strings': async () => {
    const mapping = { properties: { a: { type: 'text', analyzer: 'stop' } } };
    const found = await askMapped(mapping, { a: 'the disk' }, ['a:disk AND a:the', 'NOT a:the']);
    expect(found).toEqual({ elasticsearch: [true, false], estrom: [false, true] });
  },
  'Patterns of query strings where an analyzer changes more than capitals': async () => {
    const mapping = { properties: { t: { type: 'text', analyzer: 'german' } } };
    const queries = ['t:Häus*', 't:häus*', 't:haus*', { prefix: { t: { value: 'häus' } } }];
    expect(await askMapped(mapping, { t: 'Die Häuser' }, queries)).toEqual({
      elasticsearch: [true, true, true, false],
      estrom: [true, false, true, false],
    });
  },
  'Beginnings that an analyzer of a language shortens': async () => {
    const mapping = { properties: { t: { type: 'text', analyzer: 'french' } } };
    const beginning = (query: string) => ({ query_string: { query, analyze_wildcard: true } });
    const queries = [beginning('t:chevaux*'), beginning('t:Éco*'), beginning('t:cheval*')];
    expect(await askMapped(mapping, { t: 'les chevaux', u: 'x' }, queries)).toEqual({
      elasticsearch: [true, false, true],
      estrom: [false, false, true],
    });
  },
  'Patterns on keywords that a named analyzer reads': async () => {
    const properties = { k: { type: 'keyword' }, t: { type: 'text' } };
    const pattern = (query: string, analyze_wildcard: boolean) => ({
      query_string: { query, analyzer: 'standard', analyze_wildcard },
    });
    const patterns = ['k:Fo*Ba?', 'k:Fo*', 't:Fo*Ba?'];
    const queries = [true, false].flatMap((isRead) => patterns.map((one) => pattern(one, isRead)));
    const document = { k: 'FooBar', t: 'FooBar' };
    const whole = [true, true, true];
    expect(await askMapped({ properties }, document, queries)).toEqual({
      elasticsearch: [false, true, true, ...whole],
      estrom: [...whole, ...whole],
    });
    expect(await askMapped({ properties }, { k: 'foobar' }, queries)).toEqual({
      elasticsearch: [true, false, false, false, false, false],
      estrom: queries.map(() => false),
    });
  },
  'Analyzers by two names in cross_fields': async () => {
    const text = { type: 'text' };
    const properties = { a: text, b: { ...text, analyzer: 'standard' }, c: text };
    const crossed = (...fields: string[]) => ({
      multi_match: { query: 'full disk', fields, type: 'cross_fields', operator: 'and' },
    });
    const queries = [crossed('a', 'b'), crossed('a', 'c')];
    const found = await askMapped({ properties }, { a: 'full', b: 'disk', c: 'disk' }, queries);
    expect(found).toEqual({ elasticsearch: [false, true], estrom: [true, true] });
  },
  'Beginnings over an alias in the simple syntax': async () => {
    const properties = { a: { type: 'text' }, b: { type: 'alias', path: 'a' } };
    const beginning = (field: string) => ({
      simple_query_string: { query: 'full-di*', fields: [field], analyze_wildcard: true },
    });
    const found = await askMapped({ properties }, { a: 'disk' }, ['a', 'b'].map(beginning));
    expect(found).toEqual({ elasticsearch: [true, false], estrom: [true, true] });
  },
  'Patterns on keys of flattened objects': async () => {
    const properties = { f: { type: 'flattened' } };
    const pattern = (value: string) => ({ wildcard: { 'f.a': { value } } });
    const simple = { query: 'fo*', fields: ['f.a'], analyze_wildcard: true };
    const queries = [
      ...['f.a:fo*', 'f.a:*bar', 'f.a:*baz', { prefix: { 'f.a': 'fo' } }],
      ...[pattern('fo*'), pattern('*bar'), pattern('foo'), { simple_query_string: simple }],
    ];
    const found = await askMapped({ properties }, { f: { a: 'foo', b: 'bar' } }, queries);
    expect(found).toEqual({
      elasticsearch: [true, true, false, true, false, false, false, false],
      estrom: [true, true, false, true, true, true, true, true],
    });
  },
  'Queries and contexts in documents': async () => {
    const contexts = [{ name: 'cat', type: 'category' }];
    const properties = { p: { type: 'percolator' }, c: { type: 'completion', contexts } };
    const clauses = [{ p: { nonsense: {} } }, { p: { range: { k: { gte: 'a' } } } }, { c: 'a' }];
    for (const source of clauses) {
      const query = { exists: { field: Object.keys(source)[0] } };
      const mapping = { properties: { ...properties, k: { type: 'keyword' } } };
      const found = await askMapped(mapping, source, [query]);
      expect(found).toEqual({ elasticsearch: [false], estrom: [true] });
    }
  },
  'Polygons of very many points': async () => {
    const properties = { s: { type: 'geo_shape' } };
    const ring = Array.from({ length: 10_001 }, (_, i) => {
      const angle = (i / 10_001) * 2 * Math.PI;
      return [Math.cos(angle), Math.sin(angle)];
    });
    const query = { geo_shape: { s: { shape: 'POINT (0 0)' } } };
    const polygon = { type: 'Polygon', coordinates: [[...ring, ring[0]]] };
    const found = await askMapped({ properties }, { s: polygon }, [query]);
    expect(found).toEqual({ elasticsearch: [true], estrom: [false] });
  },
  'Holes over the date line': async () => {
    const properties = { s: { type: 'geo_shape' } };
    const outline =
      '189.63 -2.49, 186.44 -8.66, 181.7 -10.79, 177.72 -15.97, 173.81 -11.01, 167.18 -8.46, 172.25 -3.18, 172.88 2.84, 178.67 1.59, 187.37 5.66, 189.63 -2.49';
    const hole =
      '179.85 -5.09, 180.13 -6.22, 178.85 -6.39, 178.13 -8.28, 177.62 -6.32, 177.04 -5.84, 177.3 -5.13, 177.71 -4.63, 178.44 -2.62, 180.09 -3.28, 179.85 -5.09';
    const asked = ['175 0', '179 -5', '-175 0'];
    const queries = asked.map((at) => ({ geo_shape: { s: { shape: `POINT (${at})` } } }));
    const source = { s: `POLYGON ((${outline}), (${hole}))` };
    const found = await askMapped({ properties }, source, queries);
    expect(found).toEqual({ elasticsearch: [false, false, false], estrom: [true, false, true] });
  },
  'Open ends of ranges in fields': async () => {
    const properties = { r: { type: 'integer_range' } };
    const within = { range: { r: { gt: null, lte: 5, relation: 'within' } } };
    const queries = ['r:[* TO 5]', 'r:{* TO 5]', within];
    const found = await askMapped({ properties }, { r: { lte: -2147483648 } }, queries);
    expect(found).toEqual({ elasticsearch: [true, false, false], estrom: [true, true, false] });
  },
  'Nested objects': async () => {
    const properties = { items: { type: 'nested', properties: { name: { type: 'keyword' } } } };
    const index = `nested-names-${process.pid}`;
    await server.ask('PUT', index, JSON.stringify({ mappings: { properties } }));
    const stored = await server.ask('PUT', `${index}/_doc/0`, '{"items.name":"x"}');
    await server.ask('DELETE', index);
    expect(reasonOf(stored, index)).toContain('mapped as a nested object');
    const own = embeddedEngine({}, fixedMappings(new Map([['docs', { properties }]])));
    const dsl = { nested: { path: 'items', query: { term: { 'items.name': 'x' } } } };
    const { query } = canonicalise(parseQuery(dsl));
    await own.register([{ id: 'nested', ordinal: 0, index: '*', query }]);
    const texts = ['{"items.name":"x"}', '{"items":{"name":"x"}}'];
    const { pairs, failures } = await own.percolate(batchOf(texts, 'docs'));
    await own.close();
    expect([ordinalsBySlot(pairs, 2), failures]).toEqual([[[], [0]], []]);
  },
  // What Kibana makes of these is in the golden cases of KQL.
  KQL: async () => {
    const documents = [{ a: 'cannot connect', n: 5 }, { a: 'not' }];
    const found: [text: string, estrom: number[] | string][] = [
      ['a: cannot connect', [0]],
      ['a: \\not', [1]],
      ['a: null', 'QUERY_SYNTAX'],
      ['a: { b }', 'QUERY_UNSUPPORTED'],
      ['n*: foo or n*: 5', [0]],
    ];
    for (const [query, estrom] of found) {
      expect(await ask({ kql: { query } }, documents), query).toMatchObject({ estrom });
    }
  },
  'Two clauses with the same name': async () => {
    const named = (query: string) => ({ match: { a: { query, _name: 'n' } } });
    const query = { bool: { should: [named('x'), named('y')] } };
    const index = `same-name-${process.pid}`;
    await server.ask('PUT', `${index}/_doc/0?refresh`, '{"a":"x"}');
    const [found] = await server.search<{ hits: { hits: { matched_queries?: string[] }[] } }>(
      index,
      [JSON.stringify({ query })],
    );
    await server.ask('DELETE', index);
    expect(found!.hits.hits.map(({ matched_queries }) => matched_queries)).toEqual([undefined]);
    const own = embeddedEngine();
    const { query: ir } = canonicalise(parseQuery(query));
    await own.register([{ id: 'same', ordinal: 0, index: '*', query: ir }]);
    const { named: told } = await own.percolate(batchOf(['{"a":"x"}']));
    await own.close();
    expect(told).toEqual([{ slot: 0, ordinal: 0, names: ['n'] }]);
  },
  'Clauses that are not supported yet': async () => {
    expect(await ask({ more_like_this: { fields: ['a'], like: 'b' } }, [{ a: 'b' }])).toMatchObject(
      {
        estrom: 'QUERY_UNSUPPORTED',
      },
    );
  },
};

describe('on purpose', () => {
  test.each(Object.entries(ON_PURPOSE))('%s', async (_, check) => check());

  test('are those that the page names', () => {
    const titles = [...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(titles).toEqual(Object.keys(ON_PURPOSE));
  });
});
