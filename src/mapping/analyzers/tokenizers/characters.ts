import { lowerCase, MAX_TOKEN_LENGTH } from '../../standard-analyzer.ts';
import { kindOf, LETTER, WHITESPACE } from '../characters.ts';
import { badSetting, int } from '../part-settings.ts';
import { mapTexts } from '../token-stream.ts';
import { characterRuns } from './character-runs.ts';
import type { TokenizerSpec } from './tokenizer.ts';

const MOST = 1_048_576;

/** @throws EstromError BAD_REQUEST for a length that tokenizers of characters refuse */
export function checkLength(longest: number): number {
  if (longest > 0 && longest <= MOST) return longest;
  throw badSetting(`maxTokenLen must be greater than 0 and less than ${MOST} passed: ${longest}`);
}

const isLetter = (code: number): boolean => kindOf(code) === LETTER;

export const whitespace: TokenizerSpec = {
  parameters: { max_token_length: int(MAX_TOKEN_LENGTH) },
  build(settings) {
    const longest = checkLength(settings['max_token_length'] as number);
    const belongs = (code: number): boolean => kindOf(code) !== WHITESPACE;
    return { tokenize: (text, stream) => characterRuns(text, stream, belongs, longest) };
  },
};

export const letter: TokenizerSpec = {
  parameters: {},
  build: () => ({
    tokenize: (text, stream) => characterRuns(text, stream, isLetter, MAX_TOKEN_LENGTH),
  }),
};

export const lowercase: TokenizerSpec = {
  parameters: {},
  build: () => ({
    tokenize(text, stream) {
      characterRuns(text, stream, isLetter, MAX_TOKEN_LENGTH);
      mapTexts(stream, lowerCase);
    },
  }),
};
