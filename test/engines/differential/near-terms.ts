import fc from 'fast-check';
import { analyzeStandard } from '../../../src/mapping/standard-analyzer.ts';
import type { Field } from './documents.ts';
import { escaped, type Question } from './query-strings.ts';
import { queryText } from './values.ts';

type Dsl = Record<string, unknown>;

interface Clause {
  readonly kind: string;
  readonly query: Dsl;
}

interface Text {
  readonly kind: string;
  readonly text: string;
}

/** A field with a term that it may have: a token of a text, or the whole value of a keyword. */
interface Term {
  readonly path: string;
  readonly term: string;
}

function termOf({ path, pool }: Field): fc.Arbitrary<Term> {
  return fc.constantFrom(...pool.map(queryText)).chain((given) => {
    const tokens = analyzeStandard(given).map(({ text }) => text);
    const whole = fc.constant({ path: `${path}.keyword`, term: given });
    if (tokens.length === 0) return whole;
    const token = fc.constantFrom(...tokens).map((term) => ({ path, term }));
    return fc.oneof({ weight: 4, arbitrary: token }, { weight: 1, arbitrary: whole });
  });
}

const SIGNS = /[.?+*|{}[\]()"\\#@&<>~^$/]/g;
const literal = (text: string): string => text.replaceAll(SIGNS, '\\$&');

/** Around one character of a term. */
const AROUND: readonly ((char: string) => string)[] = [
  () => '.',
  () => '.*',
  () => '@',
  (char) => `[${char}x]`,
  (char) => `[^${char}]`,
  () => `[^x]`,
  (char) => `${char}+`,
  (char) => `${char}?`,
  (char) => `${char}*`,
  (char) => `(${char}|x)`,
  (char) => `(${char}|yz){1,2}`,
  (char) => `${char}{2}`,
  (char) => `~${char}`,
  (char) => `()${char}`,
  (char) => `x?${char}`,
  (char) => `(${char}|#)`,
];

/** A regular expression that looks like a term. */
function regexpOf(term: string): fc.Arbitrary<string> {
  const chars = [...term];
  const plain = literal(term);
  const changed = fc
    .array(fc.tuple(fc.nat(Math.max(chars.length - 1, 0)), fc.constantFrom(...AROUND)), {
      minLength: 1,
      maxLength: 2,
    })
    .map((changes) => {
      const parts = chars.map(literal);
      for (const [at, change] of changes) parts[at] = change(literal(chars[at] ?? 'x'));
      return parts.join('');
    });
  const cut = fc.nat(chars.length).map((at) => literal(chars.slice(0, at).join('')));
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant(plain) },
    { weight: 6, arbitrary: changed },
    { weight: 2, arbitrary: cut.map((start) => `${start}.*`) },
    { weight: 1, arbitrary: cut.map((end) => `.*${end}.*`) },
    { weight: 1, arbitrary: changed.map((other) => `(foo|${other}|disk)`) },
    { weight: 1, arbitrary: changed.map((other) => `~(${other})`) },
    { weight: 1, arbitrary: fc.tuple(changed, cut).map(([one, two]) => `(${one})&${two}.*`) },
    { weight: 1, arbitrary: fc.constantFrom('<0-30>', '<01-22>', '.{2,5}', '[a-m].*', '@', '#') },
  );
}

/** A term with some edits. */
function nearTo(term: string): fc.Arbitrary<string> {
  const edit = fc.tuple(fc.nat(12), fc.nat(3), fc.constantFrom('x', 'e', 'ö', '東', '👍'));
  const edits = fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.array(edit, { maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(edit, { maxLength: 2 }) },
  );
  return edits.map((all) => {
    const chars = [...term];
    for (const [place, kind, char] of all) {
      const at = Math.min(place, chars.length);
      if (kind === 0) chars.splice(at, 0, char);
      else if (kind === 1) chars.splice(at, 1);
      else if (kind === 2) chars.splice(at, 1, char);
      else chars.splice(at, 2, ...chars.slice(at, at + 2).toReversed());
    }
    return chars.join('');
  });
}

/** Some letters in the other case. */
function inOtherCase(text: string): fc.Arbitrary<string> {
  return fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((flips) => [...text].map((char, i) => (flips[i] ? swapCase(char) : char)).join(''));
}

function swapCase(char: string): string {
  return char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase();
}

const FUZZINESS = fc.constantFrom<unknown>('AUTO', 'AUTO', 0, 1, 2, 'AUTO:2,4', '1.5', 3);
/** More than there are: what Elasticsearch leaves out depends on the other documents. */
const ALL = 1024;

function fuzzyBody(value: string): fc.Arbitrary<Dsl> {
  return fc.record(
    {
      value: fc.constant(value),
      fuzziness: FUZZINESS,
      prefix_length: fc.nat(3),
      transpositions: fc.boolean(),
      max_expansions: fc.constant(ALL),
    },
    { requiredKeys: ['value', 'max_expansions'] },
  );
}

