import { lowerCase } from '../../standard-analyzer.ts';
import { badSetting, flag, list, text } from '../part-settings.ts';
import { keepTokens } from '../token-stream.ts';
import type { FilterSpec } from './token-filter.ts';

/** Only words of a list. */
export const keep: FilterSpec = {
  parameters: { keep_words: list(), keep_words_case: flag(false) },
  needsSettings: true,
  build(settings) {
    const words = settings['keep_words'] as readonly string[] | undefined;
    if (words === undefined) {
      throw badSetting('keep requires either `keep_words` or `keep_words_path` to be configured');
    }
    const read = settings['keep_words_case'] === true ? lowerCase : (word: string) => word;
    const kept = new Set(words.map(read));
    return { filter: (stream) => keepTokens(stream, (token) => kept.has(read(token.text))) };
  },
};

/** Only tokens of certain types, or none of these. */
export const keepTypes: FilterSpec = {
  parameters: { types: list(), mode: text('include') },
  needsSettings: true,
  build(settings) {
    const types = (settings['types'] ?? []) as readonly string[];
    const mode = String(settings['mode']).toLowerCase();
    if (types.length === 0) throw badSetting('keep_types requires keep_types to be configured');
    if (mode !== 'include' && mode !== 'exclude') {
      throw badSetting(
        `\`keep_types\` tokenfilter mode can only be [include] or [exclude] but was [${mode}].`,
      );
    }
    const chosen = new Set(types);
    return {
      filter: (stream) =>
        keepTokens(stream, ({ type }) => chosen.has(type) === (mode === 'include')),
    };
  },
};
