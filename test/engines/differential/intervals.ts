import fc from 'fast-check';
import type { Question } from './query-strings.ts';

type Dsl = Record<string, unknown>;

/** So few words that they come again, and next to each other; stop words among them. */
const WORDS = ['a', 'b', 'c', 'ab', 'the', 'bcd', 'running', 'run', 'aé', 'bö東', 'a-b', 'run-c2'];
const word = fc.constantFrom(...WORDS);
const several = (least: number, most: number) =>
  fc.array(word, { minLength: least, maxLength: most }).map((words) => words.join(' '));

/** Fields that differ in what reads their texts, documents' as well as queries'. */
export const MAPPING = {
  properties: {
    t: { type: 'text' },
    s: { type: 'text', analyzer: 'stopped' },
    e: { type: 'text', analyzer: 'english' },
    w: { type: 'text', search_analyzer: 'stopped' },
    p: { type: 'text', analyzer: 'parts' },
    m: { type: 'text', analyzer: 'both' },
    k: { type: 'keyword' },
    n: { type: 'long' },
  },
};

export const ANALYSIS = {
  analyzer: {
    stopped: { type: 'stop', stopwords: ['the', 'c'] },
    short: { type: 'standard', max_token_length: 2 },
    // Several words at one position, and words that take up several.
    parts: chain('whitespace', 'word_delimiter_graph', 'lowercase', 'few'),
    both: chain('standard', 'lowercase', 'stems', 'grams'),
    rows: chain('standard', 'lowercase', 'shingle'),
  },
  filter: {
    few: { type: 'stop', stopwords: ['c', 'the'] },
    stems: { type: 'multiplexer', filters: ['porter_stem'] },
    grams: { type: 'common_grams', common_words: ['the', 'a'] },
  },
};

function chain(tokenizer: string, ...filter: string[]): Dsl {
  return { type: 'custom', tokenizer, filter };
}

const TEXTS = ['t', 't', 's', 'e', 'w', 'p', 'm'];

/** Documents of few words, of which some come often; lists of texts have a gap between them. */
export const document = fc
  .record(
    Object.fromEntries(
      [...new Set(TEXTS)].map((field) => [
        field,
        fc.oneof(
          { weight: 5, arbitrary: several(1, 14) },
          { weight: 1, arbitrary: fc.array(several(1, 6), { minLength: 1, maxLength: 3 }) },
        ),
      ]),
    ),
    { requiredKeys: ['t'] },
  )
  .map((source) => JSON.stringify(source));

const gaps = fc.constantFrom(-1, -1, 0, 0, 1, 2, 3, 5);
const analyzer = fc.constantFrom(
  'standard',
  'whitespace',
  'keyword',
  'stop',
  'short',
  'rows',
  'unknown',
);
const RELATIONS = [
  'after',
  'before',
  'contained_by',
  'containing',
  'not_contained_by',
  'not_containing',
  'not_overlapping',
  'overlapping',
];

/** Beyond it there are only plain rules. */
const DEPTH = { maxDepth: 4, depthIdentifier: 'rule' };

interface Rules {
  readonly rule: Dsl;
}

/** Rules of words, of groups of them, and of groups of groups; one in ten may name a field or an analyzer of its own. */
const { rule } = fc.letrec<Rules>((tie) => {
  const filter = fc
    .tuple(fc.constantFrom(...RELATIONS), tie('rule'))
    .map(([relation, inner]) => ({ [relation]: inner }));
  const further = <T extends Dsl>(body: fc.Arbitrary<T>): fc.Arbitrary<Dsl> =>
    fc
      .tuple(body, analyzer, fc.constantFrom(...TEXTS), fc.nat(15))
      .map(([given, name, field, dice]) => ({
        ...given,
        ...(dice === 0 && { analyzer: name }),
        ...(dice <= 1 && { use_field: field }),
      }));
  const filtered = (body: fc.Arbitrary<Dsl>): fc.Arbitrary<Dsl> =>
    fc.oneof(
      DEPTH,
      { weight: 2, arbitrary: body },
      {
        weight: 1,
        arbitrary: fc.tuple(body, filter).map(([given, inner]) => ({ ...given, filter: inner })),
      },
    );
  const match = filtered(
    further(
      fc.record({
        query: fc.oneof(
          { weight: 3, arbitrary: word },
          { weight: 5, arbitrary: several(2, 4) },
          { weight: 1, arbitrary: fc.constantFrom('', '!', 'A B', 'the') },
        ),
        max_gaps: gaps,
        ordered: fc.boolean(),
      }),
    ),
  ).map((body) => ({ match: body }));
  const terms = fc.oneof(
    further(fc.record({ prefix: fc.constantFrom('a', 'b', 'R', 'run', 'AÉ', '') })).map((body) => ({
      prefix: body,
    })),
    further(
      fc.record({ pattern: fc.constantFrom('a*', '?', '*b*', 'R?n*', '*', 'th\\E', '*É', 'b?東') }),
    ).map((body) => ({ wildcard: body })),
    further(
      fc.record({
        term: fc.constantFrom('ab', 'bc', 'rum', 'RUN', 'the', 'aö', '東'),
        fuzziness: fc.constantFrom<unknown>('AUTO', 0, 1, 2),
        prefix_length: fc.nat(4),
        transpositions: fc.boolean(),
      }),
    ).map((body) => ({ fuzzy: body })),
  );
  const rules = fc.array(tie('rule'), { minLength: 1, maxLength: 3 });
  const anyOf = filtered(fc.record({ intervals: rules })).map((body) => ({ any_of: body }));
  const allOf = filtered(
    fc.record({ intervals: rules, max_gaps: gaps, ordered: fc.boolean() }),
  ).map((body) => ({ all_of: body }));
  return {
    rule: fc.oneof(
      DEPTH,
      { weight: 6, arbitrary: match },
      { weight: 2, arbitrary: terms },
      { weight: 3, arbitrary: anyOf },
      { weight: 4, arbitrary: allOf },
    ),
  };
});

/** A clause may name no more. */
const MAX_NAMES = 4;

function namesIn(given: Dsl): number {
  return new Set(JSON.stringify(given).match(/"(?:use_field|analyzer)":"\w+"/g)).size;
}

/** A clause on one of the texts, or on a field that is none or is not there. */
export const intervalsQuestion: fc.Arbitrary<Question> = fc
  .tuple(
    fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...TEXTS) }, fc.constantFrom('k', 'n', 'x')),
    rule.filter((given) => namesIn(given) <= MAX_NAMES),
  )
  .map(([field, given]) => {
    const [kind] = Object.keys(given);
    return { kind: `intervals: ${kind}`, query: { intervals: { [field]: given } } };
  });
