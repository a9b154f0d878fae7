import { BUILT_CHAINS } from './built-chains.ts';
import type { ChainSettings } from './chain.ts';
import { LANGUAGE_NAMES, languageChain, snowballChain } from './languages.ts';
import { languageIn, settingsIn, stopWordsIn } from './named.ts';
import type { PartSettings } from './part-settings.ts';
import { NO_STOP_WORDS, readStopWords } from './stop-words.ts';

const STANDARD: PartSettings = { type: 'standard' };
const LOWERCASE: PartSettings = { type: 'lowercase' };

/**
 * The analyzer of a name, or of an `analyzerText`, as the chain of parts that makes the same tokens: with their
 * types, which documents do not need.
 * @returns undefined for an analyzer that is not there
 */
export function fullChain(name: string): ChainSettings | undefined {
  const settings = settingsIn(name);
  if (settings === null) return undefined;
  const type = String(settings['type']);
  const { char_filter, filter } = settings;
  switch (type) {
    case 'custom': {
      const own = { char_filter, tokenizer: settings['tokenizer'], filter };
      return own as ChainSettings;
    }
    case 'standard':
      return chainOf(standardOf(settings), LOWERCASE, ...stop(settings));
    case 'chinese':
      return chainOf(STANDARD, LOWERCASE, { type: 'stop' });
    case 'simple':
      return chainOf({ type: 'lowercase' });
    case 'stop':
      return chainOf({ type: 'lowercase' }, ...stop(settings));
    case 'whitespace':
    case 'keyword':
      return chainOf({ type });
    case 'english':
      return chainOf(
        STANDARD,
        { type: 'stemmer', language: 'possessive_english' },
        LOWERCASE,
        ...stop(settings),
        ...unstemmed(settings),
        { type: 'porter_stem' },
      );
    case 'snowball':
      return snowballChain(languageIn(settings), stopWordsIn(settings));
    default:
      break;
  }
  if (Object.hasOwn(BUILT_CHAINS, type)) return BUILT_CHAINS[type]!(settings);
  if (!LANGUAGE_NAMES.includes(type)) return undefined;
  return languageChain(type, stopWordsIn(settings), exclusions(settings));
}

const chainOf = (tokenizer: PartSettings, ...filter: PartSettings[]): ChainSettings => ({
  char_filter: [],
  tokenizer,
  filter,
});

function standardOf({ max_token_length }: PartSettings): PartSettings {
  return max_token_length === undefined ? STANDARD : { ...STANDARD, max_token_length };
}

function stop(settings: PartSettings): PartSettings[] {
  const stopwords = stopWordsIn(settings);
  return stopwords.length === 0 ? [] : [{ type: 'stop', stopwords }];
}

function unstemmed(settings: PartSettings): PartSettings[] {
  const keywords = exclusions(settings);
  return keywords.length === 0 ? [] : [{ type: 'keyword_marker', keywords }];
}

function exclusions({ stem_exclusion }: PartSettings): readonly string[] {
  return [...readStopWords(stem_exclusion, NO_STOP_WORDS)];
}
