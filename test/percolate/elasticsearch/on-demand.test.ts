import { expect, it } from 'vitest';
import { OnDemand } from '../../../src/percolate/elasticsearch/on-demand.ts';

const MIB = 1024 * 1024;
const never = () => new Promise<never>(() => {});

it('percolation on demand is refused at once while Elasticsearch is away', async () => {
  const onDemand = new OnDemand({ hold: 10_000, problem: () => 'ECONNREFUSED' });
  await expect(onDemand.run(1, never)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

it('percolation on demand is given up after the hold', async () => {
  const onDemand = new OnDemand({ hold: 10, problem: () => undefined });
  await expect(onDemand.run(1, never)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('no answer within 10 ms'),
  });
});

it('what was given up counts as long as it is under way', async () => {
  const onDemand = new OnDemand({ hold: 10, problem: () => undefined });
  const work = Promise.withResolvers<string>();
  await expect(onDemand.run(60 * MIB, () => work.promise)).rejects.toThrow('no answer');
  await expect(onDemand.run(5 * MIB, never)).rejects.toMatchObject({ code: 'OVERLOADED' });
  work.resolve('late');
  await work.promise;
  expect(await onDemand.run(60 * MIB, async () => 'matches')).toBe('matches');
});

it('work that fails late is nobody’s unhandled rejection', async () => {
  const onDemand = new OnDemand({ hold: 10, problem: () => undefined });
  const work = Promise.withResolvers<string>();
  await expect(onDemand.run(1, () => work.promise)).rejects.toThrow('no answer');
  work.reject(new Error('closing'));
  await expect(onDemand.run(1, async () => 'next')).resolves.toBe('next');
});
