import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../src/fanout/chunk.ts';
import { CountedMemory } from '../../src/fanout/counted-memory.ts';
import { type OnSlow, Outbox } from '../../src/fanout/outbox.ts';

const LIMIT = 20_000;

const totalsOf = () => ({ bytes: 0, shed: { slow: 0, sampled: 0, closed: 0 } });

/** Memory that nobody uses any more. */
const freed = new Set<Buffer>();

function chunkOf(first: number, hits: number, bytes: number): Chunk {
  const ends = Array.from({ length: hits }, (_, k) => Math.ceil((bytes * (k + 1)) / hits));
  const data = Buffer.alloc(bytes);
  // As in the hub: the chunk's maker lets go when it has been passed around.
  const memory = new CountedMemory(data, () => freed.add(data));
  const release = () => memory.release();
  return {
    data,
    wire: data,
    ends,
    first,
    last: first + hits - 1,
    cost: bytes + 256,
    memory,
    release,
  };
}

/** `hits` > 0: that many come in one chunk; 0: the connection takes the next chunk. */
const steps = fc.array(
  fc.record({
    hits: fc.integer({ min: 0, max: 9 }),
    bytes: fc.integer({ min: 10, max: 9000 }),
    inFlight: fc.integer({ min: 0, max: 9000 }),
  }),
  { maxLength: 200 },
);

function run(onSlow: OnSlow, script: readonly Step[]) {
  const totals = totalsOf();
  const outbox = new Outbox(onSlow, LIMIT, totals);
  let matched = 0;
  let told = 0;
  const seen: number[] = [];
  const all: Buffer[] = [];
  for (const { hits, bytes, inFlight } of script) {
    if (hits > 0) {
      const chunk = chunkOf(matched, hits, bytes);
      matched += hits;
      outbox.push(chunk, inFlight);
      chunk.release();
      all.push(chunk.data);
      if (onSlow === 'drop') {
        expect(outbox.bytes).toBeLessThanOrEqual(Math.max(LIMIT - inFlight, chunk.cost));
      }
    } else {
      const gap = outbox.takeGap();
      if (gap !== undefined) {
        told += gap.count!;
        expect(gap.from).toBe(seen.length === 0 ? 0 : seen.at(-1)! + 1);
        expect(gap.to - (gap.from as number) + 1).toBe(gap.count);
        seen.push(gap.to);
      }
      const chunk = outbox.shift();
      if (chunk !== undefined) {
        expect(chunk.first).toBe(seen.length === 0 ? 0 : seen.at(-1)! + 1);
        seen.push(chunk.last);
        expect(freed.has(chunk.data)).toBe(false);
        chunk.release();
      }
      if (outbox.isEmpty) expect(outbox.bytes).toBe(0);
    }
    expect(totals.bytes).toBe(outbox.bytes);
  }
  const untold = outbox.takeGap()?.count ?? 0;
  const delivered = (seen.at(-1) ?? -1) + 1 - told;
  const left = outbox.hits;
  expect(outbox.clear()).toBe(left);
  expect(all.every((data) => freed.has(data))).toBe(true);
  expect(totals.bytes).toBe(0);
  return { matched, delivered, shed: totals.shed.slow, told, untold, left };
}
interface Step {
  hits: number;
  bytes: number;
  inFlight: number;
}

describe('an outbox', () => {
  it('that drops delivers, reports or still holds every hit, within its bound', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const { matched, delivered, shed, told, untold, left } = run('drop', script);
        expect(delivered + shed + left).toBe(matched);
        expect(told + untold).toBe(shed);
      }),
    );
  });

  it('that blocks sheds nothing', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const { matched, delivered, shed, left } = run('block', script);
        expect(shed).toBe(0);
        expect(delivered + left).toBe(matched);
      }),
    );
  });

  it('sheds the oldest first and tells consecutive losses as one gap', () => {
    const outbox = new Outbox('drop', LIMIT, totalsOf());
    for (let k = 0; k < 10; k++) outbox.push(chunkOf(k * 5, 5, 6000), 0);
    expect(outbox.takeGap()).toEqual({ count: 35, reason: 'slow', from: 0, to: 34 });
    expect(outbox.takeGap()).toBeUndefined();
    expect(outbox.shift()?.first).toBe(35);
  });

  it('takes one chunk of any size when it is empty', () => {
    const outbox = new Outbox('drop', LIMIT, totalsOf());
    outbox.push(chunkOf(0, 1, 10 * LIMIT), 0);
    expect(outbox.hits).toBe(1);
    outbox.push(chunkOf(1, 1, 100), 0);
    expect(outbox.takeGap()?.count).toBe(1);
    expect(outbox.shift()?.first).toBe(1);
  });

  it('counts what is in the connection’s own buffer', () => {
    const outbox = new Outbox('block', LIMIT, totalsOf());
    outbox.push(chunkOf(0, 1, 1000), 0);
    expect(outbox.isOver(0)).toBe(false);
    expect(outbox.isOver(LIMIT / 2)).toBe(true);
    expect(outbox.hasRoom(LIMIT / 2)).toBe(false);
    expect(outbox.hasRoom(0)).toBe(true);
  });
});
