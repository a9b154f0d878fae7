import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownPaths } from '../../../../src/percolate/elasticsearch/mapping/known-paths.ts';
import { DocumentCheck } from '../../../../src/percolate/elasticsearch/worker/document-check.ts';
import { BatchMatcher } from '../../../../src/percolate/embedded/match/batch-matcher.ts';
import { Arena } from '../../../../src/percolate/embedded/memory/arena.ts';
import { batchOf } from '../../batches.ts';

const MAX_DEPTH = 5;
const known = KnownPaths.of({
  properties: { a: { type: 'keyword' }, o: { properties: { b: { type: 'long' } } } },
}).encode();
const { memory } = new Arena(16 * 2 ** 20);
const embedded = new BatchMatcher({
  memory,
  maxFields: 1000,
  maxDepth: MAX_DEPTH,
  queryBudget: 100,
});
const documentCheck = new DocumentCheck(MAX_DEPTH);

function check(documents: readonly string[], spoil: (bytes: Uint8Array) => void = () => {}) {
  const batch = batchOf(documents);
  spoil(new Uint8Array(batch.bytes));
  const all = Uint32Array.from(documents, (_, slot) => slot);
  const { bytes, slots } = batch;
  const groups = [{ slots: all, known, knownKey: 1 }];
  const checked = documentCheck.check({ bytes, slots, groups });
  return { ...checked, embedded: embedded.match({ ...batch, ids: [], refused: [] }).failures };
}

/** JSON that is damaged in up to three places. */
const damaged = fc
  .tuple(
    fc.oneof(fc.object({ maxDepth: 6 }), fc.jsonValue()),
    fc.array(
      fc.tuple(fc.nat(), fc.constantFrom('', '{', '}', '[', ']', '"', ',', '\\', '0', '\n')),
      {
        maxLength: 3,
      },
    ),
  )
  .map(([value, damages]) => {
    let text = JSON.stringify(value) ?? '{}';
    for (const [place, put] of damages) {
      const at = place % (text.length + 1);
      text = text.slice(0, at) + put + text.slice(at + 1);
    }
    return text.toWellFormed();
  });

describe('documents before they go to Elasticsearch', () => {
  it('are refused when and as the embedded engine refuses them', () => {
    fc.assert(
      fc.property(fc.array(damaged, { minLength: 1, maxLength: 5 }), (documents) => {
        const { failures, embedded } = check(documents);
        expect(failures).toEqual(embedded);
      }),
      { numRuns: 300 },
    );
  });

  it('are refused by the byte that UTF-8 never has', () => {
    const { failures, embedded } = check(['{"a":"!"}', '{"a":1}'], (bytes) => {
      bytes[bytes.indexOf(0x21)] = 0xff;
    });
    expect(failures).toHaveLength(1);
    expect(failures).toEqual(embedded);
  });

  it('are named where they have a path that is not known, unless they are refused', () => {
    const { unknown } = check(['{"a":1}', '{"c":1}', '{"o":{"b":[1]}}', '{"o":{"c":1}}', '{"c":']);
    expect([...unknown]).toEqual([1, 3]);
  });
});
