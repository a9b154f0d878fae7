import { describe, it } from 'vitest';
import { COUNT } from './documents.ts';
import { runPython } from './python.ts';
import { deliversExactly } from './run.ts';

describe('elasticsearch for Python', () => {
  it('sends by helpers.streaming_bulk and every tail gets exactly its matches', async () => {
    await deliversExactly('elasticsearch-py 9', async ({ url, index }) => {
      const { accepted } = await runPython<{ accepted: number }>('send', [
        url,
        index,
        String(COUNT),
      ]);
      return accepted;
    });
  });
});
