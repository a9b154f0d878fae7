import type { Ir } from '../src/query/ir.ts';
import { NaiveMapping, naiveMatch } from '../test/oracle/naive.ts';
import type { Workload } from './workload.ts';

/** Documents and queries that the naive engine is asked about: it takes microseconds for each pair. */
const SAMPLE_DOCUMENTS = 10;
const SAMPLE_QUERIES = 2000;

/**
 * Compares an engine's answer with what was counted apart from it, and with the naive engine on a
 * sample: on every match of some documents, and on some thousand queries that should not match.
 * @param matchesOf ordinals that match a document, by its number
 * @throws Error where they differ
 */
export function checkMatches(workload: Workload, matchesOf: readonly (readonly number[])[]): void {
  const found = matchesOf.reduce((sum, ordinals) => sum + ordinals.length, 0);
  if (found !== workload.matches) throw new Error(`${found} matches, not ${workload.matches}`);
  const { documents, queries, mapping: given, indices } = workload;
  // The naive engine knows only dynamic mapping, and one index.
  if (given !== undefined || indices !== undefined) return;
  const step = Math.floor(documents.length / SAMPLE_DOCUMENTS);
  const stride = Math.max(1, Math.floor(queries.length / SAMPLE_QUERIES));
  const mapping = new NaiveMapping();
  for (let n = 0; n < documents.length; n += step) {
    const values = mapping.read(JSON.parse(documents[n]!) as Record<string, unknown>);
    const isMatch = (query: Ir) => naiveMatch(query, mapping.types, values);
    const matched = new Set(matchesOf[n]!);
    for (const ordinal of matched) {
      if (!isMatch(queries[ordinal]!)) throw new Error(`query ${ordinal} does not match ${n}`);
    }
    for (let ordinal = n % stride; ordinal < queries.length; ordinal += stride) {
      if (isMatch(queries[ordinal]!) !== matched.has(ordinal)) {
        throw new Error(`query ${ordinal} matches document ${n}, but was not found`);
      }
    }
  }
}
