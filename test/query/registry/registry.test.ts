import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EVERYBODY } from '../../../src/principal.ts';
import type { QueryEntry } from '../../../src/query/registry/query-entry.ts';
import { makeRegistry } from './fake-engine.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('registration', () => {
  it('makes a query live, and knows its equals', async () => {
    const { registry, engine } = makeRegistry();
    const first = await registry.register({ index: 'logs-*', query: 'foo AND bar' }, EVERYBODY);
    expect(first.created).toBe(true);
    expect(first.entry).toMatchObject({
      ordinal: 0,
      index: 'logs-*',
      query: 'foo AND bar',
      topic: `docs-for-${first.entry.id}`,
      live: true,
      expiresAt: undefined,
    });
    const second = await registry.register(
      { index: 'logs-*,logs-*', query: 'bar AND foo' },
      EVERYBODY,
    );
    expect(second).toEqual({ entry: first.entry, created: false });
    expect(engine.registered).toHaveLength(1);
    expect(engine.registered[0]).toMatchObject([
      { id: first.entry.id, ordinal: 0, index: 'logs-*', query: { kind: 'and' } },
    ]);
    expect(registry.size).toBe(1);
    expect(registry.idOf(0, EVERYBODY)).toBe(first.entry.id);
    expect(registry.get(first.entry.id, EVERYBODY)).toEqual(first.entry);
  });

  it('tells the same query on other indices apart', async () => {
    const { registry } = makeRegistry();
    const a = await registry.register({ index: 'a', query: '*' }, EVERYBODY);
    const b = await registry.register({ query: '*' }, EVERYBODY);
    expect(a.entry.id).not.toBe(b.entry.id);
    expect(b.entry.index).toBe('*');
  });

  it('gives the Query DSL back with its numbers as they came', async () => {
    const { registry } = makeRegistry();
    const text = '{"term":{"f":12345678901234567890}}';
    const { entry } = await registry.register({ query: text }, EVERYBODY);
    expect(entry.query).toBe(text);
    const { entry: given } = await registry.register({ query: { term: { f: 5 } } }, EVERYBODY);
    expect(JSON.stringify(given.query)).toBe('{"term":{"f":5}}');
  });

  it('shows a query that was not given as the one for everything', async () => {
    const { registry } = makeRegistry();
    const { id } = await registry.watch({ index: 'a', query: null }, EVERYBODY);
    expect(registry.get(id, EVERYBODY)?.query).toBe('*');
    expect((await registry.register({ index: 'a', query: '*:*' }, EVERYBODY)).created).toBe(false);
  });

  it('refuses a Query DSL that is too long', async () => {
    const { registry } = makeRegistry();
    const query = { match: { f: 'a'.repeat(70_000) } };
    await expect(registry.register({ query }, EVERYBODY)).rejects.toMatchObject({
      code: 'QUERY_LIMIT',
    });
    expect(registry.size).toBe(0);
  });

  it('shares one call of the engine among concurrent equals, and answers when it is live', async () => {
    const { registry, engine } = makeRegistry();
    const gate = Promise.withResolvers<void>();
    engine.gate = gate.promise;
    const answers: string[] = [];
    const one = registry.register({ query: 'a' }, EVERYBODY).then(() => answers.push('one'));
    const two = registry.watch({ query: 'a' }, EVERYBODY).then(() => answers.push('two'));
    await vi.advanceTimersByTimeAsync(10);
    const [entry] = registry.list(EVERYBODY).queries;
    expect(answers).toEqual([]);
    expect(entry?.live).toBe(false);
    gate.resolve();
    await Promise.all([one, two]);
    expect(engine.registered.flat()).toHaveLength(1);
    expect(entry?.live).toBe(true);
  });

  it('takes many at once in groups of a thousand, errors in their places', async () => {
    const { registry, engine } = makeRegistry();
    const requests = Array.from({ length: 2500 }, (_, n) => ({ query: `f:v${n}` }));
    requests[7] = { query: '(' };
    requests[8] = { query: 'f:v6' };
    const results = await registry.registerMany(requests, EVERYBODY);
    expect(results).toHaveLength(2500);
    expect(results[7]).toMatchObject({ error: { code: 'QUERY_SYNTAX' } });
    expect(results[8]).toMatchObject({ created: false });
    expect(engine.registered.map((group) => group.length)).toEqual([998, 1000, 500]);
    expect(registry.size).toBe(2498);
  });

  it('puts what comes while the engine is busy into one call', async () => {
    const { registry, engine } = makeRegistry();
    const gate = Promise.withResolvers<void>();
    engine.gate = gate.promise;
    const first = registry.register({ query: 'a' }, EVERYBODY);
    await vi.advanceTimersByTimeAsync(0);
    const later = ['b', 'c', 'd'].map((query) => registry.register({ query }, EVERYBODY));
    gate.resolve();
    await Promise.all([first, ...later]);
    expect(engine.registered.map((group) => group.length)).toEqual([1, 3]);
  });

  it('forgets a query that the engine failed to take', async () => {
    const { registry, engine } = makeRegistry();
    engine.fail = new Error('broken');
    await expect(registry.register({ query: 'a' }, EVERYBODY)).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
    });
    await expect(registry.watch({ query: 'b' }, EVERYBODY)).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
    });
    expect(registry.size).toBe(0);
    engine.fail = null;
    const { created, entry } = await registry.register({ query: 'a' }, EVERYBODY);
    expect(created).toBe(true);
    expect(entry.live).toBe(true);
  });

  it('refuses more queries than the setting allows', async () => {
    const { registry } = makeRegistry({ maxQueries: 1 });
    await registry.register({ query: 'a' }, EVERYBODY);
    await registry.register({ query: '(a)' }, EVERYBODY);
    await expect(registry.register({ query: 'b' }, EVERYBODY)).rejects.toMatchObject({
      code: 'QUERY_LIMIT',
    });
  });

  it('refuses an id that stands for another query', async () => {
    const { registry } = makeRegistry({}, { nameQuery: () => 'f'.repeat(32) });
    await registry.register({ query: 'a' }, EVERYBODY);
    await expect(registry.register({ query: 'b' }, EVERYBODY)).rejects.toMatchObject({
      code: 'QUERY_CONFLICT',
      status: 409,
    });
  });

  it('counts what became of registrations', async () => {
    const { registry, metrics } = makeRegistry();
    await registry.registerMany([{ query: 'a' }, { query: 'a' }, { query: '(' }], EVERYBODY);
    const text = await metrics.registry.metrics();
    expect(text).toContain('estrom_query_registrations_total{result="created"} 1');
    expect(text).toContain('estrom_query_registrations_total{result="known"} 1');
    expect(text).toContain('estrom_query_registrations_total{result="refused"} 1');
    expect(text).toContain('estrom_queries 1');
  });
});

