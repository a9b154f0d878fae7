import { expect, it } from 'vitest';
import { TAILOR } from '../../src/cluster/tailor-procedures.ts';
import { TailorQueries } from '../../src/cluster/tailor-queries.ts';
import { createLogger } from '../../src/log.ts';
import { Metrics } from '../../src/metrics.ts';

it('a node leaves when the renewal under way has its answer', async () => {
  const calls: string[] = [];
  const renewal = Promise.withResolvers<unknown>();
  const queries = new TailorQueries({
    link: {
      call: async (procedure) => {
        calls.push(procedure);
        return procedure === TAILOR.renew ? await renewal.promise : true;
      },
    },
    ...{ node: 'n', roles: ['endless'], address: () => 'host:1', linger: 0, onEnd: () => {} },
    ...{ log: createLogger('silent'), metrics: new Metrics() },
  });
  const started = queries.start();
  const closed = queries.close();
  await new Promise(setImmediate);
  expect(calls).toEqual([TAILOR.renew]);
  renewal.resolve({ held: true });
  await Promise.all([started, closed]);
  expect(calls).toEqual([TAILOR.renew, TAILOR.leave]);
});
