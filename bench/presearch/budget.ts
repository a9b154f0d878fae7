import type { Ir } from '../../src/query/ir.ts';
import type { Random } from '../zipf.ts';

/** A query, and how many documents match it: counted without the engine. */
export interface Counted<Query = Ir> {
  readonly query: Query;
  readonly documents: number;
}

const TRIES = 16;

/**
 * Draws `count` different queries of which a document matches `matches` on average: each is, of
 * some that are drawn, the one that keeps nearest to what is left to reach the mean.
 * @param draw draws for the n-th query
 */
export function drawQueries<Query = Ir>(
  count: number,
  wanted: number,
  random: Random,
  draw: (n: number) => Counted<Query>,
): { queries: Query[]; matches: number } {
  const queries: Query[] = [];
  const seen = new Set<string>();
  let matches = 0;
  while (queries.length < count) {
    const mean = Math.max(0, (wanted - matches) / (count - queries.length));
    // A mean of 0.2 is one document for every fifth query.
    const target = Math.floor(mean) + (random.next() < mean % 1 ? 1 : 0);
    let best: Counted<Query> | undefined;
    for (let tries = 0; tries < TRIES; tries++) {
      const drawn = draw(queries.length);
      if (seen.has(JSON.stringify(drawn.query))) continue;
      if (best === undefined || distance(drawn, target) < distance(best, target)) best = drawn;
      if (best.documents === target) break;
    }
    if (best === undefined) continue;
    seen.add(JSON.stringify(best.query));
    queries.push(best.query);
    matches += best.documents;
  }
  return { queries, matches };
}

function distance({ documents }: { readonly documents: number }, target: number): number {
  return Math.abs(Math.log((documents + 0.5) / (target + 0.5)));
}
