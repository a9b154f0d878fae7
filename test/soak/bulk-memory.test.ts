import { expect, it } from 'vitest';
import { uploadGzip } from '../ingest/bulk-memory.ts';

const MIB = 1024 * 1024;

it('a chunked gzip body of 2 GiB grows resident memory by less than 64 MiB', async () => {
  const { documents, answered, growth } = await uploadGzip(2048 * MIB, 'no-ids');
  expect(answered).toBe(documents);
  expect(growth).toBeLessThan(64 * MIB);
});

it('the same with ids of the client, whose answer does not fit into memory', async () => {
  const { documents, answered, growth } = await uploadGzip(2048 * MIB, 'ids');
  expect(answered).toBe(documents);
  expect(growth).toBeLessThan(96 * MIB);
});
