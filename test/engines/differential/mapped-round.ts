import { EstromError } from '../../../src/errors.ts';
import type { EmbeddedEngine } from '../../../src/percolate/embedded/embedded-engine.ts';
import { canonicalise } from '../../../src/query/canonical.ts';
import { parseQuery } from '../../../src/query/parse-query.ts';
import type { RegisteredQuery } from '../../../src/query/registry/registered-query.ts';
import { batchOf, ordinalsBySlot } from '../../percolate/batches.ts';
import type { Question } from './query-strings.ts';
import type { Answer } from './round.ts';

/** Documents of an index, what they are asked, and its mapping. */
export interface MappedRound {
  readonly mapping: Record<string, unknown>;
  readonly documents: readonly string[];
  readonly questions: readonly Question[];
}

/**
 * What the embedded engine says to each query, in an index whose mapping it knows, or once all documents have
 * fixed it, as in the one that Elasticsearch searches.
 * @param ids of the documents, where queries ask for them
 */
export async function askEngine(
  engine: EmbeddedEngine,
  index: string,
  documents: readonly string[],
  questions: readonly Question[],
  ids?: readonly string[],
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const registered: RegisteredQuery[] = [];
  for (const [ordinal, { query }] of questions.entries()) {
    try {
      const ir = canonicalise(parseQuery(query)).query;
      registered.push({ id: String(ordinal), ordinal, index, query: ir });
      answers.push({ ids: new Set() });
    } catch (error) {
      if (!(error instanceof EstromError)) throw error;
      answers.push({ refused: error.code, reason: error.message });
    }
  }
  await engine.register(registered);
  const batch = { ...batchOf(documents, index), ...(ids && { ids }) };
  await engine.percolate(batch);
  const { pairs, failures } = await engine.percolate(batch);
  await engine.unregister(registered.map(({ ordinal }) => ordinal));
  if (failures.length > 0) throw new Error(`estrom refused: ${JSON.stringify(failures)}`);
  for (const [slot, ordinals] of ordinalsBySlot(pairs, documents.length).entries()) {
    for (const ordinal of ordinals) {
      const answer = answers[ordinal]!;
      if ('ids' in answer) (answer.ids as Set<number>).add(slot);
    }
  }
  return answers;
}

/** What two engines do not agree on, and the first document that shows it. */
export function described(
  kind: string,
  query: unknown,
  mapping: object,
  documents: readonly string[],
  elasticsearch: Answer,
  estrom: Answer,
): object {
  const ids = (answer: Answer) => ('ids' in answer ? [...answer.ids] : answer.reason);
  const [theirs, ours] = [ids(elasticsearch), ids(estrom)];
  const isIn = (list: number[] | string, id: number) =>
    typeof list !== 'string' && list.includes(id);
  const suspect = documents.findIndex((_, id) => isIn(theirs, id) !== isIn(ours, id));
  const only = isIn(theirs, suspect) ? 'Elasticsearch' : 'estrom';
  return {
    kind,
    query,
    mapping,
    only,
    document: documents[suspect],
    elasticsearch: theirs,
    estrom: ours,
  };
}
