import { bool, type CaseGroup } from '../case.ts';

type Dsl = Record<string, unknown>;

const clause =
  (name: string) =>
  (field: string, query: unknown, more: Dsl): Dsl => ({ [name]: { [field]: { query, ...more } } });
const match = clause('match');
const phrase = clause('match_phrase');
const phrasePrefix = clause('match_phrase_prefix');
const boolPrefix = clause('match_bool_prefix');
const multi = (query: unknown, fields: readonly string[], more: Dsl): Dsl => ({
  multi_match: { query, fields, lenient: true, ...more },
});
const string = (query: string, more: Dsl): Dsl => ({ query_string: { query, ...more } });
const simple = (query: string, more: Dsl): Dsl => ({
  simple_query_string: { query, lenient: true, ...more },
});

const NAMES = ['standard', 'simple', 'whitespace', 'keyword', 'stop', 'english'];
const each = (make: (analyzer: string) => Dsl): Dsl[] => NAMES.map(make);

const FIELDS = ['t', 'w', 'e', 'k', 'kl', 'n', 'f', 'd', 'b', 'ip'];
const everyField = (make: (field: string) => Dsl): Dsl[] => FIELDS.map(make);

const MAPPING = {
  properties: {
    t: { type: 'text' },
    w: { type: 'text', analyzer: 'whitespace' },
    e: { type: 'text', analyzer: 'english', search_quote_analyzer: 'standard' },
    k: { type: 'keyword' },
    kl: { type: 'keyword', normalizer: 'lowercase' },
    n: { type: 'long' },
    f: { type: 'double' },
    d: { type: 'date' },
    b: { type: 'boolean' },
    ip: { type: 'ip' },
  },
};
const DOCUMENT = {
  t: 'The Quick-brown Foxes are running',
  w: 'The Quick-brown Foxes are running',
  e: 'The Quick-brown Foxes are running',
  k: ['Quick-brown', 'The'],
  kl: ['Quick-Brown', 'The Fox'],
  n: [5, 7],
  f: 2.5,
  d: '2024-03-01T10:00:00Z',
  b: true,
  ip: '10.0.0.1',
};

const TEXTS = ['Quick-brown', 'The Fox', 'running foxes', '5 6', 'the', '2024-03-01', 'true'];

