import { describe, expect, it } from 'vitest';
import type { Logger } from '../../../../src/log.ts';
import { Retries } from '../../../../src/percolate/elasticsearch/search/retries.ts';

function made() {
  const lines: unknown[] = [];
  const line = (fields: unknown) => lines.push(fields);
  const retries = new Retries({ warn: line, info: line } as unknown as Logger);
  return { retries, lines };
}

describe('requests that are sent again', () => {
  it('are counted by cause, and told of in one line for many', async () => {
    const { retries, lines } = made();
    await Promise.all([
      retries.pause(0, 'rejected', 'full'),
      retries.pause(0, 'rejected', 'full'),
      retries.pause(0, 'connection', 'gone'),
    ]);
    retries.answered();
    expect(retries.counts.get('rejected')).toBe(2);
    expect(retries.counts.get('connection')).toBe(1);
    expect(lines).toEqual([{ cause: 'rejected', reason: 'full', failures: 1 }]);
  });

  it('wait longer each time, and no longer when this node closes', async () => {
    const { retries } = made();
    const times: number[] = [];
    for (const attempt of [0, 3]) {
      const began = performance.now();
      await retries.pause(attempt, 'timeout', 'slow');
      times.push(performance.now() - began);
    }
    expect(times[0]).toBeLessThan(400);
    expect(times[1]).toBeGreaterThan(395);
    const waiting = retries.pause(30, 'unavailable', 'starting');
    retries.close();
    await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(retries.pause(0, 'unavailable', 'starting')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });
});
