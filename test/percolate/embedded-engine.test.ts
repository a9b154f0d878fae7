import { describe, expect, test } from 'vitest';
import { engineContract, standing } from '../contract/engine-contract.ts';
import { batchOf, ordinalsBySlot } from './batches.ts';
import { embeddedEngine } from './engines.ts';

engineContract('the embedded engine', async () => embeddedEngine());
engineContract('the embedded engine on one thread', async () => embeddedEngine({ workers: 1 }));

describe('the embedded engine', () => {
  test('matches on demand without fixing types', async () => {
    const engine = embeddedEngine({ workers: 1 });
    const query = standing('value:text');
    await engine.register([query]);
    const onDemand = await engine.percolateOnDemand(batchOf(['{"value":1}', '{"value":"text"}']));
    // Within the batch the first document decides, as it would when ingested.
    expect(ordinalsBySlot(onDemand.pairs, 2)).toEqual([[], []]);
    const { pairs } = await engine.percolate(batchOf(['{"value":"text"}', '{"value":1}']));
    expect(ordinalsBySlot(pairs, 2)).toEqual([[query.ordinal], []]);
    await engine.close();
  });

  test('keeps fields beyond the limit unsearchable, and delivers their documents', async () => {
    const engine = embeddedEngine({ workers: 2, maxFields: 10 });
    const queries = Array.from({ length: 20 }, (_, n) => standing(`f${n}:1`));
    await engine.register(queries);
    const document = JSON.stringify(Object.fromEntries(queries.map((_, n) => [`f${n}`, 1])));
    for (let round = 0; round < 3; round++) {
      const { pairs, failures } = await engine.percolate(batchOf([document]));
      expect(failures).toEqual([]);
      expect(ordinalsBySlot(pairs, 1)[0]).toEqual(
        queries.slice(0, 10).map(({ ordinal }) => ordinal),
      );
    }
    await engine.close();
  });

  test('refuses documents of indices beyond the limit, by item', async () => {
    const engine = embeddedEngine({ workers: 1, maxIndices: 2 });
    const indices = ['a', 'b', 'c'];
    const { failures } = await engine.percolate(
      batchOf(
        indices.map(() => '{}'),
        indices,
      ),
    );
    expect(failures).toMatchObject([{ slot: 2, reason: expect.stringContaining('max-indices') }]);
    await engine.close();
  });

  test('matches a field that a later document brings, without compiling a query again', async () => {
    const engine = embeddedEngine();
    const query = standing('status:200', 'later-*');
    await engine.register([query]);
    const documents = ['{"other":1}', '{"status":200}', '{"status":"200"}', '{"status":"x 200"}'];
    const { pairs } = await engine.percolate(
      batchOf(documents, ['later-a', 'later-a', 'later-a', 'later-b']),
    );
    expect(ordinalsBySlot(pairs, 4)).toEqual([
      [],
      [query.ordinal],
      [query.ordinal],
      [query.ordinal],
    ]);
    await engine.close();
  });

  test('counts every atom of a very large document, and goes on with small ones', async () => {
    const engine = embeddedEngine({ workers: 1 });
    const query = standing('message:last');
    await engine.register([query]);
    const words = Array.from({ length: 300_000 }, (_, n) => `w${n}`).join(' ');
    const { pairs } = await engine.percolate(
      batchOf([`{"message":"${words} last"}`, '{"message":"last"}']),
    );
    expect(ordinalsBySlot(pairs, 2)).toEqual([[query.ordinal], [query.ordinal]]);
    await engine.close();
  });
});
