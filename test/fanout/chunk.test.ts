import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Chunk, chunkHits } from '../../src/fanout/chunk.ts';
import { CountedMemory } from '../../src/fanout/counted-memory.ts';
import { FORMAT_NAMES, FORMATS } from '../../src/fanout/formats.ts';

it('holds every hit once, in order, in chunks that are as short as they can be asked to be', () => {
  const hitSizes = fc.array(fc.integer({ min: 2, max: 400 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(hitSizes, fc.constantFrom(...FORMAT_NAMES), (sizes, name) => {
      const format = FORMATS[name];
      const hits = sizes.map((size, seq) => {
        const json = Buffer.alloc(size, 'x');
        return { seq, memory: new CountedMemory(json), start: 0, end: size };
      });
      const chunks: Chunk[] = [];
      chunkHits(hits, { format, epoch: 'e', ordinal: 0 }, 256, (chunk) => {
        chunk.memory.retain();
        chunks.push(chunk);
      });
      const text = Buffer.concat(chunks.map((chunk) => chunk.data)).toString();
      expect(text).toBe(
        hits
          .map((hit) => `${format.before(hit, 'e', 0, 0)}${hit.memory.bytes}${format.after}`)
          .join(''),
      );
      let next = 0;
      for (const { data, wire, ends, first, last } of chunks) {
        expect(data.length <= 256 || ends.length === 1).toBe(true);
        expect(wire.toString()).toBe(`${data.length.toString(16)}\r\n${data}\r\n`);
        expect(wire.buffer.byteLength).toBe(wire.length);
        expect([first, last]).toEqual([next, next + ends.length - 1]);
        expect(ends.at(-1)).toBe(data.length);
        next += ends.length;
      }
      expect(next).toBe(hits.length);
      for (const chunk of chunks) chunk.release();
      expect(chunks.every(({ data }) => data.length === 0)).toBe(true);
    }),
  );
});
