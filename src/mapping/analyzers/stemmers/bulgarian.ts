import { cutEnd, cuts, type Stem } from './stem.ts';

const ARTICLES = cuts([
  [6, 3, 'ият'],
  [5, 2, 'ът то те та ия'],
  [4, 2, 'ят'],
]);

/** Plural endings with what stands for them, in words with more units than a number. */
const PLURALS: readonly (readonly [over: number, ending: string, by: string])[] = [
  [6, 'овци', 'о'],
  [6, 'ове', ''],
  [6, 'еве', 'й'],
  [5, 'ища', ''],
  [5, 'та', ''],
  [5, 'ци', 'к'],
  [5, 'зи', 'г'],
];

/** Savoy's light stemmer for Bulgarian, as Lucene has it. */
export const stemBulgarian: Stem = (word) => {
  if (word.length < 4) return word;
  if (word.length > 5 && word.endsWith('ища')) return word.slice(0, -3);
  let stem = singular(cutEnd(word, ARTICLES));
  if (stem.length > 3) {
    if (stem.endsWith('я')) stem = stem.slice(0, -1);
    if (/[аое]$/.test(stem)) stem = stem.slice(0, -1);
  }
  if (stem.length > 4 && stem.endsWith('ен')) stem = `${stem.slice(0, -2)}н`;
  if (stem.length > 5 && stem.at(-2) === 'ъ') stem = stem.slice(0, -2) + stem.at(-1);
  return stem;
};

function singular(word: string): string {
  const { length } = word;
  for (const [over, ending, by] of PLURALS)
    if (length > over && word.endsWith(ending)) return word.slice(0, -ending.length) + by;
  if (length > 5 && word[length - 3] === 'е' && word[length - 1] === 'и')
    return `${word.slice(0, -3)}я${word[length - 2]}`;
  if (length > 4 && word.endsWith('си')) return `${word.slice(0, -2)}х`;
  return length > 4 && word.endsWith('и') ? word.slice(0, -1) : word;
}
