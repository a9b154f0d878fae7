import fc from 'fast-check';
import type { Field } from './documents.ts';
import { pathOf, phraseOf, plainWords, type Question } from './query-strings.ts';

type Dsl = Record<string, unknown>;

/** A text as one word of the simple syntax. */
const simpleWord = (text: string): string => text.replaceAll(/[-+|*()"~\\\s]/g, '\\$&');
const simplePhrase = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

/** There `freq` times of one more. */
const sparse = <T>(arbitrary: fc.Arbitrary<T>, freq = 1): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { freq, nil: undefined });

/** Only the members that are there. */
const body = (members: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Dsl> =>
  fc.record(members).map((given) => {
    const kept = Object.entries(given).filter(([, value]) => value !== undefined);
    return Object.fromEntries(kept);
  });

const boosted = (path: string): fc.Arbitrary<string> =>
  fc.constantFrom(path, path, path, `${path}^2`, `${path}^0.5`);

/** Some of the fields, and sometimes one that no document has. */
const fieldsOf = (fields: readonly Field[]): fc.Arbitrary<readonly string[]> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .array(
          fc.oneof(
            { weight: 9, arbitrary: fc.oneof(...fields.map(pathOf)) },
            { weight: 1, arbitrary: fc.constant('nowhere') },
          ),
          { minLength: 2, maxLength: 6 },
        )
        .chain((paths) => fc.tuple(...paths.map(boosted))),
    },
    { weight: 5, arbitrary: fc.constant(['*']) },
    { weight: 1, arbitrary: fc.constant([]) },
  );

const operator = fc.constantFrom('and', 'or', 'AND');
/** Without it most lists of fields of several types make Elasticsearch fail. */
const lenient = fc.constantFrom(true, true, true, true, undefined);
const minimum = fc.constantFrom<unknown>(0, 1, 2, '-1', '50%', '100%', '2<-1', '1<75%');

function textsOf(fields: readonly Field[]) {
  const question = fc.oneof(...fields.map((field) => field.question));
  const words = fc
    .array(question, { minLength: 1, maxLength: 3 })
    .map((texts) => texts.join(' ') || 'none');
  return { question, words, phrase: question.chain(phraseOf) };
}

/** Texts in the simple syntax: clauses with signs, groups, and what is left of broken ones. */
export function simpleTextOf(fields: readonly Field[]): fc.Arbitrary<string> {
  const { question, phrase } = textsOf(fields);
  const word = question.map((text) => simpleWord(text) || 'none');
  const plain = question.map((text) => plainWords(text)[0] ?? 'none');
  const leaf = fc.oneof(
    { weight: 4, arbitrary: word },
    { weight: 3, arbitrary: plain },
    { weight: 3, arbitrary: phrase.map(simplePhrase) },
    { weight: 1, arbitrary: fc.tuple(phrase.map(simplePhrase), fc.nat(3)).map((p) => p.join('~')) },
    { weight: 2, arbitrary: plain.map((text) => `${text.slice(0, 3)}*`) },
    { weight: 1, arbitrary: fc.constantFrom('...', '"?!"', '&', '""', '()', '*', '~') },
  );
  const sign = fc.constantFrom(' ', ' ', ' ', ' + ', ' | ', '+', '|', ' -', ' + -', ' | -');
  const { group } = fc.letrec<{ group: string; clause: string }>((tie) => ({
    clause: fc.oneof(
      { depthSize: 'small' },
      { weight: 6, arbitrary: leaf },
      { weight: 1, arbitrary: tie('group').map((text) => `(${text})`) },
    ),
    group: fc
      .tuple(
        fc.constantFrom('', '', '', '', '-', '--'),
        tie('clause'),
        fc.array(fc.tuple(sign, tie('clause')), { maxLength: 3 }),
      )
      .map(([first, clause, rest]) => first + clause + rest.flat().join('')),
  }));
  const broken = fc
    .array(fc.oneof(fc.constantFrom(...'+-|()"~*\\ '), leaf), { minLength: 2, maxLength: 6 })
    .map((parts) => parts.join(''));
  return fc.oneof({ weight: 8, arbitrary: group }, { weight: 1, arbitrary: broken });
}