/** Analyzers that queries name themselves. */
export const analyzers: readonly CaseGroup[] = [
  {
    name: 'match',
    mapping: MAPPING,
    document: DOCUMENT,
    queries: [
      ...everyField((field) => match(field, 'Quick-brown foxes', { analyzer: 'simple' })),
      ...everyField((field) =>
        match(field, '5 2.5 true 10.0.0.1', { analyzer: 'whitespace', lenient: true }),
      ),
      ...each((analyzer) => match('t', 'Quick-brown', { analyzer })),
      ...each((analyzer) => match('w', 'Quick-brown', { analyzer })),
      ...each((analyzer) => match('e', 'Foxes', { analyzer })),
      ...each((analyzer) => match('k', 'Quick-brown', { analyzer })),
      ...each((analyzer) => match('kl', 'The Fox', { analyzer })),
      ...each((analyzer) => match('t', 'the dogs', { analyzer })),
      ...each((analyzer) => match('t', 'the', { analyzer, zero_terms_query: 'all' })),
      match('n', 'the', { analyzer: 'stop', zero_terms_query: 'all' }),
      match('nowhere', 'the', { analyzer: 'stop', zero_terms_query: 'all' }),
      match('n', '5 6', { analyzer: 'whitespace', operator: 'and' }),
      match('n', '5 7', { analyzer: 'whitespace', operator: 'and' }),
      match('n', '5 6 7', { analyzer: 'whitespace', minimum_should_match: 2 }),
      match('n', '5 6 8', { analyzer: 'whitespace', minimum_should_match: 2 }),
      match('d', '2024-03-01', { analyzer: 'whitespace' }),
      match('d', '2024-03-01', { analyzer: 'standard' }),
      match('d', '2024-03-02', { analyzer: 'keyword' }),
      match('_id', 'other document', { analyzer: 'keyword' }),
      match('t', 'quikc brwon', { analyzer: 'whitespace', fuzziness: 1 }),
      match('k', 'Quick-brow', { analyzer: 'keyword', fuzziness: 1 }),
      match('k', 'Quick-brow', { analyzer: 'standard', fuzziness: 1 }),
      match('kl', 'QUICK-BROW', { analyzer: 'keyword', fuzziness: 1 }),
      match('w', 'Quick-brow Foxe', { analyzer: 'whitespace', fuzziness: 1, operator: 'and' }),
      match('w', 'Quick-brow Foxe', { analyzer: 'standard', fuzziness: 1, operator: 'and' }),
    ],
  },
  {
    name: 'phrases',
    mapping: MAPPING,
    document: DOCUMENT,
    queries: [
      ...everyField((field) => phrase(field, 'Quick-brown', { analyzer: 'keyword' })),
      ...everyField((field) => phrase(field, '5', { analyzer: 'whitespace' })),
      ...each((analyzer) => phrase('t', 'Quick-brown Foxes', { analyzer })),
      ...each((analyzer) => phrase('w', 'Quick-brown Foxes', { analyzer })),
      ...each((analyzer) => phrase('e', 'foxes are running', { analyzer })),
      ...each((analyzer) => phrase('t', 'the', { analyzer, zero_terms_query: 'all' })),
      phrase('t', 'brown the foxes', { analyzer: 'stop', slop: 1 }),
      phrase('t', 'brown foxes the running', { analyzer: 'stop' }),
      phrase('k', 'Quick brown', { analyzer: 'standard' }),
      ...everyField((field) => phrasePrefix(field, 'Quick-br', { analyzer: 'keyword' })),
      ...each((analyzer) => phrasePrefix('t', 'quick-brown fo', { analyzer })),
      ...each((analyzer) => phrasePrefix('w', 'Quick-brown Fo', { analyzer })),
      ...everyField((field) => boolPrefix(field, 'Quick-br', { analyzer: 'keyword' })),
      ...each((analyzer) => boolPrefix('t', 'dogs Quick-br', { analyzer })),
      ...each((analyzer) => boolPrefix('k', 'The Qui', { analyzer, operator: 'and' })),
      ...each((analyzer) => boolPrefix('kl', 'Quick-B', { analyzer })),
      boolPrefix('t', 'quick-brow-', { analyzer: 'standard' }),
      boolPrefix('w', 'quikc-brown Foxe', { analyzer: 'whitespace', fuzziness: 1 }),
    ],
  },
  {
    name: 'several fields',
    mapping: MAPPING,
    document: DOCUMENT,
    queries: [
      ...TEXTS.flatMap((text) => each((analyzer) => multi(text, ['*'], { analyzer }))),
      ...TEXTS.flatMap((text) =>
        each((analyzer) => multi(text, ['t', 'k*', 'n'], { analyzer, operator: 'and' })),
      ),
      ...each((analyzer) =>
        multi('5 running', ['*'], { analyzer, operator: 'and', type: 'cross_fields' }),
      ),
      ...each((analyzer) =>
        multi('The 5 6', ['k', 'n'], { analyzer, type: 'cross_fields', minimum_should_match: 2 }),
      ),
      ...each((analyzer) => multi('Quick-brown', ['*'], { analyzer, type: 'phrase' })),
      ...each((analyzer) => multi('Quick-brown Fo', ['*'], { analyzer, type: 'phrase_prefix' })),
      ...each((analyzer) => multi('5 The Qui', ['*'], { analyzer, type: 'bool_prefix' })),
      ...each((analyzer) =>
        multi('The Qui', ['*'], { analyzer, type: 'bool_prefix', operator: 'and' }),
      ),
      ...each((analyzer) => multi('the', ['*'], { analyzer, zero_terms_query: 'all' })),
      ...each((analyzer) => multi('the', ['none'], { analyzer, zero_terms_query: 'all' })),
      multi('5 7', ['*'], { analyzer: 'whitespace', operator: 'and' }),
      multi('5 2.5', ['*'], { analyzer: 'whitespace', operator: 'and' }),
      multi('5 6 7', ['*'], { analyzer: 'whitespace', minimum_should_match: 2 }),
      multi('5 2.5 6', ['*'], { analyzer: 'whitespace', minimum_should_match: 2 }),
      multi('Quikc-brown Th', ['*'], { analyzer: 'whitespace', operator: 'and', fuzziness: 1 }),
      multi('Quikc-brown Fo', ['*'], { analyzer: 'whitespace', operator: 'and', fuzziness: 1 }),
    ],
  },
  {
    name: 'fuzzy words in the same field',
    seed: [{ a: 'x', b: 'x', c: ['x'] }],
    document: { a: 'Quick brown fox', b: 'lazy dog', c: ['Quick brown fox', 'Lazy dog'] },
    queries: [
      multi('quikc fxo', ['*'], { operator: 'and', fuzziness: 1 }),
      multi('quikc dgo', ['a', 'b*'], { operator: 'and', fuzziness: 1 }),
      multi('quikc dgo', ['a*', 'b*'], { operator: 'and', fuzziness: 1 }),
      multi('quikc dgo', ['c*'], { operator: 'and', fuzziness: 1 }),
      multi('quikc dgo cat', ['*'], { minimum_should_match: 2, fuzziness: 1 }),
      multi('quikc cta dog', ['a*', 'b*'], { minimum_should_match: 2, fuzziness: 1 }),
      multi('quikc bronw cat', ['*'], { minimum_should_match: '75%', fuzziness: 1 }),
      multi('quikc bronw cat', ['*'], { minimum_should_match: 2, fuzziness: 1 }),
      multi('quikc fo', ['*'], { operator: 'and', fuzziness: 1, type: 'bool_prefix' }),
      multi('quikc do', ['a*', 'b*'], { operator: 'and', fuzziness: 1, type: 'bool_prefix' }),
      multi('quikc cat', ['*'], { operator: 'and', fuzziness: 'AUTO' }),
    ],
  },
  {
    name: 'query strings',
    mapping: MAPPING,
    document: DOCUMENT,
    queries: [
      ...TEXTS.flatMap((text) => each((analyzer) => string(text, { analyzer }))),
      ...TEXTS.flatMap((text) =>
        each((analyzer) => string(`"${text}"`, { analyzer, default_operator: 'and' })),
      ),
      ...each((analyzer) => string('t:Qui*', { analyzer })),
      ...each((analyzer) => string('k:Qui*', { analyzer })),
      ...each((analyzer) => string('kl:Qui*', { analyzer })),
      ...each((analyzer) => string('w:Qui*', { analyzer })),
      ...each((analyzer) => string('w:Q?ick*', { analyzer })),
      ...each((analyzer) => string('k:Q?ick*', { analyzer })),
      ...each((analyzer) => string('kl:Q?ick-B*', { analyzer })),
      ...each((analyzer) => string('Q?ick-?rown', { analyzer })),
      ...each((analyzer) => string('t:Q?ick', { analyzer })),
      ...each((analyzer) => string('k:Th~1', { analyzer })),
      ...each((analyzer) => string('w:Foxe~1', { analyzer })),
      ...each((analyzer) => string('t:/Qu.CK/', { analyzer })),
      ...each((analyzer) => string('k:/Th./', { analyzer })),
      ...each((analyzer) => string('k:[Qa TO Qz]', { analyzer })),
      ...each((analyzer) => string('t:[Qa TO Qz]', { analyzer })),
      ...each((analyzer) => string('w:>=Qz', { analyzer })),
      ...each((analyzer) => string('kl:{QUICK TO *}', { analyzer })),
      ...each((analyzer) => string('d:[2024-03-01T00:00:00Z TO *]', { analyzer })),
      ...each((analyzer) => string('d:2024-03-01', { analyzer, time_zone: '+02:00' })),
      ...each((analyzer) => string('n:[5 TO 6]', { analyzer })),
      ...each((analyzer) => string('d:[* TO *]', { analyzer })),
      ...each((analyzer) => string('t:[* TO *]', { analyzer })),
      ...each((analyzer) => string('the AND quick', { analyzer, default_field: 't' })),
      ...each((analyzer) => string('NOT the', { analyzer, default_field: 't' })),
      ...each((analyzer) =>
        string('the OR (the AND the)', { analyzer, fields: ['t', 'n'], lenient: true }),
      ),
      ...each((analyzer) => string('+the +quick', { analyzer, fields: ['t', 'none'] })),
      ...each((analyzer) => string('-the +quick', { analyzer })),
      ...each((analyzer) => string('quick the', { analyzer, default_operator: 'and' })),
      ...each((analyzer) =>
        string('the quick fox', { analyzer, default_field: 't', minimum_should_match: 2 }),
      ),
      ...each((analyzer) =>
        string('5 The', { analyzer, type: 'cross_fields', default_operator: 'and' }),
      ),
      ...each((analyzer) => string('brown Fo', { analyzer, type: 'phrase_prefix' })),
      ...each((analyzer) => string('brown Fo', { analyzer, type: 'bool_prefix' })),
      ...each((quote_analyzer) => string('t:"Quick-brown" AND t:Quick', { quote_analyzer })),
      ...each((quote_analyzer) =>
        string('w:"Quick-brown" AND k:The', { quote_analyzer, analyzer: 'keyword' }),
      ),
      ...each((quote_analyzer) => string('quick AND "the"', { quote_analyzer })),
    ],
  },
  {
    name: 'beginnings that are analysed',
    mapping: MAPPING,
    document: DOCUMENT,
    queries: [
      ...[
        't:Quick\\-br*',
        't:Quick\\ fo*',
        't:cat\\ fo*',
        'w:Quick\\-br*',
        'w:quick\\-br*',
        'e:running*',
        'e:foxes*',
        'e:the*',
        'k:Quick\\-br*',
        'kl:Quick\\-br*',
        'n:5*',
        't:...* AND t:quick',
        't:...* AND t:cat',
        '...* AND quick',
        'Quick\\-br*',
        'cat\\-br*',
        'The\\ Fox*',
        't:Q?ick*',
        't:*ick',
        'e:*oxes',
      ].flatMap((text) => [
        string(text, { analyze_wildcard: true, lenient: true }),
        string(text, { analyze_wildcard: true, lenient: true, default_operator: 'and' }),
        string(text, { analyze_wildcard: true, lenient: true, analyzer: 'whitespace' }),
        string(text, { analyze_wildcard: true, lenient: true, analyzer: 'english' }),
      ]),
      ...['Quick-br*', 'Quick\\ fo*', 'cat\\ fo*', 'running*', '...*', 'The\\ Fo*', '5*'].flatMap(
        (text) => [
          simple(text, { analyze_wildcard: true }),
          simple(text, { analyze_wildcard: true, default_operator: 'and' }),
          simple(text, { analyze_wildcard: true, fields: ['e', 'kl'] }),
          simple(text, { analyze_wildcard: true, fields: ['k', 'kl'], analyzer: 'whitespace' }),
          simple(text, { analyze_wildcard: true, fields: ['k', 'kl'], analyzer: 'standard' }),
          simple(text, { fields: ['k', 'w'], analyzer: 'standard' }),
          simple(`${text} + quick`, { analyze_wildcard: true, fields: ['t'] }),
        ],
      ),
    ],
  },
  {
    name: 'the simple syntax',
    mapping: MAPPING,
    document: DOCUMENT,
    queries: [
      ...TEXTS.flatMap((text) => each((analyzer) => simple(text, { analyzer }))),
      ...TEXTS.flatMap((text) => each((analyzer) => simple(`"${text}"`, { analyzer }))),
      ...each((analyzer) => simple('the + quick', { analyzer, fields: ['t', 'k'] })),
      ...each((analyzer) => simple('the + cat', { analyzer, fields: ['t', 'k'] })),
      ...each((analyzer) => simple('-the', { analyzer, fields: ['t'] })),
      ...each((analyzer) => simple('the | "the"', { analyzer })),
      ...each((analyzer) => simple('the of a an + quick', { analyzer, fields: ['t', 'n'] })),
      ...each((analyzer) => simple('the -of a -an + cat', { analyzer })),
      ...each((analyzer) => simple('Th*', { analyzer, fields: ['k', 'kl', 't'] })),
      ...each((analyzer) => simple('Th~1', { analyzer, fields: ['k'] })),
      ...each((analyzer) =>
        simple('the quick fox', { analyzer, fields: ['t'], minimum_should_match: 2 }),
      ),
    ],
  },
  {
    name: 'fields with a suffix for what stands in quotes',
    mapping: {
      properties: {
        t: { type: 'text', fields: { x: { type: 'text', analyzer: 'whitespace' } } },
        u: { type: 'text' },
        o: { properties: { x: { type: 'text' } } },
      },
    },
    document: { t: 'Foo bar', u: 'Foo bar', o: { x: 'foo' } },
    queries: [
      ...['t:"foo"', 't:"Foo"', 'u:"foo"', 'o:"foo"', 't:foo', 'none:"foo"'].map((text) =>
        string(text, { quote_field_suffix: '.x' }),
      ),
      ...['"foo"', '"Foo"', 'foo', '"Foo bar"', '-"foo"', '"foo bar" -"none"'].flatMap((text) => [
        string(text, { quote_field_suffix: '.x', default_field: 't' }),
        string(text, { quote_field_suffix: '.x', fields: ['t', 'none'] }),
        string(text, { quote_field_suffix: '.x', fields: ['t', 'u'] }),
        simple(text, { quote_field_suffix: '.x', fields: ['t', 'o'] }),
        simple(text, { quote_field_suffix: '.y', fields: ['t', 'o'] }),
      ]),
      string('"Foo" bar', { quote_field_suffix: '.x', default_field: 't', type: 'phrase' }),
      string('"Foo"', { quote_field_suffix: '.x', quote_analyzer: 'simple', default_field: 't' }),
    ],
  },
  {
    name: 'phrases without gaps',
    mapping: MAPPING,
    document: DOCUMENT,
    queries: [false, true].flatMap((enable_position_increments) => [
      string('e:"foxes the running"', { enable_position_increments }),
      string('e:"foxes running"', { enable_position_increments }),
      string('t:"foxes the running"', { enable_position_increments, analyzer: 'stop' }),
      string('t:"brown the foxes"', { enable_position_increments, analyzer: 'stop' }),
      string('"brown the foxes"', { enable_position_increments, analyzer: 'stop' }),
      string('t:"brown the foxes"~1', { enable_position_increments, analyzer: 'stop' }),
      string('brown the fox', {
        enable_position_increments,
        analyzer: 'stop',
        type: 'phrase_prefix',
      }),
    ]),
  },
  {
    name: 'dynamic fields',
    seed: [{ a: 'x', n: 1, at: '2024-01-01', is: false }],
    document: { a: 'The Quick-brown', n: 5, at: '2024-03-01', is: true },
    queries: [
      ...TEXTS.flatMap((text) => each((analyzer) => multi(text, ['*'], { analyzer }))),
      ...each((analyzer) => match('a.keyword', 'The Quick-brown', { analyzer })),
      ...each((analyzer) => string('a:"quick brown" AND The', { analyzer })),
      ...each((analyzer) => string('5 2024-03-01', { analyzer, default_operator: 'and' })),
      bool({ must_not: [match('a', 'quick', { analyzer: 'whitespace' })] }),
      bool({ must_not: [match('a', 'Quick', { analyzer: 'whitespace' })] }),
    ],
  },
];
