import { RUN_CLASSES, RUNS } from './word-break-data.ts';

/**
 * Word-break classes: the coarsest partition of all code points that the word-break rules can tell
 * apart. The numbers are those of `word-break-data.ts`.
 */
export const OTHER = 0;
export const REGIONAL_INDICATOR = 1;
export const EMOJI_MODIFIER = 2;
/** A pictograph that takes a skin tone. */
export const EMOJI_BASE = 3;
export const EMOJI = 4;
/** Combining marks and format characters: part of what precedes them. */
export const EXTEND = 5;
export const TEXT_SELECTOR = 6;
/** `#` and `*`: tokens only as keycaps. */
export const KEYCAP_BASE = 7;
export const KEYCAP = 8;
export const EMOJI_SELECTOR = 9;
export const ZWJ = 10;
export const TAG = 11;
export const TAG_END = 12;
export const LETTER = 13;
/** Letters that are pictographs too, like ℹ and Ⓜ. */
export const EMOJI_LETTER = 14;
export const HANGUL = 15;
export const DIGIT = 16;
/** 0-9: digits that can stand on a keycap. */
export const ASCII_DIGIT = 17;
export const KATAKANA = 18;
/** Joins letters: `:` `·`. */
export const MID_LETTER = 19;
/** Joins digits: `,` `;`. */
export const MID_NUM = 20;
/** Joins either: `.` `’`. */
export const MID_NUM_LET = 21;
/** Joins anything, and may end a word: `_`. */
export const EXTEND_NUM_LET = 22;
export const HAN = 23;
export const HIRAGANA = 24;
export const SINGLE_QUOTE = 25;
export const DOUBLE_QUOTE = 26;
export const HEBREW = 27;
/** Scripts written without spaces (Thai, Lao, Khmer, Myanmar): a run is one token. */
export const SOUTHEAST_ASIAN = 28;
/** Marks of those scripts: they extend other words, too. */
export const SOUTHEAST_ASIAN_MARK = 29;
/** Number of classes. */
export const CLASSES = 30;

/** Above it every code point is of one class per run; a binary search is fast enough there. */
const BMP_END = 0x10000;

interface Table {
  readonly bmp: Uint8Array;
  /** First code points of the runs above the BMP, ascending, and the runs' classes. */
  readonly starts: Uint32Array;
  readonly classes: Uint8Array;
}

function unpack(): Table {
  const bmp = new Uint8Array(BMP_END);
  const starts: number[] = [];
  const classes: number[] = [];
  let at = 0;
  for (const [, letter, length] of RUNS.matchAll(/([^0-9a-z])([0-9a-z]*)/g)) {
    const type = RUN_CLASSES.indexOf(letter!);
    const end = at + (length ? Number.parseInt(length, 36) : 1);
    bmp.fill(type, Math.min(at, BMP_END), Math.min(end, BMP_END));
    if (end > BMP_END) {
      starts.push(Math.max(at, BMP_END));
      classes.push(type);
    }
    at = end;
  }
  return { bmp, starts: Uint32Array.from(starts), classes: Uint8Array.from(classes) };
}

const TABLE = unpack();

/** The class of every code unit below U+10000 (a lone surrogate is {@link OTHER}). */
export const BMP_CLASS: Uint8Array = TABLE.bmp;

/** The word-break class of a code point. */
export function wordBreakClass(codePoint: number): number {
  if (codePoint < BMP_END) return TABLE.bmp[codePoint]!;
  const { starts, classes } = TABLE;
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= codePoint) low = middle;
    else high = middle - 1;
  }
  return classes[low]!;
}

/** Classes of {@link ASCII_CLASS}. */
export const ASCII_OTHER = 0;
export const ASCII_LETTER = 1;
export const ASCII_NUMBER = 2;
/** `_` */
export const ASCII_UNDERSCORE = 3;
/** `:` joins two letters. */
export const ASCII_MID_LETTER = 4;
/** `,` and `;` join two digits. */
export const ASCII_MID_NUMBER = 5;
/** `.` and `'` join two letters or two digits. */
export const ASCII_MID_BOTH = 6;

/**
 * What a scanner of ASCII bytes needs. In a text of ASCII alone a token is a longest run of letters,
 * digits and `_` with at least one letter or digit in it; a joiner (the three MID classes) belongs to
 * the run when the characters right before and right after it are of the kind that it joins (two
 * letters or two digits; `_` is neither). A token ends after 255 characters at the latest, and what
 * follows is read as if the text began there; the 256th character is not looked at either, so a
 * joiner in place 255 does not join.
 */
export const ASCII_CLASS: Uint8Array = Uint8Array.from({ length: 128 }, (_, byte) => {
  switch (TABLE.bmp[byte]) {
    case LETTER:
      return ASCII_LETTER;
    case ASCII_DIGIT:
      return ASCII_NUMBER;
    case EXTEND_NUM_LET:
      return ASCII_UNDERSCORE;
    case MID_LETTER:
      return ASCII_MID_LETTER;
    case MID_NUM:
      return ASCII_MID_NUMBER;
    case MID_NUM_LET:
    case SINGLE_QUOTE:
      return ASCII_MID_BOTH;
    default:
      return ASCII_OTHER;
  }
});
