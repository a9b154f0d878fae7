import type { Stem } from './stem.ts';

/** Endings, the vowels that a word must have more than, and whether what is before them was softened by them. */
const ENDINGS: readonly (readonly [ending: string, vowels: number, softens: boolean])[] = (
  'ajiem3 ajai3 ajam2 ajām2 ajos2 ajās2 iem2! ajā2 ais2 ai2 ei2 ām1 am1 ēm1 īm1 im1 um1 us1! as1 ās1 es1 ' +
  'os1! ij1 īs1 ēs1 is1 ie1 u1! a1! i1! e1 ā1 ē1 ī1 ū1 o1 s0 š0'
)
  .split(' ')
  .map((entry) => {
    const [, ending, vowels, mark] = /^(\D+)(\d)(!?)$/.exec(entry)!;
    return [ending!, Number(vowels), mark === '!'];
  });

/** Softened consonants, and the plain ones. */
const PLAIN: readonly (readonly [softened: string, plain: string])[] = [
  ['pj', 'p'],
  ['bj', 'b'],
  ['mj', 'm'],
  ['vj', 'v'],
  ['šņ', 'sn'],
  ['žņ', 'zn'],
  ['šļ', 'sl'],
  ['žļ', 'zl'],
  ['ļņ', 'ln'],
  ['ļļ', 'll'],
  ['č', 'c'],
  ['ļ', 'l'],
  ['ņ', 'n'],
];

/** The light stemmer for Latvian after Kreslins, as Lucene has it. */
export const stemLatvian: Stem = (word) => {
  const vowels = word.replace(/[^aeiouāēīū]/g, '').length;
  for (const [ending, least, softens] of ENDINGS) {
    if (vowels <= least || word.length < ending.length + 3 || !word.endsWith(ending)) continue;
    const stem = word.slice(0, -ending.length);
    return softens ? unsoftened(stem, ending.startsWith('u')) : stem;
  }
  return word;
};

function unsoftened(stem: string, isBeforeU: boolean): string {
  if (isBeforeU && stem.endsWith('kš')) return `${stem.slice(0, -1)}st`;
  if (isBeforeU && stem.endsWith('ņņ')) return `${stem.slice(0, -2)}nn`;
  for (const [softened, plain] of PLAIN)
    if (stem.endsWith(softened)) return stem.slice(0, -softened.length) + plain;
  return stem;
}
