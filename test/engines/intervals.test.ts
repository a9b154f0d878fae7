import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Compared } from './differential/compare.ts';
import { ANALYSIS, document, intervalsQuestion, MAPPING } from './differential/intervals.ts';

const DOCUMENTS = 40;
const QUESTIONS = 150;

const compared = new Compared({ analysis: ANALYSIS });

const exactly = (count: number) => ({ minLength: count, maxLength: count });
const round = fc.record({
  mapping: fc.constant(MAPPING),
  documents: fc.array(document, exactly(DOCUMENTS)),
  questions: fc.array(intervalsQuestion, exactly(QUESTIONS)),
});

test('generated intervals find the same documents as in Elasticsearch', async () => {
  const disputes = await compared.disputes({
    name: 'intervals',
    round: () => round,
    shown: (dispute) => ({ ...dispute, mapping: undefined }),
  });
  expect(disputes, 'queries on which the engines disagree').toBe(0);
});
