import { analyzeStandard, MAX_TOKEN_LENGTH } from '../../standard-analyzer.ts';
import * as C from '../../word-break-classes.ts';
import { badSetting, int } from '../part-settings.ts';
import { tokenAt } from '../token-stream.ts';
import type { TokenizerSpec } from './tokenizer.ts';

const MOST = 1_048_576;

/** Words by the Unicode rules, with their kinds as types. */
export const standard: TokenizerSpec = {
  parameters: { max_token_length: int(MAX_TOKEN_LENGTH) },
  build(settings) {
    const longest = settings['max_token_length'] as number;
    if (longest < 1) throw badSetting('maxTokenLength must be greater than zero');
    if (longest > MOST) throw badSetting(`maxTokenLength may not exceed ${MOST}`);
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
function typeOf(word: string): string {
  if (PLAIN.test(word)) return NUMBER.test(word) ? '<NUM>' : '<ALPHANUM>';
  let found = 0;
  for (const character of word) found |= 1 << C.wordBreakClass(character.codePointAt(0)!);
  const has = (...classes: number[]): boolean => classes.some((one) => (found & (1 << one)) !== 0);
  if (isEmoji(has)) return '<EMOJI>';
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

function isEmoji(has: (...classes: number[]) => boolean): boolean {
  if (has(C.REGIONAL_INDICATOR, C.EMOJI_BASE, C.EMOJI, C.KEYCAP_BASE, C.KEYCAP)) return true;
  return has(C.EMOJI_LETTER) && has(C.EMOJI_SELECTOR);
}
