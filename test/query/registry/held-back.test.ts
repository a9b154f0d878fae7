import { expect, test } from 'vitest';
import { besideRowFilter } from '../../../src/query/registry/held-back.ts';

test('with a row filter a query that was too expensive says how much it took', () => {
  const held = { reason: 'paused: it took 120 ms', unmapped: [], paused: 'cost' } as const;
  expect(besideRowFilter(held)).toEqual(held);
});

test('with a row filter no other reason tells what the filter asks for', () => {
  const failure = { reason: 'paused: [secret] is bad', unmapped: [], paused: 'failure' } as const;
  expect(besideRowFilter(failure).reason).toMatch(/^paused: (?!.*secret)/);
  const waiting = { reason: 'no field [secret] is mapped yet', unmapped: ['secret'] };
  expect(JSON.stringify(besideRowFilter(waiting))).not.toContain('secret');
});