const flags = fc
  .subarray(
    ['AND', 'NOT', 'OR', 'PREFIX', 'PHRASE', 'PRECEDENCE', 'ESCAPE', 'WHITESPACE', 'NEAR'],
    {
      minLength: 1,
    },
  )
  .map((names) => names.join('|'));

/** Of which the tokens of a text are counted. */
function countedOf(field: Field): fc.Arbitrary<Question> {
  const texts = fc.array(field.question, { minLength: 2, maxLength: 4 });
  const body = fc.record({
    query: texts.map((some) => some.join(' ')),
    minimum_should_match: fc.constantFrom<unknown>(1, 2, 3, '-1', '50%', '75%', '100%', '2<-1'),
  });
  return fc
    .tuple(pathOf(field), body)
    .map(([path, given]) => ({ kind: 'dsl: match, minimum', query: { match: { [path]: given } } }));
}

/** Some words, the last of them cut short. */
function beginningOf(field: Field): fc.Arbitrary<string> {
  return fc
    .tuple(fc.array(field.question, { minLength: 1, maxLength: 3 }), fc.nat(3))
    .map(([texts, cut]) =>
      Array.from(texts.join(' '))
        .slice(0, -cut || undefined)
        .join(''),
    );
}

function prefixedOf(field: Field): fc.Arbitrary<Question> {
  const given = body({
    query: beginningOf(field),
    operator: sparse(operator),
    minimum_should_match: sparse(minimum),
  });
  return fc.tuple(pathOf(field), given).map(([path, asked]) => ({
    kind: 'dsl: match_bool_prefix',
    query: { match_bool_prefix: { [path]: asked } },
  }));
}

/** Clauses of the Query DSL that hold a text and look for it in several fields. */
export function queryLanguagesOf(fields: readonly Field[]): fc.Arbitrary<Question> {
  const { words, phrase, question } = textsOf(fields);
  const list = fieldsOf(fields);
  const of = (kind: string, name: string, members: Record<string, fc.Arbitrary<unknown>>) =>
    body(members).map((given): Question => ({ kind, query: { [name]: given } }));
  const counted = fc.oneof(...fields.map(countedOf));
  const prefixed = fc.oneof(...fields.map(prefixedOf));
  const beginning = fc.oneof(...fields.map(beginningOf));
  return fc.oneof(
    counted,
    of('dsl: multi_match', 'multi_match', {
      query: fc.oneof(question, words),
      fields: sparse(list, 6),
      type: sparse(fc.constantFrom('best_fields', 'most_fields')),
      operator: sparse(operator),
      zero_terms_query: sparse(fc.constantFrom('all', 'none')),
      lenient,
    }),
    of('dsl: multi_match, bool_prefix', 'multi_match', {
      query: fc.oneof(question, words, beginning),
      fields: sparse(list, 6),
      type: fc.constant('bool_prefix'),
      operator: sparse(operator),
      minimum_should_match: sparse(minimum),
      lenient,
    }),
    prefixed,
    of('dsl: multi_match, phrase', 'multi_match', {
      query: fc.oneof({ weight: 1, arbitrary: question }, { weight: 2, arbitrary: phrase }),
      fields: list,
      type: fc.constant('phrase'),
      slop: sparse(fc.nat(3)),
      lenient,
    }),
    of('dsl: multi_match, cross_fields', 'multi_match', {
      query: fc.oneof(question, words),
      fields: list,
      type: fc.constant('cross_fields'),
      lenient,
    }),
    of('dsl: simple_query_string', 'simple_query_string', {
      query: simpleTextOf(fields),
      default_operator: sparse(operator),
    }),
    of('dsl: simple_query_string, fields', 'simple_query_string', {
      query: simpleTextOf(fields),
      fields: fc.oneof(
        list,
        fc.oneof(...fields.map(pathOf)).map((path) => [path]),
      ),
      default_operator: sparse(operator),
      lenient,
    }),
    of('dsl: simple_query_string, minimum', 'simple_query_string', {
      query: simpleTextOf(fields),
      minimum_should_match: minimum,
      default_operator: sparse(operator),
    }),
    of('dsl: simple_query_string, flags', 'simple_query_string', {
      query: simpleTextOf(fields),
      flags,
      default_operator: sparse(operator),
    }),
  );
}
