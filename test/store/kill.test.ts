import { expect, it } from 'vitest';
import { temporaryFolder } from './folder.ts';
import { killRounds } from './kill-rounds.ts';

it('what was acknowledged survives being killed, again and again', async () => {
  const report = await killRounds(temporaryFolder(), 10);
  expect(report.losses).toEqual([]);
  expect(report.registered).toBeGreaterThan(100);
  expect(report.dates).toBeGreaterThan(10);
}, 300_000);
