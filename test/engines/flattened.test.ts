import { expect, test } from 'vitest';
import { Compared } from './differential/compare.ts';
import { flattenedRound } from './differential/flattened.ts';
import type { Question } from './differential/query-strings.ts';

const DOCUMENTS = 40;
const QUESTIONS = 120;

const compared = new Compared();

/**
 * Ids are left out, for documents that Elasticsearch refuses leave holes in them; and what differs on purpose, see
 * docs/elasticsearch-differences.md: beginnings that the simple syntax analyses.
 */
function isComparable({ query }: Question): boolean {
  const text = JSON.stringify(query);
  return !/_id\b|"ids"|simple_query_string.*analyze_wildcard/.test(text);
}

test('generated queries on flattened objects and their keys find the same documents as in Elasticsearch', async () => {
  const disputes = await compared.disputes({
    name: 'flattened',
    round: () => flattenedRound(DOCUMENTS, QUESTIONS),
    isComparable,
  });
  expect(disputes, 'queries on which the engines disagree').toBe(0);
});
