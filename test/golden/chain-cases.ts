import { ADDRESS_TEXTS } from './address-texts.ts';
import { HTML_TEXTS } from './html-texts.ts';

type Part = Readonly<Record<string, unknown>>;

/** Parts of a chain, each by its name or as settings define it. */
export interface ChainCase {
  readonly char_filter?: readonly (string | Part)[];
  readonly tokenizer?: string | Part;
  readonly filter?: readonly (string | Part)[];
}

const filters = (...parts: (string | Part)[]): ChainCase[] =>
  parts.map((part) => ({ filter: [part] }));
const tokenizers = (...parts: (string | Part)[]): ChainCase[] =>
  parts.map((tokenizer) => ({ tokenizer }));
const delimiter = (more: Part): ChainCase[] => [
  { tokenizer: 'whitespace', filter: [{ type: 'word_delimiter', ...more }] },
  { tokenizer: 'whitespace', filter: [{ type: 'word_delimiter_graph', ...more }] },
];
const words = ['the', 'of', 'and', 'is'];

/** Chains that the golden tokens are made with; the tokenizer is `standard` where they have none. */
export const CHAINS: readonly ChainCase[] = [
  ...filters('apostrophe', 'asciifolding', 'classic', 'decimal_digit', 'edge_ngram', 'fingerprint'),
  ...filters(
    'keyword_repeat',
    'length',
    'limit',
    'lowercase',
    'ngram',
    'remove_duplicates',
    'reverse',
  ),
  ...filters('shingle', 'stop', 'trim', 'truncate', 'unique', 'uppercase', 'word_delimiter'),
  ...filters(
    { type: 'asciifolding', preserve_original: true },
    { type: 'lowercase', language: 'greek' },
    { type: 'lowercase', language: 'irish' },
    { type: 'lowercase', language: 'turkish' },
    { type: 'length', min: 2, max: 4 },
    { type: 'ngram', min_gram: 2, max_gram: 3, preserve_original: true },
    { type: 'edge_ngram', min_gram: 1, max_gram: 3, side: 'back' },
    { type: 'shingle', max_shingle_size: 3 },
    { type: 'shingle', min_shingle_size: 3, max_shingle_size: 3, output_unigrams: false },
    { type: 'unique', only_on_same_position: true },
    { type: 'fingerprint', separator: '+', max_output_size: 20 },
    { type: 'stop', stopwords: ['The', 'A'], ignore_case: true },
    { type: 'stop', remove_trailing: false },
    { type: 'keep', keep_words: ['The', 'fox'], keep_words_case: true },
    { type: 'keep_types', types: ['<NUM>', '<EMOJI>', '<HANGUL>', '<IDEOGRAPHIC>'] },
    { type: 'keep_types', types: ['<ALPHANUM>'], mode: 'exclude' },
    { type: 'common_grams', common_words: words },
    { type: 'common_grams', common_words: words, query_mode: true },
    { type: 'multiplexer', filters: ['lowercase', 'uppercase,reverse'] },
    { type: 'pattern_replace', pattern: '([a-z])([A-Z])', replacement: '$1-$2' },
    { type: 'pattern_capture', patterns: ['(\\w)(\\d)', '([a-z]+)'] },
    { type: 'pattern_capture', patterns: ['([^-]+)-?'], preserve_original: false },
  ),
  { filter: ['stop', 'shingle'] },
  { filter: ['stop', 'ngram', 'unique'] },
  { filter: ['keyword_repeat', 'lowercase', { type: 'unique', only_on_same_position: true }] },
  { tokenizer: 'classic', filter: ['classic', 'lowercase'] },
  ...delimiter({}),
  ...delimiter({ catenate_all: true, preserve_original: true }),
  ...delimiter({ catenate_words: true, catenate_numbers: true, split_on_numerics: false }),
  ...delimiter({ generate_word_parts: false, catenate_words: true, split_on_case_change: false }),
  ...delimiter({ protected_words: ['Wi-Fi'], type_table: ['- => ALPHA', '\\u0026 => DIGIT'] }),
  ...tokenizers(
    'classic',
    'edge_ngram',
    'keyword',
    'letter',
    'lowercase',
    'ngram',
    'path_hierarchy',
  ),
  ...tokenizers('pattern', 'standard', 'whitespace'),
  ...tokenizers(
    { type: 'standard', max_token_length: 4 },
    { type: 'ngram', min_gram: 2, max_gram: 3, token_chars: ['letter', 'digit'] },
    {
      type: 'edge_ngram',
      min_gram: 2,
      max_gram: 5,
      token_chars: ['letter', 'custom'],
      custom_token_chars: '-',
    },
    { type: 'char_group', tokenize_on_chars: ['whitespace', '-', 'punctuation'] },
    { type: 'path_hierarchy', delimiter: ' ', replacement: '/', skip: 1 },
    { type: 'path_hierarchy', delimiter: ' ', reverse: true },
    { type: 'pattern', pattern: '[aeiou]+', flags: 'CASE_INSENSITIVE' },
    { type: 'pattern', pattern: '(\\w+)-(\\w+)', group: 2 },
    { type: 'simple_pattern', pattern: '[0-9]{2,3}' },
    { type: 'simple_pattern_split', pattern: '( |-)+' },
  ),
  { char_filter: [{ type: 'mapping', mappings: ['- => _', 'th => d', 'the => ', 'o => 000'] }] },
  { char_filter: [{ type: 'pattern_replace', pattern: '(\\w)-(\\w)', replacement: '$1$2' }] },
  {
    char_filter: [
      { type: 'mapping', mappings: ['ph => f'] },
      { type: 'pattern_replace', pattern: 'f', replacement: 'PHPH' },
    ],
    tokenizer: { type: 'ngram', min_gram: 1, max_gram: 1 },
  },
  { char_filter: ['html_strip'] },
  { char_filter: ['html_strip'], tokenizer: 'keyword' },
  {
    char_filter: [{ type: 'html_strip', escaped_tags: ['B', 'br', 'Script', 'i', 'custom-tag'] }],
    tokenizer: 'whitespace',
  },
  ...filters(
    { type: 'synonym', synonyms: ['Fox, the quick', 'is of => are, was of old', 'foo foo, bar'] },
    { type: 'synonym', synonyms: ['Fox, quick brown, the', 'usr, lib'], expand: false },
    {
      type: 'synonym_graph',
      synonyms: ['Fox, hen and dog', 'is of => are, was of old', 'foo foo, b'],
    },
    {
      type: 'synonym_graph',
      format: 'wordnet',
      synonyms: ["s(100000001,1,'brown Fox',n,1,0).", "s(100000001,2,'O''Neil''s',n,1,0)."],
    },
  ),
  {
    filter: [
      'lowercase',
      'stop',
      {
        type: 'synonym',
        synonyms: ['the fox, a', 'fox, quick brown', 'foo => b c d'],
        lenient: true,
      },
      { type: 'synonym', synonyms: ['quick, b c'] },
    ],
  },
  {
    filter: [
      'lowercase',
      { type: 'synonym_graph', synonyms: ['fox is, a b c', 'wi fi => wifi', 'foo, x y, z'] },
      'stop',
      'flatten_graph',
    ],
  },
  { tokenizer: 'whitespace', filter: ['word_delimiter_graph', 'flatten_graph'] },
  ...tokenizers('uax_url_email', { type: 'uax_url_email', max_token_length: 10 }),
  ...['<URL>', '<EMAIL>', '<ALPHANUM>', '<EMOJI>'].map((type) => ({
    tokenizer: 'uax_url_email',
    filter: [{ type: 'keep_types', types: [type] }],
  })),
];

