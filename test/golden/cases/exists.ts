import { bool, type CaseGroup, exists, range } from '../case.ts';

/** Multi-fields that take what their field refuses. */
const refused = {
  empty: { type: 'long', fields: { raw: { type: 'keyword' } } },
  wrong: { type: 'integer', ignore_malformed: true, fields: { raw: { type: 'keyword' } } },
  large: { type: 'keyword', ignore_above: 3, fields: { words: { type: 'text' } } },
};
const refusedValues = { empty: '', wrong: 'x', large: 'larger' };
const refusedNames = [
  ...['empty', 'empty.raw', 'wrong', 'wrong.raw', 'large', 'large.words', 'in.empty', 'in.wrong'],
  ...['in.empty.raw', 'in.wrong.raw', 'in.large', 'in.large.words', 'in', 'in.*', 'e*', '*.raw'],
];

export const existence: CaseGroup[] = [
  {
    name: 'what counts as a value',
    seed: [{ gone: 'x', gone_n: 1 }],
    document: {
      text: 'word',
      empty: '',
      blank: ' ',
      dashes: '---',
      long: `${'w '.repeat(150)}`,
      zero: 0,
      no: false,
      date: '2024-02-03',
      nothing: null,
      none: [],
      nulls: [null],
      some: [null, 'x'],
      object: { inner: 1 },
      hollow: {},
      hulls: [{}, { inner: null }],
      deep: { er: { est: 'x' } },
    },
    queries: [
      ...[
        'text',
        'empty',
        'blank',
        'dashes',
        'long',
        'zero',
        'no',
        'date',
        'nothing',
        'none',
        'nulls',
      ],
      ...[
        'some',
        'object',
        'hollow',
        'hulls',
        'deep',
        'deep.er',
        'deep.er.est',
        'deep.er.e',
        'gone',
      ],
      ...[
        'gone_n',
        'text.keyword',
        'empty.keyword',
        'dashes.keyword',
        'long.keyword',
        'zero.keyword',
      ],
      ...['object.inner', 'hulls.inner', 'unknown', 'de', 'object.inner.x'],
    ].map(exists),
  },
  {
    name: 'in query strings',
    seed: [{ gone: 'x' }],
    document: { text: 'word', empty: '', dashes: '---', deep: { er: 1 }, long: 'y'.repeat(300) },
    queries: [
      '_exists_:text',
      '_exists_:empty',
      '_exists_:dashes',
      '_exists_:deep',
      '_exists_:gone',
      '_exists_:unknown',
      '_exists_:long.keyword',
      '_exists_:text.keyword',
      'text:*',
      'empty:*',
      'dashes:*',
      'deep:*',
      'deep.er:*',
      'gone:*',
      'unknown:*',
      'long.keyword:*',
      // On a text field this asks for a token, where `:*` asks for a value.
      'text:[* TO *]',
      'empty:[* TO *]',
      'dashes:[* TO *]',
      'dashes.keyword:[* TO *]',
      'deep.er:[* TO *]',
      'gone:[* TO *]',
      'deep:[* TO *]',
      range('empty', {}),
      range('dashes', {}),
      range('deep.er', {}),
      range('deep', {}),
      '_exists_:text AND NOT _exists_:gone',
      '_exists_:gone OR _exists_:unknown',
      'NOT _exists_:text',
      'NOT _exists_:gone',
    ],
  },
  {
    name: 'in bool',
    document: { a: 1, b: '' },
    queries: [
      bool({ filter: [exists('a'), exists('b')] }),
      bool({ filter: [exists('a'), exists('c')] }),
      bool({ must_not: [exists('c')] }),
      bool({ must_not: [exists('a')] }),
      bool({ should: [exists('c'), exists('b')] }),
    ],
  },
  {
    name: 'what a field refuses and its multi-field takes',
    mapping: { properties: { ...refused, in: { properties: refused } } },
    document: { ...refusedValues, in: refusedValues },
    queries: refusedNames.map(exists),
  },
  {
    name: 'the same in nested objects',
    mapping: {
      properties: { in: { type: 'nested', include_in_parent: true, properties: refused } },
    },
    document: { in: [refusedValues] },
    queries: refusedNames
      .filter((name) => /^in(\.\w+)+$/.test(name))
      .flatMap((name) => [exists(name), { nested: { path: 'in', query: exists(name) } }]),
  },
];
