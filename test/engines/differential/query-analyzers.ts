import fc from 'fast-check';
import type { Field } from './documents.ts';
import { escaped, pathOf, phraseOf, plainWords, type Question } from './query-strings.ts';
import { queryText } from './values.ts';

type Dsl = Record<string, unknown>;

/** Of those that estrom has; the settings of an index may define more. */
const ANALYZERS = ['standard', 'simple', 'whitespace', 'keyword', 'stop', 'english'];
const TYPES = [
  'best_fields',
  'most_fields',
  'cross_fields',
  'phrase',
  'phrase_prefix',
  'bool_prefix',
];
/** More than there are: what Elasticsearch leaves out depends on the other documents. */
const ALL = 1024;

const sparse = <T>(arbitrary: fc.Arbitrary<T>, freq = 1): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { freq, nil: undefined });

/** There once in five times: what asks for more finds less. */
const rare = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const body = (members: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Dsl> =>
  fc.record(members).map((given) => {
    const kept = Object.entries(given).filter(([, value]) => value !== undefined);
    return Object.fromEntries(kept);
  });

const operator = fc.constantFrom('and', 'or');
const minimum = fc.constantFrom<unknown>(1, 2, 3, '-1', '50%', '75%', '100%', '2<-1');
const zero = fc.constantFrom('all', 'none');
const lenient = fc.constant(true);

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
const simpleWord = (text: string): string => text.replaceAll(/[-+|*()"~\\\s]/g, '\\$&');

/** Mostly a text that some document has. */
const textOf = ({ pool, question }: Field): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...pool.map(queryText)) },
    { weight: 1, arbitrary: question },
  );

/** One of a text's letters is another one. */
const mistyped = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(Math.max(text.length - 1, 0)), fc.constantFrom('x', 'e', ''))
    .map(([at, char]) => {
      return `${text.slice(0, at)}${char}${text.slice(at + 1)}`;
    });

/** The beginning of a text, with a star behind it. */
function starred(field: Field, written: (text: string) => string): fc.Arbitrary<string> {
  return fc.tuple(textOf(field).chain(phraseOf), fc.nat(4)).map(([text, cut]) => {
    const start = Array.from(text)
      .slice(0, -cut || undefined)
      .join('');
    return `${written(start) || 'x'}*`;
  });
}

/** Clauses on one field. */
function textClauses(fields: readonly Field[], analyzer: fc.Arbitrary<string>) {
  const on = (name: string, members: (field: Field) => Record<string, fc.Arbitrary<unknown>>) =>
    fc.constantFrom(...fields).chain((field) =>
      fc.tuple(pathOf(field), body({ analyzer, ...members(field) })).map(
        ([path, given]): Question => ({
          kind: `dsl: ${name}, analyzer`,
          query: { [name]: { [path]: given } },
        }),
      ),
    );
  const words = (field: Field) =>
    fc
      .array(
        fc.oneof({ weight: 4, arbitrary: textOf(field) }, fc.constantFrom('the', 'of', 'Foo')),
        {
          minLength: 1,
          maxLength: 3,
        },
      )
      .map((texts) => texts.join(' ') || 'none');
  const phrase = (field: Field) => textOf(field).chain(phraseOf);
  return [
    on('match', (field) => ({
      query: words(field),
      operator: rare(operator),
      minimum_should_match: rare(minimum),
      zero_terms_query: sparse(zero),
      lenient,
    })),
    on('match', (field) => ({
      query: textOf(field).chain(mistyped),
      operator: rare(operator),
      fuzziness: fc.constantFrom<unknown>('AUTO', 1),
      max_expansions: fc.constant(ALL),
      lenient,
    })),
    on('match_phrase', (field) => ({ query: phrase(field), slop: sparse(fc.nat(3)) })),
    on('match_phrase_prefix', (field) => ({ query: phrase(field), slop: sparse(fc.nat(3)) })),
    on('match_bool_prefix', (field) => ({ query: words(field), operator: sparse(operator) })),
  ];
}

/** Names of fields, and patterns of them. */
function listOf(fields: readonly Field[]): fc.Arbitrary<readonly string[]> {
  const named = fc.array(fc.oneof(...fields.map(pathOf)), { minLength: 2, maxLength: 6 });
  const wide = fc.constantFrom(['*'], ['*'], ['m*', 's*'], ['*.keyword'], ['u*', 'nowhere']);
  return fc.oneof({ weight: 1, arbitrary: named }, { weight: 1, arbitrary: wide });
}

function severalFields(fields: readonly Field[], analyzer: fc.Arbitrary<string>) {
  const question = fc.oneof(...fields.map(textOf));
  const words = fc.array(question, { minLength: 1, maxLength: 3 }).map((some) => some.join(' '));
  const of = (kind: string, members: Record<string, fc.Arbitrary<unknown>>) =>
    body({ fields: listOf(fields), lenient, ...members }).map(
      (given): Question => ({ kind: `dsl: multi_match, ${kind}`, query: { multi_match: given } }),
    );
  return [
    of('analyzer', {
      query: fc.oneof(question, words),
      fields: fc.oneof({ weight: 2, arbitrary: fc.constant(['*']) }, listOf(fields)),
      analyzer,
      type: sparse(fc.constantFrom(...TYPES)),
      operator: rare(operator),
      minimum_should_match: rare(minimum),
      zero_terms_query: sparse(zero),
    }),
    of('fuzziness of several words', {
      query: fc
        .array(question.chain(mistyped), { minLength: 2, maxLength: 3 })
        .map((all) => all.join(' ')),
      operator: sparse(operator),
      minimum_should_match: sparse(minimum),
      fuzziness: fc.constantFrom<unknown>('AUTO', 1),
      max_expansions: fc.constant(ALL),
      type: sparse(fc.constantFrom('best_fields', 'bool_prefix')),
      analyzer: sparse(analyzer),
    }),
  ];
}

