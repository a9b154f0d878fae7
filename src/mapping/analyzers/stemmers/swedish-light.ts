import { cutEnd, cuts, type Stem } from './stem.ts';

const ENDINGS = cuts([
  [7, 5, 'elser heten'],
  [6, 4, 'arne erna ande else aste orna aren'],
  [5, 3, 'are ast het'],
  [4, 2, 'ar er or en at te et'],
  [3, 1, 't a e n'],
]);

/** Savoy's light stemmer for Swedish, as Lucene has it. */
export const stemSwedishLight: Stem = (word) =>
  cutEnd(word.length > 4 && word.endsWith('s') ? word.slice(0, -1) : word, ENDINGS);
