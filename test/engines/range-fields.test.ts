import { expect, test } from 'vitest';
import { Compared } from './differential/compare.ts';
import { rangeRound } from './differential/range-fields.ts';

const DOCUMENTS = 40;
const QUESTIONS = 120;

const compared = new Compared();

test('generated queries on fields of ranges find the same documents as in Elasticsearch', async () => {
  const disputes = await compared.disputes({
    name: 'range-fields',
    round: () => rangeRound(DOCUMENTS, QUESTIONS),
  });
  expect(disputes, 'queries on which the engines disagree').toBe(0);
});
