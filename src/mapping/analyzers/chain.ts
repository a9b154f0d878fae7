import { EstromError } from '../../errors.ts';
import type { Token } from '../standard-analyzer.ts';
import type { Analyzer } from './analyzer.ts';
import type { CharFilter } from './char-filters/char-filter.ts';
import { CHAR_FILTERS } from './char-filters/char-filter-table.ts';
import type { Filtered } from './char-filters/filtered.ts';
import { FILTERS } from './filters/filter-table.ts';
import { ruleFilter } from './filters/rule-filters.ts';
import type { FilterContext, TokenFilter } from './filters/token-filter.ts';
import {
  badSetting,
  type Parameters,
  type PartSettings,
  readSettings,
  UnsupportedPart,
} from './part-settings.ts';
import { TokenStream, tokenAt } from './token-stream.ts';
import type { Tokenizer } from './tokenizers/tokenizer.ts';
import { TOKENIZERS } from './tokenizers/tokenizer-table.ts';

/** A chain in full: every part with its type and what differs from that type's defaults, see `plainSettings`. */
export interface ChainSettings {
  readonly char_filter: readonly PartSettings[];
  /** Null: a normalizer, which takes a text as one token. */
  readonly tokenizer: PartSettings | null;
  readonly filter: readonly PartSettings[];
}

type PatternParts = Pick<ChainSettings, 'char_filter' | 'filter'>;

/** Char filters, a tokenizer and token filters, one after the other. */
export class Chain implements Analyzer {
  readonly #charFilters: readonly CharFilter[];
  readonly #tokenizer: Tokenizer;
  readonly #filters: readonly TokenFilter[];
  readonly #normalizer: Chain | undefined;
  /** For queries each token takes up one position. */
  readonly #ignoresLengths: boolean;

  constructor(
    charFilters: readonly CharFilter[],
    tokenizer: Tokenizer,
    filters: readonly TokenFilter[],
    normalizer?: Chain,
  ) {
    this.#charFilters = charFilters;
    this.#tokenizer = tokenizer;
    this.#filters = filters;
    this.#normalizer = normalizer;
    this.#ignoresLengths = filters.some(({ disablesGraph }) => disablesGraph);
  }

