import { flag, type Parameter, type PartSettings, UnsupportedPart } from '../part-settings.ts';
import { TokenStream } from '../token-stream.ts';
import { WITHOUT_DUPLICATES } from './duplicates.ts';
import type { FilterSpec, TokenFilter } from './token-filter.ts';

/** Lists of filters by their plain settings, see `resolveChain`. */
const chains: Parameter = { fallback: [], read: (value) => value };

const READING_AHEAD: ReadonlySet<string> = new Set([
  ...['shingle', 'common_grams', 'fingerprint', 'synonym', 'synonym_graph', 'flatten_graph'],
  ...['cjk_bigram', 'multiplexer'],
]);

/** What several chains of filters make of each token, at its position. */
export const multiplexer: FilterSpec = {
  parameters: { filters: chains, preserve_original: flag(true) },
  build(settings, { filterOf }) {
    const lists = settings['filters'] as readonly (readonly PartSettings[])[];
    for (const { type } of lists.flat()) {
      if (READING_AHEAD.has(String(type))) {
        throw new UnsupportedPart(
          `filter [${String(type)}] in a multiplexer, which lets no filter read ahead,`,
        );
      }
    }
    const filters: TokenFilter[][] = lists.map((list) => list.map(filterOf));
    if (settings['preserve_original'] === true) filters.unshift([]);
    const [only] = filters;
    if (filters.length === 1) {
      return {
        filter(stream) {
          stream.rest = 0;
          return WITHOUT_DUPLICATES.filter(run(only!, stream));
        },
      };
    }
    return { filter: (stream) => WITHOUT_DUPLICATES.filter(each(filters, stream)) };
  },
};

function run(chain: readonly TokenFilter[], stream: TokenStream): TokenStream {
  return chain.reduce((own, filter) => filter.filter(own), stream);
}

/** Each chain sees each token alone. */
function each(chains: readonly TokenFilter[][], stream: TokenStream): TokenStream {
  const tokens = stream.take();
  /** Positions that a chain left out. */
  let left = 0;
  tokens.forEach((token, at) => {
    chains.forEach((chain, number) => {
      const increment = number === 0 ? token.increment : 0;
      // Chains never begin at the position before: it is taken back from their first token.
      let over = increment === 0 ? 1 : 0;
      const single = new TokenStream(stream.end);
      single.push({ ...token, increment: increment + over });
      const { tokens: made, rest } = run(chain, single);
      for (const one of made) {
        one.increment += left - over;
        [left, over] = [0, 0];
        stream.push(one);
      }
      const isLast = at === tokens.length - 1 && number === chains.length - 1;
      left += isLast ? rest : rest - over;
    });
  });
  if (tokens.length > 0) stream.rest = left;
  return stream;
}
