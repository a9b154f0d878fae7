import fc from 'fast-check';
import type { Field } from './documents.ts';
import type { Profile } from './values.ts';

type Definition = Readonly<Record<string, unknown>>;

const FOLDED = { folded: { type: 'keyword', normalizer: 'lowercase' } };
const RAW = { folded: { type: 'keyword', ignore_above: 12 } };
const WORDS: readonly Definition[] = [
  { type: 'text' },
  { type: 'text', fields: FOLDED },
  { type: 'text', analyzer: 'whitespace', fields: RAW },
  { type: 'text', analyzer: 'simple', search_analyzer: 'whitespace' },
  { type: 'text', analyzer: 'keyword' },
  { type: 'text', analyzer: 'english', position_increment_gap: 0 },
  { type: 'text', analyzer: 'stop', search_quote_analyzer: 'simple' },
  { type: 'text', index: false },
  { type: 'keyword' },
  { type: 'keyword', normalizer: 'lowercase', fields: { folded: { type: 'text' } } },
  { type: 'keyword', ignore_above: 8, null_value: 'foo' },
  { type: 'keyword', doc_values: false },
  { type: 'keyword', index: false },
  { type: 'keyword', copy_to: 'everything' },
  { type: 'text', copy_to: ['everything'] },
];
const NUMBERS: readonly Definition[] = [
  { type: 'double' },
  { type: 'float' },
  { type: 'half_float', coerce: false },
  { type: 'long', fields: FOLDED },
  { type: 'integer', ignore_malformed: true },
  { type: 'short', null_value: 2 },
  { type: 'byte', coerce: false },
  { type: 'keyword' },
  { type: 'text' },
  { type: 'double', index: false },
  { type: 'long', copy_to: 'everything' },
];

const OF_PROFILE: Readonly<Record<Profile, readonly Definition[]>> = {
  words: WORDS,
  level: WORDS,
  long: NUMBERS,
  float: NUMBERS,
  date: [
    { type: 'date' },
    { type: 'date', format: 'strict_date_optional_time' },
    {
      type: 'date',
      format: "yyyy-MM-dd||strict_date_time||yyyy-MM||epoch_second||yyyy-MM-dd'T'HH:mm",
    },
    { type: 'date', fields: { folded: { type: 'date_nanos' } } },
    { type: 'date_nanos' },
    { type: 'date', ignore_malformed: true, null_value: '2024-01-01' },
    { type: 'keyword' },
  ],
  slashes: [
    { type: 'date', format: 'yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis' },
    { type: 'date', format: 'yyyy/MM/dd HH:mm:ss||yyyy/MM/dd' },
    { type: 'text' },
  ],
  boolean: [
    { type: 'boolean' },
    { type: 'boolean', null_value: true },
    { type: 'keyword' },
    { type: 'text' },
  ],
};

export interface ExplicitMapping {
  readonly mapping: Definition;
  /** What queries may name: the documents' fields, and what the mapping adds to them. */
  readonly fields: readonly Field[];
}

/** A mapping that names most of the fields, in other types than dynamic mapping would give them. */
export function explicitMapping(fields: readonly Field[]): fc.Arbitrary<ExplicitMapping> {
  const named = fields.map((field) =>
    fc
      .option(fc.constantFrom(...(OF_PROFILE[field.profile] ?? WORDS)), { freq: 6 })
      .map((definition) => ({ field, definition })),
  );
  return fc
    .tuple(fc.tuple(...named), fc.constantFrom<unknown>(true, true, 'false'), fc.boolean())
    .map(([all, dynamic, alias]) => {
      const given = all.filter(({ definition }) => definition !== null);
      const [first] = given;
      const more = given.flatMap(({ field, definition }) => {
        const own = definition as Definition;
        const further: Field[] = [];
        if ('fields' in own) further.push({ ...field, path: `${field.path}.folded` });
        if ('copy_to' in own) further.push({ ...field, path: 'everything' });
        return further;
      });
      const hasAlias = alias && first !== undefined;
      if (hasAlias) more.push({ ...first.field, path: 'nowhere' });
      const properties = {
        ...Object.fromEntries(given.map(({ field, definition }) => [field.path, definition])),
        ...(hasAlias ? { nowhere: { type: 'alias', path: first.field.path } } : {}),
      };
      return { mapping: { dynamic, properties }, fields: [...fields, ...more] };
    });
}
