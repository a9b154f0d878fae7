import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Hit } from '../../src/fanout/broker.ts';
import { CountedMemory } from '../../src/fanout/counted-memory.ts';
import { HitFifo } from '../../src/fanout/hit-fifo.ts';

it('gives hits back as they were put, like an array', () => {
  const memories = Array.from({ length: 3 }, () => new CountedMemory(Buffer.alloc(1)));
  const hits = fc.record({
    seq: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    memory: fc.constantFrom(...memories),
    start: fc.nat(),
    end: fc.nat(),
  });
  const steps = fc.array(fc.option(hits, { nil: null, freq: 2 }), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (script) => {
      const fifo = new HitFifo();
      const model: Hit[] = [];
      for (const step of script) {
        if (step === null) {
          expect(fifo.shift()).toEqual(model.shift());
        } else {
          fifo.push(step);
          model.push(step);
        }
        expect(fifo.length).toBe(model.length);
        expect(model.map((_, k) => [fifo.at(k), fifo.seqAt(k)])).toEqual(
          model.map((hit) => [hit, hit.seq]),
        );
        expect([fifo.at(-1), fifo.at(model.length)]).toEqual([undefined, undefined]);
      }
    }),
  );
});
