import { expect, test } from 'vitest';
import { filterFor } from '../../../src/subscriptions/matching/subscription-filter.ts';

test.each(['level:(error', 'f=level:nearly:error', '{"match":{}}'])(
  '%j is refused by the name of the member that has it',
  (filter) => {
    expect(() => filterFor(filter, null)).toThrow(/^\[subscription\.hits\.filter\] .+/);
  },
);

test('a row filter that cannot be read is not said to be the subscription’s', () => {
  expect(() => filterFor('level:error', 'city:(')).toThrow(/^(?!\[subscription)/);
});
