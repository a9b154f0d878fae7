import { lowerCase } from '../../standard-analyzer.ts';
import { badSetting, text } from '../part-settings.ts';
import { mapTexts } from '../token-stream.ts';
import { greekLowerCase, irishLowerCase, turkishLowerCase } from './language-case.ts';
import type { FilterSpec } from './token-filter.ts';

const LANGUAGES: Readonly<Record<string, (text: string) => string>> = {
  greek: greekLowerCase,
  irish: irishLowerCase,
  turkish: turkishLowerCase,
};

export const lowercase: FilterSpec = {
  parameters: { language: text() },
  normalizes: true,
  build({ language }) {
    if (language === undefined) return { filter: (stream) => mapTexts(stream, lowerCase) };
    const lower = LANGUAGES[(language as string).toLowerCase()];
    if (lower === undefined) throw badSetting(`language [${language}] not support for lower case`);
    return { filter: (stream) => mapTexts(stream, (word) => lower(word)) };
  },
};

export const uppercase: FilterSpec = {
  parameters: {},
  normalizes: true,
  build: () => ({ filter: (stream) => mapTexts(stream, upperCase) }),
};

/** Each code point on its own, as Java 17 does: those that become several stay. */
export function upperCase(word: string): string {
  if (/^[\0-\x7f]*$/.test(word)) return word.toUpperCase();
  let upper = '';
  for (const character of word) {
    const changed = SINGLE.get(character) ?? character.toUpperCase();
    upper += isOne(changed) && !NEWER.test(character) ? changed : character;
  }
  return upper;
}

/** Small letters whose capital is one character in Java, though more than one when a whole text is raised. */
const SINGLE: ReadonlyMap<string, string> = new Map(
  [...'ᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧ', 'ᾳ', 'ῃ', 'ῳ'].map((small) => {
    const code = small.codePointAt(0)!;
    return [
      small,
      String.fromCodePoint(
        code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3 ? code + 9 : code + 8,
      ),
    ];
  }),
);

/** Small letters whose capitals are newer than Unicode 13. */
const NEWER =
  /[\u019b\u0264\u1c8a\u2c5f\ua7c1\ua7cd\ua7cf\ua7d1\ua7d3\ua7d5\ua7d7\ua7d9\ua7db\u{10597}-\u{105bc}\u{10d70}-\u{10d85}\u{16ebb}-\u{16ed3}]/u;

function isOne(text: string): boolean {
  const code = text.codePointAt(0);
  return code !== undefined && text.length === (code > 0xffff ? 2 : 1);
}
