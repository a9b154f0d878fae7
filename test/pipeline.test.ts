import { describe, expect, it } from 'vitest';
import { type Batch, type Matches, SLOT_WORDS } from '../src/document.ts';
import type { Publication } from '../src/fanout/broker.ts';
import type { Gap } from '../src/fanout/gap.ts';
import { Metrics } from '../src/metrics.ts';
import { Pipeline } from '../src/pipeline.ts';

const source = Buffer.from('{"a":1}');

function batch(): Batch {
  const bytes = new SharedArrayBuffer(source.length);
  Buffer.from(bytes).set(source);
  const slots = new Uint32Array(new SharedArrayBuffer(SLOT_WORDS * 4));
  slots.set([0, source.length, 0]);
  return { bytes, slots, count: 1, indices: ['i'], ids: ['1'] };
}

/** An engine that finds what a test says, and a broker that takes hits when the test wants. */
function setUp() {
  const published: [ordinal: number, seq: number][] = [];
  const gaps: [ordinal: number, gap: Gap, published: number][] = [];
  let paused: number[] = [];
  let draining: PromiseWithResolvers<void> | undefined;
  const broker = {
    isActive: () => true,
    publish: ({ ordinal, hit }: Publication) => {
      published.push([ordinal, hit.seq]);
      return draining === undefined;
    },
    publishGap: (ordinal: number, gap: Gap) => {
      gaps.push([ordinal, gap, published.length]);
      return true;
    },
    drained: async () => await draining?.promise,
    close: async () => {},
  };
  let found: number[] = [];
  const engine = {
    percolate: async (): Promise<Matches> => ({
      pairs: Uint32Array.from(found.flatMap((ordinal) => [0, ordinal])),
      failures: [],
    }),
  };
  const pipeline = new Pipeline({
    ...{ engine, broker, metrics: new Metrics(), epoch: 'e' },
    takePaused: () => paused.splice(0),
  });
  const pause = (...ordinals: number[]) => {
    paused = ordinals;
  };
  const percolate = (...ordinals: number[]) => {
    found = ordinals;
    return pipeline.percolate(batch());
  };
  const stop = () => {
    draining = Promise.withResolvers<void>();
  };
  const goOn = () => {
    draining?.resolve();
    draining = undefined;
  };
  return { pipeline, percolate, pause, published, gaps, stop, goOn };
}

describe('the way of batches', () => {
  it('is over when the batches admitted so far are published, not those after them', async () => {
    const { pipeline, percolate, published, stop, goOn } = setUp();
    stop();
    const first = percolate(1, 7);
    const second = percolate(7, 2);
    await new Promise(setImmediate);
    const over = pipeline.published().then(() => published.length);
    goOn();
    await Promise.all([first, second]);
    expect(await over).toBe(4);
  });

  it('tells once, behind the hits that came before, that a query is paused', async () => {
    const { percolate, pause, published, gaps } = setUp();
    await percolate(1, 7);
    pause(7);
    expect(gaps).toEqual([]);
    await percolate(1);
    await percolate(1);
    expect(gaps).toEqual([[7, { count: null, reason: 'paused', from: 1, to: 1 }, 2]]);
    expect(published).toHaveLength(4);
  });
});
