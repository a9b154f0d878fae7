import type { ChainSettings } from './chain.ts';
import { FILTERS } from './filters/filter-table.ts';
import { flag, type PartSettings, plainSettings, readSettings, text } from './part-settings.ts';
import { NO_STOP_WORDS, readStopWords } from './stop-words.ts';
import { TOKENIZERS } from './tokenizers/tokenizer-table.ts';

/** Analyzers of Elasticsearch that are chains with parameters of their own. */
export const BUILT_CHAINS: Readonly<Record<string, (settings: PartSettings) => ChainSettings>> = {
  pattern(settings) {
    const { lowercase, pattern, flags } = readSettings(PATTERN, settings);
    const tokenizer = plainSettings('pattern', TOKENIZERS['pattern']!.parameters, {
      pattern,
      flags,
    });
    const lower = lowercase === true ? [{ type: 'lowercase' }] : [];
    return { char_filter: [], tokenizer, filter: [...lower, ...stopIn(settings)] };
  },
  fingerprint(settings) {
    const { parameters } = FILTERS['fingerprint']!;
    const { separator, max_output_size } = settings;
    const last = plainSettings('fingerprint', parameters, { separator, max_output_size });
    const filter = [{ type: 'lowercase' }, { type: 'asciifolding' }, ...stopIn(settings), last];
    return { char_filter: [], tokenizer: { type: 'standard' }, filter };
  },
};

const PATTERN = { lowercase: flag(true), pattern: text('\\W+'), flags: text('') };

function stopIn({ stopwords }: PartSettings): PartSettings[] {
  const words = [...readStopWords(stopwords, NO_STOP_WORDS)];
  if (words.length === 0) return [];
  return [plainSettings('stop', FILTERS['stop']!.parameters, { stopwords: words })];
}
