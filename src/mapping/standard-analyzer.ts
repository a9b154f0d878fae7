import { START, WORD_BREAK } from './word-break-automaton.ts';
import { BMP_CLASS, CLASSES, wordBreakClass } from './word-break-classes.ts';

export { ASCII_CLASS } from './word-break-classes.ts';

/** One token of an analysed text. */
export interface Token {
  /** In lower case. */
  readonly text: string;
  /** Counted in tokens from 0. */
  readonly position: number;
  /** UTF-16 offset of the first character in the text. */
  readonly start: number;
  /** UTF-16 offset behind the last character. */
  readonly end: number;
}

/** UTF-16 units after which a token is cut. */
export const MAX_TOKEN_LENGTH = 255;

const isHighSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xd800;

/**
 * The tokens that Elasticsearch's `standard` analyzer makes: words by the Unicode rules, in lower
 * case. Longer words than `maxTokenLength` UTF-16 units are cut into several tokens.
 */
export function analyzeStandard(text: string, maxTokenLength = MAX_TOKEN_LENGTH): Token[] {
  const tokens: Token[] = [];
  let start = 0;
  while (start < text.length) {
    const end = longestToken(text, start, windowEnd(text, start, maxTokenLength));
    if (end === start) {
      start += text.codePointAt(start)! > 0xffff ? 2 : 1;
    } else {
      const token = lowerCase(text.slice(start, end));
      tokens.push({ text: token, position: tokens.length, start, end });
      start = end;
    }
  }
  return tokens;
}

/** The rules see no further than a token can reach, and never half a character. */
function windowEnd(text: string, start: number, maxTokenLength: number): number {
  const end = start + maxTokenLength;
  if (end >= text.length) return text.length;
  return isHighSurrogate(text.charCodeAt(end - 1)) ? end - 1 : end;
}

/** Where the longest token that begins at `start` ends; `start` if none does. */
function longestToken(text: string, start: number, limit: number): number {
  const { next, accepts } = WORD_BREAK;
  let state = START;
  let longest = start;
  for (let at = start; at < limit; ) {
    const unit = text.charCodeAt(at);
    let type = BMP_CLASS[unit]!;
    at += 1;
    if (isHighSurrogate(unit) && at < limit) {
      const codePoint = text.codePointAt(at - 1)!;
      if (codePoint > 0xffff) {
        type = wordBreakClass(codePoint);
        at += 1;
      }
    }
    state = next[state * CLASSES + type]!;
    if (state === 0) break;
    if (accepts[state] === 1) longest = at;
  }
  return longest;
}

/**
 * Lower case as Lucene's filter makes it: each code point on its own. JavaScript's differs for Σ, which
 * it turns into ς at the end of a word, and for İ, which it turns into two code points.
 */
export function lowerCase(text: string): string {
  if (!/[\u0130\u03a3]/.test(text)) return text.toLowerCase();
  return text.replaceAll('\u0130', 'i').replaceAll('\u03a3', '\u03c3').toLowerCase();
}
