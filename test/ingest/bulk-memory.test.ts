import { expect, it } from 'vitest';
import { uploadGzip } from './bulk-memory.ts';

const MIB = 1024 * 1024;

it('an upload of 200 MiB in chunked gzip stays small', { timeout: 60_000 }, async () => {
  const { documents, answered, growth } = await uploadGzip(200 * MIB, 'no-ids');
  expect(answered).toBe(documents);
  expect(growth).toBeLessThan(64 * MIB);
});
