import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chunk, makeChunk } from '../../src/fanout/chunk.ts';
import type { ShedReason } from '../../src/fanout/gap.ts';
import { ON_SLOW, type OnSlow, Outbox, type OutboxTotals } from '../../src/fanout/outbox.ts';
import { Sampler, sampleEvery } from '../../src/fanout/sample.ts';

const LIMIT = 20_000;

const totalsOf = (): OutboxTotals => ({ bytes: 0, shed: { slow: 0, sampled: 0, closed: 0 } });

/** Each hit is its own number, padded, and a newline. */
function chunkOf(first: number, hits: number, bytes: number): Chunk {
  const each = Math.ceil(bytes / hits);
  return makeChunk(each * hits, first, first + hits - 1, (data, ends) => {
    for (let k = 0; k < hits; k++) {
      ends.push(data.write(`${String(first + k).padEnd(each - 1)}\n`, k * each) + k * each);
    }
  });
}

function numbersOf(chunk: Chunk): number[] {
  return chunk.ends.map((end, k) =>
    Number(chunk.data.toString('latin1', k === 0 ? 0 : chunk.ends[k - 1], end)),
  );
}

interface Step {
  readonly hits: number;
  readonly bytes: number;
  readonly inFlight: number;
}

/** `hits` > 0: that many come in one chunk; 0: the connection takes the next chunk. */
const steps = fc.array(
  fc.record({
    hits: fc.integer({ min: 0, max: 9 }),
    bytes: fc.integer({ min: 90, max: 9000 }),
    inFlight: fc.integer({ min: 0, max: 9000 }),
  }),
  { maxLength: 200 },
);

/** Hits and gaps as a subscriber gets them. */
class Received {
  delivered = 0;
  told = 0;
  /** Hits and gaps before this are known. */
  #next = 0;
  /** Hits that the last gap says are missing, and its end. */
  #missing = 0;
  #missingTo = -1;
  readonly #onSlow: OnSlow;

  constructor(onSlow: OnSlow) {
    this.#onSlow = onSlow;
  }

  takeFrom(outbox: Outbox): void {
    const gap = outbox.takeGap();
    if (gap !== undefined) {
      const from = gap.from as number;
      this.told += gap.count!;
      expect(from).toBe(this.#next);
      // Out of a sampled range some hits are still to come; otherwise all of it is missing.
      if (this.#onSlow === 'sample') expect(gap.count).toBeLessThanOrEqual(gap.to - from + 1);
      else expect(gap.count).toBe(gap.to - from + 1);
      if (this.#onSlow === 'sample') {
        this.#missing = gap.count!;
        this.#missingTo = gap.to;
      } else {
        this.#next = gap.to + 1;
      }
    }
    const chunk = outbox.shift();
    if (chunk === undefined) {
      if (this.#missing > 0) this.#next = this.#missingTo + 1;
      this.#missing = 0;
      return;
    }
    for (const number of numbersOf(chunk)) {
      const skipped = number - this.#next;
      expect(skipped).toBeGreaterThanOrEqual(0);
      if (skipped > 0) expect(number - 1).toBeLessThanOrEqual(this.#missingTo);
      this.#missing -= skipped;
      this.#next = number + 1;
      this.delivered++;
    }
    // Those behind the last kept hit of a sampled chunk.
    if (this.#missing > 0) {
      expect(chunk.last - this.#next + 1).toBe(this.#missing);
      this.#next = chunk.last + 1;
    }
    this.#missing = 0;
    chunk.release();
  }
}

function run(onSlow: OnSlow, script: readonly Step[]) {
  const totals = totalsOf();
  const outbox = new Outbox(onSlow, LIMIT, totals);
  const received = new Received(onSlow);
  let matched = 0;
  let isClosed = false;
  for (const { hits, bytes, inFlight } of script) {
    if (hits > 0 && !isClosed) {
      const chunk = chunkOf(matched, hits, bytes);
      matched += hits;
      const before = outbox.bytes;
      isClosed = !outbox.push(chunk, inFlight);
      if (onSlow !== 'block' && outbox.bytes > before) {
        expect(outbox.bytes).toBeLessThanOrEqual(Math.max(LIMIT - inFlight, chunk.cost));
      }
      chunk.release();
    } else {
      received.takeFrom(outbox);
      if (outbox.isEmpty) expect(outbox.bytes).toBe(0);
    }
    expect(totals.bytes).toBe(outbox.bytes);
  }
  const waiting = outbox.hits;
  const { slow, sampled, closed } = totals.shed;
  const shed = slow + sampled + closed;
  const { delivered, told } = received;
  expect(delivered + shed + waiting).toBe(matched);
  // Whoever reads on is told of everything.
  while (!outbox.isEmpty) received.takeFrom(outbox);
  expect(totals.bytes).toBe(0);
  return { matched, shed, told, received, isClosed, totals };
}

describe('an outbox', () => {
  it.each(ON_SLOW)('that is to %s delivers, reports or still holds every hit', (onSlow) => {
    fc.assert(
      fc.property(steps, (script) => {
        const { matched, shed, received } = run(onSlow, script);
        expect(received.told).toBe(shed);
        expect(received.delivered + shed).toBe(matched);
        if (onSlow === 'block') expect(shed).toBe(0);
      }),
    );
  });

  it('counts losses by the reason of its policy', () => {
    const script = Array.from({ length: 40 }, () => ({ hits: 5, bytes: 2000, inFlight: 0 }));
    const reasons: [OnSlow, ShedReason][] = [
      ['drop', 'slow'],
      ['sample', 'sampled'],
      ['close', 'closed'],
    ];
    for (const [onSlow, reason] of reasons) {
      const { totals, shed, isClosed } = run(onSlow, script);
      expect([shed > 0, totals.shed[reason], isClosed]).toEqual([true, shed, onSlow === 'close']);
    }
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

  it('forgets what waits, gaps included', () => {
    const outbox = new Outbox('sample', LIMIT, totalsOf());
    for (let k = 0; k < 100; k++) outbox.push(chunkOf(k, 1, 1000), 0);
    const waiting = outbox.hits;
    expect(waiting).toBeGreaterThan(5);
    expect([outbox.clear(), outbox.isEmpty, outbox.bytes]).toEqual([waiting, true, 0]);
  });
});

describe('sampling', () => {
  it('keeps all hits up to half of the bound, then fewer and fewer', () => {
    expect([0, 0.49, 0.5, 0.56, 0.57, 0.75, 0.95, 1, 2].map(sampleEvery)).toEqual([
      1, 1, 2, 2, 4, 32, 256, 256, 256,
    ]);
  });

  it('keeps every n-th hit whatever the borders of chunks', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(lengths, fc.constantFrom(2, 4, 8), (hits, every) => {
        const sampler = new Sampler();
        const kept: number[] = [];
        let first = 0;
        for (const count of hits) {
          const chunk = chunkOf(first, count, 100);
          kept.push(...sampler.choose(chunk, every).map((k) => chunk.first + k));
          first += count;
        }
        expect(kept).toEqual(Array.from({ length: Math.ceil(first / every) }, (_, k) => k * every));
      }),
    );
  });
});
