import type { Stem } from './stem.ts';

/** What went, as later rules ask: `ke-`, `peng-`, `di-`, `meng-`, `ter-`, `ber-`, `pe-`. */
const KE = 1;
const PENG = 2;
const DI = 4;
const MENG = 8;
const TER = 16;
const BER = 32;
const PE = 64;

/** A prefix as it must stand before what is left, what stands for it, and its mark. */
type Prefix = readonly [pattern: RegExp, by: string, mark: number];

const FIRST: readonly Prefix[] = [
  [/^meng/, '', MENG],
  [/^meny(?=[aeiou])/, 's', MENG],
  [/^me[nm]/, '', MENG],
  [/^me/, '', MENG],
  [/^peng/, '', PENG],
  [/^peny(?=[aeiou])/, 's', PENG],
  [/^peny/, '', PENG],
  [/^pen(?=[aeiou])/, 't', PENG],
  [/^pe[nm]/, '', PENG],
  [/^di/, '', DI],
  [/^ter/, '', TER],
  [/^ke/, '', KE],
];

const SECOND: readonly Prefix[] = [
  [/^ber/, '', BER],
  [/^bel(?=ajar$)/, '', BER],
  [/^be(?=[^aeiou]er)/s, '', BER],
  [/^per/, '', 0],
  [/^pel(?=ajar$)/, '', 0],
  [/^pe/, '', PE],
];

/** Suffixes, and after which prefixes they stay. */
const SUFFIXES: readonly (readonly [pattern: RegExp, stays: number])[] = [
  [/kan$/, KE | PENG | PE],
  [/an$/, DI | MENG | TER],
  [/(?<!s)i$/, BER | KE | PENG],
];

/** Tala's stemmer for Indonesian, as Lucene has it; without `derivational` only particles and pronouns go. */
export function stemIndonesian(word: string, derivational = true): string {
  let stem = word;
  let syllables = word.replace(/[^aeiou]/g, '').length;
  let marks = 0;
  const cut = (pattern: RegExp, by = ''): boolean => {
    if (syllables <= 2 || !pattern.test(stem)) return false;
    stem = stem.replace(pattern, by);
    syllables -= 1;
    return true;
  };
  const cutPrefix = (prefixes: readonly Prefix[]): boolean => {
    for (const [pattern, by, mark] of prefixes) {
      if (!cut(pattern, by)) continue;
      marks |= mark;
      return true;
    }
    return false;
  };
  const cutSuffix = (): boolean =>
    SUFFIXES.some(([pattern, stays]) => (marks & stays) === 0 && cut(pattern));

  cut(/(?:kah|lah|pun)$/);
  cut(/(?:[km]u|nya)$/);
  if (!derivational) return stem;
  if (cutPrefix(FIRST)) {
    if (cutSuffix()) cutPrefix(SECOND);
  } else {
    cutPrefix(SECOND);
    cutSuffix();
  }
  return stem;
}

export const stemIndonesianWhole: Stem = (word) => stemIndonesian(word);
