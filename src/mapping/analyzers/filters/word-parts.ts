import type { Options } from './word-delimiter-options.ts';
import { ALPHA, DELIMITER, DIGIT, LOWER, UPPER } from './word-delimiter-types.ts';

/** A part of a word, in UTF-16 units, with its kind. */
export interface Part {
  readonly start: number;
  readonly end: number;
  readonly kind: number;
}

export interface Parts {
  readonly parts: readonly Part[];
  /** The one part is all that is no delimiter. */
  readonly isSingle: boolean;
}

/** Cuts a word where the kinds of its characters change, as Lucene's `WordDelimiterIterator` does. */
export function partsOf(word: string, options: Options): Parts {
  const { kinds, possessive } = options;
  const kindAt = (at: number): number => kinds[word.charCodeAt(at)]!;
  const isDelimiter = (at: number): boolean => (kindAt(at) & DELIMITER) !== 0;
  let [first, last] = [0, word.length];
  while (first < last && isDelimiter(first)) first += 1;
  while (last > first && isDelimiter(last - 1)) last -= 1;
  const isPossessive = (end: number): boolean =>
    possessive &&
    end > 2 &&
    word[end - 2] === "'" &&
    (word[end - 1] === 's' || word[end - 1] === 'S') &&
    (kindAt(end - 3) & ALPHA) !== 0 &&
    (end === last || isDelimiter(end));
  const hasFinal = isPossessive(last);
  const parts: Part[] = [];
  let at = 0;
  let skips = false;
  for (;;) {
    if (skips) at += 2;
    skips = false;
    while (at < last && isDelimiter(at)) at += 1;
    if (at >= last) break;
    const start = at;
    let kind = kindAt(start);
    for (at += 1; at < last; at += 1) {
      const next = kindAt(at);
      if (isBreak(kind, next, options)) break;
      kind = next;
    }
    if (at < last - 1 && isPossessive(at + 2)) skips = true;
    const own = kindAt(start);
    parts.push({ start, end: at, kind: own === LOWER || own === UPPER ? ALPHA : own });
  }
  const [only] = parts;
  const isSingle =
    only !== undefined && only.start === first && only.end === (hasFinal ? last - 2 : last);
  return { parts, isSingle };
}

function isBreak(before: number, next: number, { onCase, onNumerics }: Options): boolean {
  if ((next & before) !== 0) return false;
  const [wasAlpha, isAlpha] = [(before & ALPHA) !== 0, (next & ALPHA) !== 0];
  if (!onCase && wasAlpha && isAlpha) return false;
  if ((before & UPPER) !== 0 && isAlpha) return false;
  const [wasDigit, isDigit] = [(before & DIGIT) !== 0, (next & DIGIT) !== 0];
  return onNumerics || !((wasAlpha && isDigit) || (wasDigit && isAlpha));
}