  /** @throws EstromError BAD_DOCUMENT when the text becomes too many tokens */
  stream(text: string): TokenStream {
    const moved: Filtered[] = [];
    let filtered = text;
    for (const charFilter of this.#charFilters) {
      const next = charFilter.filter(filtered);
      moved.push(next);
      filtered = next.text;
    }
    const end = corrected(moved, filtered.length);
    let stream = new TokenStream(end);
    this.#tokenizer.tokenize(filtered, stream);
    if (moved.length > 0) {
      for (const token of stream.tokens) {
        token.start = corrected(moved, token.start);
        token.end = corrected(moved, token.end);
      }
    }
    for (const filter of this.#filters) stream = filter.filter(stream);
    return stream;
  }

  /** With the positions that they take up, whatever queries make of these. */
  tokens(text: string): Token[] {
    return tokensOf(this.stream(text));
  }

  analyze(text: string): Token[] {
    const tokens = this.tokens(text);
    return this.#ignoresLengths ? tokens.map(({ length: _, ...token }) => token) : tokens;
  }

  span(text: string): number {
    return spanOf(this.stream(text));
  }

  whole(text: string): { tokens: Token[]; span: number } {
    const stream = this.stream(text);
    checkTokens(stream);
    return { tokens: tokensOf(stream), span: spanOf(stream) };
  }

  normalize(text: string): string {
    if (this.#normalizer === undefined) return text;
    const { tokens } = this.#normalizer.stream(text);
    return tokens.map((token) => token.text).join('');
  }
}

function corrected(moved: readonly Filtered[], offset: number): number {
  let at = offset;
  for (let i = moved.length - 1; i >= 0; i -= 1) at = moved[i]!.correct(at);
  // What is put in before the first character would begin before it.
  return Math.max(0, at);
}

/** Lucene's longest term, in bytes. */
const LONGEST_TERM = 32_766;

/** What Lucene's index refuses, a document is refused for. */
function checkTokens({ tokens }: TokenStream): void {
  let last = 0;
  for (const { text, start, end } of tokens) {
    if (start < last || end < start) {
      throw new EstromError(
        'BAD_DOCUMENT',
        `an analyzer whose tokens go back from offset ${last} to ${start}`,
      );
    }
    last = start;
    if (text.length * 3 > LONGEST_TERM && Buffer.byteLength(text) > LONGEST_TERM) {
      throw new EstromError('BAD_DOCUMENT', `a token of more than ${LONGEST_TERM} bytes`);
    }
  }
}

function tokensOf({ tokens }: TokenStream): Token[] {
  let position = -1;
  return tokens.map(({ text, increment, length, start, end }) => {
    position += increment;
    const token = { text, position, start, end };
    return length === 1 ? token : { ...token, length };
  });
}

function spanOf({ tokens, rest }: TokenStream): number {
  return tokens.reduce((sum, { increment }) => sum + increment, rest);
}

/** Whether settings are those of a chain in full. */
export function isChain(settings: Readonly<Record<string, unknown>>): boolean {
  const isPart = (value: unknown): boolean => typeof value === 'object' && value !== null;
  const { char_filter, tokenizer, filter } = settings;
  const lists = [char_filter, filter];
  if (!lists.every((parts) => Array.isArray(parts) && parts.every(isPart))) return false;
  return tokenizer === null || isPart(tokenizer);
}

/**
 * @param patterns parts that patterns and bounds of queries go through, as far as they may
 * @throws EstromError BAD_REQUEST or {@link UnsupportedPart} for what its parts refuse
 */
export function buildChain(settings: ChainSettings, patterns: PatternParts = settings): Chain {
  const { char_filter, tokenizer, filter } = settings;
  const charFilters = char_filter.map(buildCharFilter);
  const made = tokenizer === null ? WHOLE : buildTokenizer(tokenizer);
  const filters: TokenFilter[] = [];
  filter.forEach((settings, at) => {
    const before = once(() => {
      const own = filter.slice(0, at).flatMap((one, n) => forRules(one, filters[n]!));
      return new Chain(charFilters, made, own);
    });
    filters.push(buildFilter(settings, (text) => before().stream(text)));
  });
  const normalizer = new Chain(
    patterns.char_filter
      .filter(({ type }) => CHAR_FILTERS[String(type)]!.normalizes)
      .map(buildCharFilter),
    WHOLE,
    patterns.filter.flatMap(normalizing),
  );
  return new Chain(charFilters, made, filters, normalizer);
}

/** The filter as rules of synonyms go through it, if they do. */
function forRules(settings: PartSettings, filter: TokenFilter): TokenFilter[] {
  const own = ruleFilter(settings);
  if (own === undefined) return [];
  return [own === settings ? filter : buildFilter(own, undefined)];
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** The filter as patterns and bounds go through it, if they do. */
function normalizing(settings: PartSettings): TokenFilter[] {
  const { normalizes } = FILTERS[String(settings['type'])]!;
  if (normalizes === undefined) return [];
  const changed = normalizes === true ? settings : { ...settings, ...normalizes() };
  return [buildFilter(changed, undefined)];
}

const WHOLE: Tokenizer = {
  tokenize: (text, stream) => stream.push(tokenAt(text, 0, text.length)),
};

function buildCharFilter(settings: PartSettings): CharFilter {
  const spec = specOf(CHAR_FILTERS, 'char_filter', settings);
  return spec.build(readSettings(spec.parameters, settings));
}

function buildTokenizer(settings: PartSettings): Tokenizer {
  const spec = specOf(TOKENIZERS, 'tokenizer', settings);
  return spec.build(readSettings(spec.parameters, settings));
}

function buildFilter(settings: PartSettings, before: FilterContext['before']): TokenFilter {
  const spec = specOf(FILTERS, 'filter', settings);
  const filterOf = (inner: PartSettings): TokenFilter => buildFilter(inner, before);
  return spec.build(readSettings(spec.parameters, settings), { filterOf, before });
}

function specOf<S extends { readonly parameters: Parameters }>(
  table: Readonly<Record<string, S>>,
  what: string,
  settings: PartSettings,
): S {
  const type = settings['type'];
  if (typeof type !== 'string') throw badSetting(`${what} must specify a type`);
  if (!Object.hasOwn(table, type)) throw new UnsupportedPart(`${what} [${type}]`);
  return table[type]!;
}
