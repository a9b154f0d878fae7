import { expect, test } from 'vitest';
import { Compared } from './differential/compare.ts';
import { nestedRound } from './differential/nested.ts';
import type { Question } from './differential/query-strings.ts';

const DOCUMENTS = 40;
const QUESTIONS = 120;

const compared = new Compared();

/** The same is left out as for other explicit mappings, see explicit-mappings.test.ts. */
function isComparable({ query }: Question, given: object): boolean {
  const [text, mapping] = [JSON.stringify(query), JSON.stringify(given)];
  if (/_id\b|"ids"/.test(text)) return false;
  if (/simple_query_string.*analyze_wildcard.*nowhere/.test(text)) return false;
  if (/_string"/.test(text) && /"analyzer":"(stop|english|simple)"/.test(mapping)) return false;
  return !(/\d{10}/.test(text) && /"(integer|short|byte)"/.test(mapping));
}

test('generated queries on nested objects find the same documents as in Elasticsearch', async () => {
  const disputes = await compared.disputes({
    name: 'nested',
    round: () => nestedRound(DOCUMENTS, QUESTIONS),
    isComparable,
  });
  expect(disputes, 'queries on which the engines disagree').toBe(0);
});
