import { describe, expect, it } from 'vitest';
import type { Acknowledgement } from '../../../src/crossbar/link.ts';
import { RawJson } from '../../../src/crossbar/raw-json.ts';
import { BrokerStats } from '../../../src/fanout/crossbar/broker-stats.ts';
import { Pending } from '../../../src/fanout/crossbar/pending.ts';
import { createLogger } from '../../../src/log.ts';
import { Metrics } from '../../../src/metrics.ts';

/** A router that answers what a test wants, when it wants: a real one cannot be made to. */
class Router {
  isJoined = true;
  bufferedAmount = 0;
  restarts: string[] = [];
  readonly sent: number[] = [];
  readonly waiting = new Map<number, Acknowledgement>();

  publishRaw(_topic: string, _body: RawJson, kwargs: object, waiting: Acknowledgement): void {
    const { n } = kwargs as { n: number };
    this.sent.push(n);
    this.waiting.set(n, waiting);
  }

  restart(reason: string): void {
    this.restarts.push(reason);
  }

  acknowledge(...numbers: number[]): void {
    for (const n of numbers) this.waiting.get(n)!.published();
  }
}

function make({ limit = 10_000, ackTimeout = 10_000 } = {}) {
  const router = new Router();
  const stats = new BrokerStats(new Metrics(), () => {
    throw new Error('nobody asks');
  });
  const log = createLogger('silent');
  const pending = new Pending({ link: router, log, stats, limit, ackTimeout });
  const done: [number, boolean][] = [];
  const push = (...numbers: number[]) => {
    for (const n of numbers) {
      const body = new RawJson(Buffer.from('{}'));
      const kwargs = { node: 'e', n };
      pending.push({ topic: 't', body, kwargs, done: (isRefused) => done.push([n, isRefused]) });
    }
  };
  const lose = (isProtocolError = false) => {
    router.isJoined = false;
    pending.lost(isProtocolError);
    router.sent.length = 0;
    router.isJoined = true;
  };
  return { router, stats, pending, done, push, lose };
}

const isSettled = async (promise: Promise<void>): Promise<boolean> =>
  await Promise.race([promise.then(() => true), new Promise<false>((r) => setImmediate(r, false))]);

describe('publications that wait for acknowledgement', () => {
  it('are sent again after a loss, in order, before anything that came since', () => {
    const { router, pending, push, lose, done, stats } = make();
    push(1, 2, 3);
    router.acknowledge(1);
    lose();
    push(4);
    expect(router.sent).toEqual([]);
    pending.joined();
    push(5);
    expect(router.sent).toEqual([2, 3, 4, 5]);
    expect(stats.resent).toBe(2);
    router.acknowledge(2, 3, 4, 5);
    expect(done.map(([n]) => n)).toEqual([1, 2, 3, 4, 5]);
    expect(pending.bytes).toBe(0);
  });

  it('hold the publisher until half of the bound is free', async () => {
    const { router, pending, push } = make({ limit: 1010 });
    push(1, 2, 3, 4);
    expect(pending.isOver).toBe(false);
    push(5);
    expect(pending.isOver).toBe(true);
    const drained = pending.drained();
    router.acknowledge(1, 2);
    expect(await isSettled(drained)).toBe(false);
    router.acknowledge(3);
    expect(await isSettled(drained)).toBe(true);
  });

  it('are settled when all that were there are answered, in whatever order', async () => {
    const { router, pending, push } = make();
    expect(await isSettled(pending.settled())).toBe(true);
    push(1, 2);
    const settled = pending.settled();
    push(3);
    router.acknowledge(2);
    expect(await isSettled(settled)).toBe(false);
    router.acknowledge(1);
    expect(await isSettled(settled)).toBe(true);
    expect(await isSettled(pending.settled())).toBe(false);
  });

  it('are not put into a connection that takes nothing', () => {
    const { router, pending, push } = make();
    push(1);
    router.bufferedAmount = 1024 * 1024;
    push(2);
    expect(router.sent).toEqual([1]);
    router.bufferedAmount = 0;
    router.acknowledge(1);
    expect(router.sent).toEqual([1, 2]);
    expect(pending.count).toBe(1);
  });

  it('are given up when the router breaks the connection twice at them', () => {
    const { router, pending, push, lose, done } = make();
    push(1, 2);
    lose(true);
    pending.joined();
    // The suspect goes alone.
    expect(router.sent).toEqual([1]);
    lose(true);
    expect(done).toEqual([[1, true]]);
    pending.joined();
    expect(router.sent).toEqual([2]);
  });

  it('go on side by side once a suspect is acknowledged, or the connection was only lost', () => {
    const { router, pending, push, lose } = make();
    push(1, 2, 3);
    lose(true);
    pending.joined();
    expect(router.sent).toEqual([1]);
    router.acknowledge(1);
    expect(router.sent).toEqual([1, 2, 3]);
    for (let k = 0; k < 5; k++) {
      lose();
      pending.joined();
      expect(router.sent).toEqual([2, 3]);
    }
  });

  it('that are left at the end are not taken for acknowledged', async () => {
    const { pending, push, done } = make({ limit: 400 });
    push(1, 2, 3);
    const [settled, drained] = [pending.settled(), pending.drained()];
    expect(pending.close()).toBe(3);
    push(4);
    for (const waiting of [settled, drained, pending.settled(), pending.drained()]) {
      await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    }
    expect(done).toEqual([1, 2, 3, 4].map((n) => [n, true]));
  });

  it('that are refused are done with', () => {
    const { router, push, done, stats } = make();
    push(1, 2);
    router.waiting.get(1)!.refused({ error: 'wamp.error.not_authorized', args: [], kwargs: {} });
    router.acknowledge(2);
    expect(done).toEqual([
      [1, true],
      [2, false],
    ]);
    expect([stats.refused, stats.acknowledged]).toEqual([1, 1]);
  });

  it('that are not acknowledged in time make the connection anew', async () => {
    const { router, pending, push, stats } = make({ ackTimeout: 40 });
    const restarted = new Promise<void>((resolve) => {
      router.restart = () => resolve();
    });
    // Only waits for the timer, which does not keep the process.
    const alive = setInterval(() => {}, 1000);
    push(1);
    await restarted;
    clearInterval(alive);
    expect(stats.timedOut).toBe(1);
    expect(pending.close()).toBe(1);
  });
});
