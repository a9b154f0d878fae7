import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hit } from '../../src/fanout/broker.ts';
import { CountedMemory } from '../../src/fanout/counted-memory.ts';
import { Replay } from '../../src/fanout/replay.ts';
import { Ring, Rings } from '../../src/fanout/rings.ts';

const OVERHEAD = 80;
const CAP = 4000;

/** Hits whose memory is counted: what is neither kept nor freed was forgotten. */
class Hits {
  made = 0;
  freed = 0;
  #seq = 0;

  make(count: number, bytes: number): Hit[] {
    return Array.from({ length: count }, () => {
      this.made++;
      const memory = new CountedMemory(Buffer.alloc(bytes), () => this.freed++);
      return { seq: this.#seq++, memory, start: 0, end: bytes };
    });
  }
}

const read = (ring: Ring) => ring.read(ring.first, Number.POSITIVE_INFINITY).map(({ seq }) => seq);
const links = { flush: () => {}, join: () => {}, close: () => {} };

const scripts = fc.array(
  fc.record({
    topic: fc.integer({ min: 0, max: 3 }),
    count: fc.integer({ min: 0, max: 6 }),
    bytes: fc.integer({ min: 1, max: 900 }),
    change: fc.constantFrom('nothing', 'drop', 'pin', 'unpin'),
  }),
  { maxLength: 150 },
);

describe('rings under one cap', () => {
  it('keep the newest hits of all topics, and free what they do not keep', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const hits = new Hits();
        const rings = new Rings(CAP);
        const topics = Array.from({ length: 4 }, () => new Ring());
        let kept: { topic: number; hit: Hit }[] = [];
        let isPinned = false;
        const evict = () => {
          const bytes = () => kept.reduce((sum, { hit }) => sum + hit.end + OVERHEAD, 0);
          while (!isPinned && bytes() > CAP) kept.shift();
        };
        for (const { topic, count, bytes, change } of script) {
          const made = hits.make(count, bytes);
          rings.append(topics[topic]!, made);
          kept.push(...made.map((hit) => ({ topic, hit })));
          evict();
          if (change === 'drop') {
            rings.drop(topics[topic]!);
            topics[topic] = new Ring();
            kept = kept.filter((one) => one.topic !== topic);
          } else if (change === 'pin' && !isPinned) {
            isPinned = true;
            rings.pin();
          } else if (change === 'unpin' && isPinned) {
            isPinned = false;
            rings.unpin();
            evict();
          }
          for (const [k, ring] of topics.entries()) {
            const wanted = kept.filter((one) => one.topic === k).map(({ hit }) => hit.seq);
            expect(read(ring)).toEqual(wanted);
          }
          expect(rings.hits).toBe(kept.length);
          expect(hits.made - hits.freed).toBe(kept.length);
        }
      }),
    );
  });

  it('sweep out what topics that ended leave behind', () => {
    const rings = new Rings(1 << 30);
    const hits = new Hits();
    const lasting = new Ring();
    for (let k = 0; k < 5000; k++) {
      const ring = new Ring();
      if (k % 10 === 0) rings.append(lasting, hits.make(1, 10));
      rings.append(ring, hits.make(1, 10));
      rings.drop(ring);
    }
    expect([lasting.end, rings.hits, hits.freed]).toEqual([500, 500, 5000]);
    expect(rings.runs).toBeLessThan(2500);
  });

  it('release what comes for a topic that has ended', () => {
    const rings = new Rings(CAP);
    const hits = new Hits();
    const ring = new Ring();
    rings.drop(ring);
    rings.append(ring, hits.make(3, 10));
    expect([hits.freed, rings.bytes]).toEqual([3, 0]);
  });
});

describe('a replay', () => {
  it('gives every hit after its position once and in order, or counts it exactly', () => {
    const steps = fc.array(
      fc.record({
        isRead: fc.boolean(),
        count: fc.nat(8),
        bytes: fc.integer({ min: 1, max: 900 }),
      }),
      { maxLength: 100 },
    );
    fc.assert(
      fc.property(steps, fc.nat(30), fc.nat(60), (script, before, wanted) => {
        const after = Math.min(wanted, before - 1);
        const hits = new Hits();
        const rings = new Rings(CAP);
        const ring = new Ring();
        rings.append(ring, hits.make(before, 100));
        // What was evicted before it began is told apart.
        const first = Math.max(after, ring.lastEvicted) + 1;
        const replay = new Replay(ring, after, links);
        const seen: number[] = [];
        let lost = 0;
        let next = first;
        for (const { isRead, count, bytes } of script) {
          if (!isRead) {
            rings.append(ring, hits.make(count, bytes));
            continue;
          }
          const part = replay.read(500);
          if (part === undefined) break;
          if (part.loss !== undefined) {
            expect(part.loss).toMatchObject({ reason: 'slow', from: next });
            next += part.loss.count!;
            lost += part.loss.count!;
            expect(part.loss.to).toBe(next - 1);
          }
          for (const { seq } of part.hits) {
            expect(seq).toBe(next++);
            seen.push(seq);
          }
        }
        expect(seen.length + lost + replay.left).toBe(hits.made - first);
      }),
    );
  });
});
