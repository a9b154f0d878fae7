import type { StreamToken, TokenStream } from '../token-stream.ts';
import { synonymToken } from './synonym-flat.ts';
import type { SynonymMap, SynonymMatch } from './synonym-map.ts';

/** A token between two nodes of a graph. */
interface Edge {
  readonly token: StreamToken;
  readonly from: number;
  readonly to: number;
}

/** Each synonym of several words gets nodes of its own; gaps before a phrase are lost. */
export function pushGraph(stream: TokenStream, map: SynonymMap): void {
  const tokens = stream.take();
  /** The node that the last token leaves from, and the one behind it. */
  let [last, next] = [-1, 0];
  for (let at = 0; at < tokens.length; ) {
    const match = map.longest(tokens, at);
    if (match === undefined) {
      const token = tokens[at]!;
      stream.push(token);
      last += token.increment;
      next = last + token.length;
      at += 1;
      continue;
    }
    const ways = waysOf(tokens.slice(at, at + match.count), match);
    const nodes = ways.reduce((sum, way) => sum + way.length - 1, 1);
    for (const { token, from, to } of edgesOf(ways, next, next + nodes)) {
      stream.push({ ...token, increment: from - last, length: to - from });
      last = from;
    }
    next += nodes;
    at += match.count;
  }
}

/** The synonyms, and the phrase where it stays. */
function waysOf(
  phrase: readonly StreamToken[],
  { outputs, keeps }: SynonymMatch,
): readonly (readonly StreamToken[])[] {
  const { start } = phrase[0]!;
  const { end } = phrase.at(-1)!;
  const ways: (readonly StreamToken[])[] = outputs.map((words) =>
    words.map((text) => synonymToken(text, { increment: 0, length: 1, start, end })),
  );
  return keeps ? [...ways, phrase] : ways;
}

/** The first tokens of all ways, then the others. */
function edgesOf(
  ways: readonly (readonly StreamToken[])[],
  start: number,
  end: number,
): readonly Edge[] {
  const firsts: Edge[] = [];
  const others: Edge[] = [];
  let inner = start + 1;
  for (const way of ways) {
    const last = way.length - 1;
    way.forEach((token, n) => {
      const from = n === 0 ? start : inner++;
      const to = n === last ? end : inner;
      (n === 0 ? firsts : others).push({ token, from, to });
    });
  }
  return [...firsts, ...others];
}
