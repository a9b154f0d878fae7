import { expect, it } from 'vitest';
import { Targets, type TargetsParts } from '../../../src/percolate/elasticsearch/targets.ts';

it('of very many new index names, only some wait to be looked at', async () => {
  const parts = { source: { resolve: () => new Promise(() => {}) } };
  const targets = new Targets(parts as unknown as TargetsParts);
  for (let i = 0; i < 20_000; i += 1) void targets.get(`logs-${i}`);
  expect(targets.takeUsed(Number.POSITIVE_INFINITY)).toHaveLength(10_000);
  void targets.get('logs-20000');
  expect(targets.takeUsed(200)).toEqual(['logs-20000']);
});
