import { flag } from '../part-settings.ts';
import type { StreamToken, TokenStream } from '../token-stream.ts';
import type { FilterSpec } from './token-filter.ts';
import { type Options, readOptions, wordDelimiterParameters } from './word-delimiter-options.ts';
import { type Part, partsOf } from './word-parts.ts';

/** As `word_delimiter`; what parts are joined to takes up all their positions. */
export const wordDelimiterGraph: FilterSpec = {
  parameters: {
    ...wordDelimiterParameters,
    adjust_offsets: flag(true),
    ignore_keywords: flag(false),
  },
  build(settings) {
    const options = readOptions(settings);
    const adjusts = settings['adjust_offsets'] === true;
    const ignoresKeywords = settings['ignore_keywords'] === true;
    return {
      filter(stream) {
        let left = 0;
        let lastStart = 0;
        for (const token of stream.take()) {
          const { parts, isSingle } = partsOf(token.text, options);
          const [only] = parts;
          const isWhole = only?.start === 0 && only.end === token.text.length;
          if (
            isWhole ||
            options.protectedWords.has(token.text) ||
            (ignoresKeywords && token.keyword)
          ) {
            stream.push({ ...token, increment: token.increment + left });
            left = 0;
            continue;
          }
          if (only === undefined) {
            if (options.preserves) {
              left = 0;
              stream.push(token);
            } else left += token.increment;
            continue;
          }
          const spans = isSingle
            ? single(only, token, options)
            : new WordGraph(token, options).spans(parts);
          left += token.increment;
          lastStart = pushSpans(stream, token, spans, { adjusts, left, lastStart });
          if (spans.length > 0) left = 0;
        }
        return stream;
      },
    };
  },
};

/** A text between two positions of its word, and two of its offsets. */
interface Span {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

function single({ start, end }: Part, { text }: StreamToken, { preserves }: Options): Span[] {
  const spans = [{ text: text.slice(start, end), from: 0, to: 1, start, end }];
  if (preserves) spans.unshift({ text, from: 0, to: 1, start: 0, end: text.length });
  return spans;
}

interface Where {
  readonly adjusts: boolean;
  readonly left: number;
  readonly lastStart: number;
}

function pushSpans(
  stream: TokenStream,
  token: StreamToken,
  spans: readonly Span[],
  { adjusts, left, lastStart }: Where,
): number {
  const isExact = adjusts && token.end - token.start === token.text.length;
  let [before, last, increment] = [0, lastStart, left];
  const sorted = spans.toSorted(
    (a, b) => a.from - b.from || b.to - a.to || a.start - b.start || b.end - a.end,
  );
  for (const { text, from, to, start, end } of sorted) {
    const first = Math.max(isExact ? token.start + start : token.start, last);
    const behind = Math.max(isExact ? token.start + end : token.end, last);
    last = first;
    stream.push({
      ...token,
      text,
      start: first,
      end: behind,
      increment: increment + from - before,
      length: to - from,
    });
    [before, increment] = [from, 0];
  }
  return last;
}

interface Joined {
  text: string;
  kind: number;
  count: number;
  from: number;
  start: number;
  end: number;
}

const nothing = (): Joined => ({ text: '', kind: 0, count: 0, from: 0, start: 0, end: 0 });

class WordGraph {
  readonly #token: StreamToken;
  readonly #options: Options;
  readonly #spans: Span[] = [];
  #position = 0;
  #lastCount = 0;
  #joined = nothing();
  #all = nothing();

  constructor(token: StreamToken, options: Options) {
    this.#token = token;
    this.#options = options;
  }

  spans(parts: readonly Part[]): Span[] {
    const { generates, joins, joinsAll, preserves } = this.#options;
    const { text } = this.#token;
    for (const part of parts) {
      const { start, end, kind } = part;
      if (this.#joined.count > 0 && (this.#joined.kind & kind) === 0) this.#flush();
      if (joins(kind)) this.#join(this.#joined, part);
      if (joinsAll) this.#join(this.#all, part);
      if (!generates(kind)) continue;
      const from = this.#position++;
      this.#spans.push({ text: text.slice(start, end), from, to: from + 1, start, end });
    }
    if (this.#joined.count > 0) this.#flush();
    if (this.#all.count > this.#lastCount) {
      if (this.#position === this.#all.from) this.#position += 1;
      this.#write(this.#all);
    }
    if (preserves) {
      if (this.#position === 0) this.#position = 1;
      this.#spans.unshift({ text, from: 0, to: this.#position, start: 0, end: text.length });
    }
    return this.#spans;
  }

  #join(joined: Joined, { start, end, kind }: Part): void {
    if (joined.count === 0) {
      joined.kind = kind;
      joined.start = start;
      joined.from = this.#position;
    }
    joined.text += this.#token.text.slice(start, end);
    joined.end = end;
    joined.count += 1;
  }

  #flush(): void {
    const { count, kind, from } = this.#joined;
    if (this.#position === from) this.#position += 1;
    this.#lastCount = count;
    if (count !== 1 || !this.#options.generates(kind)) this.#write(this.#joined);
    this.#joined = nothing();
  }

  #write({ text, from, start, end }: Joined): void {
    this.#spans.push({ text, from, to: this.#position, start, end });
  }
}
