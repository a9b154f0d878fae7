import { expect, it } from 'vitest';
import { flowPastStuckTail } from '../e2e/flow.ts';
import { uploadPastTail } from '../e2e/gzip-upload.ts';
import { hitsOutOfLargeBodies } from '../e2e/sparse-hits.ts';

const MIB = 1024 * 1024;

it('one tail stops reading while 1 GiB of matches flows to another: at most 32 MiB more', async () => {
  const run = await flowPastStuckTail(1024 * MIB);
  expect(run).toMatchObject({ once: run.documents, hits: run.documents, accounted: run.documents });
  expect(run.growth).toBeLessThan(32 * MIB);
});

it('a chunked gzip body of 2 GiB past a query and a tail: less than 64 MiB more', async () => {
  const run = await uploadPastTail(2048 * MIB);
  expect(run).toMatchObject({ answered: run.documents, hits: run.documents / 500 });
  expect(run.growth).toBeLessThan(64 * MIB);
});

it('a thousand topics keep one hit each out of a body of 5 MB: at most 32 MiB more', async () => {
  const run = await hitsOutOfLargeBodies(1000);
  expect(run.delivered).toBe(run.topics);
  expect(run.growth).toBeLessThan(32 * MIB);
});
