import type { Stem } from './stem.ts';

/** Savoy's minimal stemmer for French: plurals, and what the last letters say of gender. */
export const stemFrenchMinimal: Stem = (word) => {
  if (word.length < 6) return word;
  if (word.endsWith('x')) return word.endsWith('aux') ? `${word.slice(0, -2)}l` : word.slice(0, -1);
  let stem = word;
  for (const letter of ['s', 'r', 'e', 'é']) if (stem.endsWith(letter)) stem = stem.slice(0, -1);
  return stem.at(-1) === stem.at(-2) ? stem.slice(0, -1) : stem;
};
