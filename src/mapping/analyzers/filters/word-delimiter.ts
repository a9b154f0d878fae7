import { type StreamToken, type TokenStream, tokenAt } from '../token-stream.ts';
import type { FilterSpec } from './token-filter.ts';
import { type Options, readOptions, wordDelimiterParameters } from './word-delimiter-options.ts';
import { type Part, partsOf } from './word-parts.ts';

/** Cuts tokens at delimiters and where letters become capitals or digits. */
export const wordDelimiter: FilterSpec = {
  parameters: wordDelimiterParameters,
  build(settings) {
    const options = readOptions(settings);
    return {
      filter(stream) {
        const delimiter = new Delimiter(stream, options);
        for (const token of stream.take()) delimiter.add(token);
        return stream;
      },
    };
  },
};

/** Parts that are joined. */
interface Joined {
  text: string;
  kind: number;
  count: number;
  start: number;
  end: number;
}

const nothing = (): Joined => ({ text: '', kind: 0, count: 0, start: 0, end: 0 });

class Delimiter {
  readonly #stream: TokenStream;
  readonly #options: Options;
  /** Positions that the next token has to make up for. */
  #left = 0;
  #isFirst = true;
  /** Of the word at hand. */
  #word: StreamToken = tokenAt('', 0, 0);
  #hasToken = false;
  #follows = true;
  #lastCount = 0;
  #joined = nothing();
  #all = nothing();
  #buffered: StreamToken[] = [];

  constructor(stream: TokenStream, options: Options) {
    this.#stream = stream;
    this.#options = options;
  }

  add(token: StreamToken): void {
    const { preserves, protectedWords } = this.#options;
    const { text } = token;
    this.#left += token.increment;
    const { parts, isSingle } = partsOf(text, this.#options);
    const [only] = parts;
    if ((only?.start === 0 && only.end === text.length) || protectedWords.has(text)) {
      this.#push({ ...token, increment: this.#takeLeft() });
      return;
    }
    if (only === undefined && !preserves) {
      if (token.increment === 1 && !this.#isFirst) this.#left -= 1;
      return;
    }
    this.#word = token;
    this.#hasToken = false;
    this.#follows = !preserves;
    this.#lastCount = 0;
    if (preserves) this.#push({ ...token, increment: this.#takeLeft() });
    if (isSingle) this.#push(this.#part(only!, true));
    else for (const part of parts) this.#addPart(part);
    this.#flush();
  }

  #addPart(part: Part): void {
    const { joinsAll } = this.#options;
    if (this.#joined.count > 0 && (this.#joined.kind & part.kind) === 0) {
      this.#flushJoined();
      this.#hasToken = false;
    }
    if (this.#options.joins(part.kind)) {
      if (this.#joined.count === 0) this.#joined.kind = part.kind;
      this.#join(this.#joined, part);
    }
    if (joinsAll) this.#join(this.#all, part);
    if (this.#options.generates(part.kind)) this.#buffered.push(this.#part(part, false));
  }

  #join(joined: Joined, { start, end }: Part): void {
    if (joined.count === 0) joined.start = this.#word.start + start;
    joined.text += this.#word.text.slice(start, end);
    joined.end = this.#word.start + end;
    joined.count += 1;
  }

  #flushJoined(): void {
    const { count, kind } = this.#joined;
    this.#lastCount = count;
    if (count !== 1 || !this.#options.generates(kind))
      this.#buffered.push(this.#whole(this.#joined));
    this.#joined = nothing();
  }

  /** What is left at the end of a word. */
  #flush(): void {
    if (this.#joined.count > 0) this.#flushJoined();
    if (this.#all.count > this.#lastCount) this.#buffered.push(this.#whole(this.#all));
    this.#all = nothing();
    const tokens = this.#buffered.sort((a, b) => a.start - b.start || b.increment - a.increment);
    this.#buffered = [];
    for (const token of tokens) {
      if (this.#isFirst && token.increment === 0) token.increment = 1;
      this.#push(token);
    }
  }

  #push(token: StreamToken): void {
    this.#isFirst = false;
    this.#stream.push(token);
  }

  #takeLeft(): number {
    const left = this.#left;
    this.#left = 0;
    return left;
  }

  get #hasOtherLength(): boolean {
    const { text, start, end } = this.#word;
    return end - start !== text.length;
  }

  #part({ start: from, end: to }: Part, isSingle: boolean): StreamToken {
    const { text, type, start, end } = this.#word;
    let [first, last] = [start + from, start + to];
    if (this.#hasOtherLength) {
      if (!(isSingle && first <= end)) first = start;
      last = end;
    }
    const token = tokenAt(text.slice(from, to), first, last, type);
    token.increment = this.#increment(false);
    return token;
  }

  #whole({ text, start, end }: Joined): StreamToken {
    const { type } = this.#word;
    const token = this.#hasOtherLength
      ? tokenAt(text, this.#word.start, this.#word.end, type)
      : tokenAt(text, start, end, type);
    token.increment = this.#increment(true);
    this.#left = 0;
    return token;
  }

  #increment(isJoined: boolean): number {
    if (this.#hasToken) {
      const left = this.#takeLeft();
      return isJoined ? 0 : Math.max(1, left);
    }
    this.#hasToken = true;
    if (!this.#follows) {
      this.#follows = true;
      return 0;
    }
    return Math.max(1, this.#takeLeft());
  }
}
