import fc from 'fast-check';
import type { Question } from './query-strings.ts';

type Part = Readonly<Record<string, unknown>>;

/** A chain, written as settings have it, but for its parts, which stand in it. */
export interface ChainDraft {
  readonly char_filter: readonly (string | Part)[];
  readonly tokenizer: string | Part;
  readonly filter: readonly (string | Part)[];
}

const any = <T>(...values: readonly T[]) => fc.constantFrom(...values);

const ngrams = fc.record({
  type: any('ngram', 'edge_ngram'),
  min_gram: any(1, 2),
  max_gram: any(2, 3, 4),
  preserve_original: fc.boolean(),
});
const delimiter = fc.record({
  type: any('word_delimiter', 'word_delimiter_graph'),
  catenate_words: fc.boolean(),
  catenate_all: any(false, false, true),
  preserve_original: fc.boolean(),
  split_on_case_change: fc.boolean(),
});
const shingles = any(
  { type: 'shingle' },
  { type: 'shingle', max_shingle_size: 3 },
  { type: 'shingle', min_shingle_size: 3, max_shingle_size: 3, output_unigrams: false },
);

const TOKENIZERS: readonly (string | Part)[] = [
  ...['standard', 'whitespace', 'letter', 'keyword', 'classic', 'path_hierarchy', 'lowercase'],
  { type: 'pattern', pattern: '[-_ ]+' },
  { type: 'char_group', tokenize_on_chars: ['whitespace', '-'] },
  { type: 'ngram', min_gram: 1, max_gram: 2, token_chars: ['letter', 'digit'] },
  { type: 'edge_ngram', min_gram: 1, max_gram: 4, token_chars: ['letter'] },
  { type: 'simple_pattern', pattern: '[a-zA-Z]+' },
  'uax_url_email',
  { type: 'uax_url_email', max_token_length: 7 },
];

const PLAIN_FILTERS: readonly (string | Part)[] = [
  ...[
    'lowercase',
    'lowercase',
    'lowercase',
    'stop',
    'asciifolding',
    'uppercase',
    'trim',
    'reverse',
  ],
  ...[
    'unique',
    'apostrophe',
    'decimal_digit',
    'keyword_repeat',
    'remove_duplicates',
    'fingerprint',
  ],
  { type: 'asciifolding', preserve_original: true },
  { type: 'stop', stopwords: ['foo', 'the', 'of'] },
  { type: 'length', min: 2 },
  { type: 'truncate', length: 3 },
  { type: 'limit', max_token_count: 3, consume_all_tokens: true },
  { type: 'pattern_replace', pattern: '[aeiou]', replacement: '' },
  { type: 'pattern_capture', patterns: ['(\\w+)-(\\w+)', '([a-z]+)'] },
  { type: 'common_grams', common_words: ['the', 'of', 'foo'] },
  { type: 'common_grams', common_words: ['the', 'of', 'foo'], query_mode: true },
  { type: 'multiplexer', filters: ['lowercase', 'uppercase'] },
  ...['kstem', 'german_stem'],
  { type: 'german_stem', stem_exclusion: ['shots', 'foo'] },
  ...['dutch_kp', 'galician', 'light_english', 'lovins', 'portuguese_rslp'].map((language) => ({
    type: 'stemmer',
    language,
  })),
  { type: 'snowball', language: 'German2' },
];

const CHAR_FILTERS: readonly Part[] = [
  { type: 'mapping', mappings: ['- => _', 'ph => f', 'é => ee'] },
  { type: 'pattern_replace', pattern: '(\\w)-(\\w)', replacement: '$1$2' },
];

const filter = fc.oneof(
  { weight: 5, arbitrary: any(...PLAIN_FILTERS) },
  { weight: 2, arbitrary: ngrams },
  { weight: 3, arbitrary: delimiter },
  { weight: 2, arbitrary: shingles },
);

const phrases = fc
  .array(any('foo', 'bar', 'the', 'of', 'a', 'ab', 'b', 'c', 'wifi', 'power', 'shot', 'phone'), {
    minLength: 1,
    maxLength: 3,
  })
  .map((all) => all.join(' '));
const rule = fc
  .tuple(fc.array(phrases, { minLength: 1, maxLength: 3 }), fc.array(phrases, { maxLength: 2 }))
  .map(([inputs, outputs]) =>
    outputs.length === 0 ? inputs.join(', ') : `${inputs.join(', ')} => ${outputs.join(', ')}`,
  );
