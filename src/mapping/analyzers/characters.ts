import { LETTER_RUNS } from './letter-data.ts';

/** Classes of {@link BMP_KINDS}. */
export const OTHER = 0;
export const LETTER = 1;
export const WHITESPACE = 2;

const BMP_END = 0x10000;

/** `Character.isWhitespace`: without the spaces at which no line may break. */
const WHITESPACES =
  '\t\n\v\f\r\u001c\u001d\u001e\u001f \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u2028\u2029\u205f\u3000';

/** What each code unit below U+10000 is to Java 17; half characters are {@link OTHER}. */
export const BMP_KINDS = new Uint8Array(BMP_END);

/** Where runs above U+FFFF begin: of letters and of others in turn, the first one of letters. */
const starts: number[] = [];

function unpack(): void {
  let at = 0;
  let letters = false;
  for (const run of LETTER_RUNS.split(' ')) {
    const end = at + Number.parseInt(run, 36);
    if (letters) BMP_KINDS.fill(LETTER, Math.min(at, BMP_END), Math.min(end, BMP_END));
    if (end > BMP_END && (letters || starts.length > 0)) starts.push(Math.max(at, BMP_END));
    at = end;
    letters = !letters;
  }
  // No letters follow the last run.
  starts.push(at);
  for (const space of WHITESPACES) BMP_KINDS[space.charCodeAt(0)] = WHITESPACE;
}

unpack();

/** What a code point is to Java 17. There is no white space above U+FFFF. */
export function kindOf(codePoint: number): number {
  if (codePoint < BMP_END) return BMP_KINDS[codePoint]!;
  let low = -1;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= codePoint) low = middle;
    else high = middle - 1;
  }
  return low >= 0 && low % 2 === 0 ? LETTER : OTHER;
}
