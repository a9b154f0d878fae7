import { BMP_KINDS, LETTER } from '../characters.ts';
import { folding, longestEnd, type Stem } from './stem.ts';

const plain = folding('áâã a, éê e, í i, óôõ o, úü u, ç c, ñ n');
const MARKS = '"\'-,;.?!';

/** Endings of nouns and adjectives, in the order in which they are looked for. */
const NOUNS: readonly (readonly [ending: string, by: string, in1?: 'R1'])[] = [
  ['uciones', 'u'],
  ['imentos', ''],
  ['amentos', ''],
  ['adores', ''],
  ['adoras', ''],
  // As in Lucene, which forgets the shorter word.
  ['logias', 'logias'],
  ['encias', 'ente'],
  ['amente', '', 'R1'],
  ['idades', ''],
  ['acoes', ''],
  ['imento', ''],
  ['amento', ''],
  ['adora', ''],
  ['ismos', ''],
  ['istas', ''],
  ['logia', 'log'],
  ['ucion', 'u'],
  ['encia', 'ente'],
  ['mente', ''],
  ['idade', ''],
  ...'acao ezas icos icas ismo avel ivel ista osos osas ador ivas ivos'
    .split(' ')
    .map((ending) => [ending, ''] as const),
  ...'eza ico ica oso osa iva ivo'.split(' ').map((ending) => [ending, ''] as const),
];

/** Endings of verbs: each goes, but for `ira`, which Lucene keeps. */
const VERBS: ReadonlySet<string> = new Set(
  (
    'issemos essemos assemos ariamos eriamos iriamos iremos eremos aremos avamos iramos eramos aramos asseis ' +
    'esseis isseis arieis erieis irieis irmos iamos armos ermos areis ereis ireis asses esses isses astes assem ' +
    'essem issem ardes erdes irdes ariam eriam iriam arias erias irias estes istes aveis aria eria iria asse esse ' +
    'isse aste este iste arei erei irei aram eram iram avam arem erem irem ando endo indo arao erao irao adas idas ' +
    'aras eras iras avas ares eres ires ados idos amos emos imos ieis ada ida ara era ira iam ado ido ias ais eis ' +
    'ear ia ei am em ar er ir as es is eu iu ou'
  ).split(' '),
);

const isVowel = (letter: string | undefined): boolean =>
  letter !== undefined && 'aeiou'.includes(letter);

/** Lucene's own stemmer for Brazilian Portuguese; words of less than three letters and more than 29 stay. */
export const stemBrazilian: Stem = (word) => {
  const stem = withoutMarks(plain(word.toLowerCase()));
  if (stem.length > 29 || stem.length < 3) return word;
  for (let at = 0; at < stem.length; at += 1)
    if (BMP_KINDS[stem.charCodeAt(at)] !== LETTER) return stem;
  const rv = regionOfVerbs(stem);
  const changed = withoutNoun(stem, rv) ?? withoutVerb(stem, rv);
  return withoutE(changed === null ? withoutVowel(stem, rv) : withoutCi(changed, rv), rv);
};

function withoutMarks(word: string): string {
  let bare = word;
  if (bare.length >= 2 && MARKS.includes(bare[0]!)) bare = bare.slice(1);
  if (bare.length >= 2 && MARKS.includes(bare.at(-1)!)) bare = bare.slice(0, -1);
  return bare;
}

/** What is behind the first consonant behind a vowel. The last letter is looked at by no rule. */
function region(word: string): string {
  const last = word.length - 1;
  let at = 0;
  while (at < last && !isVowel(word[at])) at += 1;
  while (at < last && isVowel(word[at])) at += 1;
  return at < last ? word.slice(at + 1) : '';
}

function regionOfVerbs(word: string): string {
  const last = word.length - 1;
  let at = 2;
  if (last > 0 && !isVowel(word[1])) {
    while (at < last && !isVowel(word[at])) at += 1;
    if (at < last) return word.slice(at + 1);
  }
  at = 2;
  if (last > 1 && isVowel(word[0]) && isVowel(word[1])) {
    while (at < last && isVowel(word[at])) at += 1;
    if (at < last) return word.slice(at + 1);
  }
  return last > 2 ? word.slice(3) : '';
}

function withoutNoun(word: string, rv: string): string | null {
  const r1 = region(word);
  const r2 = region(r1);
  for (const [ending, by, in1] of NOUNS) {
    // Between the others stand two that ask for another region.
    if (ending === 'eza' && rv.endsWith('iras') && word.endsWith('eiras')) return word.slice(0, -2);
    if ((in1 === undefined ? r2 : r1).endsWith(ending)) return word.slice(0, -ending.length) + by;
  }
  return rv.endsWith('ira') && word.endsWith('eira') ? word.slice(0, -1) : null;
}

function withoutVerb(word: string, rv: string): string | null {
  const ending = longestEnd(rv, VERBS, 7);
  if (ending === null) return null;
  return ending === 'ira' ? word : word.slice(0, -ending.length);
}

/** This and what follows ask for the endings that the region had at first. */
function withoutCi(word: string, rv: string): string {
  return rv.endsWith('ci') && word.endsWith('i') ? word.slice(0, -1) : word;
}

function withoutVowel(word: string, rv: string): string {
  if (rv.endsWith('os')) return word.slice(0, -2);
  return /[aio]$/.test(rv) ? word.slice(0, -1) : word;
}

function withoutE(word: string, rv: string): string {
  if (!rv.endsWith('e') || !word.endsWith('e')) return word;
  const stem = word.slice(0, -1);
  if (rv.endsWith('gue') && stem.endsWith('u')) return stem.slice(0, -1);
  return rv.endsWith('cie') && stem.endsWith('i') ? stem.slice(0, -1) : stem;
}
