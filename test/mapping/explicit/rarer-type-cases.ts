type Definition = Readonly<Record<string, unknown>>;
type Mappings = Readonly<Record<string, unknown>>;

const all = (type: string, definitions: readonly Definition[]): Definition[] =>
  definitions.map((more) => ({ type, ...more }));

const COUNT = { analyzer: 'standard' };

/** One field each: refused as Elasticsearch does, or shown as it does. */
const FIELDS: readonly Definition[] = [
  ...all('flattened', [
    ...[{}, { depth_limit: 3 }, { depth_limit: -1 }, { depth_limit: '20' }, { depth_limit: 'x' }],
    ...[{ ignore_above: 5 }, { null_value: 'x' }, { null_value: 5 }, { null_value: null }],
    ...[
      { index: false, doc_values: 'false' },
      { eager_global_ordinals: true },
      { similarity: 'boolean' },
    ],
    ...[{ similarity: 'foo' }, { index_options: 'freqs' }, { index_options: 'positions' }],
    ...[
      { split_queries_on_whitespace: true },
      { meta: { a: 'b' } },
      { store: true },
      { norms: true },
    ],
    ...[{ fields: { k: { type: 'keyword' } } }, { copy_to: 'b' }, { fields: {} }, { foo: 1 }],
    ...[{ ignore_malformed: true }, { time_series_dimensions: ['a'] }, { depth_limit: null }],
  ]),
  ...all('token_count', [
    ...[{}, COUNT, { analyzer: 'nope' }, { ...COUNT, store: true }, { ...COUNT, null_value: 3 }],
    ...[
      { ...COUNT, null_value: 'x' },
      { ...COUNT, enable_position_increments: false },
    ],
    ...[{ ...COUNT, enable_position_increments: true, doc_values: false, index: false }],
    ...[
      { ...COUNT, coerce: true },
      { ...COUNT, boost: 2, meta: { a: 'b' } },
      { ...COUNT, foo: 1 },
    ],
    ...[{ ...COUNT, fields: { k: { type: 'keyword' } }, copy_to: 'b' }],
  ]),
  ...all('search_as_you_type', [{}, { max_shingle_size: 2 }, { analyzer: 'simple' }]),
  ...all('binary', [{}, { doc_values: true }, { store: true }, { index: false }, { foo: 1 }]),
  ...all('rank_feature', [{}, { positive_score_impact: false }, { foo: 1 }]),
  ...all('rank_features', [{}, { positive_score_impact: false }]),
  ...all('percolator', [{}]),
];

export const RARER_CASES: Readonly<Record<string, Mappings>> = Object.fromEntries(
  FIELDS.map((definition) => [JSON.stringify(definition), { properties: { a: definition } }]),
);

const again = (type: string, before: Definition, after: Definition) =>
  [{ a: { type, ...before } }, { a: { type, ...after } }] as const;

/** What a field is mapped as first, and then. */
export const RARER_MERGES: Readonly<Record<string, readonly [Definition, Definition]>> = {
  depth: again('flattened', { depth_limit: 3 }, { depth_limit: 5 }),
  above: again('flattened', {}, { ignore_above: 5 }),
  null: again('flattened', {}, { null_value: 'x' }),
  indexed: again('flattened', {}, { index: false }),
  split: again('flattened', {}, { split_queries_on_whitespace: true }),
  ordinals: again('flattened', { eager_global_ordinals: true }, {}),
  options: again('flattened', { index_options: 'freqs' }, {}),
  same: again('flattened', { similarity: 'boolean' }, { similarity: 'boolean' }),
  object: [{ a: { type: 'flattened' } }, { a: { properties: { b: { type: 'long' } } } }],
  keyword: [{ a: { type: 'flattened' } }, { a: { type: 'keyword' } }],
  analyzer: again('token_count', COUNT, { analyzer: 'simple' }),
  gaps: again('token_count', COUNT, { ...COUNT, enable_position_increments: false }),
  count: again('token_count', COUNT, { ...COUNT, null_value: 2 }),
  stored: again('binary', {}, { store: true }),
  impact: again('rank_feature', {}, { positive_score_impact: false }),
};