const FLAGS = fc.constantFrom(
  'ALL',
  'NONE',
  'COMPLEMENT|INTERSECTION',
  'ANYSTRING',
  'EMPTY|INTERVAL',
);

/** Clauses on terms that are like others. */
export function nearDslOf(fields: readonly Field[]): fc.Arbitrary<Clause> {
  const texts = fields.filter(({ profile }) => profile === 'words' || profile === 'level');
  if (texts.length === 0) return fc.constant({ kind: 'dsl: none', query: { match_none: {} } });
  const term = fc.oneof(...texts.map(termOf));
  const clause = (
    kind: string,
    weight: number,
    of: (term: Term) => fc.Arbitrary<Dsl>,
  ): { weight: number; arbitrary: fc.Arbitrary<Clause> } => ({
    weight,
    arbitrary: term.chain(of).map((query) => ({ kind: `dsl: ${kind}`, query })),
  });
  return fc.oneof(
    clause('regexp', 4, ({ path, term: found }) =>
      regexpOf(found).chain((value) =>
        fc
          .record({ value: fc.constant(value), flags: FLAGS }, { requiredKeys: ['value'] })
          .map((body) => ({ regexp: { [path]: body } })),
      ),
    ),
    clause('fuzzy', 4, ({ path, term: found }) =>
      nearTo(found).chain((value) => fuzzyBody(value).map((body) => ({ fuzzy: { [path]: body } }))),
    ),
    clause('match, fuzziness', 3, ({ path, term: found }) =>
      fc
        .tuple(nearTo(found), FUZZINESS, fc.constantFrom('and', 'or'), fc.nat(2), fc.boolean())
        .map(([near, fuzziness, operator, prefix_length, isPrefix]) => {
          const more = { fuzziness, operator, prefix_length, max_expansions: ALL };
          const body = { query: `${near} ${found}`, ...more };
          return isPrefix ? { match_bool_prefix: { [path]: body } } : { match: { [path]: body } };
        }),
    ),
    clause('multi_match, fuzziness', 1, ({ path, term: found }) =>
      fc
        .tuple(nearTo(found), FUZZINESS, fc.constantFrom('best_fields', 'bool_prefix'))
        .map(([query, fuzziness, type]) => {
          const fields = [path, texts[0]!.path, `${texts[0]!.path}.keyword`];
          const more = { fuzziness, type, lenient: true, max_expansions: ALL };
          return { multi_match: { query, fields, ...more } };
        }),
    ),
    clause('case_insensitive', 4, ({ path, term: found }) =>
      fc.tuple(inOtherCase(found), fc.nat(3), fc.nat(5)).map(([value, kind, length]) => {
        const start = value.slice(0, length);
        const wild = (text: string) => text.replaceAll(/[*?\\]/g, '\\$&');
        const further = { case_insensitive: true };
        if (kind === 0) return { term: { [path]: { value, ...further } } };
        if (kind === 1) return { prefix: { [path]: { value: start, ...further } } };
        if (kind === 2) return { regexp: { [path]: { value: `${literal(start)}.*`, ...further } } };
        return { wildcard: { [path]: { value: `*${wild(start)}*`, ...further } } };
      }),
    ),
  );
}

/** The same in query strings. */
export function nearTextOf(fields: readonly Field[]): fc.Arbitrary<Text> {
  const term = fc.oneof(...fields.map(termOf));
  const distance = fc.constantFrom('~', '~', '~1', '~2', '~2', '~0', '~1.5', '~AUTO');
  const word = term.chain(({ path, term: found }) =>
    fc.tuple(nearTo(found), distance, fc.boolean()).map(([near, by, isNamed]): Text => {
      const text = `${escaped(near) || 'x'}${by}`;
      return isNamed
        ? { kind: 'string: field:word~', text: `${path}:${text}` }
        : { kind: 'string: word~', text };
    }),
  );
  const expression = term.chain(({ path, term: found }) =>
    fc.tuple(regexpOf(found), fc.boolean()).map(([source, isNamed]): Text => {
      const text = `/${source}/`;
      return isNamed
        ? { kind: 'string: field:/re/', text: `${path}:${text}` }
        : { kind: 'string: /re/', text };
    }),
  );
  return fc.oneof(word, expression);
}

/** Words with a ~ in the simple syntax. */
export function nearSimpleOf(fields: readonly Field[]): fc.Arbitrary<Question> {
  return fc.oneof(...fields.map(termOf)).chain(({ path, term }) =>
    fc
      .tuple(nearTo(term), fc.constantFrom('~', '~1', '~2', '~9', '~x'), fc.nat(2))
      .map(([near, by, fuzzy_prefix_length]) => {
        const word = near.replaceAll(/[\s"|+()~*\\-]/g, '\\$&') || 'x';
        const more = { fields: [path], fuzzy_prefix_length, lenient: true };
        return {
          kind: 'simple: word~',
          query: { simple_query_string: { query: `${word}${by}`, ...more } },
        };
      }),
  );
}
