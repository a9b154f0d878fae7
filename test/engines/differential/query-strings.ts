import fc from 'fast-check';
import type { Field } from './documents.ts';

/** A query with the kind of clause that it exercises. */
export interface Question {
  readonly kind: string;
  readonly query: string | Record<string, unknown>;
}

interface Text {
  readonly kind: string;
  readonly text: string;
}

/** The text as one term, whatever characters it has. */
export function escaped(text: string): string {
  const safe = text.replaceAll(/[+\-=&|!(){}[\]^"~*?:\\/<>\s]/g, '\\$&');
  return /^(AND|OR|NOT|TO)$/.test(text) ? `\\${safe}` : safe;
}

const phraseText = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

/** Parts of a text that are words to the query parser, too. */
export const plainWords = (text: string): string[] =>
  text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '' && !/^(AND|OR|NOT|TO)$/.test(word));

export const pathOf = (field: Field): fc.Arbitrary<string> =>
  field.profile === 'words' || field.profile === 'level'
    ? fc.oneof(
        { weight: 3, arbitrary: fc.constant(field.path) },
        { weight: 1, arbitrary: fc.constant(`${field.path}.keyword`) },
      )
    : fc.constant(field.path);

/** A value cut and with wildcards in places. */
export function patternOf(text: string): fc.Arbitrary<string> {
  const [word = 'x'] = plainWords(text);
  const characters = [...word];
  const cut = fc.integer({ min: 0, max: characters.length });
  return fc.oneof(
    cut.map((at) => `${characters.slice(0, at).join('')}*`),
    cut.map((at) => `*${characters.slice(at).join('')}`),
    cut.map((at) => `${characters.slice(0, at).join('')}?${characters.slice(at + 1).join('')}`),
    cut.map((at) => `*${characters.slice(at, at + 1).join('')}*`),
    cut.map((at) => `${characters.slice(0, at).join('')}*${characters.slice(at).join('')}`),
  );
}

/** The words of a text, some of them swapped, dropped or said twice. */
export function phraseOf(text: string): fc.Arbitrary<string> {
  const words = text.split(/\s+/);
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant(text) },
    {
      weight: 9,
      arbitrary: fc
        .tuple(fc.nat(words.length - 1), fc.integer({ min: 1, max: 2 }))
        .map(([from, count]) => words.slice(from, from + count).join(' ')),
    },
    {
      weight: 3,
      arbitrary: fc
        .shuffledSubarray(words, { minLength: 1, maxLength: Math.min(words.length, 3) })
        .map((some) => some.join(' ')),
    },
    { weight: 1, arbitrary: fc.constantFrom(...words).map((word) => `${word} ${word}`) },
  );
}

const bound = (field: Field): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: field.question.map((text) =>
        /[\s\]}"]/.test(text) ? phraseText(text) : text || '""',
      ),
    },
    { weight: 1, arbitrary: fc.constant('*') },
  );

function leafOf(field: Field): fc.Arbitrary<Text> {
  const { question, profile } = field;
  // On other types the whole phrase is one value.
  const often = profile === 'words' ? 3 : 1;
  const of = (kind: string, text: fc.Arbitrary<string>, weight = 1) => ({
    weight,
    arbitrary: fc
      .tuple(pathOf(field), text)
      .map(([path, value]): Text => ({ kind, text: `${path}:${value}` })),
  });
  const everywhere = (kind: string, text: fc.Arbitrary<string>, weight = 1) => ({
    weight,
    arbitrary: text.map((value): Text => ({ kind, text: value })),
  });
  const word = question.map(escaped).filter((text) => text !== '');
  const phrase = question.chain(phraseOf).map(phraseText);
  const slop = fc.tuple(phrase, fc.nat(4)).map(([text, by]) => `${text}~${by}`);
  const span = fc
    .tuple(fc.constantFrom('[', '{'), bound(field), bound(field), fc.constantFrom(']', '}'))
    .map(([open, from, to, close]) => `${open}${from} TO ${to}${close}`);
  const compared = fc
    .tuple(fc.constantFrom('>', '>=', '<', '<='), word)
    .map(([sign, text]) => sign + text);
  const wildcard = question.chain(patternOf);
  const block = fc
    .array(question, { minLength: 2, maxLength: 3 })
    .map((texts) => texts.flatMap(plainWords).join(' ') || 'none at all');
  return fc.oneof(
    of('string: field:word', word, 3),
    of('string: field:"phrase"', phrase, often),
    of('string: field:"phrase"~n', slop, often),
    of('string: field:[a TO b]', span, 4),
    of('string: field:>a', compared, 2),
    of('string: field:wild*', wildcard, often),
    of(
      'string: field:(words)',
      block.map((text) => `(${text})`),
      often,
    ),
    of('string: field:*', fc.constant('*')),
    everywhere('string: word', word, 2),
    everywhere('string: words', block, 2),
    everywhere('string: "phrase"', phrase),
    everywhere('string: "phrase"~n', slop),
    everywhere('string: wild*', wildcard),
    everywhere('string: [a TO b]', span),
    everywhere(
      'string: _exists_',
      fc
        .oneof(
          { weight: 5, arbitrary: pathOf(field) },
          { weight: 1, arbitrary: fc.constantFrom('user', 'http', 'nowhere') },
        )
        .map((path) => `_exists_:${path}`),
    ),
    everywhere('string: *:*', fc.constantFrom('*:*', '*')),
  );
}

const SPACE = fc.constantFrom(' ', ' ', ' AND ', ' OR ', ' && ', ' || ', ' AND NOT ', ' OR NOT ');
const SIGN = fc.constantFrom('', '', '', '', '', '+', '-', '!', 'NOT ');

/** Query texts: single clauses, and mixtures with operators, signs, groups and boosts. */
export function queryTextOf(fields: readonly Field[]): fc.Arbitrary<Text> {
  const leaf = fc.oneof(...fields.map(leafOf));
  const { group } = fc.letrec<{ group: string; clause: string }>((tie) => ({
    clause: fc.oneof(
      { depthSize: 'small' },
      { weight: 6, arbitrary: leaf.map(({ text }) => text) },
      { weight: 1, arbitrary: tie('group').map((text) => `(${text})`) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(leaf, fc.constantFrom('^2', '^0.5'))
          .map(([{ text }, boost]) => text + boost),
      },
    ),
    group: fc
      .tuple(SIGN, tie('clause'), fc.array(fc.tuple(SPACE, SIGN, tie('clause')), { maxLength: 3 }))
      .map(([sign, first, rest]) => sign + first + rest.flat().join('')),
  }));
  return fc.oneof(
    { weight: 5, arbitrary: leaf },
    { weight: 4, arbitrary: group.map((text) => ({ kind: 'string: mixed', text })) },
    // Not escaped: both have to refuse the same, or read it alike.
    {
      weight: 1,
      arbitrary: fc
        .array(
          fc.oneof(
            fc.constantFrom(...'+-!(){}[]^"*?:\\/&|<>=~ '),
            leaf.map(({ text }) => text),
          ),
          { minLength: 2, maxLength: 5 },
        )
        .map((parts) => ({ kind: 'string: unescaped', text: parts.join('') })),
    },
  );
}
