import type { Ir } from '../../src/query/ir.ts';
import { DOCUMENTS, MATCHES, VOCABULARY, type Workload, wordOf } from '../workload.ts';
import { Random, Zipf } from '../zipf.ts';

const SEED = 31;
const INDICES = 3000;
/** Words of which the queries of all indices are made. */
const SHARED = 60;

/** Queries of two words, each bound to one of many indices: nearly the same ones in each. */
export function makeIndices(count: number): Workload {
  const random = new Random(SEED);
  const rare = new Zipf(VOCABULARY, random);
  const indices = Math.min(INDICES, count);
  const perIndex = Math.ceil(count / indices);
  const nameOf = (index: number) => `tenant-${index}`;
  const words = Array.from({ length: DOCUMENTS }, () => {
    const shared = Array.from({ length: 2 * MATCHES }, () => random.below(SHARED));
    return new Set([...shared, ...Array.from({ length: 10 }, () => SHARED + rare.next())]);
  });
  const documentIndices = words.map(() => random.below(indices));
  const byIndex = Map.groupBy(words.keys(), (n) => documentIndices[n]!);
  const queries: Ir[] = [];
  const queryIndices: string[] = [];
  let matches = 0;
  for (let index = 0; index < indices; index++) {
    const pairs = new Set<number>();
    while (pairs.size < perIndex) {
      const [a, b] = [random.below(SHARED), random.below(SHARED)];
      if (a < b) pairs.add(a * SHARED + b);
    }
    for (const pair of pairs) {
      const [a, b] = [Math.floor(pair / SHARED), pair % SHARED];
      queries.push({ kind: 'and', clauses: [a, b].map(leafOf) });
      queryIndices.push(nameOf(index));
      for (const n of byIndex.get(index) ?? []) {
        if (words[n]!.has(a) && words[n]!.has(b)) matches++;
      }
    }
  }
  const documents = words.map((some) =>
    JSON.stringify({ message: Array.from(some, wordOf).join(' ') }),
  );
  const indicesOf = { queries: queryIndices, documents: documentIndices.map(nameOf) };
  return { documents, queries, matches, indices: indicesOf };
}

function leafOf(word: number): Ir {
  return { kind: 'match', field: 'message', text: wordOf(word), operator: 'or' };
}
