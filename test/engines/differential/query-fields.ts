import fc from 'fast-check';
import { coversName } from '../../../src/query/field-patterns.ts';
import type { Field } from './documents.ts';
import {
  escaped,
  pathOf,
  patternOf,
  phraseOf,
  plainWords,
  type Question,
} from './query-strings.ts';
import { queryText } from './values.ts';

type Dsl = Record<string, unknown>;

const sparse = <T>(arbitrary: fc.Arbitrary<T>, freq = 1): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { freq, nil: undefined });

const body = (members: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Dsl> =>
  fc.record(members).map((given) => {
    const kept = Object.entries(given).filter(([, value]) => value !== undefined);
    return Object.fromEntries(kept);
  });

/** A field's path with some of its letters left to a star, or what covers others. */
function namePattern(fields: readonly Field[]): fc.Arbitrary<string> {
  const path = fc.oneof(...fields.map(pathOf));
  return fc.oneof(
    {
      weight: 5,
      arbitrary: fc.tuple(path, fc.nat(30), fc.nat(30)).map(([name, one, other]) => {
        const [from, to] = [one % name.length, other % name.length].sort((a, b) => a - b);
        return `${name.slice(0, from)}*${name.slice(to! + 1)}`;
      }),
    },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        '*.keyword',
        'user.*',
        'http*',
        't*',
        '*s*',
        's*.*',
        'm*',
        '*a*e*',
      ),
    },
    { weight: 1, arbitrary: fc.constantFrom('nowhere*', '*.*.*.*.*', 'user*.x', '**', '*') },
  );
}

const inText = (pattern: string): string => pattern.replaceAll('*', '\\*');
const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

/** Metadata that patterns cover in Elasticsearch alone. */
const NOT_HERE = ['_seq_no', '_version', '_ignored', '_type', '_source', '_doc_count'];

const isCommon = (name: string): boolean =>
  !name.includes('*') || name === '*' || !NOT_HERE.some((field) => coversName(`.${name}`, field));

/** Lists in which most names are patterns. */
function listOf(fields: readonly Field[]): fc.Arbitrary<readonly string[]> {
  return fc.array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.oneof(
          namePattern(fields).filter(isCommon),
          fc.constantFrom('*', '*', '*', 'm*', 's*', 'user*', 't*'),
        ),
      },
      { weight: 2, arbitrary: fc.oneof(...fields.map(pathOf)) },
      { weight: 1, arbitrary: fc.constantFrom('nowhere', '_id') },
    ),
    { minLength: 3, maxLength: 6 },
  );
}

const minimum = fc.constantFrom<unknown>(0, 1, 2, 3, '-1', '50%', '75%', '100%', '2<-1', '1<75%');
const operator = fc.constantFrom('and', 'or', 'or');
const TYPES = [
  'best_fields',
  'most_fields',
  'cross_fields',
  'phrase',
  'phrase_prefix',
  'bool_prefix',
] as const;

/** A phrase cut short in its last word. */
const begun = (text: string): fc.Arbitrary<string> =>
  fc.tuple(phraseOf(text), fc.nat(4)).map(
    ([phrase, cut]) =>
      Array.from(phrase)
        .slice(0, -cut || undefined)
        .join('') || 'a',
  );

/** Query strings that name patterns of fields. */
function namedOf(fields: readonly Field[]): fc.Arbitrary<Question> {
  const leaf = fc.tuple(namePattern(fields), fc.constantFrom(...fields)).chain(([name, field]) => {
    const { question } = field;
    const word = question.map((text) => escaped(text) || 'none');
    const text = fc.oneof(
      { weight: 4, arbitrary: word },
      { weight: 2, arbitrary: question.chain(phraseOf).map(quoted) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(question.chain(phraseOf), fc.nat(3))
          .map(([p, slop]) => `${quoted(p)}~${slop}`),
      },
      { weight: 2, arbitrary: question.chain(patternOf) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(question, question)
          .map(([a, b]) => `[${quoted(a || 'a')} TO ${quoted(b || 'b')}]`),
      },
      { weight: 1, arbitrary: word.map((one) => `>=${one}`) },
      { weight: 1, arbitrary: fc.constantFrom('*', '"..."', '"?!"') },
      {
        weight: 2,
        arbitrary: fc
          .array(question, { minLength: 2, maxLength: 3 })
          .map((texts) => `(${texts.flatMap(plainWords).join(' ') || 'none at all'})`),
      },
    );
    return text.map((value) => `${inText(name)}:${value}`);
  });
  const exists = namePattern(fields)
    .filter((name) => !/^\**$/.test(name))
    .map((name) => `_exists_:${inText(name)}`);
  const clause = fc.oneof({ weight: 8, arbitrary: leaf }, { weight: 1, arbitrary: exists });
  return fc.oneof(
    { weight: 4, arbitrary: clause.map((query) => ({ kind: 'string: na*me:…', query })) },
    { weight: 1, arbitrary: exists.map((query) => ({ kind: 'string: _exists_:na*me', query })) },
    {
      weight: 2,
      arbitrary: fc
        .array(fc.tuple(fc.constantFrom(' AND ', ' OR ', ' NOT ', ' '), clause), {
          minLength: 2,
          maxLength: 3,
        })
        .map((parts) => ({ kind: 'string: na*me, mixed', query: parts.flat().slice(1).join('') })),
    },
  );
}

