import type { PartSettings } from '../part-settings.ts';
import { lowercase, uppercase } from './case.ts';
import { keep, keepTypes } from './chosen.ts';
import { cjkBigram } from './cjk-bigram.ts';
import { cjkWidth } from './cjk-width.ts';
import { commonGrams } from './common-grams.ts';
import { keywordRepeat, removeDuplicates, unique } from './duplicates.ts';
import { elision, FRENCH_ARTICLES } from './elision.ts';
import { fingerprint } from './fingerprint.ts';
import { flattenGraph } from './flatten-graph.ts';
import { asciifolding } from './folding.ts';
import { edgeNgram, ngram } from './grams.ts';
import { length, limit, truncate } from './lengths.ts';
import { keywordMarker, stemmerOverride } from './marking.ts';
import { multiplexer } from './multiplexer.ts';
import * as normal from './normalization.ts';
import { patternCapture, patternReplace } from './patterns.ts';
import { shingle } from './shingle.ts';
import * as stem from './stemming.ts';
import { stop } from './stop.ts';
import { synonym, synonymGraph } from './synonym.ts';
import { apostrophe, classic, decimalDigit, reverse, trim } from './texts.ts';
import type { FilterSpec } from './token-filter.ts';
import { wordDelimiter } from './word-delimiter.ts';
import { wordDelimiterGraph } from './word-delimiter-graph.ts';

/**
 * Token filters by type. Each may be used by that name as well, without settings, but for those that need
 * settings and those that {@link NAMED_FILTERS} has with others.
 */
export const FILTERS: Readonly<Record<string, FilterSpec>> = {
  apostrophe,
  arabic_normalization: normal.arabicNormalization,
  arabic_stem: stem.arabicStem,
  asciifolding,
  bengali_normalization: normal.bengaliNormalization,
  brazilian_stem: stem.brazilianStem,
  cjk_bigram: cjkBigram,
  cjk_width: cjkWidth,
  classic,
  common_grams: commonGrams,
  czech_stem: stem.czechStem,
  decimal_digit: decimalDigit,
  dutch_stem: stem.dutchStem,
  edgeNGram: edgeNgram,
  edge_ngram: edgeNgram,
  elision,
  fingerprint,
  flatten_graph: flattenGraph,
  french_stem: stem.frenchStem,
  german_normalization: normal.germanNormalization,
  german_stem: stem.germanStem,
  hindi_normalization: normal.hindiNormalization,
  indic_normalization: normal.indicNormalization,
  keep,
  keep_types: keepTypes,
  keyword_marker: keywordMarker,
  keyword_repeat: keywordRepeat,
  kstem: stem.kStem,
  length,
  limit,
  lowercase,
  multiplexer,
  nGram: ngram,
  ngram,
  pattern_capture: patternCapture,
  pattern_replace: patternReplace,
  persian_normalization: normal.persianNormalization,
  porter_stem: stem.porterStem,
  remove_duplicates: removeDuplicates,
  reverse,
  russian_stem: stem.russianStem,
  scandinavian_folding: normal.scandinavianFolding,
  scandinavian_normalization: normal.scandinavianNormalization,
  serbian_normalization: normal.serbianNormalization,
  shingle,
  snowball: stem.snowball,
  sorani_normalization: normal.soraniNormalization,
  stemmer: stem.stemmer,
  stemmer_override: stemmerOverride,
  stop,
  synonym,
  synonym_graph: synonymGraph,
  trim,
  truncate,
  unique,
  uppercase,
  word_delimiter: wordDelimiter,
  word_delimiter_graph: wordDelimiterGraph,
};

/** What filters are that have a name without being defined by settings, where that is no type's default. */
export const NAMED_FILTERS: Readonly<Record<string, PartSettings>> = {
  edge_ngram: { type: 'edge_ngram', max_gram: 1 },
  edgeNGram: { type: 'edge_ngram', max_gram: 1 },
  elision: { type: 'elision', articles: FRENCH_ARTICLES, articles_case: true },
  truncate: { type: 'truncate', length: 10 },
};

/** Types that Elasticsearch has and estrom has not, and names of filters. */
export const OTHER_FILTERS: ReadonlySet<string> = new Set([
  'condition',
  'delimited_payload',
  'dictionary_decompounder',
  'hunspell',
  'hyphenation_decompounder',
  'min_hash',
  'predicate_token_filter',
]);