const synonyms = fc.record({
  type: any('synonym', 'synonym', 'synonym_graph'),
  synonyms: fc.array(rule, { minLength: 1, maxLength: 5 }),
  expand: any(true, true, false),
  lenient: fc.constant(true),
});
/** Only some filters may stand before synonyms. */
const withSynonyms = fc
  .tuple(
    fc.subarray(['lowercase', 'stop']),
    synonyms,
    fc.array(fc.oneof(filter, any('flatten_graph')), { maxLength: 1 }),
  )
  .map(([before, own, behind]) => [...before, own, ...behind]);

/** A chain of random parts. */
export const chain: fc.Arbitrary<ChainDraft> = fc.record({
  char_filter: fc.array(any(...CHAR_FILTERS), { maxLength: 1 }),
  tokenizer: any(...TOKENIZERS),
  filter: fc.oneof(
    { weight: 3, arbitrary: fc.array<string | Part>(filter, { maxLength: 3 }) },
    { weight: 2, arbitrary: withSynonyms },
  ),
});

const NORMALIZERS: readonly Part[] = [
  { filter: ['lowercase', 'asciifolding'] },
  { filter: ['uppercase'] },
  { char_filter: ['dashes'], filter: ['lowercase', 'trim'] },
  { char_filter: ['vowelless'], filter: ['asciifolding'] },
];

/** So many analyzers `a0`, `a1`…, and the normalizers `n0`…, as the section `analysis` of settings. */
export function analysisOf(count: number): fc.Arbitrary<Record<string, Record<string, unknown>>> {
  return fc.array(chain, { minLength: count, maxLength: count }).map((drafts) => {
    const analysis: Record<string, Record<string, unknown>> = {
      analyzer: {},
      tokenizer: {},
      filter: {},
      char_filter: {
        dashes: { type: 'mapping', mappings: ['- => _'] },
        vowelless: { type: 'pattern_replace', pattern: '[aeiou]' },
      },
      normalizer: {},
    };
    NORMALIZERS.forEach((own, n) => {
      analysis['normalizer']![`n${n}`] = { type: 'custom', ...own };
    });
    drafts.forEach((draft, number) => {
      const named = (section: string, part: string | Part, n: number): string => {
        if (typeof part === 'string') return part;
        const name = `${section}${number}x${n}`;
        analysis[section]![name] = part;
        return name;
      };
      analysis['analyzer']![`a${number}`] = {
        type: 'custom',
        tokenizer: named('tokenizer', draft.tokenizer, 0),
        filter: draft.filter.map((part, n) => named('filter', part, n)),
        char_filter: draft.char_filter.map((part, n) => named('char_filter', part, n)),
      };
    });
    return analysis;
  });
}

const WORDS = [
  ...[
    'wi-fi',
    'Wi-Fi',
    'wifi',
    'PowerShot',
    'power',
    'shot',
    'foo',
    'bar',
    'Foo',
    'the',
    'of',
    'a',
  ],
  ...[
    'foo-bar',
    'foo_bar',
    'a-b-c',
    'ab',
    'abc',
    'b',
    'c',
    'café',
    'cafe',
    "O'Neil's",
    'x1',
    'SD500',
  ],
  ...['usr/lib/a', 'phone', 'fone', '12', '1,5', 'AT&T', 'shots', 'powered'],
];
const word = any(...WORDS);
/** Patterns without capitals differ on purpose, see docs/elasticsearch-differences.md. */
const capital = any(...WORDS.filter((own) => /[A-Z]/.test(own)));
const text = (most: number) =>
  fc.array(word, { minLength: 1, maxLength: most }).map((all) => all.join(' '));

export const FIELDS = ['t0', 't1', 't2', 't3', 't4', 'p', 'k0', 'k1'] as const;

/** Which analyzers and normalizers fields have. */
export function mappingOf(analyzers: number): fc.Arbitrary<Record<string, unknown>> {
  const analyzer = fc.nat(analyzers - 1).map((n) => `a${n}`);
  const textField = fc.oneof(
    { weight: 4, arbitrary: analyzer.map((own) => ({ type: 'text', analyzer: own })) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(analyzer, analyzer)
        .map(([own, search]) => ({ type: 'text', analyzer: own, search_analyzer: search })),
    },
    {
      weight: 1,
      arbitrary: analyzer.map((own) => ({
        type: 'text',
        analyzer: own,
        search_analyzer: 'standard',
      })),
    },
  );
  const keyword = fc
    .nat(NORMALIZERS.length - 1)
    .map((n) => ({ type: 'keyword', normalizer: `n${n}` }));
  const fields = { t0: textField, t1: textField, t2: textField, t3: textField, t4: textField };
  return fc
    .record({ ...fields, p: fc.constant({ type: 'text' }), k0: keyword, k1: keyword })
    .map((properties) => ({ properties }));
}

