import fc from 'fast-check';
import type { MappedRound } from './mapped-round.ts';
import type { Question } from './query-strings.ts';
import type { Json } from './values.ts';

type Dsl = Record<string, unknown>;

/** A field of ranges, the ends of its ranges in order (as JSON), and texts that queries ask it for. */
interface RangeField {
  readonly path: string;
  readonly definition: Dsl;
  readonly ends: readonly Json[];
  /** Which documents write as well: other forms, and some that are refused. */
  readonly odd: readonly Json[];
  readonly asked: readonly string[];
}

const WHOLE = ['-20', '-1', '0', '1', '5', '9', '10', '11', '20', '21', '100'];
const DECIMALS = ['-2.25', '-0.1', '"-0.0"', '0.0', '0.1', '0.3', '1.5', '16777217', '1e10'];
const DATES = [
  ...['"2019-12-31"', '"2020"', '"2020-01-15T12:30:00Z"', '"2020-01-16"', '1579478400000'],
  ...['"2020-01-20T00:00:00.001Z"', '"2020-02-01||/M"', '"2020-02-29"', '"2021-06"', '"2120"'],
];
const INSTANTS = [
  ...['2019-12-31', '2020', '2020-01', '2020-01-15', '2020-01-15T12:30', '2020-01-16||/d'],
  ...['2020-01-20', '1579478400000', '2020-01-20T00:00:00.001Z', '2020-02-29', '2020-02-29||-1M'],
  ...['2021', '2021-06', '2120', 'now', 'now-100y/y', 'now+50y', 'now/d', '2020-01-20T02:00+02:00'],
];
const BLOCKS = ['"10.0.0.0/24"', '"10.0.0.77/30"', '"0.0.0.0/0"', '"2001:db8::/32"', '"::1/64"'];

const FIELDS: readonly RangeField[] = [
  {
    path: 'i',
    definition: { type: 'integer_range' },
    ends: [...WHOLE, '2147483647'],
    odd: ['"7"', '"5.9"', '5.9', '-0.5', '1e1', '-2147483648', '2147483648', '"x"', 'true'],
    asked: [...WHOLE, '2147483647', '-2147483648', '10.0', '5.5', '1e1', 'x', '', '0x1p3'],
  },
  {
    path: 'l',
    definition: { type: 'long_range' },
    ends: [...WHOLE, '9007199254740992', '9007199254740993', '9223372036854775807'],
    odd: ['"7"', '5.9', '-9223372036854775808', '9223372036854775808', '"9007199254740993.7"'],
    asked: [
      ...[...WHOLE, '9007199254740992', '9007199254740993', '9007199254740994', '5.5', '1e1'],
      ...['9223372036854775807', '-9223372036854775808', '9223372036854775808', '10.0'],
    ],
  },
  {
    path: 'f',
    definition: { type: 'float_range' },
    ends: DECIMALS,
    odd: ['"0.1"', '"1e39"', '3.4028235e38', '-3.4028235e38', '1e-50', '"0x1p-2"', '"NaN"'],
    asked: [...DECIMALS, '0.2', '-0', '0.1f', '3.4028235e38', '1e39', '-1e39', 'NaN', 'x'].map(
      bare,
    ),
  },
  {
    path: 'd',
    definition: { type: 'double_range' },
    ends: DECIMALS,
    odd: ['"0.1"', '1.7976931348623157e308', '5e-324', '"-1e308"', '""'],
    asked: [...DECIMALS, '0.2', '-0', '0.1d', '1e308', '5e-324', 'Infinity', '16777216'].map(bare),
  },
  {
    path: 't',
    definition: { type: 'date_range' },
    ends: DATES,
    odd: [
      '"2020-01-15T12:30:00+05:00"',
      '"1579478400000"',
      '1.5',
      '"now"',
      '"x"',
      '"2020-01||+1M"',
    ],
    asked: INSTANTS,
  },
  {
    path: 'o.t',
    definition: { type: 'date_range', format: 'yyyy/MM/dd||epoch_second' },
    ends: ['"2019/12/31"', '"2020/01/01"', '1579046400', '"2020/01/16||/M"', '"2020/02/29"'],
    odd: ['"1579046400"', '"2020-01-01"', '"2020/01/01||+1d"'],
    asked: ['2019/12/31', '2020/01/01', '1579046400', '2020/02/29||/M', '2020-01-15', 'now-100y'],
  },
  {
    path: 'p',
    definition: { type: 'ip_range' },
    ends: [
      ...['"::"', '"::1"', '"9.255.255.255"', '"10.0.0.0"', '"10.0.0.77"', '"::ffff:10.0.0.255"'],
      ...['"255.255.255.255"', '"2001:db8::"', '"fe80::1%eth0"'],
    ],
    odd: ['"10.0.0.0/8"', '5', '"x"'],
    asked: [
      ...['::', '::1', '9.255.255.255', '10.0.0.0', '10.0.0.77', '10.0.0.255', '2001:db8::1'],
      ...['::ffff:a00:4d', '255.255.255.255', '10.0.0.0/24', 'x', 'fe80::1'],
    ],
  },
  {
    path: 'v',
    definition: { type: 'integer_range', doc_values: false, coerce: false },
    ends: WHOLE,
    odd: ['"7"', '5.9', '5.0'],
    asked: WHOLE,
  },
  {
    path: 'n',
    definition: { type: 'integer_range', index: false },
    ends: WHOLE,
    odd: [],
    asked: WHOLE,
  },
];

