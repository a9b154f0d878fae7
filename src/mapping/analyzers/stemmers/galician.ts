import { adverb, augmentative, noun, plural, unification, verb, vowel } from './rslp-galician.ts';
import { folding, type Stem } from './stem.ts';

const plain = folding('á a, éê e, í i, ó o, ú u');

/** The RSLP stemmer for Galician, as Lucene has it. */
export const stemGalician: Stem = (word) => {
  let stem = adverb(unification(plural(word)));
  stem = withoutAugmentatives(stem);
  const { length } = stem;
  stem = noun(stem);
  if (stem.length === length) stem = verb(stem);
  return plain(vowel(stem));
};

/** More than any rule looks at. */
const TAIL = 64;

/** As long as the length changes, as in Lucene. Only a long word's tail is changed: each change copies it. */
function withoutAugmentatives(word: string): string {
  let at = Math.max(0, word.length - TAIL);
  let tail = word.slice(at);
  for (;;) {
    const changed = augmentative(tail);
    if (changed.length === tail.length) return word.slice(0, at) + changed;
    tail = changed;
    if (at === 0 || tail.length > TAIL / 2) continue;
    const from = Math.max(0, at - TAIL);
    tail = word.slice(from, at) + tail;
    at = from;
  }
}

export const stemGalicianMinimal: Stem = plural;
