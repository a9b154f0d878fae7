import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/percolate/engine.ts';
import { canonicalise } from '../../src/query/canonical.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { batchOf, ordinalsBySlot } from '../percolate/batches.ts';

let next = 0;

/** A registered query with an ordinal that no other test uses. */
export function standing(query: string, index = '*') {
  const ordinal = next++;
  return { id: String(ordinal), ordinal, index, query: canonicalise(parseQuery(query)).query };
}

/** What every engine promises; each implementation runs it. */
export function engineContract(name: string, make: () => Promise<Engine>): void {
  describe(`${name} as an engine`, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await make();
    });
    afterAll(() => engine.close());

    const percolate = async (documents: readonly string[], index: string | readonly string[]) => {
      const { pairs, failures } = await engine.percolate(batchOf(documents, index));
      return { bySlot: ordinalsBySlot(pairs, documents.length), failures };
    };

    test('matches a batch against all registered queries, slot by slot', async () => {
      const [foo, both] = [standing('message:foo', 'c1'), standing('message:(foo AND bar)', 'c1')];
      await engine.register([foo, both]);
      const { bySlot } = await percolate(
        ['{"message":"foo bar"}', '{"message":"none"}', '{"message":"Foo"}'],
        'c1',
      );
      expect(bySlot).toEqual([[foo.ordinal, both.ordinal], [], [foo.ordinal]]);
    });

    test('keeps to index expressions', async () => {
      const query = standing('message:foo', 'c2-*,-c2-x');
      await engine.register([query]);
      const documents = ['{"message":"foo"}', '{"message":"foo"}', '{"message":"foo"}'];
      const { bySlot } = await percolate(documents, ['c2-a', 'c2-x', 'c3']);
      expect(bySlot).toEqual([[query.ordinal], [], []]);
    });

    test('sees a query in every batch after its registration, and in none after its removal', async () => {
      for (let round = 0; round < 20; round++) {
        const query = standing(`message:round${round}`, 'c4');
        const document = `{"message":"round${round}"}`;
        await engine.register([query]);
        expect((await percolate([document], 'c4')).bySlot).toEqual([[query.ordinal]]);
        await engine.unregister([query.ordinal]);
        expect((await percolate([document], 'c4')).bySlot).toEqual([[]]);
      }
    });

    test('answers in the order of the calls, however long each takes', async () => {
      const query = standing('message:word', 'c5');
      await engine.register([query]);
      const order: number[] = [];
      const calls = Array.from({ length: 12 }, async (_, call) => {
        const documents = Array.from(
          { length: call % 3 === 0 ? 2000 : 1 },
          () => '{"message":"word"}',
        );
        const { pairs } = await engine.percolate(batchOf(documents, 'c5'));
        order.push(call);
        expect(pairs.length).toBe(documents.length * 2);
      });
      await Promise.all(calls);
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    });

    test('tells what is wrong with a document, and matches the others', async () => {
      const query = standing('message:foo', 'c6');
      await engine.register([query]);
      const { bySlot, failures } = await percolate(
        ['{"message":"foo"}', '{"message":"foo"', '{"message":"foo"}'],
        'c6',
      );
      expect(bySlot).toEqual([[query.ordinal], [], [query.ordinal]]);
      expect(failures).toMatchObject([{ slot: 1, status: 400, type: 'mapper_parsing_exception' }]);
    });

    test('refuses a document that is not UTF-8', async () => {
      const batch = batchOf(['{"message":"foo"}', '{"message":"xy"}'], 'c6');
      new Uint8Array(batch.bytes)[batch.slots[3]! + 12] = 0xff;
      const { failures } = await engine.percolate(batch);
      expect(failures).toMatchObject([{ slot: 1, status: 400 }]);
    });

    test('gives a field the type of the first document in the order of admission', async () => {
      // Many batches at once, and each field comes with two types: the first one admitted wins.
      for (let round = 0; round < 20; round++) {
        const index = `c7-${round}`;
        const numbers = standing('value:[5 TO 5]', index);
        await engine.register([numbers]);
        const calls = Array.from({ length: 6 }, (_, call) =>
          engine.percolate(
            batchOf([(call + round) % 2 === 0 ? '{"value":5}' : '{"value":"five"}'], index),
          ),
        );
        const matched = (await Promise.all(calls)).map(({ pairs }) => pairs.length > 0);
        // Mapped as a number, the texts contradict it; mapped as text, 5 is the token `5`.
        const expected = calls.map((_, call) => (call + round) % 2 === 0);
        expect(matched).toEqual(expected);
        const late = standing('value:five', index);
        await engine.register([late]);
        const { bySlot } = await percolate(['{"value":"five"}'], index);
        expect(bySlot).toEqual([round % 2 === 0 ? [] : [late.ordinal]]);
      }
    });
  });
}
