import { folding, type Stem } from './stem.ts';

const plain = folding('àáâä a, òóôö o, èéêë e, ùúûü u, ìíîï i');

/** Savoy's light stemmer for Italian, as Lucene has it. */
export const stemItalianLight: Stem = (word) => {
  if (word.length < 6) return word;
  const stem = plain(word);
  if (/[ih][ei]$|i[ao]$/.test(stem)) return stem.slice(0, -2);
  return /[aeio]$/.test(stem) ? stem.slice(0, -1) : stem;
};
