import { BMP_KINDS, LETTER } from '../characters.ts';
import type { Stem } from './stem.ts';

/** Letters that count as one, with what stands for them meanwhile. */
const TOGETHER: readonly (readonly [letters: string, mark: string])[] = [
  ['sch', '$'],
  ['ch', '§'],
  ['ei', '%'],
  ['ie', '&'],
  ['ig', '#'],
  ['st', '!'],
];
const LETTERS_OF = new Map(TOGETHER.map(([letters, mark]) => [mark, letters]));
const UMLAUTS: Readonly<Record<string, string>> = { ä: 'a', ö: 'o', ü: 'u' };

/** Stands for the letter before it. */
const AGAIN = '*';

/** Caumanns' stemmer for German, as Lucene has it. Words that do not consist of letters alone stay. */
export const stemGermanCaumanns: Stem = (word) => {
  const lower = word.toLowerCase();
  for (let at = 0; at < lower.length; at += 1)
    if (BMP_KINDS[lower.charCodeAt(at)] !== LETTER) return lower;
  const [marked, saved] = withMarks(lower);
  let stem = withoutEndings(marked, saved);
  if (stem.length > 5 && stem.endsWith(`erin${AGAIN}`))
    stem = withoutEndings(stem.slice(0, -1), saved);
  if (stem.endsWith('z')) stem = `${stem.slice(0, -1)}x`;
  const whole = withoutMarks(stem);
  return whole.length > 4 ? whole.replace('gege', 'ge') : whole;
};

/** The word with marks, and how many letters it had more (`ß` counts as none of them). */
function withMarks(word: string): [marked: string, saved: number] {
  // Lucene sees the second of two such letters as they were, so `ß` is taken apart in the same pass.
  let rest = word;
  let marked = '';
  let saved = 0;
  while (rest !== '') {
    let letter = rest[0]!;
    let used = 1;
    if (letter === marked.at(-1)) letter = AGAIN;
    else if (letter === 'ß') {
      letter = 's';
      rest = `ss${rest.slice(1)}`;
      saved += 1;
    } else letter = UMLAUTS[letter] ?? letter;
    const found = TOGETHER.find(([letters]) => (letter + rest.slice(1)).startsWith(letters));
    if (found !== undefined) {
      letter = found[1];
      used = found[0].length;
      saved += used - 1;
    }
    marked += letter;
    rest = rest.slice(used);
  }
  return [marked, saved];
}

function withoutMarks(stem: string): string {
  let word = '';
  for (const letter of stem)
    word += letter === AGAIN ? word.at(-1)! : (LETTERS_OF.get(letter) ?? letter);
  return word;
}

function withoutEndings(word: string, saved: number): string {
  let stem = word;
  while (stem.length > 3) {
    const length = stem.length + saved;
    if ((length > 5 && stem.endsWith('nd')) || (length > 4 && /e[mr]$/.test(stem)))
      stem = stem.slice(0, -2);
    else if (/[esnt]$/.test(stem)) stem = stem.slice(0, -1);
    else break;
  }
  return stem;
}
