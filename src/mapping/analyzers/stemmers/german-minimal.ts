import { folding, type Stem } from './stem.ts';

const plain = folding('ä a, ö o, ü u');

/** Savoy's minimal stemmer for German: plurals. */
export const stemGermanMinimal: Stem = (word) => {
  if (word.length < 5) return word;
  const stem = plain(word);
  const { length } = stem;
  if (length > 6 && stem.endsWith('nen')) return stem.slice(0, -3);
  if (length > 5 && /(en|se|es|er)$/.test(stem)) return stem.slice(0, -2);
  return /[nesr]$/.test(stem) ? stem.slice(0, -1) : stem;
};
