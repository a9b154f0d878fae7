import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonOf, storable } from '../../../src/subscriptions/mongodb/json-values.ts';

const NAME = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('$set', 'a.b', '$', '.', '', '\0', 'a\uff0eb', '__proto__', 'constructor'),
);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom(null, true, false, 0, 1.5, -7, 'text', '\ud800'),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.array(fc.tuple(NAME, tie('json')), { maxLength: 4 }).map(Object.fromEntries),
  ),
}));

function namesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const names = Array.isArray(value) ? [] : Object.keys(value);
  return [...names, ...Object.values(value).flatMap(namesOf)];
}

it('stores no name that a server refuses, and says when it is not what was given', () => {
  fc.assert(
    fc.property(json, (given) => {
      const { value, isExact } = storable(given);
      for (const name of namesOf(value)) expect(name).not.toMatch(/^\$|\.|\0/);
      if (isExact) expect(JSON.stringify(jsonOf(value))).toBe(JSON.stringify(given));
      const isHarmless = namesOf(given).every((name) => !/^\$|\.|\0/.test(name));
      if (isHarmless && JSON.stringify(given).search(/\\ud[89a-f]/) < 0) expect(isExact).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it('stores what is nested too deeply as text', () => {
  let deep: unknown = 1;
  for (let n = 0; n < 200; n++) deep = { deep };
  const { value, isExact } = storable(deep);
  expect(isExact).toBe(false);
  expect(namesOf(value).length).toBeLessThan(80);
});
