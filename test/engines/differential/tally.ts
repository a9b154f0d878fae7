import type { Answer } from './round.ts';
import type { Verdict } from './verdict.ts';

interface Row {
  queries: number;
  matching: number;
  missing: number;
  fails: number;
  unsupported: number;
  /** Of the documents, what matched each query. */
  readonly shares: number[];
}

/** Queries of a kind that are too few to judge it by. */
const FEW = 10;

/** Counts pairs of a query and a document by kind of clause. */
export class Tally {
  readonly #rows = new Map<string, Row>();

  add(kind: string, verdict: Verdict, elasticsearch: Answer, documents: number): void {
    const row = this.#rows.get(kind) ?? {
      queries: 0,
      matching: 0,
      missing: 0,
      fails: 0,
      unsupported: 0,
      shares: [],
    };
    this.#rows.set(kind, row);
    row.queries += 1;
    if (verdict === 'fails' || verdict === 'unsupported') row[verdict] += 1;
    else if ('ids' in elasticsearch) {
      row.matching += elasticsearch.ids.size;
      row.missing += documents - elasticsearch.ids.size;
      row.shares.push(elasticsearch.ids.size / documents);
    }
  }

  /** Pairs on which both answered. */
  get pairs(): number {
    return [...this.#rows.values()].reduce((sum, row) => sum + row.matching + row.missing, 0);
  }

  /**
   * Kinds of which less than that share of the pairs matches, or does not match, and that by more than
   * chance: three times the standard error of the share that a query has. So few queries of a kind, all of which may
   * happen to say the same, tell nothing.
   */
  lopsided(share: number): string[] {
    return [...this.#rows].flatMap(([kind, { matching, missing, shares }]) => {
      const { length } = shares;
      if (length < FEW) return [];
      const mean = matching / (matching + missing);
      const variance = shares.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (length - 1);
      const least = Math.min(mean, 1 - mean) + 3 * Math.sqrt(variance / length);
      return least < share ? [kind] : [];
    });
  }

  /** A table for people. */
  toString(): string {
    const head = ['clause', 'queries', 'pairs', 'match', 'no match', 'fails in ES', 'unsupported'];
    const lines = [...this.#rows]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, { queries, matching, missing, fails, unsupported }]) => {
        const pairs = matching + missing;
        const share = (part: number) => `${((100 * part) / Math.max(pairs, 1)).toFixed(0)} %`;
        return [kind, queries, pairs, share(matching), share(missing), fails, unsupported].map(
          String,
        );
      });
    return [head, ...lines]
      .map(([kind, ...cells]) => kind!.padEnd(32) + cells.map((cell) => cell.padStart(13)).join(''))
      .join('\n');
  }
}