const ZONES = ['Europe/Berlin', 'America/St_Johns', '+02:00', '-0530', '+5', 'UTC', 'Z', 'CET'];
const FORMATS = [
  'yyyy-MM-dd',
  'strict_date_optional_time||epoch_millis',
  'yyyy/MM/dd',
  'date_optional_time',
  'yyyy',
  "yyyy-MM-dd'T'HH:mm",
  'epoch_millis',
  'strict_date||epoch_second',
];

/** Dates that are read otherwise than their field says. */
function readingOf(fields: readonly Field[]): fc.Arbitrary<Question> {
  const dates = fields.filter(({ profile }) => profile === 'date' || profile === 'slashes');
  const field = fc.constantFrom(...(dates.length > 0 ? dates : fields));
  const zone = fc.constantFrom(...ZONES);
  return field.chain(({ path, question }) => {
    const bounds = fc.record(
      {
        lower: question,
        upper: question,
        low: fc.constantFrom('gt', 'gte'),
        high: fc.constantFrom('lt', 'lte'),
      },
      { requiredKeys: ['low', 'high'] },
    );
    const range = fc
      .tuple(bounds, fc.option(zone, { freq: 3 }), fc.option(fc.constantFrom(...FORMATS)))
      .map(([{ lower, upper, low, high }, time_zone, format]) => ({
        ...(lower === undefined ? {} : { [low]: lower }),
        ...(upper === undefined ? {} : { [high]: upper }),
        ...(time_zone === null ? {} : { time_zone }),
        ...(format === null ? {} : { format }),
      }));
    const text = fc.oneof(
      question.map((one) => `${path}:${escaped(one) || '""'}`),
      question.map((one) => `${path}:>=${escaped(one) || '""'}`),
      fc
        .tuple(question, question)
        .map(([a, b]) => `${path}:[${quoted(a || 'a')} TO ${quoted(b || 'b')}]`),
      fc.tuple(question, question).map(([a, b]) => `[${quoted(a || 'a')} TO ${quoted(b || 'b')}]`),
    );
    return fc.oneof(
      {
        weight: 3,
        arbitrary: range.map((given) => ({
          kind: 'dsl: range, zone or format',
          query: { range: { [path]: given } },
        })),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(text, zone).map(([query, time_zone]) => ({
          kind: 'dsl: query_string, time_zone',
          query: { query_string: { query, time_zone, lenient: true } },
        })),
      },
    );
  });
}

