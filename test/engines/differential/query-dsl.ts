import fc from 'fast-check';
import { analyzeStandard } from '../../../src/mapping/standard-analyzer.ts';
import type { Field } from './documents.ts';
import { queryFieldsOf } from './query-fields.ts';
import { queryLanguagesOf } from './query-languages.ts';
import { pathOf, patternOf, phraseOf, type Question, queryTextOf } from './query-strings.ts';
import { queryText } from './values.ts';

type Dsl = Record<string, unknown>;
interface Clause {
  readonly kind: string;
  readonly query: Dsl;
}

const analyzed = (text: string): string[] => {
  const tokens = analyzeStandard(text).map((token) => token.text);
  return tokens.length === 0 ? [text] : tokens;
};

/** A text as JSON has it: numbers and booleans may stand without quotes. */
const plain = (text: string): fc.Arbitrary<unknown> =>
  /^(true|false|-?(0|[1-9]\d{0,14})(\.\d+)?)$/.test(text)
    ? fc.constantFrom<unknown>(text, JSON.parse(text))
    : fc.constant(text);

function leafOf(field: Field): fc.Arbitrary<Clause> {
  const { question } = field;
  const value = question.chain(plain);
  const on = (kind: string, body: fc.Arbitrary<unknown>, weight = 1) => ({
    weight,
    arbitrary: fc
      .tuple(pathOf(field), body)
      .map(
        ([path, given]): Clause => ({ kind: `dsl: ${kind}`, query: { [kind]: { [path]: given } } }),
      ),
  });
  const text = field.profile === 'words';
  // A token of the text, or the whole of its keyword.
  const found = fc.constantFrom(...field.pool.map(queryText)).chain((given) =>
    fc.oneof(
      fc.constant({ path: `${field.path}.keyword`, term: given }),
      fc.constantFrom(...analyzed(given)).map((term) => ({ path: field.path, term })),
    ),
  );
  const match = fc.record(
    {
      query: value,
      operator: fc.constantFrom('and', 'or', 'AND'),
      zero_terms_query: fc.constantFrom('all', 'none'),
    },
    { requiredKeys: ['query'] },
  );
  const words = fc.array(question, { minLength: 1, maxLength: 2 }).map((texts) => texts.join(' '));
  const phrase = fc.record(
    { query: question.chain(phraseOf), slop: fc.nat(4) },
    { requiredKeys: ['query'] },
  );
  const lower = fc.constantFrom('gt', 'gte', 'from');
  const upper = fc.constantFrom('lt', 'lte', 'to');
  const range = fc
    .tuple(fc.option(value), fc.option(value), lower, upper)
    .map(([from, to, low, high]) => ({
      ...(from === null && to !== null ? {} : { [low]: from }),
      ...(to === null ? {} : { [high]: to }),
    }));
  const wildcard = fc.oneof(
    question.chain(patternOf),
    question.map((text) => `${text.slice(0, 3)}*`),
  );
  // On other types Elasticsearch fails.
  const texts = field.profile === 'words' || field.profile === 'level';
  const prefix = fc.tuple(question, fc.nat(3)).map(([text, length]) => text.slice(0, length));
  return fc.oneof(
    ...(text
      ? [
          {
            weight: 3,
            arbitrary: found.map(
              ({ path, term }): Clause => ({
                kind: 'dsl: term',
                query: { term: { [path]: term } },
              }),
            ),
          },
        ]
      : []),
    on('term', value, text ? 1 : 2),
    on(
      'term',
      value.map((given) => ({ value: given, boost: 2 })),
    ),
    on(
      'terms',
      fc.oneof(
        { weight: 1, arbitrary: fc.array(value, { maxLength: 2 }) },
        { weight: 3, arbitrary: fc.array(value, { minLength: 2, maxLength: 5 }) },
      ),
      2,
    ),
    on('match', value),
    on(
      'match',
      fc.oneof(
        match,
        words.map((query) => ({ query, operator: 'and' })),
      ),
      2,
    ),
    on('match_phrase', question.chain(phraseOf)),
    on('match_phrase', phrase, 2),
    on('range', range, 4),
    ...(texts
      ? [
          on('wildcard', wildcard, 2),
          on(
            'wildcard',
            wildcard.map((given) => ({ value: given })),
          ),
          on('prefix', prefix, 2),
          on(
            'prefix',
            prefix.map((given) => ({ value: given })),
          ),
        ]
      : []),
    {
      weight: 1,
      arbitrary: fc
        .oneof(
          pathOf(field),
          fc.constantFrom('user', 'http.url', 'http', 'nowhere', 'user.nowhere'),
        )
        .map((path): Clause => ({ kind: 'dsl: exists', query: { exists: { field: path } } })),
    },
  );
}

/**
 * What the parser refuses. Inside other clauses Elasticsearch often does not come to read it; estrom
 * reads all of a query that is registered.
 */
const DOUBLED = /NOT (?:[-+!]|NOT )/;

