import type { Stem } from './stem.ts';

/** Harman's stemmer of plurals, as Lucene has it. */
export const stemEnglishMinimal: Stem = (word) => {
  if (word.length < 3 || !word.endsWith('s') || /[us]s$/.test(word)) return word;
  if (/[^ae]ies$/s.test(word)) return `${word.slice(0, -3)}y`;
  return /[iaoe]es$/.test(word) ? word : word.slice(0, -1);
};