/** Clauses on patterns of names, on several fields as one, on beginnings of phrases, and on ids. */
export function queryFieldsOf(fields: readonly Field[]): fc.Arbitrary<Question> {
  const list = listOf(fields);
  const question = fc.oneof(...fields.map((field) => field.question));
  const words = fc
    .array(question, { minLength: 1, maxLength: 3 })
    .map((texts) => texts.join(' ') || 'none');
  const start = question.chain(begun);
  const single = fc.oneof(question, words).map((one) => plainWords(one)[0] ?? 'none');
  const text = fc.oneof(
    { weight: 4, arbitrary: single },
    { weight: 2, arbitrary: question },
    { weight: 3, arbitrary: words },
    { weight: 1, arbitrary: start },
    { weight: 1, arbitrary: fc.constantFrom('...', '?!') },
  );
  const plain = text.map((one) => plainWords(one).join(' ') || '"..."');
  const of = (kind: string, name: string, members: Record<string, fc.Arbitrary<unknown>>) =>
    body(members).map((given): Question => ({ kind, query: { [name]: given } }));
  const lenient = fc.constant(true);
  const texts = fields.filter(({ profile }) => profile === 'words');
  const common = (field: Field) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...field.pool.map(queryText)) },
      { weight: 1, arbitrary: field.question },
    );
  const phrasePrefix = fc
    .constantFrom(...(texts.length > 0 ? texts : fields))
    .chain((field) =>
      fc.tuple(
        fc.oneof(
          { weight: 9, arbitrary: fc.constant(field.path) },
          { weight: 1, arbitrary: pathOf(field) },
        ),
        body({
          query: fc.oneof(
            common(field).chain(begun),
            common(field).map((one) => (plainWords(one)[0] ?? 'a').slice(0, 2)),
          ),
          slop: fc.nat(4),
          max_expansions: sparse(fc.constantFrom(50, 60)),
          zero_terms_query: sparse(fc.constantFrom('all', 'none')),
        }),
      ),
    )
    .map(
      ([path, given]): Question => ({
        kind: 'dsl: match_phrase_prefix',
        query: { match_phrase_prefix: { [path]: given } },
      }),
    );
  const ids = fc.uniqueArray(fc.nat(49).map(String), { minLength: 12, maxLength: 40 });
  const index = fc.constantFrom('differential*', 'd*', 'other', 'other*', 'differentia', '*tial*');
  return fc.oneof(
    { weight: 6, arbitrary: namedOf(fields) },
    { weight: 4, arbitrary: readingOf(fields) },
    {
      weight: 4,
      arbitrary: of('dsl: multi_match, na*mes', 'multi_match', {
        query: text,
        fields: list,
        type: sparse(fc.constantFrom(...TYPES), 3),
        operator: sparse(operator),
        minimum_should_match: sparse(minimum),
        lenient,
      }),
    },
    ...['cross_fields', 'bool_prefix', 'best_fields', 'most_fields'].map((type) => ({
      weight: 1,
      arbitrary: of(`dsl: multi_match, ${type}, minimum`, 'multi_match', {
        query: words,
        fields: sparse(
          fc.oneof(list, fc.array(fc.oneof(...fields.map(pathOf)), { minLength: 3, maxLength: 6 })),
          3,
        ),
        type: fc.constant(type),
        operator: sparse(operator),
        minimum_should_match: sparse(minimum, 3),
        zero_terms_query: sparse(fc.constantFrom('all', 'none')),
        lenient,
      }),
    })),
    {
      weight: 3,
      arbitrary: of('dsl: query_string, na*mes', 'query_string', {
        query: fc.oneof(
          { weight: 3, arbitrary: plain },
          { weight: 1, arbitrary: fc.constant('*') },
          { weight: 1, arbitrary: start.map(quoted) },
        ),
        fields: list,
        type: sparse(fc.constantFrom(...TYPES), 3),
        default_operator: sparse(operator),
        minimum_should_match: sparse(minimum),
        lenient,
      }),
    },
    {
      weight: 2,
      arbitrary: of('dsl: query_string, types', 'query_string', {
        query: fc.oneof(plain, start.map(quoted)),
        default_field: sparse(fc.oneof(...fields.map(pathOf), namePattern(fields))),
        type: fc.constantFrom(...TYPES),
        default_operator: sparse(operator),
        phrase_slop: sparse(fc.nat(2)),
        minimum_should_match: sparse(minimum),
        lenient,
      }),
    },
    {
      weight: 2,
      arbitrary: of('dsl: simple_query_string, na*mes', 'simple_query_string', {
        query: fc.oneof(
          plain,
          fc
            .tuple(plain, fc.constantFrom(' + ', ' | ', ' -'), plain)
            .map((parts) => parts.join('')),
          plain.map((one) => `"..." + ${one}`),
        ),
        fields: list,
        default_operator: sparse(operator),
        minimum_should_match: sparse(minimum),
        lenient,
      }),
    },
    { weight: 2, arbitrary: phrasePrefix },
    {
      weight: 1,
      arbitrary: ids.map((values) => ({ kind: 'dsl: ids', query: { ids: { values } } })),
    },
    {
      weight: 1,
      arbitrary: fc
        .oneof(
          fc.nat(60).map((id) => `_id:${id} OR status:*`),
          fc.nat(60).map((id) => ({
            bool: { should: [{ term: { _id: id } }, { exists: { field: 'at' } }] },
          })),
        )
        .map((query) => ({ kind: 'dsl: _id', query })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(index, fc.constantFrom('term', 'prefix', 'match', 'wildcard'))
        .map(([name, clause]) => ({ kind: 'dsl: _index', query: { [clause]: { _index: name } } })),
    },
    {
      weight: 1,
      arbitrary: namePattern(fields)
        .filter((name) => !/^\**$/.test(name) && !coversName(`.${name}`, '_ignored'))
        .map((field) => ({ kind: 'dsl: exists, na*me', query: { exists: { field } } })),
    },
  );
}
