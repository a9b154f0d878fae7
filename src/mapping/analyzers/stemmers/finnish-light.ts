import { cutEnd, cuts, endsWithAny, folding, type Stem } from './stem.ts';

const plain = folding('äå a, ö o');

const FIRST = cuts([
  [11, 8, 'dellinen'],
  [11, 9, 'dellisuus'],
]);
const SECOND = cuts([
  [5, 3, 'lla tse sti'],
  [5, 2, 'ni'],
  [5, 1, 'aa'],
]);

/** Endings with what stands for them, in words with more units than a number. */
const CASES: readonly (readonly [over: number, ending: RegExp, by: string])[] = [
  [8, /nnen$/, 's'],
  [8, /ntena$/, 's'],
  [8, /(?:tten|eiden)$/, ''],
  [6, /(?:neen|niin|seen|teen|inen)$/, ''],
  [6, /h[aeiouy]n$/, ''],
  [6, /den$/, 's'],
  [6, /ksen$/, 's'],
  [6, /(?:ssa|sta|lla|lta|tta|ksi|lle)$/, ''],
  [5, /(?:na|ne|nei)$/, ''],
  [4, /(?:ja|ta|a|[aeiouy]n|n)$/, ''],
];

/** Savoy's light stemmer for Finnish, as Lucene has it. */
export const stemFinnishLight: Stem = (word) => {
  if (word.length < 4) return word;
  const stem = withoutCase(cutEnd(withoutParticles(plain(word)), SECOND));
  return withoutDoubles(normal(stem));
};

function withoutParticles(word: string): string {
  let stem = word;
  while (stem.length > 8 && endsWithAny(stem, ['kin', 'ko']))
    stem = stem.slice(0, stem.endsWith('kin') ? -3 : -2);
  return cutEnd(stem, FIRST);
}

function withoutCase(word: string): string {
  for (const [over, ending, by] of CASES)
    if (word.length > over && ending.test(word)) return word.replace(ending, by);
  return word;
}

function normal(word: string): string {
  const stem = word.length > 5 && word.endsWith('hde') ? `${word.slice(0, -3)}ksi` : word;
  if (stem.length > 4 && endsWithAny(stem, ['ei', 'at'])) return stem.slice(0, -2);
  return stem.length > 3 && /[tsjeai]$/.test(stem) ? stem.slice(0, -1) : stem;
}

function withoutDoubles(word: string): string {
  let stem = word;
  if (stem.length > 8 && /[eou]$/.test(stem)) stem = stem.slice(0, -1);
  if (stem.length > 4 && stem.endsWith('i')) stem = stem.slice(0, -1);
  else if (stem.length <= 4) return stem;
  return stem.length > 4 ? stem.replace(/([kpt])\1+/g, '$1') : stem;
}
