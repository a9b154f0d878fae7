import { EstromError } from '../../errors.ts';
import { MAX_TOKEN_LENGTH } from '../standard-analyzer.ts';
import * as make from './analyzer.ts';
import { BUILT_CHAINS } from './built-chains.ts';
import { buildChain, type ChainSettings, isChain } from './chain.ts';
import {
  LANGUAGE_NAMES,
  languageChain,
  snowballChain,
  snowballStopWords,
  takesExclusions,
} from './languages.ts';
import { ENGLISH_STOP_WORDS, NO_STOP_WORDS, readStopWords, stopWordsOf } from './stop-words.ts';

/** What the settings of an index say of an analyzer: `type`, and parameters of that type. */
export type AnalyzerSettings = Readonly<Record<string, unknown>>;

const NO_PARTS = { char_filter: [], filter: [] };

type Builder = (settings: AnalyzerSettings) => make.Analyzer;

const BUILT_PARAMETERS = [
  ...['pattern', 'flags', 'lowercase', 'stopwords', 'separator', 'max_output_size'],
];

const BUILDERS: Readonly<Record<string, { parameters: readonly string[]; build: Builder }>> = {
  standard: {
    parameters: ['stopwords', 'max_token_length'],
    build: ({ stopwords, max_token_length: longest }) =>
      make.standard(readStopWords(stopwords, NO_STOP_WORDS), readLength(longest)),
  },
  simple: { parameters: [], build: make.simple },
  whitespace: { parameters: [], build: make.whitespace },
  keyword: { parameters: [], build: make.keyword },
  stop: {
    parameters: ['stopwords'],
    build: ({ stopwords }) => make.stop(readStopWords(stopwords, ENGLISH_STOP_WORDS)),
  },
  english: {
    parameters: ['stopwords', 'stem_exclusion'],
    build: ({ stopwords, stem_exclusion: unstemmed }) =>
      make.english(
        readStopWords(stopwords, ENGLISH_STOP_WORDS),
        readStopWords(unstemmed, NO_STOP_WORDS),
      ),
  },
  chinese: { parameters: [], build: () => make.standard(ENGLISH_STOP_WORDS) },
  snowball: {
    parameters: ['language', 'stopwords'],
    // Lucene changes nothing in patterns on such fields.
    build: (settings) =>
      buildChain(snowballChain(languageIn(settings), stopWordsIn(settings)), NO_PARTS),
  },
  ...Object.fromEntries(LANGUAGE_NAMES.map((language) => [language, languageBuilder(language)])),
  ...Object.fromEntries(
    Object.entries(BUILT_CHAINS).map(([type, chain]) => [
      type,
      {
        parameters: BUILT_PARAMETERS,
        build: (settings: AnalyzerSettings) => buildChain(chain(settings)),
      },
    ]),
  ),
  // Of parts in full, see `resolveChain`; no index calls an analyzer so by itself.
  custom: {
    parameters: ['char_filter', 'tokenizer', 'filter'],
    build: (settings) => buildChain(chainOf(settings)),
  },
};

function languageBuilder(language: string): { parameters: readonly string[]; build: Builder } {
  const stems = takesExclusions(language);
  return {
    parameters: stems ? ['stopwords', 'stem_exclusion'] : ['stopwords'],
    build: (settings) => {
      const unstemmed = [...readStopWords(settings['stem_exclusion'], NO_STOP_WORDS)];
      const chain = languageChain(language, stopWordsIn(settings), unstemmed);
      return buildChain(chain, { ...NO_PARTS, filter: chain.filter });
    },
  };
}

/** The stop words that an analyzer of that type has where its settings say nothing. */
function usualStopWords(settings: AnalyzerSettings): ReadonlySet<string> {
  const type = String(settings['type']);
  if (type === 'standard') return NO_STOP_WORDS;
  const language = type === 'snowball' ? snowballStopWords(languageIn(settings)) : type;
  if (language === undefined) return NO_STOP_WORDS;
  return LANGUAGE_NAMES.includes(language) ? stopWordsOf(language) : ENGLISH_STOP_WORDS;
}

/** Those that settings name, or the usual ones. */
export function stopWordsIn(settings: AnalyzerSettings): readonly string[] {
  return [...readStopWords(settings['stopwords'], usualStopWords(settings))];
}

/** Of the analyzer `snowball`. */
export function languageIn(settings: AnalyzerSettings): string {
  return String(settings['language'] ?? 'English');
}

const named = new Map<string, make.Analyzer>();

/** Names that {@link analyzerNamed} knows. */
export const ANALYZER_NAMES: readonly string[] = Object.keys(BUILDERS).filter(
  (name) => name !== 'custom',
);

