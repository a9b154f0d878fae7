import { cutEnd, cuts, endsWithAny, type Stem } from './stem.ts';

const POSTPOSITIONS = cuts([
  [5, 2, 'دا'],
  [4, 1, 'نا'],
  [6, 3, 'ەوە'],
]);
const POSSESSIVES = ['مان', 'یان', 'تان'];

/** Indefinite and definite, singular and plural, in the order in which they are looked for. */
const ENDINGS = cuts([
  [6, 3, 'ێکی'],
  [7, 4, 'یەکی'],
  [5, 2, 'ێک'],
  [6, 3, 'یەک'],
  [6, 3, 'ەکە'],
  [5, 2, 'کە'],
  [7, 4, 'ەکان'],
  [6, 3, 'کان'],
  [7, 4, 'یانی'],
  [6, 3, 'انی'],
  [6, 3, 'یان'],
  [5, 2, 'ان'],
  [7, 4, 'یانە'],
  [6, 3, 'انە'],
  [5, 2, 'ایە ەیە'],
  [4, 1, 'ە'],
  [4, 1, 'ی'],
]);

/** The light stemmer for Sorani, as Lucene has it. */
export const stemSorani: Stem = (word) => {
  let stem = cutEnd(word, POSTPOSITIONS);
  if (stem.length > 6 && endsWithAny(stem, POSSESSIVES)) stem = stem.slice(0, -3);
  return cutEnd(stem, ENDINGS);
};
