import { expect, test } from 'vitest';
import { Compared } from './differential/compare.ts';
import { rarerRound } from './differential/rarer-clauses.ts';

const DOCUMENTS = 40;
const QUESTIONS = 120;

const compared = new Compared();

test('generated queries with rarer clauses find the same documents as in Elasticsearch', async () => {
  const disputes = await compared.disputes({
    name: 'rarer',
    round: () => rarerRound(DOCUMENTS, QUESTIONS),
  });
  expect(disputes, 'queries on which the engines disagree').toBe(0);
});