/** The built-in analyzer of that name, or of an {@link analyzerText}; null for one that is not there. */
export function analyzerNamed(name: string): make.Analyzer | null {
  const known = named.get(name);
  if (known !== undefined) return known;
  const settings = settingsIn(name);
  if (settings === null || !Object.hasOwn(BUILDERS, String(settings['type']))) return null;
  const analyzer = analyzerOf(settings);
  named.set(name, analyzer);
  return analyzer;
}

/**
 * The analyzer that the settings of an index define, which must be of a built-in type.
 * @throws EstromError BAD_MAPPING for another type, for parameters that the type does not have here,
 * and for bad values
 */
export function analyzerOf(settings: AnalyzerSettings): make.Analyzer {
  const type = String(settings['type'] ?? 'custom');
  const builder = Object.hasOwn(BUILDERS, type) ? BUILDERS[type]! : null;
  if (builder === null) {
    throw new EstromError(
      'BAD_MAPPING',
      `analyzers of type [${type}] are not supported, only ${ANALYZER_NAMES.join(', ')}`,
    );
  }
  for (const name of Object.keys(settings)) {
    if (name === 'type' || name === 'version' || builder.parameters.includes(name)) continue;
    throw new EstromError('BAD_MAPPING', `an analyzer of type [${type}] takes no [${name}] here`);
  }
  return builder.build(settings);
}

/**
 * What stands for an analyzer in the kind of a field: its type, and the parameters that differ from the
 * type's own as JSON, such as `stop{"stopwords":["a"]}`. Equal for analyzers that do the same.
 * @returns undefined where {@link analyzerOf} throws
 */
export function analyzerText(settings: AnalyzerSettings): string | undefined {
  try {
    const type = String(settings['type']);
    if (type === 'custom') return chainText(chainOf(settings));
    if (Object.hasOwn(BUILT_CHAINS, type)) {
      return Object.keys(settings).length === 1 ? type : chainText(BUILT_CHAINS[type]!(settings));
    }
    analyzerOf(settings);
    const usual = usualStopWords(settings);
    const own: Record<string, unknown> = {};
    if (type === 'snowball' && languageIn(settings) !== 'English')
      own['language'] = languageIn(settings);
    const length = readLength(settings['max_token_length']);
    if (length !== MAX_TOKEN_LENGTH) own['max_token_length'] = length;
    const unstemmed = wordsIn(readStopWords(settings['stem_exclusion'], NO_STOP_WORDS));
    if (unstemmed.length > 0) own['stem_exclusion'] = unstemmed;
    const words = wordsIn(readStopWords(settings['stopwords'], usual));
    if (words.join() !== wordsIn(usual).join()) own['stopwords'] = words;
    return Object.keys(own).length === 0 ? type : type + JSON.stringify(own);
  } catch (error) {
    if (error instanceof EstromError) return undefined;
    throw error;
  }
}

function chainOf(settings: AnalyzerSettings): ChainSettings {
  if (isChain(settings)) return settings as unknown as ChainSettings;
  throw new EstromError('BAD_MAPPING', 'analyzers of type [custom] are made of resolved parts');
}

/** Texts of chains that could be built lately: with many synonyms that takes a while, and each field asks. */
const buildable = new Set<string>();
const MOST_BUILDABLE = 32;

/** The text of a chain of parts in full, which has to be one that can be built. */
export function chainText(chain: ChainSettings): string {
  const { char_filter, tokenizer, filter } = chain;
  const text = `custom${JSON.stringify({ char_filter, tokenizer, filter })}`;
  if (buildable.has(text)) return text;
  buildChain(chain);
  if (buildable.size === MOST_BUILDABLE) buildable.delete(buildable.values().next().value!);
  buildable.add(text);
  return text;
}

/** What an {@link analyzerText} was made of; null for what is none. */
export function settingsIn(text: string): AnalyzerSettings | null {
  const at = text.indexOf('{');
  if (at < 0) return { type: text };
  try {
    return { ...(JSON.parse(text.slice(at)) as AnalyzerSettings), type: text.slice(0, at) };
  } catch {
    return null;
  }
}

function wordsIn(words: ReadonlySet<string>): readonly string[] {
  return [...words].sort();
}

const MOST = 1_048_576;

function readLength(setting: unknown): number {
  if (setting === undefined || setting === null) return MAX_TOKEN_LENGTH;
  const length = Number(setting);
  if (!Number.isInteger(length) || length < 1 || length > MOST)
    throw new EstromError('BAD_MAPPING', `max_token_length must be between 1 and ${MOST}`);
  return length;
}
