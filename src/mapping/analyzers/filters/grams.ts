import { badSetting, flag, int, type PartSettings, text } from '../part-settings.ts';
import type { StreamToken, TokenStream } from '../token-stream.ts';
import { reverse } from './texts.ts';
import type { FilterSpec, TokenFilter } from './token-filter.ts';

const sizes = { min_gram: int(1), max_gram: int(2), preserve_original: flag(false) };

interface Sizes {
  readonly min: number;
  readonly max: number;
  readonly keepsWhole: boolean;
}

/** Parts of tokens, of each place and size; all stand at the position of the token, with its offsets. */
export const ngram: FilterSpec = {
  parameters: sizes,
  build: (settings) => gramsOf(sizesOf(settings), false),
};

/** The beginnings of tokens, or the ends. */
export const edgeNgram: FilterSpec = {
  parameters: { ...sizes, side: text('front') },
  build(settings, context) {
    const side = settings['side'];
    if (side !== 'front' && side !== 'back') throw badSetting(`invalid side: ${String(side)}`);
    const front = gramsOf(sizesOf(settings), true);
    if (side === 'front') return front;
    const turned = reverse.build({}, context);
    return { filter: (stream) => turned.filter(front.filter(turned.filter(stream))) };
  },
};

function sizesOf(settings: PartSettings): Sizes {
  const [min, max] = [settings['min_gram'] as number, settings['max_gram'] as number];
  if (min < 1) throw badSetting('minGram must be greater than zero');
  if (min > max) throw badSetting('minGram must not be greater than maxGram');
  return { min, max, keepsWhole: settings['preserve_original'] === true };
}

function gramsOf({ min, max, keepsWhole }: Sizes, atEdge: boolean): TokenFilter {
  return {
    filter(stream) {
      let increment = 0;
      for (const token of stream.take()) {
        increment += token.increment;
        const ends = characterEnds(token.text);
        const count = ends.length - 1;
        const push = (from: number, to: number): void => {
          stream.push(gram(token, ends[from]!, ends[to]!, increment));
          increment = 0;
        };
        if (keepsWhole && count < min) push(0, count);
        for (let from = 0; from + min <= count && (from === 0 || !atEdge); from += 1) {
          for (let size = min; size <= max && from + size <= count; size += 1)
            push(from, from + size);
        }
        if (keepsWhole && count > max) push(0, count);
      }
      stream.rest = increment;
      return stream;
    },
  };
}

function gram(token: StreamToken, from: number, to: number, increment: number): StreamToken {
  return { ...token, text: token.text.slice(from, to), increment };
}

/** UTF-16 offsets between characters, with those of both ends. */
export function characterEnds(text: string): number[] {
  const ends = [0];
  for (let at = 0; at < text.length; ) {
    at += text.codePointAt(at)! > 0xffff ? 2 : 1;
    ends.push(at);
  }
  return ends;
}

export type { TokenStream };
