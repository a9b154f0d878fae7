import { Client as Client9 } from '@elastic/elasticsearch';
import { Client as Client8 } from 'es8';
import { describe, it } from 'vitest';
import { COUNT, message } from './documents.ts';
import { deliversExactly } from './run.ts';

async function* documents(): AsyncGenerator<{ message: string }> {
  for (let n = 0; n < COUNT; n++) yield { message: message(n) };
}

/** Small enough that a run is many requests. */
const FLUSH_BYTES = 256 * 1024;

describe('@elastic/elasticsearch', () => {
  it.each([
    ['elasticsearch-js 9', Client9, false],
    ['elasticsearch-js 9, gzip', Client9, true],
    // Same shape as 9 as far as this test goes; only the wire differs.
    ['elasticsearch-js 8', Client8 as unknown as typeof Client9, false],
  ])(
    '%s sends by helpers.bulk and every tail gets exactly its matches',
    async (name, Client, compression) => {
      await deliversExactly(name, async ({ url, index }) => {
        const client = new Client({ node: url, compression });
        const { successful } = await client.helpers.bulk({
          datasource: documents(),
          flushBytes: FLUSH_BYTES,
          retries: 3,
          wait: 500,
          onDocument: () => ({ create: { _index: index } }),
        });
        await client.close();
        return successful;
      });
    },
  );
});