describe('the life of a query', () => {
  it('made by a tail ends after the idle time', async () => {
    const { registry, engine } = makeRegistry({ queryIdle: 1000 });
    const watched = await registry.watch({ query: 'a' }, EVERYBODY);
    await vi.advanceTimersByTimeAsync(100_000);
    expect(registry.size).toBe(1);
    watched.release();
    watched.release();
    await vi.advanceTimersByTimeAsync(999);
    expect(registry.get(watched.id, EVERYBODY)?.expiresAt).toBe(Date.now() + 1);
    await vi.advanceTimersByTimeAsync(1);
    expect(registry.get(watched.id, EVERYBODY)).toBeUndefined();
    expect(registry.idOf(watched.ordinal, EVERYBODY)).toBeUndefined();
    expect(engine.unregistered).toEqual([[watched.ordinal]]);
    expect(() => registry.watchId(watched.id, EVERYBODY)).toThrow(/no query is registered/);
  });

  it('lasts while anybody watches, however often tails come and go', async () => {
    const { registry } = makeRegistry({ queryIdle: 1000 });
    const first = await registry.watch({ query: 'a' }, EVERYBODY);
    const second = await registry.watchId(first.id, EVERYBODY);
    first.release();
    await vi.advanceTimersByTimeAsync(5000);
    expect(registry.size).toBe(1);
    second.release();
    await vi.advanceTimersByTimeAsync(900);
    const third = await registry.watchId(first.id, EVERYBODY);
    await vi.advanceTimersByTimeAsync(5000);
    third.release();
    await vi.advanceTimersByTimeAsync(900);
    expect(registry.size).toBe(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(registry.size).toBe(0);
  });

  it('kept until withdrawn outlives its watchers', async () => {
    const { registry } = makeRegistry();
    const { entry } = await registry.register({ query: 'a' }, EVERYBODY);
    (await registry.watchId(entry.id, EVERYBODY)).release();
    await vi.advanceTimersByTimeAsync(1e7);
    expect(registry.size).toBe(1);
    await registry.withdraw(entry.id, EVERYBODY);
    expect(registry.size).toBe(0);
    await expect(registry.withdraw(entry.id, EVERYBODY)).rejects.toMatchObject({
      code: 'QUERY_UNKNOWN',
    });
  });

  it('withdrawn stays until its last watcher has left', async () => {
    const { registry } = makeRegistry({ queryIdle: 1000 });
    const { entry } = await registry.register({ query: 'a' }, EVERYBODY);
    const watched = await registry.watchId(entry.id, EVERYBODY);
    await registry.withdraw(entry.id, EVERYBODY);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(registry.size).toBe(1);
    watched.release();
    await vi.advanceTimersByTimeAsync(1000);
    expect(registry.size).toBe(0);
  });

  it('kept for a time ends then, and the longer claim counts', async () => {
    const { registry } = makeRegistry();
    const { entry } = await registry.register({ query: 'a', ttl: 10 }, EVERYBODY);
    expect(entry.expiresAt).toBe(Date.now() + 10_000);
    await registry.register({ query: 'a', ttl: 5 }, EVERYBODY);
    await registry.register({ query: 'b', ttl: '1m' }, EVERYBODY);
    await registry.register({ query: 'c', ttl: 10 }, EVERYBODY);
    await registry.register({ query: 'c' }, EVERYBODY);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(registry.size).toBe(3);
    await vi.advanceTimersByTimeAsync(1);
    expect(registry.size).toBe(2);
    await vi.advanceTimersByTimeAsync(50_000);
    expect(registry.list(EVERYBODY).queries.map(({ query }) => query)).toEqual(['c']);
    await vi.advanceTimersByTimeAsync(1e9);
    expect(registry.size).toBe(1);
  });

  it.each([0, -1, 'x', '10y', true, {}])('refuses the ttl %j', async (ttl) => {
    const { registry } = makeRegistry();
    await expect(registry.register({ query: 'a', ttl }, EVERYBODY)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });

  it('uses one timer for all, which does not keep the process alive', async () => {
    const { registry } = makeRegistry();
    await registry.registerMany(
      Array.from({ length: 500 }, (_, n) => ({ query: `v${n}`, ttl: 500 - n })),
      EVERYBODY,
    );
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(250_000);
    expect(registry.size).toBe(250);
    expect(vi.getTimerCount()).toBe(1);
    await registry.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('ordinals', () => {
  it('rest until what names them is published, and hold up no other removal', async () => {
    const publishing = Promise.withResolvers<void>();
    const { registry, engine } = makeRegistry({}, { published: () => publishing.promise });
    const ended: number[] = [];
    for (const query of ['a', 'b']) {
      const { entry } = await registry.register({ index: '*', query }, EVERYBODY);
      await registry.withdraw(entry.id, EVERYBODY);
      ended.push(entry.ordinal);
    }
    expect(ended).toEqual([0, 1]);
    await vi.advanceTimersByTimeAsync(5);
    expect(engine.unregistered.flat()).toEqual([0, 1]);
    publishing.resolve();
    await vi.advanceTimersByTimeAsync(5);
    const { entry } = await registry.register({ index: '*', query: 'c' }, EVERYBODY);
    expect([0, 1]).toContain(entry.ordinal);
  });

  it('are dense, and recycled only when the engine has let go of them', async () => {
    const ended: QueryEntry[] = [];
    const { registry, engine } = makeRegistry({}, { onEnd: (entry) => ended.push(entry) });
    const made = await registry.registerMany(
      ['a', 'b', 'c'].map((query) => ({ query })),
      EVERYBODY,
    );
    const ids = made.map((result) => ('entry' in result ? result.entry.id : ''));
    const gate = Promise.withResolvers<void>();
    engine.gate = gate.promise;
    await registry.withdraw(ids[1]!, EVERYBODY);
    expect(ended.map(({ id }) => id)).toEqual([ids[1]]);
    await vi.advanceTimersByTimeAsync(10);
    expect(engine.unregistered).toEqual([[1]]);
    const during = registry.register({ query: 'd' }, EVERYBODY);
    gate.resolve();
    expect((await during).entry.ordinal).toBe(3);
    const after = await registry.register({ query: 'e' }, EVERYBODY);
    expect(after.entry.ordinal).toBe(1);
  });

  it('reach the engine in order when a query ends before it is live', async () => {
    const { registry, engine } = makeRegistry({ queryIdle: 0 });
    const gate = Promise.withResolvers<void>();
    engine.gate = gate.promise;
    const watching = registry.watch({ query: 'a' }, EVERYBODY);
    const [entry] = registry.list(EVERYBODY).queries;
    await registry.watchId(entry!.id, EVERYBODY);
    const withdrawn = registry.withdraw(entry!.id, EVERYBODY);
    await vi.advanceTimersByTimeAsync(5);
    expect(engine.unregistered).toEqual([]);
    gate.resolve();
    (await watching).release();
    await withdrawn;
    expect(registry.size).toBe(1);
  });
});

describe('the list of queries', () => {
  it('comes in pages that stay the same while queries end', async () => {
    const { registry } = makeRegistry();
    await registry.registerMany(
      Array.from({ length: 5 }, (_, n) => ({ query: `v${n}` })),
      EVERYBODY,
    );
    const first = registry.list(EVERYBODY, { size: 2 });
    expect(first.queries.map(({ query }) => query)).toEqual(['v0', 'v1']);
    await registry.withdraw(first.queries[1]!.id, EVERYBODY);
    const second = registry.list(EVERYBODY, { after: first.next!, size: 2 });
    expect(second.queries.map(({ query }) => query)).toEqual(['v2', 'v3']);
    const third = registry.list(EVERYBODY, { after: second.next!, size: 2 });
    expect(third.queries.map(({ query }) => query)).toEqual(['v4']);
    expect(third.next).toBeNull();
  });
});