export const chainDocument: fc.Arbitrary<string> = fc
  .record(
    Object.fromEntries(
      FIELDS.map((field) => [
        field,
        field.startsWith('k')
          ? fc.oneof(word, text(2))
          : fc.oneof(text(6), fc.array(text(3), { maxLength: 3 })),
      ]),
    ),
    { requiredKeys: ['p'] },
  )
  .map((source) => JSON.stringify(source));

const field = any(...FIELDS, 't0', 't1', 't2', 't3', 't4');
const fields = fc.uniqueArray(field, { minLength: 1, maxLength: 4 });
const operator = any('and', 'or');
const minimum = any<string | number | undefined>(undefined, undefined, 1, 2, '75%', -1);

const clause = (kind: string, query: fc.Arbitrary<Record<string, unknown>>) =>
  query.map((own): Question => ({ kind, query: own as Question['query'] }));

const named = (
  name: string,
  more: Record<string, fc.Arbitrary<unknown>>,
  given: fc.Arbitrary<string> = text(3),
) =>
  clause(
    name,
    fc
      .tuple(field, fc.record<Record<string, unknown>>({ query: given, ...more }))
      .map(([own, { ...params }]) => ({ [name]: { [own]: cleaned(params) } })),
  );

/** A text of one word has no minimum here, see docs/mappings.md. */
function cleaned(given: Record<string, unknown>): Record<string, unknown> {
  const isOne = !String(given['query']).includes(' ');
  const params = isOne ? { ...given, minimum_should_match: undefined } : given;
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}

const value = (name: string) =>
  clause(
    name,
    fc.tuple(field, word).map(([own, one]) => ({ [name]: { [own]: { value: one } } })),
  );

/** Questions on these fields. */
export const chainQuestion: fc.Arbitrary<Question> = fc.oneof(
  { weight: 4, arbitrary: named('match', { operator, minimum_should_match: minimum }) },
  {
    weight: 1,
    arbitrary: named('match', { operator, fuzziness: any<string | number>(0, 1, 'AUTO') }),
  },
  { weight: 5, arbitrary: named('match_phrase', { slop: any(undefined, undefined, 1, 2) }) },
  {
    weight: 2,
    arbitrary: named('match_phrase_prefix', {
      // Words are those of all documents there, but of each alone here.
      max_expansions: fc.constant(1000),
    }),
  },
  { weight: 2, arbitrary: named('match_bool_prefix', { operator }) },
  {
    weight: 3,
    arbitrary: clause(
      'multi_match',
      fc
        .record({
          query: text(3),
          fields,
          type: any(
            'best_fields',
            'most_fields',
            'cross_fields',
            'phrase',
            'phrase_prefix',
            'bool_prefix',
          ),
          operator,
        })
        .map((own) => ({
          multi_match: /phrase/.test(own.type)
            ? { ...own, operator: 'or', max_expansions: 1000 }
            : own,
        })),
    ),
  },
  {
    weight: 3,
    arbitrary: clause(
      'query_string',
      fc
        .record({
          query: fc.oneof(
            fc.array(word.map(escaped), { minLength: 1, maxLength: 3 }).map((all) => all.join(' ')),
            text(3).map((own) => `"${own}"`),
            capital.map((own) => `${escaped(own)}*`),
            capital.map((own) => `${escaped(own.slice(0, 1))}?${escaped(own.slice(2))}`),
            capital.map((own) => `${escaped(own)}~1`),
            fc.tuple(capital, capital).map(([a, b]) => `[${escaped(a)} TO ${escaped(b)}]`),
          ),
          fields,
          default_operator: operator,
        })
        .map((own) => ({ query_string: own })),
    ),
  },
  {
    weight: 1,
    arbitrary: clause(
      'simple_query_string',
      fc
        .record({
          query: fc.oneof(
            text(3),
            text(3).map((own) => `"${own}"`),
            capital.map((own) => `${own}*`),
          ),
          fields,
          default_operator: operator,
        })
        .map((own) => ({ simple_query_string: own })),
    ),
  },
  { weight: 1, arbitrary: value('term') },
  { weight: 1, arbitrary: value('prefix') },
  { weight: 1, arbitrary: value('wildcard') },
  { weight: 1, arbitrary: value('fuzzy') },
);

function escaped(own: string): string {
  return own.replaceAll(/[-+=&|!(){}[\]^"~*?:\\/]/g, '\\$&');
}