function bare(json: Json): string {
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}

const properties = {
  ...Object.fromEntries(
    FIELDS.filter(({ path }) => path !== 'o.t').map(({ path, definition }) => [path, definition]),
  ),
  o: { properties: { t: FIELDS.find(({ path }) => path === 'o.t')!.definition } },
  al: { type: 'alias', path: 'i' },
  m: { type: 'integer' },
  c: { type: 'text' },
  k: { type: 'keyword', fields: { p: { type: 'ip_range' } } },
};

function rangeOf({ path, ends, odd }: RangeField): fc.Arbitrary<Json> {
  const low = fc.constantFrom('gte', 'gt');
  const high = fc.constantFrom('lte', 'lt');
  const place = fc.nat(ends.length - 1);
  const closed = fc
    .tuple(place, place, low, high)
    .map(
      ([a, b, from, to]) => `{"${from}":${ends[Math.min(a, b)]},"${to}":${ends[Math.max(a, b)]}}`,
    );
  const open = fc.oneof(
    fc.tuple(place, low).map(([a, from]) => `{"${from}":${ends[a]}}`),
    fc.tuple(place, high).map(([a, to]) => `{"${to}":${ends[a]},"gte":null}`),
  );
  const rare = fc.oneof(
    ...(odd.length > 0
      ? [
          fc
            .tuple(fc.constantFrom(...odd), fc.oneof(low, high))
            .map(([end, bound]) => `{"${bound}":${end}}`),
        ]
      : []),
    fc.constantFrom('{}', 'null', '{"gt":null,"lt":null}'),
  );
  const one = fc.oneof(
    { weight: 30, arbitrary: closed },
    { weight: 8, arbitrary: open },
    { weight: 1, arbitrary: rare },
    ...(path === 'p' ? [{ weight: 10, arbitrary: fc.constantFrom(...BLOCKS) }] : []),
  );
  return fc.oneof(
    { weight: 5, arbitrary: one },
    { weight: 1, arbitrary: fc.array(one, { maxLength: 3 }).map((all) => `[${all}]`) },
    { weight: 1, arbitrary: fc.tuple(one, one).map(([a, b]) => `[[${a}],[null,${b}]]`) },
  );
}

const document: fc.Arbitrary<Json> = fc
  .tuple(
    fc.tuple(...FIELDS.map((field) => fc.option(rangeOf(field), { freq: 2 }))),
    fc.option(fc.constantFrom('5', '10', '11')),
    fc.option(fc.constantFrom('"10 20"', '"5"', '"2020-01-15"', '"x y"')),
    fc.option(fc.constantFrom('"10.0.0.0/24"', '"::/0"', '"10.0.0.5/32"')),
  )
  .map(([ranges, m, c, k]) => {
    const members = FIELDS.flatMap(({ path }, at) =>
      ranges[at] === null ? [] : [`"${path}":${ranges[at]}`],
    );
    if (m !== null) members.push(`"m":${m}`);
    if (c !== null) members.push(`"c":${c}`);
    if (k !== null) members.push(`"k":${k}`);
    return `{${members.join(',')}}`;
  });

const escaped = (text: string): string => text.replaceAll(/[^a-zA-Z0-9.]/g, '\\$&');

/** As JSON has it: numbers may stand without quotes. */
const plain = (text: string): fc.Arbitrary<unknown> =>
  /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(text)
    ? fc.constantFrom<unknown>(text, JSON.parse(text))
    : fc.constant(text);

