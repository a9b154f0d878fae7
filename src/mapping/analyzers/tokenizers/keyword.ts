import { tokenAt } from '../token-stream.ts';
import type { TokenizerSpec } from './tokenizer.ts';

/** The whole text is one token, also an empty one. */
export const keyword: TokenizerSpec = {
  parameters: {},
  build: () => ({ tokenize: (text, stream) => stream.push(tokenAt(text, 0, text.length)) }),
};
