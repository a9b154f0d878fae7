import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hit } from '../../src/fanout/broker.ts';
import { Framer } from '../../src/fanout/framing.ts';

const shared = (text: string) => {
  const bytes = Buffer.from(text);
  const view = Buffer.from(new SharedArrayBuffer(bytes.length));
  view.set(bytes);
  return view;
};
const framer = new Framer('e');
const frame = (index: string, id: string, source: Buffer) =>
  framer.frame(index, id, 5, source, 0, source.length);
const jsonOf = ({ memory, start, end }: Hit) => memory.bytes.toString('utf8', start, end);

describe('a framed hit', () => {
  it('wraps the bytes of the source as they came', () => {
    const hit = frame('logs', 'a1', shared('{"n": 12345678901234567890, "f":1.0}'));
    expect(hit.seq).toBe(5);
    expect(jsonOf(hit)).toBe(
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
        const line = jsonOf(frame(index, id, shared(source)));
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
    expect(JSON.parse(jsonOf(hit))._source).toEqual({ a: 'kept' });
  });

  it('never pins more than a small slab', () => {
    const batch = Buffer.from(new SharedArrayBuffer(5 << 20)).fill(32);
    for (const size of [10, 1000, 3000, 100_000]) {
      const { memory, start, end } = frame('logs', 'a', batch.subarray(0, size));
      expect(memory.bytes.buffer.byteLength).toBeLessThanOrEqual(Math.max(16 * 1024, end - start));
    }
  });

  it('uses the memory of hits that everybody is done with again, and no other', () => {
    const source = Buffer.from('{"n":1}');
    const buffers = new Set<ArrayBufferLike>();
    for (let k = 0; k < 100_000; k++) {
      const { memory } = frame('logs', 'a', source);
      buffers.add(memory.bytes.buffer);
      memory.release();
    }
    expect(buffers.size).toBeLessThanOrEqual(2);

    const kept = Array.from({ length: 1000 }, (_, n) =>
      frame('logs', 'a', Buffer.from(`{"n":${n}}`)),
    );
    for (let k = 0; k < 10_000; k++) frame('logs', 'a', source).memory.release();
    expect(kept.map((hit) => JSON.parse(jsonOf(hit))._source.n)).toEqual(kept.map((_, n) => n));
  });
});
