import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameHit } from '../../src/fanout/framing.ts';

const shared = (text: string) => {
  const bytes = Buffer.from(text);
  const view = new Uint8Array(new SharedArrayBuffer(bytes.length));
  view.set(bytes);
  return view;
};
const frame = (index: string, id: string, source: Uint8Array) =>
  frameHit({ index, id, epoch: 'e', seq: 5, source });

describe('frameHit', () => {
  it('wraps the bytes of the source as they came', () => {
    const hit = frame('logs', 'a1', shared('{"n": 12345678901234567890, "f":1.0}'));
    expect(hit.seq).toBe(5);
    expect(hit.json.toString()).toBe(
      '{"_index":"logs","_id":"a1","_seq":"e-5","_source":{"n": 12345678901234567890, "f":1.0}}',
    );
  });

  it('is one line of valid JSON for any document, index and id', () => {
    const parts = fc.tuple(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }),
      fc.jsonValue(),
      fc.constantFrom('\n', '\r\n', '\r', ''),
    );
    fc.assert(
      fc.property(parts, ([index, id, value, newline]) => {
        const source = JSON.stringify({ value }, null, 1).replaceAll('\n', newline) + newline;
        const line = frame(index, id, shared(source)).json.toString();
        expect(line).not.toMatch(/[\r\n]/);
        expect(JSON.parse(line)).toEqual({
          _index: index.toWellFormed(),
          _id: id.toWellFormed(),
          _seq: 'e-5',
          _source: JSON.parse(source),
        });
      }),
    );
  });

  it('keeps its bytes when the batch is recycled', () => {
    const source = shared('{"a":"kept"}');
    const hit = frame('logs', 'a', source);
    source.fill(0);
    expect(JSON.parse(hit.json.toString())._source).toEqual({ a: 'kept' });
  });

  it('never pins more than a small slab', () => {
    const batch = new Uint8Array(new SharedArrayBuffer(5 << 20)).fill(32);
    for (const size of [10, 1000, 3000, 100_000]) {
      const { json } = frame('logs', 'a', batch.subarray(0, size));
      expect(json.buffer.byteLength).toBeLessThanOrEqual(Math.max(16 * 1024, json.length));
    }
  });
});
