import { expect, it } from 'vitest';
import { temporaryFolder } from '../store/folder.ts';
import { killRounds } from '../store/kill-rounds.ts';

it('what was acknowledged survives fifty kills', async () => {
  const report = await killRounds(temporaryFolder(), 50);
  console.log(JSON.stringify({ ...report, losses: report.losses.length }));
  expect(report.losses).toEqual([]);
});
