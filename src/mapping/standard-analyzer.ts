import { EstromError } from '../errors.ts';
import { EMOJI, START, WORD_BREAK } from './word-break-automaton.ts';
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
  /** How many positions it takes up, where that is not one. */
  readonly length?: number;
}

/** UTF-16 units after which a token is cut. */
export const MAX_TOKEN_LENGTH = 255;

/** Characters read from places where no token begins, where tokens may be longer than usual. */
const MOST_VAIN = 20_000_000;
const VAIN_BY_UNIT = 20;

const isHighSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xd800;

/**
 * The tokens that Elasticsearch's `standard` analyzer makes: words by the Unicode rules, in lower
 * case. Longer words than `maxTokenLength` UTF-16 units are cut into several tokens.
 * @throws EstromError BAD_DOCUMENT for hostile texts with a much larger `maxTokenLength` than the usual one
 */
export function analyzeStandard(text: string, maxTokenLength = MAX_TOKEN_LENGTH): Token[] {
  const tokens: Token[] = [];
  const isLong = maxTokenLength > MAX_TOKEN_LENGTH;
  let room = MOST_VAIN + text.length * VAIN_BY_UNIT;
  const isHalved = isHighSurrogate(text.charCodeAt(text.length - 1));
  let start = 0;
  let read = 0;
  while (start < text.length) {
    let limit = windowEnd(text, start, maxTokenLength);
    // Lucene's tokenizer with tokens of one unit takes a character of two for the text's end.
    if (limit === start) break;
    if (isHalved) {
      // It also does so when it reads half a character at the end, with room for more: what it read with that
      // comes after the token that it is in, or not at all where it is in none.
      if (read > start && !goesOn(text, start, read)) limit = read;
      else if (limit === text.length && limit > read && limit - start < maxTokenLength) {
        if (read === start) break;
        [limit, read] = [read, limit];
      } else read = limit;
    }
    const end = longestToken(text, start, limit);
    if (end === start) {
      if (isLong) room -= lastRead - start;
      if (room < 0) {
        throw new EstromError('BAD_DOCUMENT', 'a text takes too long to be searched for words');
      }
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
export function windowEnd(text: string, start: number, maxTokenLength: number): number {
  const end = start + maxTokenLength;
  if (end >= text.length) return text.length;
  return isHighSurrogate(text.charCodeAt(end - 1)) ? end - 1 : end;
}

/** Whether what begins at `start` may go on behind `limit`. */
function goesOn(text: string, start: number, limit: number): boolean {
  longestToken(text, start, limit);
  return lastState !== 0;
}

/** Whether a token is a pictograph. */
export function isEmoji(token: string): boolean {
  longestToken(token, 0, token.length);
  return WORD_BREAK.accepts[lastState] === EMOJI;
}

/** Of the automaton, when it looked for the last token. */
let lastState = START;
/** Where it stopped then. */
let lastRead = 0;

/** Where the longest token that begins at `start` ends; `start` if none does. */
function longestToken(text: string, start: number, limit: number): number {
  const { next, accepts } = WORD_BREAK;
  let state = START;
  let longest = start;
  let at = start;
  while (at < limit) {
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
    if (accepts[state] !== 0) longest = at;
  }
  lastState = state;
  lastRead = at;
  return longest;
}

/**
 * What JavaScript lowers otherwise than Java 17: İ and Σ (see below), and letters of Unicode 14 and
 * later, of which those above U+FFFF are known by their first halves.
 */
const LOWERED_OTHERWISE = /[\u0130\u03a3\u1c89\u2c2f\ua7c0\ua7cb-\ua7dc\ud801\ud803\ud81b]/;
const NEWER =
  /[\u1c89\u2c2f\ua7c0\ua7cb-\ua7dc\u{10570}-\u{10595}\u{10d50}-\u{10d65}\u{16ea0}-\u{16eb8}]+/gu;

/**
 * Lower case as Lucene's filter makes it: each code point on its own, by Unicode 13. JavaScript's
 * differs for Σ, which it turns into ς at the end of a word, and for İ, which it turns into two.
 */
export function lowerCase(text: string): string {
  let capitals = false;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit > 127) return lowerCaseOfAny(text);
    if (unit <= 90 && unit >= 65) capitals = true;
  }
  return capitals ? text.toLowerCase() : text;
}

function lowerCaseOfAny(text: string): string {
  if (!LOWERED_OTHERWISE.test(text)) return text.toLowerCase();
  const lowered = text.replaceAll('\u0130', 'i').replaceAll('\u03a3', '\u03c3');
  let lower = '';
  let from = 0;
  for (const { index, 0: newer } of lowered.matchAll(NEWER)) {
    lower += lowered.slice(from, index).toLowerCase() + newer;
    from = index + newer.length;
  }
  return lower + lowered.slice(from).toLowerCase();
}
