import { createRequire } from 'node:module';
import type { Stem } from './stem.ts';

/** What `snowball-stemmers` exports. */
interface Library {
  newStemmer(language: string): { stem(word: string): string };
}

/** What has to change around the library for the stems that Lucene 8.11 makes. */
type Patch = (stem: Stem) => Stem;

/** Letters that the library and Lucene take for one another, before and after. */
const exchanging =
  (pairs: string): Patch =>
  (stem) => {
    const partner = new Map<string, string>();
    for (const [one, other] of pairs.split(' ')) partner.set(one!, other!).set(other!, one!);
    const pattern = new RegExp(`[${[...partner.keys()].join('')}]`, 'g');
    const exchange = (text: string): string => text.replace(pattern, (each) => partner.get(each)!);
    return (word) => exchange(stem(exchange(word)));
  };

/** A letter that no rule knows. */
const NONE = '\uf8ff';

const PATCHES: Readonly<Record<string, Patch>> = {
  // The library takes full stops away.
  arabic: (stem) => (word) => stem(word.replaceAll('.', NONE)).replaceAll(NONE, '.'),
  // Newer rules turn `-nisse` into `-nis`.
  german: (stem) => (word) => {
    const found = stem(word);
    return /ni(ss|ß)e[ns]?$/.test(word) && found.endsWith('nis') ? `${found}s` : found;
  },
  // Lucene's rules have the letters of Latin 1 for the long ones.
  hungarian: exchanging('őõ űû'),
  // Newer rules have `-ução` and `-logia` where older ones have `-ución` and `-logía`.
  portuguese: (stem) => (word) => {
    const spanish = /u(ción|ciones)$|log(ía|ías)$/.exec(word);
    if (spanish !== null) {
      const begin = word.slice(0, spanish.index);
      const isInRegion = stem(`${begin}ução`) === `${begin}u`;
      if (isInRegion) return begin + (spanish[1] === undefined ? 'log' : 'u');
    }
    const own = /uç(ão|ões)$/.exec(word);
    if (own === null) return stem(word);
    const hidden = word.slice(0, own.index + 1) + NONE + own[1];
    return stem(hidden).replace(NONE, 'ç');
  },
};

let library: Library | undefined;
const stems = new Map<string, Stem>();

/**
 * The Snowball stemmer of a language, as it is in Lucene 8.11. The library is loaded with the first one.
 * @param language in lower case, one that the library has
 */
export function snowballStemmer(language: string): Stem {
  const known = stems.get(language);
  if (known !== undefined) return known;
  library ??= createRequire(import.meta.url)('snowball-stemmers') as Library;
  const stemmer = library.newStemmer(language);
  const plain: Stem = (word) => stemmer.stem(word);
  const stem = PATCHES[language]?.(plain) ?? plain;
  stems.set(language, stem);
  return stem;
}
