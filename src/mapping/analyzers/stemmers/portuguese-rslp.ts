import { adverb, augmentative, feminine, noun, plural, verb, vowel } from './rslp-portuguese.ts';
import { folding, type Stem } from './stem.ts';

const plain = folding('àáâãäå a, ç c, èéêë e, ìíîï i, ñ n, òóôõö o, ùúûü u, ýÿ y');

/** The RSLP stemmer for Portuguese, as Lucene has it. */
export const stemPortugueseRslp: Stem = (word) => {
  const base = augmentative(feminine(adverb(plural(word))));
  let stem = noun(base);
  // Lucene asks whether the length is another one.
  if (stem.length === base.length) {
    stem = verb(stem);
    if (stem.length === base.length) stem = vowel(stem);
  }
  return plain(stem);
};

export const stemPortugueseMinimal: Stem = plural;
