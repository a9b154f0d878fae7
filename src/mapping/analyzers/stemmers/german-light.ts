import { folding, type Stem } from './stem.ts';

const plain = folding('äàáâ a, öòóô o, ïìíî i, üùúû u');
const BEFORE_S = /[bdfghklmnt]s$/;
const BEFORE_ST = /[bdfghklmnt]st$/;

/** Savoy's light stemmer for German, as Lucene has it. */
export const stemGermanLight: Stem = (word) => {
  const stem = withoutCase(plain(word));
  const { length } = stem;
  if (length > 5 && stem.endsWith('est')) return stem.slice(0, -3);
  if (length > 4 && /e[rn]$/.test(stem)) return stem.slice(0, -2);
  return length > 4 && BEFORE_ST.test(stem) ? stem.slice(0, -2) : stem;
};

function withoutCase(word: string): string {
  const { length } = word;
  if (length > 5 && word.endsWith('ern')) return word.slice(0, -3);
  if (length > 4 && /e[mnrs]$/.test(word)) return word.slice(0, -2);
  if (length > 3 && word.endsWith('e')) return word.slice(0, -1);
  return length > 3 && BEFORE_S.test(word) ? word.slice(0, -1) : word;
}
