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

/** The word with marks, and how many letters it had more; `ß` is two, and counts as three. */
function withMarks(word: string): [marked: string, saved: number] {
  let marked = '';
  let last = '';
  let saved = 0;
  for (let at = 0; at < word.length; at += 1) {
    const letter = word[at]!;
    if (letter === last) last = AGAIN;
    else if (letter === 'ß') {
      // The second letter is the first one again.
      marked += 's';
      last = AGAIN;
      saved += 1;
    } else {
      const found = TOGETHER.find(([letters]) => word.startsWith(letters, at));
      if (found === undefined) last = UMLAUTS[letter] ?? letter;
      else {
        last = found[1];
        at += found[0].length - 1;
        saved += found[0].length - 1;
      }
    }
    marked += last;
  }
  return [marked, saved];
}

function withoutMarks(stem: string): string {
  let word = '';
  let last = '';
  for (const mark of stem) {
    const letters: string = mark === AGAIN ? last : (LETTERS_OF.get(mark) ?? mark);
    last = letters.at(-1)!;
    word += letters;
  }
  return word;
}

function withoutEndings(word: string, saved: number): string {
  // By index: there may be as many endings as letters.
  let end = word.length;
  while (end > 3) {
    const length = end + saved;
    const [before, last] = [word[end - 2]!, word[end - 1]!];
    const isTwo =
      (length > 5 && last === 'd' && before === 'n') ||
      (length > 4 && before === 'e' && (last === 'm' || last === 'r'));
    if (isTwo) end -= 2;
    else if ('esnt'.includes(last)) end -= 1;
    else break;
  }
  return word.slice(0, end);
}
