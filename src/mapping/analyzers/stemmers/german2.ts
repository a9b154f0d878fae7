import type { Stem } from './stem.ts';

const isVowel = (letter: string | undefined): boolean =>
  letter !== undefined && 'aeiouyäöü'.includes(letter);

const PLAIN: Readonly<Record<string, string>> = { Y: 'y', U: 'u', ä: 'a', ö: 'o', ü: 'u' };
const UMLAUTS: Readonly<Record<string, string>> = { ae: 'ä', oe: 'ö', ue: 'ü' };

/** The Snowball stemmer for German that takes `ae`, `oe` and `ue` for umlauts, as it is in Lucene 8.11. */
export const stemGerman2: Stem = (word) => {
  const read = withUmlauts(withConsonants(word));
  const r1 = Math.max(behindConsonant(read, 0), 3);
  const isLong = read.length >= 3;
  const p1 = isLong ? Math.min(r1, read.length) : read.length;
  const p2 = isLong ? behindConsonant(read, behindConsonant(read, 0)) : read.length;
  const stem = withoutDerivation(withoutDegree(withoutCase(read, p1), p1), p1, p2);
  return stem.replace(/[YUäöü]/g, (letter) => PLAIN[letter]!);
};

/** `u` and `y` between vowels are consonants, in capitals. */
function withConsonants(word: string): string {
  let read = '';
  let last: string | undefined;
  for (let at = 0; at < word.length; at += 1) {
    const letter = word[at]!;
    const isBetween = (letter === 'u' || letter === 'y') && isVowel(last) && isVowel(word[at + 1]);
    last = isBetween ? letter.toUpperCase() : letter;
    read += last;
  }
  return read;
}

function withUmlauts(word: string): string {
  let read = '';
  for (let at = 0; at < word.length; ) {
    const two = word.slice(at, at + 2);
    if (two === 'qu') {
      // As in Snowball, which passes over the two letters behind it as well, and stops where there are none.
      if (at + 4 > word.length) return read + word.slice(at);
      read += word.slice(at, at + 4);
      at += 4;
    } else if (Object.hasOwn(UMLAUTS, two)) {
      read += UMLAUTS[two];
      at += 2;
    } else {
      read += word[at] === 'ß' ? 'ss' : word[at];
      at += 1;
    }
  }
  return read;
}

/** Where what is behind the first consonant behind a vowel begins; the word's length where nothing is. */
function behindConsonant(word: string, from: number): number {
  let at = from;
  while (at < word.length && !isVowel(word[at])) at += 1;
  while (at < word.length && isVowel(word[at])) at += 1;
  return Math.min(at + 1, word.length);
}

/** The word without the match of a pattern at its end, where that begins at a region or behind; else null. */
function without(word: string, ending: RegExp, region: number): string | null {
  const found = ending.exec(word);
  return found !== null && found.index >= region ? word.slice(0, found.index) : null;
}

function withoutCase(word: string, p1: number): string {
  if (/(?:em|ern|er)$/.test(word)) return without(word, /(?:em|ern|er)$/, p1) ?? word;
  if (/e[ns]?$/.test(word)) return without(word, /e[ns]?$/, p1) ?? word;
  return /[bdfghklmnrt]s$/.test(word) ? (without(word, /s$/, p1) ?? word) : word;
}

function withoutDegree(word: string, p1: number): string {
  if (/(?:en|er|est)$/.test(word)) return without(word, /(?:en|er|est)$/, p1) ?? word;
  // There must be three letters before the one that `st` follows.
  return /.{3}[bdfghklmnt]st$/s.test(word) ? (without(word, /st$/, p1) ?? word) : word;
}

function withoutDerivation(word: string, p1: number, p2: number): string {
  if (/(?:end|ung)$/.test(word)) {
    const stem = without(word, /(?:end|ung)$/, p2);
    if (stem === null) return word;
    return /eig$/.test(stem) ? stem : (without(stem, /ig$/, p2) ?? stem);
  }
  if (/(?:ig|ik|isch)$/.test(word))
    return /e(?:ig|ik|isch)$/.test(word) ? word : (without(word, /(?:ig|ik|isch)$/, p2) ?? word);
  if (/(?:lich|heit)$/.test(word)) {
    const stem = without(word, /(?:lich|heit)$/, p2);
    return stem === null ? word : (without(stem, /e[rn]$/, p1) ?? stem);
  }
  const stem = without(word, /keit$/, p2);
  return stem === null ? word : (without(stem, /(?:lich|ig)$/, p2) ?? stem);
}
