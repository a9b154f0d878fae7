import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Fault } from './fault.ts';
import { FAULTS } from './faults.ts';
import { PlantedCopy } from './planted-copy.ts';

/** Side by side, each in a copy of its own. */
const COPIES = ['one', 'other'].map((name) => new PlantedCopy(name));

/** A regular expression that tells which. */
const only = new RegExp(process.env['ESTROM_FAULTS'] ?? '');
const faults = FAULTS.filter(({ name }) => only.test(name));
const found = new Map<string, string>();

/** Hands each of a list to the next copy that is free. */
async function share<T>(list: readonly T[], take: (copy: PlantedCopy, one: T) => Promise<void>) {
  const left = [...list];
  await Promise.all(
    COPIES.map(async (copy) => {
      for (let one = left.shift(); one !== undefined; one = left.shift()) await take(copy, one);
    }),
  );
}

beforeAll(() => Promise.all(COPIES.map((copy) => copy.make())));
afterAll(() => {
  const width = Math.max(...faults.map(({ name }) => name.length));
  const lines = faults.map(({ name }) => `${name.padEnd(width)}  ${found.get(name) ?? 'nothing'}`);
  console.log(lines.join('\n'));
});

test('without a fault nothing is found', async () => {
  const wrong: string[] = [];
  await share([...new Set(faults.map(({ foundBy }) => foundBy))], async (copy, check) => {
    const { passed, failed } = await copy.run(check);
    if (passed === 0 || failed.length > 0) wrong.push(`${check}: ${failed.join(', ')}`);
  });
  expect(wrong).toEqual([]);
});

test('every planted fault is found', async () => {
  const missed: string[] = [];
  await share(faults, async (copy, fault: Fault) => {
    const { failed } = await copy.with(fault);
    if (failed.length === 0) missed.push(fault.name);
    else found.set(fault.name, failed.slice(0, 3).join('; '));
  });
  expect(missed).toEqual([]);
});
