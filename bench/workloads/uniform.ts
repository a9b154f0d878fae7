import {
  FIELDS,
  leafOf,
  MATCHES,
  makeDocuments,
  SEED,
  type Term,
  TermIndex,
  textOf,
  type Workload,
} from '../workload.ts';
import { Random } from '../zipf.ts';

/** Vocabulary squared times the chance that a document has both words of a pair, measured. */
const MEETINGS = 41;

/**
 * Two terms, every word as likely as any other. Nothing is planted: the vocabulary is as small as it must be
 * for a document to match {@link MATCHES} of so many random pairs.
 */
export function makeUniform(count: number): Workload {
  const random = new Random(SEED);
  const vocabulary = Math.ceil(Math.sqrt((count * MEETINGS) / MATCHES));
  const documents = makeDocuments({ next: () => random.below(vocabulary) });
  const index = new TermIndex(documents, false);
  const term = (): Term => ({
    field: random.below(2) === 0 ? 0 : random.below(FIELDS.length),
    word: random.below(vocabulary),
  });
  const seen = new Set<number>();
  const pairs: [Term, Term][] = [];
  let matches = 0;
  while (pairs.length < count) {
    const pair: [Term, Term] = [term(), term()];
    const [a, b] = pair.map(({ field, word }) => word * FIELDS.length + field) as [number, number];
    const key = Math.min(a, b) * 2 ** 26 + Math.max(a, b);
    if (a === b || seen.has(key)) continue;
    seen.add(key);
    pairs.push(pair);
    matches += index.countBoth(...pair);
  }
  return {
    documents: documents.map(textOf),
    queries: pairs.map(([a, b]) => ({ kind: 'and', clauses: [leafOf(a), leafOf(b)] })),
    matches,
  };
}