function questionOf(field: RangeField): fc.Arbitrary<Question> {
  const text = fc.constantFrom(...field.asked);
  const value = text.chain(plain);
  const path = fc.constantFrom(field.path, field.path, ...(field.path === 'i' ? ['al'] : []));
  const on = (kind: string, weight: number, body: fc.Arbitrary<unknown>) => ({
    weight,
    arbitrary: fc
      .tuple(path, body)
      .map(([name, given]): Question => ({ kind, query: { [kind]: { [name]: given } } })),
  });
  const place = fc.nat(field.asked.length - 1);
  const bounds = fc
    .tuple(place, place, fc.constantFrom('gte', 'gt', 'from'), fc.constantFrom('lte', 'lt', 'to'))
    .chain(([a, b, low, high]) =>
      fc.record(
        {
          [low]: plain(field.asked[Math.min(a, b)]!),
          [high]: plain(field.asked[Math.max(a, b)]!),
        },
        { requiredKeys: [] },
      ),
    );
  const relation = fc.constantFrom('intersects', 'within', 'contains', 'WITHIN', 'contains');
  const zone = fc.constantFrom('+02:00', '-11:00', 'Europe/Berlin');
  const range = fc
    .tuple(bounds, fc.option(relation, { freq: 4 }), fc.option(zone, { freq: 1 }))
    .map(([given, how, time_zone]) => ({
      ...given,
      ...(how === null ? {} : { relation: how }),
      ...(time_zone === null ? {} : { time_zone }),
    }));
  const formatted = fc
    .tuple(fc.constantFrom('16/01/2020', '2020', '01/02/2020'), relation)
    .map(([gte, how]) => ({ gte, format: 'dd/MM/yyyy||yyyy', relation: how }));
  const ofText = (kind: string, weight: number, texts: fc.Arbitrary<string>) => ({
    weight,
    arbitrary: texts.map((query): Question => ({ kind: `string: ${kind}`, query })),
  });
  const lower = fc.constantFrom('[', '{');
  const upper = fc.constantFrom(']', '}');
  const bound = fc.oneof(
    { weight: 6, arbitrary: text.map((each) => `"${each.replaceAll('"', '\\"')}"`) },
    { weight: 1, arbitrary: fc.constant('*') },
  );
  // Open ends are never excluded here: see docs/elasticsearch-differences.md.
  const between = fc
    .tuple(lower, bound, bound, upper)
    .map(
      ([open, from, to, close]) =>
        `${from === '*' ? '[' : open}${from} TO ${to}${to === '*' ? ']' : close}`,
    );
  const fields = fc.constantFrom([field.path, 'c'], [field.path, 'm', 'i'], ['*'], [field.path]);
  const several = fc.record(
    {
      query: text,
      fields,
      type: fc.constantFrom(
        ...['best_fields', 'most_fields', 'cross_fields', 'phrase', 'phrase_prefix', 'bool_prefix'],
      ),
      operator: fc.constantFrom('and', 'or'),
      lenient: fc.constant(true),
    },
    { requiredKeys: ['query', 'fields', 'lenient'] },
  );
  return fc.oneof(
    on('range', 12, range),
    on('term', 3, value),
    on('terms', 2, fc.array(value, { minLength: 1, maxLength: 3 })),
    on('match', 2, value),
    on('match_phrase', 1, value),
    on('match_bool_prefix', 1, value),
    ...(field.path === 't' ? [on('range', 2, formatted)] : []),
    ofText(
      'value',
      3,
      fc.tuple(path, text).map(([name, each]) => `${name}:${escaped(each)}`),
    ),
    ofText(
      'phrase',
      1,
      fc.tuple(path, text).map(([name, each]) => `${name}:"${each}"`),
    ),
    ofText(
      'range',
      3,
      fc.tuple(path, between).map(([name, each]) => `${name}:${each}`),
    ),
    ofText('range of any field', 1, between),
    ofText('of any field', 2, text.map(escaped)),
    ofText(
      'not',
      1,
      fc.tuple(path, between).map(([name, each]) => `NOT ${name}:${each}`),
    ),
    {
      weight: 2,
      arbitrary: several.map((query) => ({ kind: 'multi_match', query: { multi_match: query } })),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(path, text, zone).map(
        ([name, each, time_zone]): Question => ({
          kind: 'query_string in a zone',
          query: { query_string: { query: `${name}:"${each}"`, time_zone } },
        }),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(fields, text).map(
        ([names, each]): Question => ({
          kind: 'simple_query_string',
          query: { simple_query_string: { query: each, fields: names, lenient: true } },
        }),
      ),
    },
    {
      weight: 1,
      arbitrary: path.map((name) => ({ kind: 'exists', query: { exists: { field: name } } })),
    },
  );
}

const dslOf = ({ query }: Question): Dsl =>
  typeof query === 'string' ? { query_string: { query } } : (query as Dsl);

const leaf = fc.oneof(
  ...FIELDS.map((field) => ({ weight: field.path === 'n' ? 1 : 4, arbitrary: questionOf(field) })),
);
/** Of clauses that Elasticsearch fails on a whole query fails. */
const safe = fc.oneof(
  ...FIELDS.filter(({ path }) => path !== 'n').map((field) =>
    questionOf({ ...field, asked: field.ends.map(bare) }),
  ),
);
const some = fc.array(safe.map(dslOf), { minLength: 1, maxLength: 2 });
const many = fc.array(safe.map(dslOf), { minLength: 2, maxLength: 5 });
const bool = fc
  .record(
    { must: safe.map(dslOf), should: many, must_not: some, minimum_should_match: fc.nat(2) },
    { requiredKeys: [] },
  )
  .map((body): Question => ({ kind: 'bool', query: { bool: body } }));
const negated = safe.map(
  (question): Question => ({
    kind: 'must_not',
    query: { bool: { must_not: [dslOf(question)] } },
  }),
);

const exactly = (count: number) => ({ minLength: count, maxLength: count });

/** Documents with fields that hold ranges, and queries on these. */
export function rangeRound(documents: number, questions: number): fc.Arbitrary<MappedRound> {
  return fc.record({
    mapping: fc.constant({ properties }),
    documents: fc.array(document, exactly(documents)),
    questions: fc.array(
      fc.oneof(
        { weight: 6, arbitrary: leaf },
        { weight: 1, arbitrary: negated },
        { weight: 2, arbitrary: bool },
      ),
      exactly(questions),
    ),
  });
}
