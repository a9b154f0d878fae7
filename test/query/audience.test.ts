import { describe, expect, it } from 'vitest';
import { EVERYBODY, type Principal } from '../../src/principal.ts';
import { audienceOf, makeAudience, mayWrite } from '../../src/query/audience.ts';
import { makeRegistry } from './registry/fake-engine.ts';

const caller = (index: string, rowFilter: string | null = null, name = 'a'): Principal => ({
  ...EVERYBODY,
  name,
  index,
  rowFilter,
});

describe('the bounds of a caller', () => {
  it('are equal however they are written', () => {
    const keys = (...all: [string, string | null][]) =>
      new Set(all.map((each) => makeAudience(...each).key)).size;
    expect(keys(['*', null], ['_all', '*'], ['', '{"match_all":{}}'])).toBe(1);
    expect(makeAudience('*', null).key).toBe('');
    expect(keys(['b,a', 'x AND y'], ['a,b,a', 'y AND (x)'])).toBe(1);
    expect(keys(['a', null], ['b', null], ['a', 'x'], ['*', 'x'], ['*', null])).toBe(5);
  });

  it('are read once, and bad ones are named', () => {
    const one = caller('logs-*', 'x');
    expect(audienceOf(one)).toBe(audienceOf(one));
    expect(() => audienceOf(caller('UPPER'))).toThrow('Invalid index name');
    expect(() => audienceOf(caller('*', 'a AND'))).toThrow('query ends');
  });

  it('reach the engine with the query', async () => {
    const { registry, engine } = makeRegistry();
    await registry.register({ index: 'x*', query: 'foo' }, caller('logs-*', 'tenant:a'));
    await registry.register({ index: 'x*', query: 'foo' }, EVERYBODY);
    const [bounded, free] = engine.registered.flat();
    expect(bounded).toMatchObject({
      index: 'x*',
      scope: 'logs-*',
      query: { kind: 'and', clauses: [{ text: 'a' }, { text: 'foo' }] },
    });
    expect(free?.scope).toBeUndefined();
    expect(free?.query).toMatchObject({ kind: 'match', text: 'foo' });
  });

  it('refuse a query of which every index is named and none may be seen', async () => {
    const { registry } = makeRegistry();
    const bounded = caller('logs-*,-logs-x');
    const ask = (index?: string) => registry.register({ index, query: 'foo' }, bounded);
    for (const index of ['other', 'logs-x', 'logs-x,other']) {
      await expect(ask(index)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await expect(registry.watch({ index, query: 'foo' }, bounded)).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
    }
    for (const index of [undefined, 'logs-a', 'logs-a,other', 'oth*']) {
      expect((await ask(index)).created).toBe(true);
    }
  });

  it('that leave nothing of a query leave nothing to match', async () => {
    const { registry, engine } = makeRegistry();
    await registry.register({ query: '*' }, caller('*', '-*:*'));
    expect(engine.registered.flat()[0]?.query).toEqual({ kind: 'none' });
  });

  it('decide where it may write, remembered for as many indices as there are', () => {
    const bounded = caller('logs-*,-logs-x');
    expect(mayWrite(EVERYBODY, 'any')).toBe(true);
    for (let round = 0; round < 2; round++) {
      expect(mayWrite(bounded, 'logs-x')).toBe(false);
      for (let i = 0; i < 3000; i++) expect(mayWrite(bounded, `logs-${i}`)).toBe(true);
      expect(mayWrite(bounded, 'metrics')).toBe(false);
    }
  });
});

describe('claims', () => {
  it('are kept by name: the longest counts, and each owner withdraws its own', async () => {
    const { registry } = makeRegistry();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => caller('*', null, name)) as Principal[];
    const { entry } = await registry.register({ query: 'x', ttl: '10m' }, a!);
    await registry.register({ query: 'x' }, b!);
    expect(entry.expiresAt).toBeUndefined();
    await registry.withdraw(entry.id, b!);
    expect(entry.expiresAt).toBeGreaterThan(Date.now() + 500_000);
    await registry.withdraw(entry.id, c!);
    expect(registry.get(entry.id, c!)).toEqual(entry);
    await registry.withdraw(entry.id, a!);
    expect(registry.get(entry.id, a!)).toBeUndefined();
    await registry.close();
  });
});
