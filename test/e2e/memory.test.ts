import { expect, it } from 'vitest';
import { flowPastStuckTail } from './flow.ts';
import { uploadPastTail } from './gzip-upload.ts';
import { hitsOutOfLargeBodies } from './sparse-hits.ts';

// Short runs of what test/soak does in full.
const MIB = 1024 * 1024;
const SLOW = { timeout: 60_000 };

it('takes little memory for a tail that is stuck while matches flow to another', SLOW, async () => {
  const run = await flowPastStuckTail(128 * MIB);

  expect(run).toMatchObject({ once: run.documents, hits: run.documents, accounted: run.documents });

  expect(run.growth).toBeLessThan(32 * MIB);
});

it('takes little memory for a long gzip body', SLOW, async () => {
  const run = await uploadPastTail(96 * MIB);

  expect(run).toMatchObject({ answered: run.documents, hits: run.documents / 500 });

  expect(run.growth).toBeLessThan(64 * MIB);
});

it('keeps single hits out of large bodies in little memory', SLOW, async () => {
  const run = await hitsOutOfLargeBodies(20);

  expect(run.delivered).toBe(run.topics);

  expect(run.growth).toBeLessThan(32 * MIB);
});
