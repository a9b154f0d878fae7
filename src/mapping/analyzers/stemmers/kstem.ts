import { EXCEPTIONS, ROOTS } from './kstem-roots.ts';
import { KSTEM_WORDS } from './kstem-words.ts';
import type { Stem } from './stem.ts';

const LONGEST = 49;

/** Words that stay as they are; those of {@link ROOTS} have others. */
const words = new Set(EXCEPTIONS);
let last = '';
for (const [, shared, rest] of KSTEM_WORDS.replaceAll('\n', '').matchAll(/([A-Z])([a-z]*)/g)) {
  last = last.slice(0, shared!.charCodeAt(0) - 65) + rest!;
  words.add(last);
}

const isKnown = (word: string): boolean => words.has(word) || ROOTS.has(word);
/** Some words are not taken for those before `-ed` and `-ing`. */
const isRoot = (word: string): boolean => isKnown(word) && !EXCEPTIONS.has(word);

/** What a step makes of a word, and whether that was found. */
type Outcome = readonly [word: string, isFound: boolean];
/** A step that removes one kind of ending; null for a word with another one. */
type Step = (word: string) => Outcome | null;

const asFound = (word: string): Outcome => [word, isKnown(word)];

/** The first word that is known; null for none. */
function firstKnown(...tried: readonly (string | null)[]): Outcome | null {
  for (const word of tried) if (word !== null && isKnown(word)) return [word, true];
  return null;
}

/** What is before an ending, which is no whole word; null for another ending. */
function before(word: string, ending: string): string | null {
  return word.length > ending.length && word.endsWith(ending)
    ? word.slice(0, -ending.length)
    : null;
}

/** What is before an ending that one of the vowels is before, with that vowel; null for another one. */
function behindVowel(word: string, ending: string, vowels: string): string | null {
  const stem = before(word, ending);
  return stem !== null && vowels.includes(stem.at(-1)!) ? stem : null;
}

function isConsonant(word: string, at: number): boolean {
  const letter = word[at]!;
  if ('aeiou'.includes(letter)) return false;
  return letter !== 'y' || at === 0 || !isConsonant(word, at - 1);
}

function hasVowel(word: string): boolean {
  for (let at = 0; at < word.length; at += 1) if (!isConsonant(word, at)) return true;
  return false;
}

/** The word without the second of two equal consonants at its end; null if it has none such. */
function single(word: string): string | null {
  const end = word.length - 1;
  return end > 0 && word[end] === word[end - 1] && isConsonant(word, end)
    ? word.slice(0, -1)
    : null;
}

/** The root before `-ed` or `-ing`: one that is known, or has a doubled consonant at its end; null for another one. */
function rootBefore(stem: string): Outcome | null {
  const withE = `${stem}e`;
  if (isRoot(withE)) return [withE, true];
  const doubled = single(stem);
  return firstKnown(stem, doubled) ?? (doubled === null ? null : [stem, false]);
}

const plural: Step = (word) => {
  if (!word.endsWith('s')) return null;
  const one = word.slice(0, -1);
  const y = before(word, 'ies');
  if (y !== null) return firstKnown(one) ?? asFound(`${y}y`);
  const stem = before(word, 'es');
  if (stem !== null) {
    const triesE = stem.length > 1 && !stem.endsWith('ss');
    return firstKnown(triesE ? one : null, stem) ?? (triesE ? [one, false] : asFound(one));
  }
  return word.length > 3 && !/(?:s|ou)s$/.test(word) ? asFound(one) : null;
};

const pastTense: Step = (word) => {
  if (word.length <= 4) return null;
  const y = before(word, 'ied');
  if (y !== null) return firstKnown(word.slice(0, -1)) ?? asFound(`${y}y`);
  const stem = before(word, 'ed');
  if (stem === null || !hasVowel(stem)) return null;
  return rootBefore(stem) ?? [word.startsWith('un') ? word : `${stem}e`, false];
};

const aspect: Step = (word) => {
  const stem = word.length > 5 ? before(word, 'ing') : null;
  if (stem === null || !hasVowel(stem)) return null;
  const root = rootBefore(stem);
  if (root !== null) return root;
  const end = stem.length - 1;
  const isHard = end > 0 && isConsonant(stem, end) && isConsonant(stem, end - 1);
  return [isHard ? stem : `${stem}e`, false];
};

const ity: Step = (word) => {
  const stem = before(word, 'ity');
  if (stem === null) return null;
  const found = firstKnown(stem, `${stem}e`);
  if (found !== null) return found;
  if (stem.endsWith('il')) return asFound(`${stem.slice(0, -2)}le`);
  if (stem.endsWith('iv')) return [`${stem}e`, false];
  return stem.endsWith('al') ? [stem, false] : (firstKnown(word) ?? [stem, false]);
};

const ness: Step = (word) => {
  const stem = before(word, 'ness');
  return stem === null ? null : asFound(stem.replace(/i$/, 'y'));
};

