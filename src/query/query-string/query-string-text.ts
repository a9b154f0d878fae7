import { EstromError } from '../../errors.ts';

/**
 * Takes the backslashes out of a term, as Lucene's `discardEscapeChar` does: the character after
 * one stands for itself, except that `\u` takes four hexadecimal digits.
 * @param offset position of `image` in the query text, for errors
 * @throws EstromError QUERY_SYNTAX for a broken `\u`
 */
export function unescapeTerm(image: string, offset: number): string {
  if (!image.includes('\\')) return image;
  let text = '';
  for (let at = 0; at < image.length; at += 1) {
    const char = image[at]!;
    if (char !== '\\') {
      text += char;
      continue;
    }
    at += 1;
    const escaped = image[at];
    if (escaped === undefined) {
      throw new EstromError('QUERY_SYNTAX', 'a term cannot end with a backslash; write \\\\', {
        offset: offset + at - 1,
      });
    }
    if (escaped !== 'u') {
      text += escaped;
      continue;
    }
    const digits = image.slice(at + 1, at + 5);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) {
      throw new EstromError('QUERY_SYNTAX', 'expected four hexadecimal digits after \\u', {
        offset: offset + at - 1,
      });
    }
    text += String.fromCharCode(Number.parseInt(digits, 16));
    at += 4;
  }
  return text;
}

/** The text as a pattern that matches just it. */
export function escapeWildcard(text: string): string {
  return text.replaceAll(/[*?\\]/g, '\\$&');
}

export const JAVA_FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?$/;
const JAVA_MAX_INT = 2 ** 31 - 1;

/** The number after `~` on a phrase, as Java reads it; null when it is none, and then has no effect. */
export function parseSlop(image: string): number | null {
  if (!JAVA_FLOAT.test(image)) return null;
  const value = Math.trunc(Number.parseFloat(image));
  return Math.min(value, JAVA_MAX_INT);
}

/** The text with a backslash before everything that is a sign of the syntax, as Lucene's `escape` does. */
export function escapeQueryString(text: string): string {
  return text.replaceAll(/[\\+\-!():^[\]"{}~*?|&/]/g, '\\$&');
}
