import type { Ir } from '../../src/query/ir.ts';
import type { Random } from '../zipf.ts';

/** A query, and how many documents match it: counted without the engine. */
export interface Counted {
  readonly query: Ir;
  readonly documents: number;
}

const TRIES = 16;

/**
 * Draws `count` different queries of which a document matches `matches` on average: each is, of
 * some that are drawn, the one that keeps nearest to what is left to reach the mean.
 */
export function drawQueries(
  count: number,
  wanted: number,
  random: Random,
  draw: () => Counted,
): { queries: Ir[]; matches: number } {
  const queries: Ir[] = [];
  const seen = new Set<string>();
  let matches = 0;
  while (queries.length < count) {
    const mean = Math.max(0, (wanted - matches) / (count - queries.length));
    // A mean of 0.2 is one document for every fifth query.
    const target = Math.floor(mean) + (random.next() < mean % 1 ? 1 : 0);
    let best: Counted | undefined;
    for (let tries = 0; tries < TRIES; tries++) {
      const drawn = draw();
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

function distance({ documents }: Counted, target: number): number {
  return Math.abs(Math.log((documents + 0.5) / (target + 0.5)));
}
