import { cutEnd, cuts, type Stem } from './stem.ts';

const CASES = cuts([
  [6, 4, 'иями оями'],
  [5, 3, 'иям иях оях ями оям оьв ами его ему ери ими ого ому ыми оев'],
  [
    4,
    2,
    'ая яя ях юю ах ею их ия ию ьв ою ую ям ых ея ам ем ей ём ев ий им ое ой ом ов ые ый ым ми',
  ],
  [3, 1, 'а е и о у й ы я ь'],
]);
const NORMAL = cuts([[3, 1, 'ь и нн']]);

/** The light stemmer for Russian by Dolamic and Savoy, as Lucene has it. */
export const stemRussianLight: Stem = (word) => cutEnd(cutEnd(word, CASES), NORMAL);
