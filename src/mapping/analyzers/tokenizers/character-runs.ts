import { type TokenStream, tokenAt } from '../token-stream.ts';

const isHighSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xd800;

/**
 * Runs of characters that belong together. A run is cut as soon as it has `longest` UTF-16 units; a
 * character of two may be the last and make it one more.
 */
export function characterRuns(
  text: string,
  stream: TokenStream,
  belongs: (codePoint: number) => boolean,
  longest: number,
): void {
  const { length } = text;
  let start = -1;
  const push = (end: number): void => {
    stream.push(tokenAt(text.slice(start, end), start, end));
    start = -1;
  };
  for (let at = 0; at < length; ) {
    const begin = at;
    let code = text.charCodeAt(at);
    at += 1;
    if (isHighSurrogate(code)) {
      code = text.codePointAt(begin)!;
      if (code > 0xffff) at += 1;
    }
    if (belongs(code)) {
      if (start < 0) start = begin;
      if (at - start >= longest) push(at);
    } else if (start >= 0) push(begin);
  }
  if (start >= 0) push(length);
}
