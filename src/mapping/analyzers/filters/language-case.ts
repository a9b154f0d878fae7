import { lowerCase } from '../../standard-analyzer.ts';

/** Greek: final sigma and accented vowels become plain. */
const GREEK: Readonly<Record<string, string>> = {
  '\u03c2': '\u03c3',
  '\u0386': '\u03b1',
  '\u03ac': '\u03b1',
  '\u0388': '\u03b5',
  '\u03ad': '\u03b5',
  '\u0389': '\u03b7',
  '\u03ae': '\u03b7',
  '\u038a': '\u03b9',
  '\u03aa': '\u03b9',
  '\u03af': '\u03b9',
  '\u03ca': '\u03b9',
  '\u0390': '\u03b9',
  '\u038e': '\u03c5',
  '\u03ab': '\u03c5',
  '\u03cd': '\u03c5',
  '\u03cb': '\u03c5',
  '\u03b0': '\u03c5',
  '\u038c': '\u03bf',
  '\u03cc': '\u03bf',
  '\u038f': '\u03c9',
  '\u03ce': '\u03c9',
  '\u03a2': '\u03c2',
};

export function greekLowerCase(word: string): string {
  let lower = '';
  for (const character of word) lower += GREEK[character] ?? lowerCase(character);
  return lower;
}

/** Irish: `n` and `t` before a capital vowel are a prefix. */
export function irishLowerCase(word: string): string {
  const [first, second] = word;
  const isPrefix =
    (first === 'n' || first === 't') &&
    second !== undefined &&
    /[AEIOU\u00c1\u00c9\u00cd\u00d3\u00da]/.test(second);
  return isPrefix ? `${first}-${lowerUnits(word.slice(1))}` : lowerUnits(word);
}

/** Letters above U+FFFF stay: Lucene lowers this one unit by unit. */
function lowerUnits(word: string): string {
  return word.replace(/[\0-\ud7ff\ue000-\uffff]+/g, lowerCase);
}

const DOT_ABOVE = '\u0307';

/** Turkish: the capital of `ı` has no dot. */
export function turkishLowerCase(word: string): string {
  let lower = '';
  const characters = [...word];
  let isAfterI = false;
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at]!;
    if (isAfterI && /\p{Mn}/u.test(character)) {
      if (character === DOT_ABOVE) continue;
      lower += lowerCase(character);
      continue;
    }
    isAfterI = character === 'I';
    if (character === 'I') lower += isBeforeDot(characters, at + 1) ? 'i' : '\u0131';
    else lower += lowerCase(character);
  }
  return lower;
}

/** Whether a dot comes among the marks that follow. */
function isBeforeDot(characters: readonly string[], from: number): boolean {
  for (let at = from; at < characters.length; at += 1) {
    const character = characters[at]!;
    if (!/\p{Mn}/u.test(character)) return false;
    if (character === DOT_ABOVE) return true;
  }
  return false;
}
