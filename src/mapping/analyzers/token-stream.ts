import { EstromError } from '../../errors.ts';

/** A token on its way through a chain; filters may change it. */
export interface StreamToken {
  text: string;
  /** Positions after the token before it: 0 is the same one. */
  increment: number;
  /** How many positions it takes up. */
  length: number;
  /** UTF-16 offset of the first character in the text. */
  start: number;
  /** UTF-16 offset behind the last character. */
  end: number;
  /** Such as `<ALPHANUM>`, `word` or `SYNONYM`. */
  type: string;
  /** Stemmers leave it as it is. */
  keyword: boolean;
}

/** Tokens and UTF-16 units that one text may become; longer texts than these have as many. */
const MOST_TOKENS = 1_000_000;
const MOST_UNITS = 16_777_216;

/** What a tokenizer, or a filter, makes of a text. A filter may keep the stream that it was given. */
export class TokenStream {
  tokens: StreamToken[] = [];
  /** Positions left out behind the last token. */
  rest = 0;
  /** Offset at which the text ends. */
  readonly end: number;
  #room: number;
  #units: number;

  constructor(end: number) {
    this.end = end;
    this.#room = Math.max(MOST_TOKENS, end);
    this.#units = Math.max(MOST_UNITS, end * 4);
  }

  /** @throws EstromError BAD_DOCUMENT when a text has become too many tokens */
  push(token: StreamToken): void {
    this.#room -= 1;
    this.#units -= token.text.length;
    if (this.#room < 0 || this.#units < 0) {
      throw new EstromError(
        'BAD_DOCUMENT',
        `the analyzer makes more than ${MOST_TOKENS} tokens of a text, or ${MOST_UNITS} characters`,
      );
    }
    this.tokens.push(token);
  }

  /** Takes the tokens out, for a filter that {@link push}es others. */
  take(): StreamToken[] {
    const { tokens } = this;
    this.tokens = [];
    return tokens;
  }
}

/** A token as tokenizers make it. */
export function tokenAt(text: string, start: number, end: number, type = 'word'): StreamToken {
  return { text, increment: 1, length: 1, start, end, type, keyword: false };
}

/** Changes the texts of tokens one by one. */
export function mapTexts(
  stream: TokenStream,
  change: (text: string, token: StreamToken) => string,
): TokenStream {
  for (const token of stream.tokens) token.text = change(token.text, token);
  return stream;
}

/** Leaves tokens out; gaps stay where they were. */
export function keepTokens(
  stream: TokenStream,
  isKept: (token: StreamToken) => boolean,
): TokenStream {
  let left = 0;
  let kept = 0;
  const { tokens } = stream;
  for (const token of tokens) {
    if (!isKept(token)) {
      left += token.increment;
      continue;
    }
    token.increment += left;
    left = 0;
    tokens[kept++] = token;
  }
  tokens.length = kept;
  stream.rest += left;
  return stream;
}
