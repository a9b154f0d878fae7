import { folding, type Stem } from './stem.ts';

const plain = folding('àáâä a, òóôö o, èéêë e, ùúûü u, ìíîï i');

/** Savoy's light stemmer for Spanish, as Lucene has it. */
export const stemSpanishLight: Stem = (word) => {
  if (word.length < 5) return word;
  const stem = plain(word);
  if (/[oae]$/.test(stem)) return stem.slice(0, -1);
  if (stem.endsWith('ces')) return `${stem.slice(0, -3)}z`;
  return /(?:[oae])s$/.test(stem) ? stem.slice(0, -2) : stem;
};
