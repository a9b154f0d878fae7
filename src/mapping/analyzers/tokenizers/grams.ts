import { BMP_KINDS, kindOf, LETTER, WHITESPACE } from '../characters.ts';
import { characterEnds } from '../filters/grams.ts';
import { badSetting, int, list, type PartSettings, text } from '../part-settings.ts';
import { tokenAt } from '../token-stream.ts';
import type { TokenizerSpec } from './tokenizer.ts';

const parameters = {
  min_gram: int(1),
  max_gram: int(2),
  token_chars: list([]),
  custom_token_chars: text(),
};

type Matcher = (character: string, code: number) => boolean;

const MATCHERS: Readonly<Record<string, Matcher>> = {
  letter: (_, code) => kindOf(code) === LETTER,
  digit: (character) => /\p{Nd}/u.test(character),
  whitespace: (_, code) => code < BMP_KINDS.length && BMP_KINDS[code] === WHITESPACE,
  punctuation: (character) => /\p{P}/u.test(character),
  symbol: (character) => /\p{S}/u.test(character),
};

/** Parts of each run of characters, at each place and of each size. */
export const ngram: TokenizerSpec = {
  parameters,
  build: (settings) => tokenizerOf(settings, false),
};

/** The beginnings of each run of characters. */
export const edgeNgram: TokenizerSpec = {
  parameters,
  build: (settings) => tokenizerOf(settings, true),
};

function tokenizerOf(settings: PartSettings, atEdge: boolean): ReturnType<TokenizerSpec['build']> {
  const [min, max] = [settings['min_gram'] as number, settings['max_gram'] as number];
  if (min < 1) throw badSetting('minGram must be greater than zero');
  if (min > max) throw badSetting('minGram must not be greater than maxGram');
  const isTokenChar = matcherOf(settings);
  return {
    tokenize(source, stream) {
      const ends = characterEnds(source);
      const count = ends.length - 1;
      const belongs = (at: number): boolean =>
        isTokenChar === null ||
        isTokenChar(source.slice(ends[at]!, ends[at + 1]!), source.codePointAt(ends[at]!)!);
      for (let run = 0; run < count; run += 1) {
        if (!belongs(run)) continue;
        let behind = run + 1;
        while (behind < count && belongs(behind)) behind += 1;
        for (let from = run; from + min <= behind && (from === run || !atEdge); from += 1) {
          for (let size = min; size <= max && from + size <= behind; size += 1) {
            const [start, end] = [ends[from]!, ends[from + size]!];
            stream.push(tokenAt(source.slice(start, end), start, end));
          }
        }
        run = behind;
      }
    },
  };
}

/** @returns null where all characters belong to tokens */
function matcherOf(settings: PartSettings): Matcher | null {
  const names = settings['token_chars'] as readonly string[];
  if (names.length === 0) return null;
  const matchers = names.map((name): Matcher => {
    const lower = name.trim().toLowerCase();
    if (lower === 'custom') {
      const custom = settings['custom_token_chars'] as string | undefined;
      if (custom === undefined) {
        throw badSetting('Token type: [custom] requires setting [custom_token_chars] to be set');
      }
      return (character) => custom.includes(character);
    }
    if (Object.hasOwn(MATCHERS, lower)) return MATCHERS[lower]!;
    throw badSetting(
      `Unknown token type: '${name}', must be one of [${[...Object.keys(MATCHERS), 'custom'].sort().join(', ')}]`,
    );
  });
  return (character, code) => matchers.some((matches) => matches(character, code));
}