export const CHAIN_TEXTS: readonly string[] = [
  '',
  ' - ',
  'The quick-brown Fox is of the',
  'Wi-Fi PowerShot500-42 SD500 AT&T',
  "O'Neil's King’s I.B.M. x@y.com foo.bar.com 1,000.5",
  'Ünïcødé ſtraße Ǆ İstanbul IRMAK ΣΊΣΥΦΟΣ nAthair ٣٤ ½',
  'the the The foo foo',
  'a/b//c/ usr lib',
  '漢字 ひらがな カタカナ 한국어 ไทย 👍🏾 5️⃣ ﾊﾝｶｸ',
  '\u{10400}\u{10428} \u{1d7d8}x phone-telephone',
];

/** Whether a chain reads HTML. */
export function isHtml({ char_filter = [] }: ChainCase): boolean {
  return JSON.stringify(char_filter).includes('html_strip');
}

/** Whether a chain knows addresses. */
export function hasAddresses({ tokenizer }: ChainCase): boolean {
  return JSON.stringify(tokenizer)?.includes('uax_url_email') ?? false;
}

export function textsFor(chain: ChainCase): readonly string[] {
  if (hasAddresses(chain)) return [...CHAIN_TEXTS, ...ADDRESS_TEXTS];
  return isHtml(chain) ? [...CHAIN_TEXTS, ...HTML_TEXTS] : CHAIN_TEXTS;
}
