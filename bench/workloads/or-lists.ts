import type { Ir } from '../../src/query/ir.ts';
import { type Counted, drawQueries } from '../presearch/budget.ts';
import {
  DOCUMENTS,
  FIELDS,
  leafOf,
  MATCHES,
  makeDocuments,
  SEED,
  type Term,
  TermIndex,
  textOf,
  VOCABULARY,
  type Workload,
} from '../workload.ts';
import { Random, Zipf } from '../zipf.ts';

const LEAST_WORDS = 3;
const MOST_WORDS = 10;

/** Lists of 3 to 10 words of one field, of which one has to be there: nothing in them is required. */
export function makeOrLists(count: number): Workload {
  const random = new Random(SEED);
  const zipf = new Zipf(VOCABULARY, random);
  const documents = makeDocuments(zipf);
  const index = new TermIndex(documents, false);
  const draw = (): Counted => {
    const field = random.below(2) === 0 ? 0 : random.below(FIELDS.length);
    const size = LEAST_WORDS + random.below(MOST_WORDS - LEAST_WORDS + 1);
    // From anywhere in the vocabulary, common words as well as rare ones.
    const from = Math.floor(VOCABULARY ** random.next()) - 1;
    const words = new Set(
      Array.from({ length: size }, () => zipf.next(from)).sort((a, b) => a - b),
    );
    const terms: Term[] = [...words].map((word) => ({ field, word }));
    return { query: orOf(terms), documents: countAny(index, terms) };
  };
  return {
    documents: documents.map(textOf),
    ...drawQueries(count, MATCHES * DOCUMENTS, random, draw),
  };
}

function orOf(terms: readonly Term[]): Ir {
  const clauses = terms.map((term) => leafOf(term));
  return clauses.length === 1 ? clauses[0]! : { kind: 'or', clauses, atLeast: 1 };
}

function countAny(index: TermIndex, terms: readonly Term[]): number {
  const found = new Set<number>();
  for (const term of terms) for (const n of index.having(term)) found.add(n);
  return found.size;
}
