import fc from 'fast-check';
import type { Field } from './documents.ts';
import type { Profile } from './values.ts';

type Definition = Readonly<Record<string, unknown>>;

/** Analyzers and normalizers that the mappings here name. */
export const ANALYSIS = {
  analyzer: {
    folded: { type: 'custom', tokenizer: 'standard', filter: ['lowercase'] },
    stopped: { type: 'stop', stopwords: ['full', 'foo', '_none_'] },
  },
  normalizer: { small: { type: 'custom', filter: ['lowercase'] } },
};

const RAW = { raw: { type: 'keyword', normalizer: 'small' } };
const WORDS: readonly Definition[] = [
  { type: 'text' },
  { type: 'text', analyzer: 'folded', fields: RAW },
  { type: 'text', analyzer: 'whitespace' },
  { type: 'text', analyzer: 'simple', search_analyzer: 'whitespace' },
  { type: 'text', analyzer: 'keyword' },
  { type: 'text', norms: false, fields: { keyword: { type: 'keyword' } } },
  { type: 'text', index_options: 'docs' },
  { type: 'keyword' },
  { type: 'keyword', normalizer: 'small', fields: { keyword: { type: 'text' } } },
  { type: 'keyword', ignore_above: 8 },
  { type: 'keyword', doc_values: false },
  { type: 'keyword', index: false },
];

const OF_PROFILE: Readonly<Record<Profile, readonly Definition[]>> = {
  words: WORDS,
  level: WORDS,
  long: ['long', 'integer', 'double', 'keyword', 'text'].map((type) => ({ type })),
  float: [
    { type: 'double' },
    { type: 'float' },
    { type: 'half_float' },
    { type: 'scaled_float', scaling_factor: 100 },
    { type: 'long', fields: { keyword: { type: 'keyword' } } },
    { type: 'double', index: false },
  ],
  date: [
    { type: 'date' },
    { type: 'date', format: 'strict_date_optional_time' },
    { type: 'date_nanos' },
    { type: 'keyword' },
  ],
  slashes: [
    { type: 'date', format: 'yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis' },
    { type: 'text' },
  ],
  boolean: [{ type: 'boolean' }, { type: 'keyword' }, { type: 'text' }],
};

/** A mapping that names most of the fields, in other types than dynamic mapping would give them. */
export function mappingFor(fields: readonly Field[]): fc.Arbitrary<Definition> {
  const named = fields.map(({ path, profile }) =>
    fc
      .option(fc.constantFrom(...OF_PROFILE[profile]), { freq: 6 })
      .map((definition) => [path, definition] as const),
  );
  return fc
    .tuple(fc.tuple(...named), fc.constantFrom<unknown>(true, true, 'false'), fc.boolean())
    .map(([all, dynamic, alias]) => {
      const given = all.filter(([, definition]) => definition !== null);
      const [first] = given;
      return {
        dynamic,
        properties: {
          // Names with dots are objects to Elasticsearch.
          ...Object.fromEntries(given),
          ...(alias && first ? { nowhere: { type: 'alias', path: first[0] } } : {}),
        },
      };
    });
}
