import { lowerCase, MAX_TOKEN_LENGTH, type Token } from '../standard-analyzer.ts';
import { BMP_KINDS, kindOf, LETTER, WHITESPACE } from './characters.ts';

const isHighSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xd800;

/** Runs of letters, in lower case: Elasticsearch's `simple` analyzer. */
export const analyzeLetters = (text: string): Token[] => runs(text, LETTER, true);

/** What stands between white space, as it is: Elasticsearch's `whitespace` analyzer. */
export const analyzeWhitespace = (text: string): Token[] => runs(text, WHITESPACE, false);

/**
 * Runs of the kind (`belongs`), or of all but the kind. A run is cut as soon as it has 255 UTF-16
 * units; a character of two may be the last and make it 256.
 */
function runs(text: string, kind: number, belongs: boolean): Token[] {
  const tokens: Token[] = [];
  const { length } = text;
  let start = -1;
  for (let at = 0; at < length; ) {
    const begin = at;
    const unit = text.charCodeAt(at);
    at += 1;
    let found = BMP_KINDS[unit]!;
    if (isHighSurrogate(unit)) {
      const codePoint = text.codePointAt(begin)!;
      if (codePoint > 0xffff) {
        found = kindOf(codePoint);
        at += 1;
      }
    }
    if ((found === kind) === belongs) {
      if (start < 0) start = begin;
      if (at - start < MAX_TOKEN_LENGTH) continue;
      push(tokens, text, start, at, belongs);
      start = -1;
    } else if (start >= 0) {
      push(tokens, text, start, begin, belongs);
      start = -1;
    }
  }
  if (start >= 0) push(tokens, text, start, length, belongs);
  return tokens;
}

function push(tokens: Token[], text: string, start: number, end: number, lower: boolean): void {
  const found = text.slice(start, end);
  tokens.push({ text: lower ? lowerCase(found) : found, position: tokens.length, start, end });
}
