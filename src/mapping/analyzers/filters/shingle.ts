import { badSetting, flag, int, text } from '../part-settings.ts';
import { type StreamToken, type TokenStream, tokenAt } from '../token-stream.ts';
import type { FilterSpec } from './token-filter.ts';

interface Shingles {
  readonly min: number;
  readonly max: number;
  readonly single: boolean;
  readonly singleIfNone: boolean;
  readonly separator: string;
  readonly filler: string;
}

/** A token of the window, or what fills the place of one that was left out. */
interface Place {
  readonly token: StreamToken;
  readonly isFiller: boolean;
}

/** Neighbours as one token, as Lucene's `ShingleFilter` makes them. */
export const shingle: FilterSpec = {
  parameters: {
    min_shingle_size: int(2),
    max_shingle_size: int(2),
    output_unigrams: flag(true),
    output_unigrams_if_no_shingles: flag(false),
    token_separator: text(' '),
    filler_token: text('_'),
  },
  build(settings) {
    const [min, max] = [
      settings['min_shingle_size'] as number,
      settings['max_shingle_size'] as number,
    ];
    if (max < 2) throw badSetting('Max shingle size must be >= 2');
    if (min < 2) throw badSetting('Min shingle size must be >= 2');
    if (min > max) throw badSetting('Min shingle size must be <= max shingle size');
    const single = settings['output_unigrams'] === true;
    const shingles: Shingles = {
      min,
      max,
      single,
      singleIfNone: !single && settings['output_unigrams_if_no_shingles'] === true,
      separator: settings['token_separator'] as string,
      filler: settings['filler_token'] as string,
    };
    return {
      disablesGraph: single || min !== max,
      filter(stream) {
        const places = placesOf(stream, shingles);
        pushShingles(stream, places, shingles);
        return stream;
      },
    };
  },
};

/** All tokens, and fillers for gaps: no more in one gap than a shingle may have besides a token. */
function placesOf(stream: TokenStream, { max, filler }: Shingles): Place[] {
  const places: Place[] = [];
  const fill = (gap: number, token: StreamToken): void => {
    const at = { ...token, text: filler, end: token.start };
    for (let i = Math.min(gap, max - 1); i > 0; i -= 1) places.push({ token: at, isFiller: true });
  };
  for (const token of stream.take()) {
    fill(token.increment - 1, token);
    places.push({ token, isFiller: false });
  }
  fill(stream.rest, tokenAt('', stream.end, stream.end));
  return places;
}

function pushShingles(stream: TokenStream, places: readonly Place[], shingles: Shingles): void {
  const { min, max, single, singleIfNone } = shingles;
  let withSingle = single;
  let hasShingle = false;
  for (let first = 0; first < places.length; first += 1) {
    const left = places.length - first;
    if (singleIfNone && !hasShingle && left < min) withSingle = true;
    const sizes = withSingle ? [1] : [];
    for (let size = min; size <= max; size += 1) sizes.push(size);
    let isFirst = true;
    for (const size of sizes) {
      if (size > left) break;
      const members = places.slice(first, first + size);
      // A shingle has at least one token.
      if (members.every(({ isFiller }) => isFiller)) continue;
      stream.push({
        ...members[0]!.token,
        text: members.map(({ token }) => token.text).join(shingles.separator),
        type: size > 1 ? 'shingle' : members[0]!.token.type,
        increment: isFirst ? 1 : 0,
        length: single ? size : Math.max(1, size - min + 1),
        end: members.at(-1)!.token.end,
      });
      isFirst = false;
      if (size > 1) hasShingle = true;
    }
    // Lucene ends where no shingle begins, though others may follow.
    if (isFirst) return;
  }
}
