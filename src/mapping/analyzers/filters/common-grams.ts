import { lowerCase } from '../../standard-analyzer.ts';
import { badSetting, flag, list } from '../part-settings.ts';
import type { StreamToken, TokenStream } from '../token-stream.ts';
import type { FilterSpec } from './token-filter.ts';

const SEPARATOR = '_';
const GRAM = 'gram';

/** Frequent words joined with their neighbours; where queries are meant, without what has become part of a pair. */
export const commonGrams: FilterSpec = {
  parameters: { common_words: list(), ignore_case: flag(false), query_mode: flag(false) },
  needsSettings: true,
  build(settings) {
    const given = settings['common_words'] as readonly string[] | undefined;
    if (given === undefined) {
      throw badSetting(
        'missing or empty [common_words] or [common_words_path] configuration for common_grams token filter',
      );
    }
    const read = settings['ignore_case'] === true ? lowerCase : (word: string) => word;
    const words = new Set(given.map(read));
    const isCommon = (token: StreamToken): boolean => words.has(read(token.text));
    const forQueries = settings['query_mode'] === true;
    return {
      filter(stream) {
        pushPairs(stream, isCommon);
        return forQueries ? withoutPaired(stream) : stream;
      },
    };
  },
};

/** A pair stands at the position of its first word and takes up two. */
function pushPairs(stream: TokenStream, isCommon: (token: StreamToken) => boolean): void {
  const tokens = stream.take();
  tokens.forEach((token, at) => {
    const next = tokens[at + 1];
    stream.push(token);
    if (next === undefined || !(isCommon(token) || isCommon(next))) return;
    stream.push({
      ...token,
      text: token.text + SEPARATOR + next.text,
      type: GRAM,
      increment: 0,
      length: 2,
      end: next.end,
    });
  });
}

/** Words stay only where no pair begins with them, or ends in them as the last word. */
function withoutPaired(stream: TokenStream): TokenStream {
  const tokens = stream.take();
  tokens.forEach((token, at) => {
    const next = tokens[at + 1];
    if (token.type !== GRAM && next?.type === GRAM) return;
    if (token.type !== GRAM && next === undefined && tokens[at - 1]?.type === GRAM) return;
    if (token.type === GRAM) stream.push({ ...token, increment: 1, length: 1 });
    else stream.push(token);
  });
  return stream;
}
