import { type CaseGroup, exists, match, phrase, range, term, terms } from '../case.ts';

const of = (properties: Record<string, unknown>) => ({ properties });
const COUNT = { type: 'token_count', analyzer: 'standard' };
const stop = (more: object = {}) => ({ type: 'token_count', analyzer: 'stop', ...more });
const COUNTS = of({
  t: {
    type: 'text',
    fields: {
      n: COUNT,
      all: stop(),
      kept: stop({ enable_position_increments: false }),
      no: { ...COUNT, null_value: 7 },
      hidden: { ...COUNT, index: false },
    },
  },
  w: { type: 'token_count', analyzer: 'whitespace' },
});
const SUB_FIELDS = ['n', 'all', 'kept', 'no', 'hidden'].map((name) => `t.${name}`);
const counted = [
  ...SUB_FIELDS.flatMap((field) => [0, 1, 2, 3, 4].map((count) => term(field, count))),
  ...SUB_FIELDS.map(exists),
  ...[range('t.n', { gt: 2 }), range('t.all', { gte: 2.5, lt: 4 }), range('t.kept', { lte: 1 })],
  ...[term('t.no', 7), terms('t.n', 3, 9), match('t.n', '3'), term('t.n', 3.5), phrase('t.n', '3')],
  ...['t.n:3', 't.n:[2 TO 3]', '3', '[4 TO 9]', 't.n:>2', 't.n:x', 't.n:3*', 'NOT t.n:3'],
];

/** Types of which little can be asked, or that count what others hold. */
export const rarerTypes: readonly CaseGroup[] = [
  ...['one two three', 'the quick and the', '', ['a b', 'the'], null, 5, 'the the', true].map(
    (t, number): CaseGroup => ({
      name: `token_count ${number}`,
      mapping: COUNTS,
      document: { t },
      queries: counted,
    }),
  ),
  {
    name: 'token_count, not below a text',
    mapping: COUNTS,
    document: { w: ['a b c d', 12, true] },
    queries: [
      ...[term('w', 4), term('w', 1), term('w', 2), term('w', 12), match('w', '4'), exists('w')],
      ...[range('w', { gte: 3 }), range('w', { gte: 5 }), 'w:4', '4', 'w:*', exists('t')],
    ],
  },
  {
    name: 'search_as_you_type',
    mapping: of({
      s: { type: 'search_as_you_type' },
      e: { type: 'search_as_you_type', analyzer: 'english' },
    }),
    document: { s: ['The quick Brown fox', 'jumps'], e: 'running dogs' },
    queries: [
      ...['s:quick', 's:qui', 's:qui*', 'quick', 'qui', 'qui*', '"quick brown"', 's:"quick fox"'],
      ...[
        's:"quick brown fox"',
        's:"fox jumps"',
        'quick brown',
        'e:dog',
        'e:run*',
        'dog',
        's:*own',
      ],
      ...[match('s', 'quick x'), match('s', 'quick fox', 'and'), match('s', 'quick cat', 'and')],
      ...[phrase('s', 'brown fox'), phrase('s', 'fox brown'), phrase('s', 'fox quick', 3)],
      ...[exists('s'), term('s', 'brown'), term('s', 'Brown'), range('s', { gte: 'z' })],
      { match_bool_prefix: { s: 'fox qui' } },
      { match_bool_prefix: { s: { query: 'fox cat qui', operator: 'and' } } },
      { match_phrase_prefix: { s: 'quick bro' } },
      { match_phrase_prefix: { s: 'quick fo' } },
      {
        multi_match: {
          query: 'brown qui',
          type: 'bool_prefix',
          fields: ['s', 's._2gram', 's._3gram'],
        },
      },
      {
        multi_match: {
          query: 'cat do',
          type: 'bool_prefix',
          fields: ['s', 's._2gram', 's._3gram'],
        },
      },
      { prefix: { s: 'qui' } },
      { prefix: { s: 'a' } },
      { wildcard: { s: 'q?ick' } },
      { fuzzy: { s: 'quikc' } },
      { regexp: { s: 'qu.*' } },
    ],
  },
  {
    name: 'join',
    mapping: of({ j: { type: 'join', relations: { question: ['answer', 'comment'] } } }),
    document: { j: { name: 'question' } },
    queries: [
      ...[
        'j:question',
        'j:answer',
        'j:quest*',
        'question',
        'answer',
        'j:*',
        'j:/quest.*/',
        'quest',
      ],
      ...[term('j', 'question'), terms('j', 'answer', 'question'), match('j', 'question')],
      ...[exists('j'), range('j', { gte: 'q' }), range('j', { gte: 'r' }), term('j', 'comment')],
      ...[{ prefix: { j: 'q' } }, { fuzzy: { j: 'questoin' } }, { wildcard: { j: '*?n' } }],
    ],
  },
  {
    name: 'join, a name alone',
    mapping: of({ j: { type: 'join', relations: { question: 'answer' } } }),
    document: { j: 'question' },
    queries: ['j:question', 'j:answer', exists('j')],
  },
  {
    name: 'what has a value at most',
    mapping: of({
      b: { type: 'binary' },
      d: { type: 'binary', doc_values: true },
      s: { type: 'binary', store: true },
      r: { type: 'rank_feature' },
      f: { type: 'rank_features' },
      c: { type: 'completion' },
      p: { type: 'percolator' },
      o: { properties: { c: { type: 'completion' }, d: { type: 'binary', doc_values: true } } },
      q: { type: 'percolator' },
      k: { type: 'rank_feature' },
      t: { type: 'text' },
    }),
    document: {
      ...{ b: 'aGVsbG8=', d: ['aGVsbG8=', 'aGk='], s: 'aGVsbG8=', r: 5, f: { a: 1 } },
      ...{ c: { input: ['x y'], weight: 5 }, p: { match: { t: 'x' } }, o: { c: 'a' }, k: '1.5' },
    },
    queries: [
      ...[
        'b',
        'd',
        's',
        'r',
        'f',
        'f.a',
        'c',
        'c.input',
        'p',
        'p.match',
        'o',
        'o.c',
        'o.d',
        'q',
        'k',
      ].map(exists),
      ...['b', 'd', 's', 'r', 'f', 'p', 'k'].flatMap((field) => [term(field, '5'), `${field}:x`]),
      ...['r', 'd', 'p', 'b', 'q'].map((field) => range(field, {})),
      ...['r:*', 'd:*', 'b:*', 'q:*', 'k:*', '5', 'x', 'aGVsbG8=', 'r:[1 TO 9]'],
    ],
  },
];
