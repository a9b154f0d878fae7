import fc from 'fast-check';

/** JSON texts: a number keeps the form in which it is written. */
export type Json = string;

/** Words that meet each other in one index; few, so that queries find some documents and not all. */
const VOCABULARIES = [
  ['disk', 'full', 'error', 'sda1', 'retry'],
  ['The', 'quick', 'Brown', 'fox'],
  ['größe', 'ÄRGER', 'straße', 'İstanbul', 'Σίσυφος'],
  ['東京', 'タワー', 'foo', '서울', 'bar'],
  ['user_id', 'a.b', 'x-y', '10.0.0.1', "it's", 'www.example.com'],
  ['1', '22', '3.5', '1,000', 'v2'],
  ['👍', 'foo', '🇩🇪', 'e\u0301'],
  ['AND', 'or', 'NOT', 'TO', 'now'],
  ['*', '?', 'foo', '(bar)', '"q"', 'a\\b', '/path/x', 'k:v'],
];
const SEPARATORS = [' ', ' ', ' ', ' ', ' ', ' ', ', ', '-', ' / ', '\n', '  ', '_', ''];

export const PROFILES = ['words', 'level', 'long', 'float', 'date', 'slashes', 'boolean'] as const;
export type Profile = (typeof PROFILES)[number];

/** Short texts of a vocabulary's words, and long ones that a keyword does not take. */
export function wordsOf(vocabulary: readonly string[]): fc.Arbitrary<string> {
  const word = fc.constantFrom(...vocabulary);
  const further = fc.tuple(fc.constantFrom(...SEPARATORS), word);
  const short = fc
    .tuple(word, fc.array(further, { maxLength: 7 }))
    .map(([first, rest]) => first + rest.flat().join(''));
  return fc.oneof(
    { weight: 60, arbitrary: short },
    { weight: 1, arbitrary: short.map((text) => `${text} `.repeat(Math.ceil(300 / text.length))) },
  );
}

export const vocabulary = fc.constantFrom(...VOCABULARIES);

const quoted = (texts: readonly string[]): fc.Arbitrary<Json> =>
  fc.constantFrom(...texts.map((text) => JSON.stringify(text)));

const LEVELS = ['info', 'warn', 'ERROR', 'a b', '', 'x*y', 'Warn-2'];
const LONGS = ['0', '1', '2', '-3', '200', '16777217', '9007199254740993', '-9223372036854775808'];
const FLOATS = ['1.5', '0.1', '-2.25', '1e3', '3.0', '16777217.0', '1E-3', '-0.0', '123456.789'];
const DATES = [
  '2024-01-01',
  '2024-01-01T12:30:00Z',
  '2024-01-01T12:30:00.123Z',
  '2024-01-01T12:30:00+02:00',
  '2024-01-01T12:30',
  '2024-02-29',
  '2023-12-31T23:59:59.999Z',
  '2024-01',
  '2024-01-02T00:00:00-0530',
  '2026-06-01T00:00:00.123456789Z',
];
const SLASHES = ['2024/01/01', '2024/01/01 12:30:00', '2024/02/29', '2023/12/31 23:59:59'];

/** Values of one kind; whatever fixes the field's type comes first. */
export function valuesOf(profile: Profile, words: fc.Arbitrary<string>): fc.Arbitrary<Json> {
  switch (profile) {
    case 'words':
      return words.map((text) => JSON.stringify(text));
    case 'level':
      return quoted(LEVELS);
    case 'long':
      return fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...LONGS) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            ...['1.5', '2.0', '1e3', '"7"', '"-3"', '" 2"', '"1.9"', '"NaN"', '9007199254740993.0'],
            ...['32767.5', '"32767.5"', '2147483647.5', '"2147483647.5"', '127.5', '"0x1p3"'],
          ),
        },
      );
    case 'float':
      return fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...FLOATS) },
        { weight: 1, arbitrary: fc.constantFrom('2', '-7', '"0.1"', '"1e3"', '16777217') },
      );
    case 'date':
      return fc.oneof(
        { weight: 9, arbitrary: quoted(DATES) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            '1704067200000',
            '"1704112200000"',
            '2024',
            '"2024"',
            '"2024-01-01T12:30:00Europe/Berlin"',
            '"2024-01-01T12:30:00+02"',
            '"-1000"',
          ),
        },
      );
    case 'slashes':
      return fc.oneof(
        { weight: 9, arbitrary: quoted(SLASHES) },
        { weight: 1, arbitrary: fc.constantFrom('1704067200000', '"1704112200000"') },
      );
    case 'boolean':
      return fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom('true', 'false') },
        { weight: 1, arbitrary: fc.constantFrom('"true"', '"false"', '""') },
      );
  }
}

/** What a query would ask for to find a value. */
export function queryText(value: Json): string {
  return value.startsWith('"') ? (JSON.parse(value) as string) : value;
}

const DATE_QUESTIONS = [
  '2024',
  '2024-01',
  '2024-01-01',
  '2024-01-01T12',
  '2024-01-01T12:30',
  '2024-01-01T12:30:00Z',
  '2024-01-01T12:30:00+02:00',
  '2024-01-01||/M',
  '2024-01-01||+1d',
  '2024-01-01T12:30:00Z||-1h/d',
  '2024-01-31||+1M',
  '2023-12-31||/y',
  '2024-01-01T13:00||/w',
  'now',
  'now-5y',
  'now/y',
  'now-2y/M',
  'now+1w',
  '2024/01/01',
  '2024/01/01||/M',
  '2024/01/01 12:30:00',
  '1704067200000',
  '1704112200000',
  '2024-01-01T12:30:00Europe/Berlin',
  '2024-01-01T12:30:00UTC',
  '-1000',
  '-1001',
];

/** Texts that queries ask a field of this kind for besides the values that it has. */
export function questionText(profile: Profile, words: fc.Arbitrary<string>): fc.Arbitrary<string> {
  switch (profile) {
    case 'date':
    case 'slashes':
      return fc.constantFrom(...DATE_QUESTIONS);
    case 'long':
    case 'float':
      return fc.constantFrom(
        '0',
        '1',
        '2.5',
        '-3',
        '1e2',
        '200.0',
        '-0',
        '+1',
        '1.',
        '.5',
        '0x1F',
        '99999999999999999999',
        'abc',
        ...['0.1', '32767', '65504', '2147483647', '1e400', '-Infinity', 'NaN'],
      );
    case 'boolean':
      return fc.constantFrom('true', 'false', 'True', '1');
    default:
      return words;
  }
}
