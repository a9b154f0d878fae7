import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DocumentFailure } from '../../src/document.ts';
import { BatchBuilder, type ClosedBatch } from '../../src/ingest/batch-builder.ts';
import { BulkParser } from '../../src/ingest/bulk-parser.ts';
import { firstSlabBytes, Intake } from '../../src/ingest/intake.ts';
import { SlabPool } from '../../src/ingest/slab-pool.ts';
import { Stamps } from '../../src/ingest/stamps.ts';
import { documentsOf } from './ingest-server.ts';

const KIB = 1024;

/** What a body comes to, as text: documents and refused items in order. */
async function itemsOf(chunks: readonly Buffer[], pool: SlabPool): Promise<string[]> {
  const items: string[] = [];
  const builder = new BatchBuilder(new Stamps('e'));
  const slab = await pool.admit(firstSlabBytes(undefined), 1000);
  const intake = new Intake(
    {
      pool,
      builder,
      parser: new BulkParser(builder, 'logs', pool.maxLine),
      percolate: async (): Promise<DocumentFailure[]> => [],
      collector: { open: (closed) => items.push(...describeBatch(closed)), settle: () => {} },
      onFailure: () => {},
      expected: undefined,
      limit: Number.POSITIVE_INFINITY,
      overLimit: () => new Error('too long'),
      ownsChunks: false,
    },
    slab!,
  );
  await intake.run(Readable.from(chunks));
  expect(pool.inUse).toBe(0);
  return items;
}

function describeBatch({ batch, ops, asides }: ClosedBatch): string[] {
  const items: string[] = documentsOf(batch).map(({ index, id, source }, slot) => {
    const op = typeof ops === 'string' ? ops : ops[slot];
    return `${op} ${index} ${id.startsWith('e-') ? 'made' : id} ${source}`;
  });
  // From the last on, so that the slots of the others stay.
  for (const { before, op, index, id, error } of [...asides].reverse()) {
    items.splice(before, 0, `${op} ${index} ${id} ${error?.status} ${error?.reason}`);
  }
  return items;
}

const line = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('{"index":{}}', '{"create":{}}') },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('a', 'b', 'Bad'), fc.string({ unit: 'grapheme', maxLength: 5 }))
      .map(([index, id]) => JSON.stringify({ index: { _index: index, _id: id } })),
  },
  { weight: 2, arbitrary: fc.constantFrom('{"delete":{"_id":"1"}}', '{"update":{"_id":"2"}}') },
  { weight: 5, arbitrary: fc.string({ maxLength: 30 }).map((x) => JSON.stringify({ x })) },
  { weight: 1, arbitrary: fc.constantFrom('', '\r', 'nonsense', '[]', '{"nope":{}}') },
  { weight: 1, arbitrary: fc.constant(`{"x":"${'y'.repeat(3000)}"}`) },
);

describe('the bulk parser', () => {
  it('finds the same items however the body is cut into chunks', async () => {
    const pool = new SlabPool(512 * KIB, 2 * KIB);
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 40 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.array(fc.nat(), { maxLength: 30 }),
        async (lines, newline, hasFinalNewline, seeds) => {
          const body = Buffer.from(lines.join(newline) + (hasFinalNewline ? newline : ''));
          const cuts = seeds.map((seed) => seed % (body.length + 1)).sort((a, b) => a - b);
          const chunks = [...cuts, body.length].map((cut, i) =>
            body.subarray(cuts[i - 1] ?? 0, cut),
          );
          const cutUp = await itemsOf(
            chunks.filter(({ length }) => length > 0),
            pool,
          );
          expect(cutUp).toEqual(await itemsOf(body.length > 0 ? [body] : [], pool));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('finds the same items across many batches as bytes come one by one', async () => {
    const pool = new SlabPool(512 * KIB, 2 * KIB);
    const body = Buffer.from(
      '{"index":{"_id":"é"}}\n{"x":1}\n\n{"delete":{"_id":"1"}}\n'.repeat(1200),
    );
    const bytes = Array.from(body, (_, i) => body.subarray(i, i + 1));
    const items = await itemsOf(bytes, pool);
    expect(items).toHaveLength(2400);
    expect(items).toEqual(await itemsOf([body], pool));
  });

  it('reads an id from its place only', async () => {
    const pool = new SlabPool(512 * KIB, 2 * KIB);
    const actions = [
      '{"index":{"_id":"1","_index":"a"}}',
      '{"index":{"_id":"2","_index":"a"}}',
      '{"index":{"_id":"3","_index":"b","_id":"a"}}',
      '{"index":{"_id":"4","_index":"x","_index":"a"}}',
      '{"index":{"_id":"\\u0035","_index":"a"}}',
      '{"index":{"_id":6,"_index":"a"}}',
      '{"index":{"pipeline":"\\"_id\\":\\"9\\"","_id":"7","_index":"a"}}',
      '{"index":{"pipeline":"\\"_id\\":\\"9\\"","_id":"8","_index":"a"}}',
    ];
    const items = await itemsOf(
      [Buffer.from(actions.map((each) => `${each}\n{}\n`).join(''))],
      pool,
    );
    const expected = actions.map((each) => {
      const { _index, _id } = JSON.parse(each).index;
      return `index ${_index} ${_id} {}`;
    });
    expect(items).toEqual(expected);
  });
});
