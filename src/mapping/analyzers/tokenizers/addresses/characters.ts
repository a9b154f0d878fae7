import * as c from '../../../word-break-classes.ts';

/** Column of a character above U+007F that goes on a word: the rules want to know no more of it. */
export const WORD = 128;
export const NO_WORD = 129;
/** Number of columns; the others are ASCII's, with capitals at their small letters. */
export const COLUMNS = 130;

const FIRST = 0x80;

/** Classes of characters that mostly go on a word. */
const WORDS: ReadonlySet<number> = new Set([
  ...[c.EXTEND, c.TEXT_SELECTOR, c.KEYCAP, c.EMOJI_SELECTOR, c.LETTER, c.EMOJI_LETTER, c.HANGUL],
  ...[c.DIGIT, c.KATAKANA, c.EXTEND_NUM_LET, c.HAN, c.HIRAGANA, c.HEBREW],
  ...[c.SOUTHEAST_ASIAN, c.SOUTHEAST_ASIAN_MARK],
]);

/** Those that differ from their class: lengths of runs in base 36, in turn of others and of these, from U+0000 on. */
const EXCEPTIONS = [
  '4t 1 11h 1 c 6 m 1 26 1 35 1 1d 1 cy 1 1iz 2 1gu 1 cr 1 3 2 5c 7 1 6 126 1 1 2 q 6 1c 5 1 a ',
  '2s0 q 1 2h c 5y 1c 1 44 2 3 1 fj 1b 1 2g nj3 3 2s 2 gm7 1 6x 3 3b5 1 1a4 2 3 1 hj4 4q5 j kz ',
  '9t9 4 43z 8 6f9 1 gxkw 1',
].join('');

/** Where runs of exceptions begin and end, in turn. */
const bounds: number[] = [];
for (const run of EXCEPTIONS.split(' ')) {
  bounds.push((bounds.at(-1) ?? 0) + Number.parseInt(run, 36));
}

/** The column of the character at a place of the text. */
export function columnAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit >= FIRST) return columnOf(text.codePointAt(at)!);
  return unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit;
}

function columnOf(codePoint: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bounds[middle]! <= codePoint) low = middle + 1;
    else high = middle;
  }
  const isException = low % 2 === 1;
  return WORDS.has(c.wordBreakClass(codePoint)) === isException ? NO_WORD : WORD;
}