const EVERY = fc.constant(['*']);

/** Elasticsearch refuses one of no clauses. */
const disMax = (queries: readonly Dsl[]): Dsl =>
  queries.length === 0 ? { match_none: {} } : { dis_max: { queries } };

const boosting = (positive: Dsl, negative: Dsl): Dsl => ({
  boosting: { positive, negative, negative_boost: 0.5 },
});

/** Clauses of the Query DSL, alone and in each other. */
export function queryDslOf(fields: readonly Field[]): fc.Arbitrary<Question> {
  const leaf = fc.oneof(...fields.map(leafOf));
  const text = queryTextOf(fields)
    .filter(({ kind, text: query }) => kind !== 'string: unescaped' && !DOUBLED.test(query))
    .chain(({ text: query }) =>
      fc.record(
        {
          query: fc.constant(query),
          default_operator: fc.constantFrom('AND', 'or'),
          default_field: fc.constantFrom(...fields.map(({ path }) => path), '*'),
          phrase_slop: fc.nat(3),
          lenient: fc.boolean(),
          type: fc.constantFrom('best_fields', 'most_fields', 'phrase'),
        },
        { requiredKeys: ['query'] },
      ),
    )
    .map((body): Clause => ({ kind: 'dsl: query_string', query: { query_string: body } }));
  const paths = fc.array(fc.oneof(...fields.map(pathOf)), { minLength: 1, maxLength: 3 });
  const textOfFields = queryTextOf(fields)
    .filter(({ kind, text: query }) => kind !== 'string: unescaped' && !DOUBLED.test(query))
    .chain(({ text: query }) =>
      fc.record(
        {
          query: fc.constant(query),
          fields: fc.oneof({ weight: 6, arbitrary: paths }, { weight: 1, arbitrary: EVERY }),
          lenient: fc.constant(true),
          default_operator: fc.constantFrom('AND', 'or'),
          type: fc.constantFrom('best_fields', 'most_fields', 'phrase', 'cross_fields'),
          minimum_should_match: fc.constantFrom<unknown>(0, 1, 2, '100%', '-1'),
        },
        { requiredKeys: ['query', 'fields', 'lenient'] },
      ),
    )
    .map((body): Clause => ({ kind: 'dsl: query_string, fields', query: { query_string: body } }));
  const minimum = fc.constantFrom<unknown>(
    0,
    1,
    2,
    '2',
    -1,
    '50%',
    '-50%',
    '75%',
    '1<-1',
    '2<50% 3<-1',
  );
  const { clause, bool } = fc.letrec<{ clause: Dsl; bool: Dsl; some: Dsl[] }>((tie) => ({
    clause: fc.oneof(
      { depthSize: 'small' },
      { weight: 8, arbitrary: leaf.map(({ query }) => query) },
      { weight: 1, arbitrary: text.map(({ query }) => query) },
      { weight: 2, arbitrary: tie('bool') },
      { weight: 1, arbitrary: tie('clause').map((filter) => ({ constant_score: { filter } })) },
      { weight: 1, arbitrary: tie('some').map((queries) => disMax(queries)) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(tie('clause'), tie('clause'))
          .map(([one, other]) => boosting(one, other)),
      },
    ),
    some: fc.array(tie('clause'), { maxLength: 2 }),
    bool: fc
      .record(
        {
          must: fc.oneof(tie('clause'), fc.array(tie('clause'), { maxLength: 2 })),
          filter: fc.array(tie('clause'), { maxLength: 1 }),
          should: fc.array(tie('clause'), { maxLength: 4 }),
          must_not: tie('some'),
        },
        { requiredKeys: [] },
      )
      .map((body) => ({ bool: body })),
  }));
  const least = fc
    .tuple(fc.array(clause, { minLength: 2, maxLength: 5 }), minimum)
    .map(([should, minimum_should_match]) => ({ bool: { should, minimum_should_match } }));
  const kind =
    (name: string) =>
    (query: Dsl): Clause => ({ kind: name, query });
  return fc.oneof(
    { weight: 8, arbitrary: leaf },
    { weight: 3, arbitrary: text },
    { weight: 2, arbitrary: textOfFields },
    { weight: 6, arbitrary: queryLanguagesOf(fields) },
    { weight: 6, arbitrary: queryFieldsOf(fields) },
    {
      weight: 1,
      arbitrary: fc
        .array(clause, { minLength: 1, maxLength: 3 })
        .map(disMax)
        .map(kind('dsl: dis_max')),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(clause, clause).map((two) => kind('dsl: boosting')(boosting(...two))),
    },
    { weight: 4, arbitrary: bool.map(kind('dsl: bool')) },
    { weight: 2, arbitrary: least.map(kind('dsl: bool, minimum_should_match')) },
    {
      weight: 1,
      arbitrary: clause.map((filter) =>
        kind('dsl: constant_score')({ constant_score: { filter } }),
      ),
    },
  );
}
