import { lowerCase } from '../../standard-analyzer.ts';
import { flag, readList } from '../part-settings.ts';
import { ENGLISH_STOP_WORDS, readStopWords } from '../stop-words.ts';
import { keepTokens } from '../token-stream.ts';
import type { FilterSpec } from './token-filter.ts';

const ENGLISH = [...ENGLISH_STOP_WORDS].sort();

/** Leaves out words of a list; with `remove_trailing` off, not one that may only be begun. */
export const stop: FilterSpec = {
  parameters: {
    stopwords: {
      fallback: ENGLISH,
      read: (value) => [...readStopWords(value, ENGLISH_STOP_WORDS)].sort(),
    },
    ignore_case: flag(false),
    remove_trailing: flag(true),
  },
  build(settings) {
    const ignoresCase = settings['ignore_case'] as boolean;
    const words = new Set(
      readList(settings['stopwords']).map((word) => (ignoresCase ? lowerCase(word) : word)),
    );
    const isStop = (word: string): boolean => words.has(ignoresCase ? lowerCase(word) : word);
    if (settings['remove_trailing'] === true) {
      return { filter: (stream) => keepTokens(stream, (token) => !isStop(token.text)) };
    }
    return {
      filter(stream) {
        const last = stream.tokens.at(-1);
        const isOpen = last !== undefined && last.end === stream.end;
        return keepTokens(
          stream,
          (token) => token.keyword || (isOpen && token === last) || !isStop(token.text),
        );
      },
    };
  },
};
