import type { ChainSettings } from './chain.ts';
import type { PartSettings } from './part-settings.ts';

/** The settings of a built-in analyzer that does what a chain does; undefined for none. */
export function usualChain({
  char_filter,
  tokenizer,
  filter,
}: ChainSettings): PartSettings | undefined {
  if (char_filter.length > 0 || tokenizer === null) return undefined;
  const { type, ...own } = tokenizer;
  const filters = filter.map(plainName);
  if (filters.includes(undefined)) return undefined;
  const names = `${String(type)}|${filters.join()}`;
  const stopwords = filter.at(-1)?.['stopwords'];
  const words = stopwords === undefined ? {} : { stopwords };
  if (names === 'standard|lowercase') return { ...own, type: 'standard' };
  if (names === 'standard|lowercase,stop') {
    return { stopwords: '_english_', ...words, ...own, type: 'standard' };
  }
  if (Object.keys(own).length > 0) return undefined;
  switch (names) {
    case 'lowercase|lowercase':
    case 'letter|lowercase':
      return { type: 'simple' };
    case 'letter|lowercase,stop':
      return { ...words, type: 'stop' };
    case 'whitespace|':
      return { type: 'whitespace' };
    case 'keyword|':
      return { type: 'keyword' };
    default:
      return undefined;
  }
}

/** `lowercase` or `stop` with no other settings than words. */
function plainName({ type, stopwords: _, ...others }: PartSettings): string | undefined {
  const isPlain = Object.keys(others).length === 0 && (type === 'lowercase' || type === 'stop');
  return isPlain ? String(type) : undefined;
}