function queryStrings(fields: readonly Field[], analyzer: fc.Arbitrary<string>) {
  const leaf = fc.constantFrom(...fields).chain((field) => {
    const question = textOf(field);
    const word = question.map((text) => escaped(text) || 'none');
    const text = fc.oneof(
      { weight: 4, arbitrary: word },
      { weight: 3, arbitrary: question.chain(phraseOf).map(quoted) },
      { weight: 3, arbitrary: starred(field, escaped) },
      { weight: 1, arbitrary: word.map((one) => `${one.slice(0, 1)}?${one.slice(2)}`) },
      { weight: 1, arbitrary: word.map((one) => `>=${one}`) },
      {
        weight: 1,
        arbitrary: question.map((one) => `[${quoted(one || 'a')} TO *]`),
      },
      { weight: 1, arbitrary: question.map((one) => `${escaped(plainWords(one)[0] ?? 'x')}~1`) },
      { weight: 1, arbitrary: fc.constantFrom('the', '"of the"', '...', '*') },
    );
    return fc
      .tuple(pathOf(field), text, fc.boolean())
      .map(([path, value, isNamed]) => (isNamed ? `${path}:${value}` : value));
  });
  const query = fc
    .array(fc.tuple(fc.constantFrom(' AND ', ' OR ', ' ', ' -'), leaf), {
      minLength: 1,
      maxLength: 3,
    })
    .map((parts) => parts.flat().slice(1).join(''));
  const paths = fc.array(fc.oneof(...fields.map(pathOf)), { minLength: 1, maxLength: 3 });
  const of = (kind: string, members: Record<string, fc.Arbitrary<unknown>>) =>
    body({ query, lenient, default_operator: sparse(operator), ...members }).map(
      (given): Question => ({ kind: `dsl: query_string, ${kind}`, query: { query_string: given } }),
    );
  return [
    of('analyzer', {
      analyzer,
      quote_analyzer: sparse(analyzer),
      fields: sparse(paths),
      type: sparse(fc.constantFrom(...TYPES)),
      analyze_wildcard: sparse(fc.boolean(), 2),
    }),
    of('analyze_wildcard', {
      query: fc
        .constantFrom(...fields)
        .chain((field) =>
          fc
            .tuple(pathOf(field), starred(field, escaped), fc.boolean())
            .map(([path, text, isNamed]) => (isNamed ? `${path}:${text}` : text)),
        ),
      analyze_wildcard: fc.constant(true),
      fields: sparse(listOf(fields)),
    }),
    of('quotes', {
      quote_analyzer: sparse(analyzer),
      quote_field_suffix: sparse(fc.constantFrom('.keyword', '.folded', '.none'), 3),
      enable_position_increments: sparse(fc.boolean()),
      fields: paths,
    }),
  ];
}

function simpleStrings(fields: readonly Field[], analyzer: fc.Arbitrary<string>) {
  const leaf = fc
    .constantFrom(...fields)
    .chain((field) =>
      fc.oneof(
        { weight: 3, arbitrary: textOf(field).map((text) => simpleWord(text) || 'none') },
        { weight: 2, arbitrary: textOf(field).chain(phraseOf).map(quoted) },
        { weight: 3, arbitrary: starred(field, simpleWord) },
        { weight: 1, arbitrary: fc.constantFrom('the', '"of the"', '...') },
      ),
    );
  const query = fc
    .array(fc.tuple(fc.constantFrom(' + ', ' | ', ' ', ' -'), leaf), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.flat().slice(1).join(''));
  const paths = fc.array(fc.oneof(...fields.map(pathOf)), { minLength: 1, maxLength: 3 });
  return body({
    query,
    lenient,
    default_operator: sparse(operator),
    analyzer: sparse(analyzer, 2),
    analyze_wildcard: sparse(fc.boolean(), 2),
    quote_field_suffix: sparse(fc.constantFrom('.keyword', '.folded')),
    fields: paths,
  }).map(
    (given): Question => ({
      kind: 'dsl: simple_query_string, analyzer',
      query: { simple_query_string: given },
    }),
  );
}

/**
 * Clauses that say themselves how their texts are read.
 * @param own names of analyzers that the settings of the index define
 */
export function queryAnalyzersOf(
  fields: readonly Field[],
  own: readonly string[] = [],
): fc.Arbitrary<Question> {
  const analyzer = fc.constantFrom(...ANALYZERS, ...own);
  return fc.oneof(
    ...textClauses(fields, analyzer),
    ...severalFields(fields, analyzer),
    ...queryStrings(fields, analyzer),
    simpleStrings(fields, analyzer),
  );
}
