import type { PartSettings } from '../part-settings.ts';
import { lowercase, uppercase } from './case.ts';
import { keep, keepTypes } from './chosen.ts';
import { commonGrams } from './common-grams.ts';
import { keywordRepeat, removeDuplicates, unique } from './duplicates.ts';
import { fingerprint } from './fingerprint.ts';
import { asciifolding } from './folding.ts';
import { edgeNgram, ngram } from './grams.ts';
import { length, limit, truncate } from './lengths.ts';
import { multiplexer } from './multiplexer.ts';
import { patternCapture, patternReplace } from './patterns.ts';
import { shingle } from './shingle.ts';
import { stop } from './stop.ts';
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
  asciifolding,
  classic,
  common_grams: commonGrams,
  decimal_digit: decimalDigit,
  edge_ngram: edgeNgram,
  edgeNGram: edgeNgram,
  fingerprint,
  keep,
  keep_types: keepTypes,
  keyword_repeat: keywordRepeat,
  length,
  limit,
  lowercase,
  multiplexer,
  nGram: ngram,
  ngram,
  pattern_capture: patternCapture,
  pattern_replace: patternReplace,
  remove_duplicates: removeDuplicates,
  reverse,
  shingle,
  stop,
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
