import { analyzeStandard, isEmoji, MAX_TOKEN_LENGTH } from '../../standard-analyzer.ts';
import * as C from '../../word-break-classes.ts';
import { badSetting, int, type Parameters, type PartSettings } from '../part-settings.ts';
import { tokenAt } from '../token-stream.ts';
import type { TokenizerSpec } from './tokenizer.ts';

const MOST = 1_048_576;

/** Of tokenizers of words. */
export const parameters: Parameters = { max_token_length: int(MAX_TOKEN_LENGTH) };

/** @throws EstromError BAD_REQUEST for a length that such tokenizers refuse */
export function longestOf(settings: PartSettings): number {
  const longest = settings['max_token_length'] as number;
  if (longest < 1) throw badSetting('maxTokenLength must be greater than zero');
  if (longest > MOST) throw badSetting(`maxTokenLength may not exceed ${MOST}`);
  return longest;
}

/** Words by the Unicode rules, with their kinds as types. */
export const standard: TokenizerSpec = {
  parameters,
  build(settings) {
    const longest = longestOf(settings);
    return {
      tokenize(text, stream) {
        for (const { start, end } of analyzeStandard(text, longest)) {
          const word = text.slice(start, end);
          stream.push(tokenAt(word, start, end, typeOf(word)));
        }
      },
    };
  },
};

const NUMBER = /^[0-9_.,;']+$/;
const PLAIN = /^[\0-\x7f]*$/;

/** What kind of word it is, by the classes of its characters. */
export function typeOf(word: string): string {
  if (PLAIN.test(word)) return NUMBER.test(word) ? '<NUM>' : '<ALPHANUM>';
  if (isEmoji(word)) return '<EMOJI>';
  const classes = Array.from(word, (character) => C.wordBreakClass(character.codePointAt(0)!));
  const found = classes.reduce((bits, one) => bits | (1 << one), 0);
  const has = (...some: number[]): boolean => some.some((one) => (found & (1 << one)) !== 0);
  if (has(C.HAN)) return '<IDEOGRAPHIC>';
  if (has(C.HIRAGANA)) return '<HIRAGANA>';
  if (has(C.SOUTHEAST_ASIAN)) return '<SOUTHEAST_ASIAN>';
  if (has(C.LETTER, C.EMOJI_LETTER, C.HEBREW)) return '<ALPHANUM>';
  const isNumber = has(C.DIGIT, C.ASCII_DIGIT);
  const kinds = [isNumber, has(C.HANGUL), has(C.KATAKANA)].filter(Boolean).length;
  if (kinds > 1) return '<ALPHANUM>';
  if (isNumber) return '<NUM>';
  if (has(C.EXTEND_NUM_LET, C.MID_LETTER, C.MID_NUM_LET, C.SINGLE_QUOTE)) return '<ALPHANUM>';
  if (has(C.HANGUL)) return '<HANGUL>';
  if (has(C.KATAKANA)) return '<KATAKANA>';
  return has(C.SOUTHEAST_ASIAN_MARK) ? '<SOUTHEAST_ASIAN>' : '<ALPHANUM>';
}
