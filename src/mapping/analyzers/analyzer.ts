import { analyzeStandard, lowerCase, MAX_TOKEN_LENGTH, type Token } from '../standard-analyzer.ts';
import { analyzeLetters, analyzeWhitespace } from './character-tokenizer.ts';
import { stemOf } from './porter-stemmer.ts';
import { NO_STOP_WORDS } from './stop-words.ts';

/** Cuts a text into tokens, as the analyzer of the same name in Elasticsearch 7.17 does. */
export interface Analyzer {
  /** Words that are left out leave gaps in the positions. */
  analyze(text: string): Token[];
  /**
   * How many positions a text takes up: those of its tokens, and of the words left out behind the last
   * one. The next value of an array begins so many, and the field's gap, further on.
   */
  span(text: string): number;
  /**
   * Both at once, for documents. Only chains have it.
   * @throws EstromError BAD_DOCUMENT for tokens that no index takes, or too many
   */
  whole?(text: string): { readonly tokens: Token[]; readonly span: number };
  /** What becomes of a part of a pattern, of a bound of a range, or of a whole value: never cut into tokens. */
  normalize(text: string): string;
}

const asItIs = (text: string): string => text;

/** Where a word ends, positions go on counting: the tokens of a tokenizer stand one after the other. */
export class PlainAnalyzer implements Analyzer {
  readonly #tokenize: (text: string) => Token[];
  readonly normalize: (text: string) => string;

  constructor(tokenize: (text: string) => Token[], normalize: (text: string) => string) {
    this.#tokenize = tokenize;
    this.normalize = normalize;
  }

  analyze(text: string): Token[] {
    return this.#tokenize(text);
  }

  span(text: string): number {
    return this.#tokenize(text).length;
  }
}

/** Leaves words out, and may change the others. */
class FilteringAnalyzer implements Analyzer {
  readonly #tokenize: (text: string) => Token[];
  /** The token's new text, null if it is left out. */
  readonly #filter: (text: string) => string | null;

  constructor(tokenize: (text: string) => Token[], filter: (text: string) => string | null) {
    this.#tokenize = tokenize;
    this.#filter = filter;
  }

  analyze(text: string): Token[] {
    const tokens = this.#tokenize(text);
    let kept = 0;
    for (const token of tokens) {
      const filtered = this.#filter(token.text);
      if (filtered === null) continue;
      // The tokens are this call's own.
      if (filtered !== token.text) (token as { text: string }).text = filtered;
      tokens[kept] = token;
      kept += 1;
    }
    tokens.length = kept;
    return tokens;
  }

  span(text: string): number {
    return this.#tokenize(text).length;
  }

  normalize(text: string): string {
    return lowerCase(text);
  }
}

/** The whole text is one token, also an empty one. */
function analyzeKeyword(text: string): Token[] {
  return [{ text, position: 0, start: 0, end: text.length }];
}

export function standard(
  stopWords: ReadonlySet<string> = NO_STOP_WORDS,
  maxTokenLength: number = MAX_TOKEN_LENGTH,
): Analyzer {
  const tokenize = (text: string): Token[] => analyzeStandard(text, maxTokenLength);
  return without(stopWords, tokenize);
}

export const simple = (): Analyzer => new PlainAnalyzer(analyzeLetters, lowerCase);
export const whitespace = (): Analyzer => new PlainAnalyzer(analyzeWhitespace, asItIs);
export const keyword = (): Analyzer => new PlainAnalyzer(analyzeKeyword, asItIs);
export const stop = (stopWords: ReadonlySet<string>): Analyzer =>
  without(stopWords, analyzeLetters);

function without(stopWords: ReadonlySet<string>, tokenize: (text: string) => Token[]): Analyzer {
  if (stopWords.size === 0) return new PlainAnalyzer(tokenize, lowerCase);
  return new FilteringAnalyzer(tokenize, (text) => (stopWords.has(text) ? null : text));
}

/** Words in `unstemmed` stay as they are. */
export function english(
  stopWords: ReadonlySet<string>,
  unstemmed: ReadonlySet<string> = NO_STOP_WORDS,
): Analyzer {
  return new FilteringAnalyzer(analyzeStandard, (text) => {
    const word = withoutPossessive(text);
    if (stopWords.has(word)) return null;
    return unstemmed.has(word) ? word : stemOf(word);
  });
}

/** Texts are in lower case by now; `S` has no other character that is lowered to `s`. */
function withoutPossessive(text: string): string {
  const { length } = text;
  if (length < 2 || text.charCodeAt(length - 1) !== 115) return text;
  const mark = text.charCodeAt(length - 2);
  return mark === 0x27 || mark === 0x2019 || mark === 0xff07 ? text.slice(0, -2) : text;
}
