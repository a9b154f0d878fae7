import type { Token } from '../../../mapping/standard-analyzer.ts';
import type { WordUnit } from '../../../query/intervals/build-sources.ts';
import { TooManySources } from '../../../query/intervals/sources.ts';
import { isGraph, unitsOf } from './token-units.ts';

/**
 * What the tokens of a text ask for, place by place.
 * @throws TooManySources for more ways through them than a query may have clauses
 */
export function wordUnits(tokens: readonly Token[]): readonly WordUnit[] {
  const [first] = tokens;
  if (first === undefined) return [];
  if (tokens.length === 1) return [{ words: [first.text], gap: 0 }];
  const units = unitsOf(tokens);
  if (units === null) throw new TooManySources();
  const gaps = gapsBefore(tokens);
  const isOfGraph = isGraph(tokens);
  return units.map(({ tokens: same, paths }): WordUnit => {
    if (paths !== undefined) return { words: [], gap: 0, paths: paths.map(pathWords) };
    // Where some tokens take up several places, Elasticsearch forgets all but the first of those at one place.
    const kept = isOfGraph ? same.slice(0, 1) : same;
    return { words: kept.map(({ text }) => text), gap: gaps.get(same[0]!)! };
  });
}

/** Of each token, the positions left out right before it, or before the first one at its place. */
function gapsBefore(tokens: readonly Token[]): ReadonlyMap<Token, number> {
  const gaps = new Map<Token, number>();
  let [last, gap] = [-1, 0];
  for (const token of tokens) {
    const increment = token.position - last;
    if (increment > 0) gap = increment - 1;
    gaps.set(token, gap);
    last = token.position;
  }
  return gaps;
}

function pathWords(path: readonly Token[]): { text: string; gap: number }[] {
  return path.map(({ text, position }, i) => {
    return { text, gap: position - (i === 0 ? -1 : path[i - 1]!.position) - 1 };
  });
}
