import { expect, test } from 'vitest';
import { TokenStream } from '../../../src/mapping/analyzers/token-stream.ts';
import { classic } from '../../../src/mapping/analyzers/tokenizers/classic.ts';

// Read off Elasticsearch 7.17.29.
test.each([
  ['value@ภาษาไทย', ['value@ภาษาไทย']],
  ["ก'ก's", ["ก'ก's"]],
  ['ก.ก.', ['ก.ก.']],
  ['a@กั', ['a@ก', 'ั']],
  ['กั@a', ['กั', 'a']],
  ['๑-ก', ['๑-ก']],
])(
  'the tokenizer classic takes Thai letters for letters, Thai signs only for parts of words: %s',
  (text, words) => {
    const stream = new TokenStream(text.length);
    classic.build({ max_token_length: 255 }).tokenize(text, stream);
    expect(stream.tokens.map((token) => token.text)).toEqual(words);
  },
);
