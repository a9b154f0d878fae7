import { BMP_KINDS, WHITESPACE } from '../characters.ts';
import { mapTexts } from '../token-stream.ts';
import { ZEROS } from './digit-data.ts';
import type { FilterSpec } from './token-filter.ts';

const each = (change: (text: string) => string, normalizes = false): FilterSpec => ({
  parameters: {},
  ...(normalizes && { normalizes: true as const }),
  build: () => ({ filter: (stream) => mapTexts(stream, change) }),
});

/** Without white space at both ends. */
export const trim: FilterSpec = each((text) => {
  let [start, end] = [0, text.length];
  while (start < end && BMP_KINDS[text.charCodeAt(start)] === WHITESPACE) start += 1;
  while (end > start && BMP_KINDS[text.charCodeAt(end - 1)] === WHITESPACE) end -= 1;
  return end - start < text.length ? text.slice(start, end) : text;
}, true);

export const reverse: FilterSpec = each((text) => [...text].reverse().join(''));

/** What stands before the first apostrophe. */
export const apostrophe: FilterSpec = each((text) => {
  const at = text.search(/['\u2019]/);
  return at < 0 ? text : text.slice(0, at);
});

/** Digits of any script as those of ASCII. */
export const decimalDigit: FilterSpec = each((text) => {
  if (/^[\0-\x7f]*$/.test(text)) return text;
  let plain = '';
  for (const character of text) plain += DIGITS.get(character.codePointAt(0)!) ?? character;
  return plain;
}, true);

const DIGITS: ReadonlyMap<number, string> = new Map(
  ZEROS.split(' ').flatMap((zero) =>
    Array.from(
      { length: 10 },
      (_, digit) => [Number.parseInt(zero, 16) + digit, String(digit)] as const,
    ),
  ),
);

/** Takes the `'s` and the dots off what the tokenizer `classic` marks as possessives and acronyms. */
export const classic: FilterSpec = {
  parameters: {},
  build: () => ({
    filter: (stream) =>
      mapTexts(stream, (text, { type }) => {
        if (type === '<APOSTROPHE>' && /'[sS]$/.test(text)) return text.slice(0, -2);
        return type === '<ACRONYM>' ? text.replaceAll('.', '') : text;
      }),
  }),
};
