import { type Cut, cutEnd, cuts, type Stem } from './stem.ts';

const BOKMAAL = cuts([
  [7, 5, 'heter heten'],
  [5, 3, 'dom het'],
  [7, 5, 'elser elsen'],
  [6, 4, 'ende else este eren'],
  [5, 3, 'ere est ene'],
  [4, 2, 'er en et st te'],
  [3, 1, 'a e n'],
]);
const NYNORSK = cuts([
  [7, 5, 'heita'],
  [8, 6, 'heiter leiken leikar'],
  [5, 3, 'dom'],
  [6, 4, 'heit semd leik'],
  [7, 5, 'elser elsen'],
  [6, 4, 'ande else aste aren'],
  [5, 3, 'are ast ene ane'],
  [4, 2, 'er en et ar te'],
  [3, 1, 'a e n'],
]);
const MINIMAL_BOKMAAL = cuts([
  [5, 3, 'ene'],
  [4, 2, 'er en et'],
  [3, 1, 'a e'],
]);
const MINIMAL_NYNORSK = cuts([
  [5, 3, 'ane ene'],
  [4, 2, 'ar er en et'],
  [3, 1, 'a e'],
]);

/** Lucene's light and minimal stemmers for Norwegian: a genitive goes, and one ending. */
export const stemNorwegianLight = by(BOKMAAL);
export const stemNynorskLight = by(NYNORSK);
export const stemNorwegianMinimal = by(MINIMAL_BOKMAAL);
export const stemNynorskMinimal = by(MINIMAL_NYNORSK);

function by(rows: readonly Cut[]): Stem {
  return (word) => cutEnd(word.length > 4 && word.endsWith('s') ? word.slice(0, -1) : word, rows);
}
