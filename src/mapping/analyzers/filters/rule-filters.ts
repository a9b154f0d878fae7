import { badSetting, type PartSettings } from '../part-settings.ts';

const REFUSED: ReadonlySet<string> = new Set([
  ...['common_grams', 'edgeNGram', 'edge_ngram', 'fingerprint', 'keyword_repeat', 'multiplexer'],
  ...['nGram', 'ngram', 'shingle', 'word_delimiter', 'word_delimiter_graph'],
]);

/**
 * How a filter reads the rules of synonyms behind it in a chain: as it is, with other settings, or not at all.
 * @throws EstromError BAD_REQUEST for one that Elasticsearch lets no synonyms stand behind
 */
export function ruleFilter(filter: PartSettings): PartSettings | undefined {
  const type = String(filter['type']);
  if (REFUSED.has(type) || (type === 'cjk_bigram' && filter['output_unigrams'] === true)) {
    throw badSetting(`Token filter [${type}] cannot be used to parse synonyms`);
  }
  if (type === 'synonym') return undefined;
  return type === 'asciifolding' && filter['preserve_original'] === true ? { type } : filter;
}
