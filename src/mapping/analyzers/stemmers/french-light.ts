import { BMP_KINDS, LETTER } from '../characters.ts';
import { folding, type Stem } from './stem.ts';

const GOES_ON = true;

/** Endings with what stands for them, in words with more units than a number; the first one ends it mostly. */
const RULES: readonly (readonly [over: number, ending: string, by: string, goesOn?: boolean])[] = [
  [9, 'issement', 'ir'],
  [8, 'issant', 'ir'],
  [6, 'ement', 'e'],
  [11, 'ficatrice', 'fier'],
  [10, 'ficateur', 'fier'],
  [9, 'catrice', 'quer'],
  [8, 'cateur', 'quer'],
  [8, 'atrice', 'er'],
  [7, 'ateur', 'er'],
  [6, 'trice', 'teur', GOES_ON],
  [5, 'ième', ''],
  [7, 'teuse', 'ter'],
  [6, 'teur', 'ter'],
  [5, 'euse', 'eu'],
  [8, 'ère', 'er'],
  [7, 'ive', 'if'],
  [4, 'folle', 'fou'],
  [4, 'molle', 'mou'],
  [9, 'nnelle', 'n'],
  [9, 'nnel', 'n'],
  [4, 'ète', 'et', GOES_ON],
  [8, 'ique', '', GOES_ON],
  [8, 'esse', 'e'],
  [7, 'inage', 'in'],
  [9, 'isation', ''],
  [9, 'isateur', ''],
  [8, 'ation', ''],
  [8, 'ition', ''],
];

/** Savoy's light stemmer for French, as Lucene has it. */
export const stemFrenchLight: Stem = (word) => {
  let stem = withoutPlural(word);
  for (const [over, ending, by, goesOn] of RULES) {
    if (stem.length <= over || !stem.endsWith(ending)) continue;
    stem = stem.slice(0, -ending.length) + by;
    if (ending === 'ement' && stem.length > 3 && stem.endsWith('ive'))
      stem = `${stem.slice(0, -2)}f`;
    if (ending === 'isation' && stem.length > 5 && stem.endsWith('ual'))
      stem = `${stem.slice(0, -2)}el`;
    if (!goesOn) break;
  }
  return normal(stem);
};

function withoutPlural(word: string): string {
  let stem = word;
  if (stem.length > 5 && stem.endsWith('x')) {
    const isAux = stem.endsWith('aux') && stem.at(-4) !== 'e';
    stem = isAux ? `${stem.slice(0, -2)}l` : stem.slice(0, -1);
  }
  if (stem.length > 3 && stem.endsWith('x')) stem = stem.slice(0, -1);
  if (stem.length > 3 && stem.endsWith('s')) stem = stem.slice(0, -1);
  return stem;
}

const plain = folding('àáâ a, ô o, èéê e, ùû u, î i, ç c');
const isLetter = (unit: number): boolean => BMP_KINDS[unit] === LETTER;

function normal(word: string): string {
  let stem = word.length > 4 ? withoutDoubles(plain(word)) : word;
  if (stem.length > 4 && stem.endsWith('ie')) stem = stem.slice(0, -2);
  if (stem.length <= 4) return stem;
  if (stem.endsWith('r')) stem = stem.slice(0, -1);
  if (stem.endsWith('e')) stem = stem.slice(0, -1);
  if (stem.endsWith('e')) stem = stem.slice(0, -1);
  const last = stem.length - 1;
  const isDouble = stem[last] === stem[last - 1] && isLetter(stem.charCodeAt(last));
  return isDouble ? stem.slice(0, last) : stem;
}

function withoutDoubles(word: string): string {
  let once = word.slice(0, 1);
  for (let at = 1; at < word.length; at += 1) {
    const unit = word.charCodeAt(at);
    if (unit !== word.charCodeAt(at - 1) || !isLetter(unit)) once += word[at];
  }
  return once;
}
