import type { Stem } from './stem.ts';

const PREFIXES = ['ال', 'وال', 'بال', 'كال', 'فال', 'لل', 'و'];
const SUFFIXES = ['ها', 'ان', 'ات', 'ون', 'ين', 'يه', 'ية', 'ه', 'ة', 'ي'];

/** The light stemmer for Arabic, as Lucene has it: a prefix goes, and each of the suffixes in turn. */
export const stemArabic: Stem = (word) => {
  let stem = word;
  for (const prefix of PREFIXES) {
    const least = prefix.length === 1 ? 4 : prefix.length + 2;
    if (stem.length < least || !stem.startsWith(prefix)) continue;
    stem = stem.slice(prefix.length);
    break;
  }
  for (const suffix of SUFFIXES)
    if (stem.length >= suffix.length + 2 && stem.endsWith(suffix))
      stem = stem.slice(0, -suffix.length);
  return stem;
};
