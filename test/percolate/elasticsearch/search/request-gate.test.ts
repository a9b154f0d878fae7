import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RequestGate } from '../../../../src/percolate/elasticsearch/search/request-gate.ts';

async function entering(gate: RequestGate, names: string[], name: string): Promise<void> {
  await gate.enter();
  names.push(name);
}

describe('the gate for requests', () => {
  it('lets in as many as may be under way, in the order in which they came', async () => {
    const gate = new RequestGate(() => 2, 1000);
    const names: string[] = [];
    const all = ['a', 'b', 'c', 'd'].map((name) => entering(gate, names, name));
    await setImmediate();
    expect(names).toEqual(['a', 'b']);
    expect(gate.hasWaiting).toBe(true);
    gate.leave(0);
    await setImmediate();
    expect(names).toEqual(['a', 'b', 'c']);
    gate.leave(0);
    await Promise.all(all);
    expect(names).toEqual(['a', 'b', 'c', 'd']);
    expect(gate.requests).toBe(2);
  });

  it('follows the limit', async () => {
    let limit = 1;
    const gate = new RequestGate(() => limit, 1000);
    const names: string[] = [];
    const all = ['a', 'b', 'c'].map((name) => entering(gate, names, name));
    limit = 3;
    await setImmediate();
    gate.leave(0);
    await Promise.all(all);
    expect(gate.requests).toBe(2);
  });

  it('holds further ones back while there are too many bytes, but never the only one', async () => {
    const gate = new RequestGate(() => 10, 100);
    await gate.enter();
    gate.hold(5000);
    const names: string[] = [];
    const second = entering(gate, names, 'second');
    await setImmediate();
    expect(names).toEqual([]);
    gate.leave(5000);
    await second;
    expect(gate.bytes).toBe(0);
  });

  it('counts the time in which something is under way', async () => {
    const gate = new RequestGate(() => 10, 100);
    expect(gate.busySeconds).toBe(0);
    await gate.enter();
    await setImmediate();
    const busy = gate.busySeconds;
    expect(busy).toBeGreaterThan(0);
    gate.leave(0);
    const idle = gate.busySeconds;
    await setImmediate();
    expect(gate.busySeconds).toBe(idle);
  });

  it('refuses those that wait when it closes', async () => {
    const gate = new RequestGate(() => 1, 100);
    await gate.enter();
    const waiting = gate.enter();
    gate.close();
    await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(gate.enter()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