const ion: Step = (word) => {
  const stem = before(word, 'ion');
  if (stem === null) return null;
  const ize = before(word, 'ization');
  if (ize !== null) return asFound(`${ize}ize`);
  const ition = before(word, 'ition');
  const ation = before(word, 'ation');
  const ication = before(word, 'ication');
  return (
    (ition !== null ? firstKnown(`${ition}e`) : null) ??
    (ation !== null ? firstKnown(`${ation}ate`, `${ation}e`, ation) : null) ??
    (ication !== null ? firstKnown(`${ication}y`) : null) ??
    firstKnown(`${stem}e`, stem) ?? [word, false]
  );
};

const er: Step = (word) => {
  const izer = before(word, 'izer');
  if (izer !== null) return asFound(`${izer}ize`);
  const stem = before(word, 'er') ?? before(word, 'or');
  if (stem === null) return null;
  const short = stem.slice(0, -1);
  const last = stem.at(-1);
  return (
    firstKnown(
      single(stem),
      last === 'i' ? `${short}y` : null,
      last === 'e' ? short : null,
      // As in Lucene, which forgets that it was `-ior`.
      last === 'i' ? `${stem}e` : word.slice(0, -1),
      stem,
      `${stem}e`,
    ) ?? [word, false]
  );
};

const ly: Step = (word) => {
  const stem = before(word, 'ly');
  if (stem === null) return null;
  const found = firstKnown(`${stem}le`, stem);
  if (found !== null) return found;
  if (stem.length > 1 && stem.endsWith('al')) return [stem, false];
  if (stem.length > 1 && stem.endsWith('ab')) return [`${stem}le`, false];
  const isI = stem.endsWith('i');
  return firstKnown(isI ? `${stem.slice(0, -1)}y` : null) ?? [stem, false];
};

const al: Step = (word) => {
  const stem = word.length < 4 ? null : before(word, 'al');
  if (stem === null) return null;
  const found = firstKnown(stem, single(stem), `${stem}e`, `${stem}um`);
  if (found !== null) return found;
  const ical = stem.endsWith('ic') ? stem.slice(0, -2) : null;
  if (ical !== null) return firstKnown(ical, `${ical}y`) ?? asFound(stem);
  if (stem.endsWith('i')) return firstKnown(stem.slice(0, -1)) ?? asFound(word);
  return [word, false];
};

const ive: Step = (word) => {
  const stem = before(word, 'ive');
  if (stem === null) return null;
  const at = stem.endsWith('at') ? stem.slice(0, -2) : null;
  const ative = at === null ? null : firstKnown(`${at}e`, at);
  return firstKnown(stem, `${stem}e`) ?? ative ?? firstKnown(`${stem}ion`) ?? [word, false];
};

const ize: Step = (word) => {
  const stem = before(word, 'ize');
  return stem === null ? null : (firstKnown(stem, single(stem), `${stem}e`) ?? [word, false]);
};

const ment: Step = (word) => {
  const stem = before(word, 'ment');
  return stem === null ? null : (firstKnown(stem) ?? [word, false]);
};

const ble: Step = (word) => {
  const stem = behindVowel(word, 'ble', 'ai')?.slice(0, -1);
  if (stem === undefined) return null;
  return firstKnown(stem, single(stem), `${stem}e`, `${stem}ate`) ?? [word, false];
};

const ism: Step = (word) => {
  const stem = before(word, 'ism');
  return stem === null ? null : asFound(stem);
};

const ic: Step = (word) => {
  const stem = before(word, 'ic');
  if (stem === null) return null;
  return firstKnown(`${word}al`, `${stem}y`, `${stem}e`, stem) ?? [word, false];
};

const ncy: Step = (word) => {
  const stem = behindVowel(word, 'ncy', 'ea');
  return stem === null ? null : (firstKnown(`${stem}nt`) ?? asFound(`${stem}nce`));
};

const nce: Step = (word) => {
  const stem = behindVowel(word, 'nce', 'ea')?.slice(0, -1);
  return stem === undefined ? null : (firstKnown(`${stem}e`, stem) ?? [word, false]);
};

/** A word that an earlier step left without asking for it. */
const known: Step = (word) => (isRoot(word) && before(word, 'ive') === null ? [word, true] : null);

const STEPS: readonly Step[] = [
  ...[plural, pastTense, aspect, ity, ness, ion, er, ly, al],
  ...[known, ive, ize, ment, ble, ism, ic, ncy, nce],
];

/** Krovetz's stemmer for English, as Lucene has it: endings go until a word of its dictionary is left. */
export const stemKrovetz: Stem = (word) => {
  if (word.length <= 2 || word.length > LONGEST) return word;
  if (isKnown(word)) return ROOTS.get(word) ?? word;
  if (!/^[a-z]*$/.test(word)) return word;
  let stem = word;
  for (const step of STEPS) {
    const outcome = step(stem);
    if (outcome === null) continue;
    stem = outcome[0];
    if (outcome[1]) return ROOTS.get(stem) ?? stem;
  }
  return stem;
};
