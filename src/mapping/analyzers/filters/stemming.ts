import { badSetting, list, type Parameters, text } from '../part-settings.ts';
import { stemOf } from '../porter-stemmer.ts';
import type { Stem } from '../stemmers/stem.ts';
import { germanStemmer, snowballOf, stemmerOf } from '../stemmers/stemmers.ts';
import { mapTexts } from '../token-stream.ts';
import type { FilterSpec, TokenFilter } from './token-filter.ts';

/** Words that are marked stay. */
function stemming(stem: Stem): TokenFilter {
  return {
    filter: (stream) => mapTexts(stream, (word, token) => (token.keyword ? word : stem(word))),
  };
}

const PORTER: ReadonlySet<string> = new Set(['english', 'porter']);
const POSSESSIVE: ReadonlySet<string> = new Set(['possessive_english', 'possessiveenglish']);

const LANGUAGE: Parameters = { language: text(), name: text() };

/** @throws EstromError for a language that Elasticsearch has no stemmer for */
export const stemmer: FilterSpec = {
  parameters: LANGUAGE,
  build({ language, name }) {
    const asked = String(language ?? name ?? 'porter');
    const lower = asked.toLowerCase();
    if (PORTER.has(lower)) return stemming(stemOf);
    if (POSSESSIVE.has(lower)) return { filter: (stream) => mapTexts(stream, withoutPossessive) };
    const stem = stemmerOf(asked) ?? snowballOf(capitalized(asked));
    if (stem === undefined) throw noStemmer(capitalized(asked));
    return stemming(stem);
  },
};

export const snowball: FilterSpec = {
  parameters: LANGUAGE,
  build({ language, name }) {
    const asked = capitalized(String(language ?? name ?? 'English'));
    if (asked === 'Porter') return stemming(stemOf);
    const stem = snowballOf(asked);
    if (stem === undefined) throw noStemmer(asked);
    return stemming(stem);
  },
};

/** A filter with one stemmer. */
const only = (stem: () => Stem): FilterSpec => ({ parameters: {}, build: () => stemming(stem()) });

/** As {@link only}, with words that stay, and are marked for filters behind this one. */
const excluding = (stem: () => Stem): FilterSpec => ({
  parameters: { stem_exclusion: list([]) },
  build({ stem_exclusion: words }) {
    const unstemmed = new Set(words as readonly string[]);
    const stems = stemming(stem());
    return {
      filter(stream) {
        for (const token of stream.tokens) if (unstemmed.has(token.text)) token.keyword = true;
        return stems.filter(stream);
      },
    };
  },
});

export const porterStem = only(() => stemOf);
export const arabicStem = only(() => stemmerOf('arabic')!);
export const kStem = only(() => stemmerOf('light_english')!);
export const czechStem = only(() => stemmerOf('czech')!);
export const russianStem = only(() => snowballOf('Russian')!);
export const brazilianStem = excluding(() => stemmerOf('brazilian')!);
export const dutchStem = excluding(() => snowballOf('Dutch')!);
export const frenchStem = excluding(() => snowballOf('French')!);
export const germanStem = excluding(germanStemmer);

/** As Elasticsearch says it. */
export function noStemmer(name: string): Error {
  return badSetting(`Invalid stemmer class specified: ${name}`);
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function withoutPossessive(word: string): string {
  return /['\u2019\uff07][sS]$/.test(word) ? word.slice(0, -2) : word;
}
