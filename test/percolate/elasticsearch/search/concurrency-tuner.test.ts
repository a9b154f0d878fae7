import { describe, expect, it } from 'vitest';
import { ConcurrencyTuner } from '../../../../src/percolate/elasticsearch/search/concurrency-tuner.ts';

/** A server of so many processors: requests beyond them only wait, and disturb the others a little. */
class Server {
  now = 0;
  processors: number;
  readonly tuner = new ConcurrencyTuner(() => this.now);

  constructor(processors: number) {
    this.processors = processors;
  }

  get rate(): number {
    const { limit } = this.tuner;
    const over = Math.max(0, limit - this.processors);
    return 100 * Math.min(limit, this.processors) * 0.98 ** over;
  }

  /** What the limit mostly is: trials come and go. */
  get usualLimit(): number {
    const limits = Array.from({ length: 99 }, () => {
      this.serve(100);
      return this.tuner.limit;
    });
    return limits.toSorted((a, b) => a - b)[49]!;
  }

  serve(requests: number, waiting = true): void {
    for (let i = 0; i < requests; i++) {
      this.now += 1 / this.rate;
      this.tuner.took(1, waiting);
    }
  }
}

describe('the number of requests under way', () => {
  it.each([1, 2, 5, 12])('comes near the %i that the server can do at a time', (processors) => {
    const server = new Server(processors);
    server.serve(200_000);
    const limit = server.usualLimit;
    expect(limit).toBeGreaterThanOrEqual(processors * 0.75);
    expect(limit).toBeLessThanOrEqual(processors + 2);
  });

  it('follows when the server becomes another', () => {
    const server = new Server(8);
    server.serve(100_000);
    server.processors = 2;
    server.serve(100_000);
    expect(server.usualLimit).toBeLessThanOrEqual(4);
    server.processors = 8;
    server.serve(200_000);
    expect(server.usualLimit).toBeGreaterThanOrEqual(6);
  });

  it('is halved by refusals, once for those that come together, and grows again', () => {
    const server = new Server(8);
    server.serve(200_000);
    const { limit } = server.tuner;
    for (let i = 0; i < 8; i++) server.tuner.refused();
    expect(server.tuner.limit).toBeGreaterThanOrEqual((limit - 1) >> 1);
    expect(server.tuner.limit).toBeLessThanOrEqual((limit + 1) >> 1);
    for (let i = 0; i < 10; i++) {
      server.now += 2;
      server.tuner.refused();
    }
    expect(server.tuner.limit).toBe(1);
    server.serve(200_000);
    expect(server.tuner.limit).toBeGreaterThanOrEqual(6);
  });

  it('stays while senders have nothing to wait for', () => {
    const server = new Server(8);
    const { limit } = server.tuner;
    server.serve(10_000, false);
    expect(server.tuner.limit).toBe(limit);
  });
});
