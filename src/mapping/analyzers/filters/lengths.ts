import { badSetting, flag, int } from '../part-settings.ts';
import { keepTokens, mapTexts } from '../token-stream.ts';
import type { FilterSpec } from './token-filter.ts';

const MOST = 2_147_483_647;

/** Leaves out tokens with fewer or more UTF-16 units. */
export const length: FilterSpec = {
  parameters: { min: int(0), max: int(MOST) },
  build(settings) {
    const [min, max] = [settings['min'] as number, settings['max'] as number];
    if (min < 0) throw badSetting('minimum length must be greater than or equal to zero');
    if (min > max) throw badSetting('maximum length must not be greater than minimum length');
    return {
      filter: (stream) =>
        keepTokens(stream, ({ text }) => text.length >= min && text.length <= max),
    };
  },
};

/** Cuts longer tokens. */
export const truncate: FilterSpec = {
  parameters: { length: int(-1) },
  build(settings) {
    const most = settings['length'] as number;
    if (most <= 0) throw badSetting('length parameter must be provided');
    return {
      filter: (stream) =>
        mapTexts(stream, (text, token) => (token.keyword ? text : text.slice(0, most))),
    };
  },
};

/** The first tokens alone. */
export const limit: FilterSpec = {
  parameters: { max_token_count: int(1), consume_all_tokens: flag(false) },
  build(settings) {
    const most = settings['max_token_count'] as number;
    if (most < 1) throw badSetting('maxTokenCount must be greater than zero');
    return {
      filter(stream) {
        if (stream.tokens.length < most) return stream;
        stream.tokens.length = most;
        // What is not read on still counts what was left out before the last token.
        if (settings['consume_all_tokens'] !== true)
          stream.rest = stream.tokens[most - 1]!.increment - 1;
        if (stream.rest < 0) stream.rest = 0;
        return stream;
      },
    };
  },
};
