import fc from 'fast-check';

const suggestions = { type: 'completion' };

/** Types of which queries can only ask whether there is a value. */
export const HELD_FIELDS = {
  feature: { type: 'rank_feature' },
  inverse: { type: 'rank_feature', positive_score_impact: false },
  features: { type: 'rank_features' },
  inverses: { type: 'rank_features', positive_score_impact: false },
  query: { type: 'percolator' },
  suggest: suggestions,
  short: { type: 'completion', max_input_length: 5 },
  contexts: { ...suggestions, contexts: [{ name: 'cat', type: 'category' }] },
  also: { type: 'alias', path: 'suggest' },
  multi: { type: 'keyword', fields: { suggest: suggestions, feature: { type: 'rank_feature' } } },
  from: { type: 'keyword', copy_to: 'feature' },
  n: { type: 'nested', properties: { feature: { type: 'rank_feature' } } },
  text: { type: 'text' },
} as const;

/** Fields that can be asked whether there is a value. */
export const ASKED = ['feature', 'inverse', 'query', 'suggest', 'short', 'also', 'multi.suggest'];

const one = fc.constantFrom;
const NUMBERS = [
  '1',
  '0',
  '-1',
  '1.5',
  '1e-40',
  '1.17549435E-38',
  '1.1754942e-38',
  '1e39',
  '5e-324',
];
const LARGE = ['3.4028235e38', '3.4028236e38', '1e400', '-0', '2.0', '1e3', '99999999999999999999'];
const NUMBER_TEXTS = ['"1"', '" 1"', '"1f"', '"0x1"', '"0x1p3"', '"+5"', '"-5"', '".5"', '"NaN"'];
const numbers = one(
  ...NUMBERS,
  ...LARGE,
  ...NUMBER_TEXTS,
  '"Infinity"',
  '"2147483648"',
  '2147483647',
);
const others = one('"abc"', '""', '" "', 'null', 'true', 'false', '{}', '{"a":1}', '[]', '[[]]');
const scalar = fc.oneof({ weight: 3, arbitrary: numbers }, others);
const listed = (value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: value },
    { weight: 1, arbitrary: fc.array(value, { maxLength: 2 }).map((all) => `[${all}]`) },
    { weight: 1, arbitrary: value.map((inner) => `[[${inner}]]`) },
  );
const objectOf = (names: readonly string[], value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .uniqueArray(fc.tuple(one(...names), value), { maxLength: 3, selector: ([name]) => name })
    .map((members) => `{${members.map(([name, member]) => `"${name}":${member}`)}}`);

const features = listed(
  fc.oneof(
    { weight: 5, arbitrary: objectOf(['a', 'b', 'c.d', ''], one('1', '"2"', '0.5')) },
    objectOf(['a', 'b'], scalar),
    scalar,
  ),
);
const clause = one(
  '{"match_all":{}}',
  '{"term":{"text":"x"}}',
  '{"bool":{}}',
  '{"match":{"text":"x"}}',
);
const malformed = one(
  '{"match_all":{},"match_none":{}}',
  '{"match_all":5}',
  '{"match_all":[]}',
  '{"term":null}',
);
const query = listed(fc.oneof({ weight: 3, arbitrary: clause }, malformed, scalar));

const input = one(
  '"a"',
  '""',
  '" \\u0000"',
  '"a\\u0000"',
  '"ab\\u001e"',
  '"abcde\\u001f"',
  '"a\\u001d"',
);
const longest = one('a'.repeat(49), 'a'.repeat(50)).map((text) => `"${text}\\u0000"`);
const inputs = fc.oneof(
  { weight: 3, arbitrary: input },
  longest,
  fc.array(fc.oneof(input, scalar), { maxLength: 2 }).map((all) => `[${all}]`),
  scalar,
);
const weights = fc.oneof({ weight: 3, arbitrary: one('1', '0', '"7"', '2147483647') }, scalar);
const suggestion = fc
  .record({ input: inputs, weight: weights, foo: one('1') }, { requiredKeys: [] })
  .map(({ foo, ...members }) => ({ ...members, ...(foo && members.input === '"a"' && { foo }) }))
  .map((members) => `{${Object.entries(members).map(([name, value]) => `"${name}":${value}`)}}`);
const suggested = listed(
  fc.oneof({ weight: 3, arbitrary: input }, { weight: 4, arbitrary: suggestion }, longest, scalar),
);
const context = one(
  '{"input":"a","contexts":{"cat":"x"}}',
  '{"input":["a"],"contexts":{"cat":["x",1]}}',
);
const multi = listed(
  fc.oneof(
    { weight: 2, arbitrary: one('"1"', '"2.5"') },
    scalar.filter((text) => text !== '{}'),
  ),
);

const members: readonly (readonly [string, fc.Arbitrary<string>])[] = [
  ['feature', listed(scalar)],
  ['inverse', listed(scalar)],
  ['features', features],
  ['inverses', features],
  ['query', query],
  ['suggest', suggested],
  ['suggest', suggested],
  ['short', suggested],
  ['contexts', context],
  ['multi', multi],
  ['from', listed(one('1', '"2"', '"x"', 'null'))],
];

const plain = fc
  .oneof(...members.map(([name, value]) => value.map((text) => `"${name}":${text}`)))
  .map((member) => `{${member}}`);
const nested = fc
  .array(objectOf(['feature'], one('1', '2', '0', 'null')), { maxLength: 3 })
  .map((all) => `{"n":[${all}]}`);
const both = one(
  '{"feature":1,"from":2}',
  '{"feature":1,"from":null}',
  '{"feature":null,"from":2}',
);

/** JSON of documents, most with a value that is refused or not by little. */
export const heldDocument: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: plain },
  nested,
  both,
);
