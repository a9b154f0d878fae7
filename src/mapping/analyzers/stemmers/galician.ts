import { rslpStep } from './rslp.ts';
import * as rules from './rslp-galician.ts';
import { folding, type Stem } from './stem.ts';

const plural = rslpStep(rules.PLURAL);
const unification = rslpStep(rules.UNIFICATION);
const adverb = rslpStep(rules.ADVERB);
const augmentative = rslpStep(rules.AUGMENTATIVE);
const noun = rslpStep(rules.NOUN);
const verb = rslpStep(rules.VERB);
const vowel = rslpStep(rules.VOWEL);
const plain = folding('á a, éê e, í i, ó o, ú u');

/** The RSLP stemmer for Galician, as Lucene has it. */
export const stemGalician: Stem = (word) => {
  let stem = adverb(unification(plural(word)));
  // Lucene asks whether the length is another one.
  let { length } = stem;
  do {
    length = stem.length;
    stem = augmentative(stem);
  } while (stem.length !== length);
  stem = noun(stem);
  if (stem.length === length) stem = verb(stem);
  return plain(vowel(stem));
};

export const stemGalicianMinimal: Stem = plural;
