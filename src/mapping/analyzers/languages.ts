import type { ChainSettings } from './chain.ts';
import { FRENCH_ARTICLES } from './filters/elision.ts';
import { noStemmer } from './filters/stemming.ts';
import type { PartSettings } from './part-settings.ts';

/** What a language's analyzer does to words of the `standard` tokenizer. */
interface Language {
  /** Filters before the stop words; `lowercase` where it is left out. */
  readonly before?: readonly PartSettings[];
  /** Filters behind the stop words, and those of them that come before words are marked. */
  readonly behind?: readonly PartSettings[];
  readonly unmarked?: readonly PartSettings[];
  /** Words are marked before these filters, and stop words left out behind them. */
  readonly between?: readonly PartSettings[];
  /** Whether the analyzer takes `stem_exclusion`. */
  readonly stems: boolean;
  readonly charFilter?: PartSettings;
}

const filter = (type: string, settings: PartSettings = {}): PartSettings => ({ type, ...settings });
const stemmer = (language: string): PartSettings => filter('stemmer', { language });
const elision = (articles: readonly string[]): PartSettings =>
  filter('elision', { articles, articles_case: true });

const LOWERCASE = filter('lowercase');
const DIGITS = filter('decimal_digit');

const ITALIAN_ARTICLES =
  'c l all dall dell nell sull coll pell gl agl dagl degl negl sugl un m t s v d'.split(' ');

/** Lower case, stop words, a stemmer. */
const stemmed = (...behind: readonly PartSettings[]): Language => ({ stems: true, behind });

const indic = (language: string): Language => ({
  stems: true,
  before: [LOWERCASE, DIGITS],
  between: [filter('indic_normalization'), filter(`${language}_normalization`)],
  behind: [stemmer(language)],
});

const LANGUAGES: Readonly<Record<string, Language>> = {
  ...Object.fromEntries(
    (
      'armenian basque brazilian bulgarian czech danish estonian finnish galician hungarian indonesian ' +
      'latvian lithuanian norwegian romanian russian swedish'
    )
      .split(' ')
      .map((language) => [language, stemmed(stemmer(language))]),
  ),
  arabic: {
    stems: true,
    before: [LOWERCASE, DIGITS],
    unmarked: [filter('arabic_normalization')],
    behind: [stemmer('arabic')],
  },
  bengali: indic('bengali'),
  catalan: {
    stems: true,
    before: [elision(['d', 'l', 'm', 'n', 's', 't']), LOWERCASE],
    behind: [stemmer('catalan')],
  },
  cjk: { stems: false, before: [filter('cjk_width'), LOWERCASE, filter('cjk_bigram')] },
  dutch: stemmed(
    filter('stemmer_override', {
      rules: ['fiets => fiets', 'bromfiets => bromfiets', 'ei => eier', 'kind => kinder'],
    }),
    stemmer('dutch'),
  ),
  french: {
    stems: true,
    before: [elision(FRENCH_ARTICLES), LOWERCASE],
    behind: [stemmer('light_french')],
  },
  german: stemmed(filter('german_normalization'), stemmer('light_german')),
  greek: {
    stems: false,
    before: [filter('lowercase', { language: 'greek' })],
    behind: [stemmer('greek')],
  },
  hindi: indic('hindi'),
  irish: {
    stems: true,
    before: [
      filter('stop', { stopwords: ['h', 'n', 't'], ignore_case: true }),
      elision(['d', 'm', 'b']),
      filter('lowercase', { language: 'irish' }),
    ],
    behind: [stemmer('irish')],
  },
  italian: {
    stems: true,
    before: [elision(ITALIAN_ARTICLES), LOWERCASE],
    behind: [stemmer('light_italian')],
  },
  persian: {
    stems: false,
    charFilter: filter('mapping', { mappings: ['\\u200C=>\\u0020'] }),
    before: [LOWERCASE, DIGITS, filter('arabic_normalization'), filter('persian_normalization')],
  },
  portuguese: stemmed(stemmer('light_portuguese')),
  sorani: {
    stems: true,
    before: [filter('sorani_normalization'), LOWERCASE, DIGITS],
    behind: [stemmer('sorani')],
  },
  spanish: stemmed(stemmer('light_spanish')),
  turkish: {
    stems: true,
    before: [filter('apostrophe'), filter('lowercase', { language: 'turkish' })],
    behind: [stemmer('turkish')],
  },
};

/** Names of the analyzers that {@link languageChain} knows. */
export const LANGUAGE_NAMES: readonly string[] = Object.keys(LANGUAGES).sort();

/** Whether the analyzer takes `stem_exclusion`: words that stay as they are. */
export const takesExclusions = (language: string): boolean => LANGUAGES[language]!.stems;

/** The analyzer of a language as a chain of parts. */
export function languageChain(
  language: string,
  stopWords: readonly string[],
  unstemmed: readonly string[],
): ChainSettings {
  const found = LANGUAGES[language]!;
  const stop = stopWords.length === 0 ? [] : [filter('stop', { stopwords: stopWords })];
  const marked = unstemmed.length === 0 ? [] : [filter('keyword_marker', { keywords: unstemmed })];
  const { before = [LOWERCASE], between, unmarked = [], behind = [], charFilter } = found;
  const middle =
    between === undefined ? [...stop, ...unmarked, ...marked] : [...marked, ...between, ...stop];
  return {
    char_filter: charFilter === undefined ? [] : [charFilter],
    tokenizer: { type: 'standard' },
    filter: [...before, ...middle, ...behind],
  };
}

/** Languages whose stop words the analyzer `snowball` leaves out by itself, beside English. */
const SNOWBALL_STOP_WORDS: Readonly<Record<string, string>> = {
  Dutch: 'dutch',
  French: 'french',
  German: 'german',
  German2: 'german',
};

/** The list of stop words that the analyzer `snowball` has for a language; undefined for none. */
export function snowballStopWords(language: string): string | undefined {
  return language === 'English' ? 'english' : SNOWBALL_STOP_WORDS[language];
}

/**
 * The analyzer `snowball` as a chain of parts.
 * @throws EstromError BAD_REQUEST for a language in small letters
 */
export function snowballChain(language: string, stopWords: readonly string[]): ChainSettings {
  if (language !== language.charAt(0).toUpperCase() + language.slice(1)) throw noStemmer(language);
  const isEnglish = language === 'English' || language === 'Porter';
  return {
    char_filter: [],
    tokenizer: { type: 'standard' },
    filter: [
      ...(isEnglish ? [stemmer('possessive_english')] : []),
      language === 'Turkish' ? filter('lowercase', { language: 'turkish' }) : LOWERCASE,
      ...(stopWords.length === 0 ? [] : [filter('stop', { stopwords: stopWords })]),
      filter('snowball', { language }),
    ],
  };
}
