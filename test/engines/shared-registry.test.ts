import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { QueryIndex } from '../../src/cluster/query-index.ts';
import { EVERYBODY, type Principal } from '../../src/principal.ts';
import { deleteIndices, type NodeOptions, RegistryNode } from './cluster/node.ts';
import { FaultProxy } from './faults/fault-proxy.ts';

const url = inject('elasticsearch');
const ALICE: Principal = { ...EVERYBODY, name: 'alice' };
const BOB: Principal = { ...EVERYBODY, name: 'bob' };

const nodes: RegistryNode[] = [];
let prefix = `shared-${randomUUID().slice(0, 8)}`;

async function start(options: Partial<NodeOptions> = {}): Promise<RegistryNode> {
  // The server has others to serve meanwhile.
  const times = { patience: 5000, ...options.times };
  const node = await RegistryNode.start({ url, prefix, ...options, times });
  nodes.push(node);
  return node;
}

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.close()));
  await deleteIndices(url, prefix);
  prefix = `shared-${randomUUID().slice(0, 8)}`;
});

interface Kept {
  readonly claims: { owner: string; until: number | null }[];
  readonly watching: string[];
  readonly ended: number;
}

async function kept(id: string): Promise<Kept> {
  const answer = await fetch(`${url}/${prefix}-queries/_doc/${id}`);
  const body = (await answer.json()) as { _source: Kept };
  return body._source;
}

describe('a registration', () => {
  it('is seen on the other nodes before it is answered', async () => {
    const [a, b, c] = [await start(), await start(), await start()];
    for (let n = 0; n < 20; n++) {
      const node = [a, b, c][n % 3]!;
      const { entry } = await node.registry.register({ index: 'logs', query: `n:${n}` }, ALICE);
      for (const other of [a, b, c]) {
        expect(other.registry.get(entry.id, BOB)).toMatchObject({ index: 'logs', live: true });
        expect(other.ids).toContain(entry.id);
      }
    }
    expect(await a.metric('estrom_registry_nodes')).toBe(3);
  });

  it('is there for a node that starts later, with its bounds', async () => {
    const a = await start();
    const bounded: Principal = { ...ALICE, index: 'logs-*', rowFilter: 'team:x' };
    const { entry } = await a.registry.register({ query: 'foo' }, bounded);
    const many = Array.from({ length: 2500 }, (_, n) => ({ query: `many:${n}` }));
    const results = await a.registry.registerMany(many, ALICE);
    expect(results.filter((result) => 'error' in result)).toEqual([]);
    const b = await start();
    expect(b.registry.size).toBe(2501);
    expect(b.registry.get(entry.id, bounded)).toMatchObject({ query: 'foo', live: true });
    expect(b.registry.get(entry.id, ALICE)).toBeUndefined();
    expect(b.engine.registered.flat().find(({ id }) => id === entry.id)).toEqual({
      ...a.engine.registered.flat().find(({ id }) => id === entry.id),
      ordinal: expect.any(Number),
    });
  });

  it('is one query, however many make it on both nodes at once', async () => {
    const [a, b] = [await start(), await start()];
    const registered = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        [a, b][n % 2]!.registry.register({ query: 'same thing' }, { ...ALICE, name: `owner-${n}` }),
      ),
    );
    const ids = new Set(registered.map(({ entry }) => entry.id));
    expect(ids.size).toBe(1);
    expect([a.registry.size, b.registry.size]).toEqual([1, 1]);
    const { claims } = await kept([...ids][0]!);
    expect(claims.map(({ owner }) => owner).toSorted()).toEqual(
      Array.from({ length: 20 }, (_, n) => `owner-${n}`).toSorted(),
    );
    expect(a.ended.concat(b.ended)).toEqual([]);
  });

  it('lives until the claims of both nodes are withdrawn', async () => {
    const [a, b] = [await start(), await start()];
    const { entry } = await a.registry.register({ query: 'x' }, ALICE);
    await b.registry.register({ query: 'x' }, BOB);
    await a.registry.withdraw(entry.id, ALICE);
    await vi.waitFor(() => {
      expect(b.registry.get(entry.id, BOB)?.live).toBe(true);
    }, 20_000);
    expect((await kept(entry.id)).claims).toEqual([{ owner: 'bob', until: null }]);
    await b.registry.withdraw(entry.id, BOB);
    expect(b.ended).toEqual([entry.id]);
    await vi.waitFor(() => {
      expect(a.ended).toEqual([entry.id]);
    }, 20_000);
    expect((await kept(entry.id)).ended).toBeGreaterThan(0);
    // And comes back as if it had never been.
    const again = await a.registry.register({ query: 'x' }, ALICE);
    expect(again.entry.id).toBe(entry.id);
    expect(b.registry.get(entry.id, BOB)?.live).toBe(true);
    expect(a.registry.get(entry.id, BOB)?.live).toBe(true);
  });

  it('ends once on all nodes when its ttl is over', async () => {
    const [a, b] = [await start(), await start()];
    const { entry } = await a.registry.register({ query: 'x', ttl: '900ms' }, ALICE);
    expect(b.registry.get(entry.id, BOB)?.expiresAt).toBe(entry.expiresAt);
    await vi.waitFor(
      () => {
        expect([a.ended, b.ended]).toEqual([[entry.id], [entry.id]]);
      },
      { timeout: 5000 },
    );
  });

  it('is refused while a node does not follow, and taken again when its lease is over', async () => {
    const a = await start({ times: { patience: 300 } });
    // A node that holds a lease and hears nothing.
    const until = Date.now() + 1500;
    const deaf = { node: 'deaf', roles: [], address: 'x', applied: -1, refused: {}, until };
    await fetch(`${url}/${prefix}-nodes/_doc/deaf?refresh=true`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(deaf),
    });
    await expect(a.registry.register({ query: 'x' }, ALICE)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('node deaf did not take the query within 300 ms'),
    });
    await vi.waitFor(
      async () => {
        await a.registry.register({ query: 'x' }, ALICE);
      },
      { timeout: 5000 },
    );
  });

  it('is refused while a node cannot take it', async () => {
    const [a, b] = [await start(), await start()];
    b.engine.fail = new Error('the arena is full');
    await expect(a.registry.register({ query: 'x' }, ALICE)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(`node ${b.name} cannot take it: the arena is full`),
    });
  });
});

describe('a watcher', () => {
  it('holds a query on all nodes, and its leaving begins the grace', async () => {
    const queryIdle = 1000;
    const [a, b] = [await start({ queryIdle }), await start({ queryIdle })];
    const one = await a.registry.watch({ query: 'x' }, ALICE);
    const two = await b.registry.watchId(one.id, BOB);
    expect((await kept(one.id)).watching.toSorted()).toEqual([a.name, b.name].toSorted());
    one.release();
    await vi.waitFor(async () => {
      expect((await kept(one.id)).watching).toEqual([b.name]);
    }, 20_000);
    expect(a.registry.get(one.id, ALICE)?.expiresAt).toBeUndefined();
    two.release();
    await vi.waitFor(
      () => {
        expect([a.ended, b.ended]).toEqual([[one.id], [one.id]]);
      },
      { timeout: 5000 },
    );
  });

  it('lapses with the lease of its node', async () => {
    const options = { queryIdle: 500, times: { life: 1500, renewal: 300, margin: 500 } };
    const a = await start(options);
    const b = await start(options);
    const watched = await b.registry.watch({ query: 'x' }, ALICE);
    expect(a.registry.get(watched.id, BOB)?.expiresAt).toBeUndefined();
    await b.die();
    await vi.waitFor(
      () => {
        expect(a.ended).toEqual([watched.id]);
      },
      { timeout: 10_000 },
    );
    expect((await kept(watched.id)).watching).toEqual([]);
  });

  it('is listed again when others held its node for dead', async () => {
    const a = await start();
    const b = await start();
    const watched = await b.registry.watch({ query: 'x' }, ALICE);
    await fetch(`${url}/${prefix}-queries/_update/${watched.id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ doc: { watching: [], idleUntil: Date.now() + 60_000 } }),
    });
    await vi.waitFor(async () => {
      expect((await kept(watched.id)).watching).toEqual([b.name]);
    }, 20_000);
    await vi.waitFor(() => {
      expect(a.registry.get(watched.id, BOB)?.expiresAt).toBeUndefined();
    }, 20_000);
    expect(b.ended).toEqual([]);
  });
});

describe('a lease', () => {
  it('that was lost makes its node catch up before it goes on', async () => {
    const times = { life: 600, renewal: 60_000, margin: 200 };
    const a = await start();
    const b = await start({ times });
    expect(b.shared.isValid).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(b.shared.isValid).toBe(false);
    const { entry } = await a.registry.register({ query: 'x' }, ALICE);
    await b.shared.whenValid();
    expect(b.registry.get(entry.id, ALICE)?.live).toBe(true);
    expect(await b.metric('estrom_registry_lease_losses_total')).toBe(1);
  });

  it('of who had the address before does not hold anybody up', async () => {
    const first = new RegistryNode({ url, prefix, address: 'host:9280' });
    await first.start();
    // Killed: nothing of it is closed in Elasticsearch.
    const second = await start({ address: 'host:9280' });
    await second.registry.register({ query: 'x' }, ALICE);
    await first.close();
  });
});

describe('what has ended', () => {
  it('is told for a while, then forgotten', async () => {
    const a = await start();
    const { entry } = await a.registry.register({ query: 'x' }, ALICE);
    const { entry: lives } = await a.registry.register({ query: 'y' }, ALICE);
    await a.registry.withdraw(entry.id, ALICE);
    const index = new QueryIndex(a.elasticsearch);
    await fetch(`${url}/${index.name}/_refresh`, { method: 'POST' });
    await index.purge(Date.now() - 60_000);
    expect((await index.read([entry.id])).size).toBe(1);
    await index.purge(Date.now() + 1);
    expect([...(await index.read([entry.id, lives.id])).keys()]).toEqual([lives.id]);
    // Numbers without documents are passed over.
    const b = await start();
    expect(b.registry.size).toBe(1);
    const again = await b.registry.register({ query: 'x' }, BOB);
    expect(again.entry.id).toBe(entry.id);
    expect(a.registry.get(entry.id, ALICE)?.live).toBe(true);
  });
});

describe('conflicting writes', () => {
  it('of many nodes and claims all survive', async () => {
    const all = [await start(), await start(), await start()];
    const queries = Array.from({ length: 30 }, (_, n) => `conflict:${n}`);
    const claims = all.flatMap((node, at) =>
      queries.map((query) => node.registry.register({ query }, { ...ALICE, name: `at-${at}` })),
    );
    const entries = await Promise.all(claims);
    for (const id of new Set(entries.map(({ entry }) => entry.id))) {
      const { claims: found } = await kept(id);
      expect(found.map(({ owner }) => owner).toSorted()).toEqual(['at-0', 'at-1', 'at-2']);
    }
    for (const node of all) expect(node.registry.size).toBe(30);
    const conflicts = await Promise.all(
      all.map((node) => node.metric('estrom_registry_write_conflicts_total')),
    );
    expect(Math.max(...conflicts)).toBeGreaterThan(0);
  });
});

describe('while Elasticsearch is away from one node', () => {
  const times = { life: 4000, renewal: 1000, margin: 1000, patience: 500 };

  it('that node refuses, the others go on without it, and it catches up', async () => {
    const proxy = await FaultProxy.open(url);
    const a = await start({ url: proxy.url, times });
    const b = await start({ times });
    const watched = await a.registry.watch({ query: 'watched' }, ALICE);
    const { entry: ends } = await b.registry.register({ query: 'ends' }, ALICE);
    await proxy.leave();
    await expect(a.registry.register({ query: 'x' }, ALICE)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    expect(a.registry.size).toBe(2);
    watched.release();
    // Until its lease is over, nothing is answered that it would not know of.
    await expect(b.registry.register({ query: 'y' }, ALICE)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    await vi.waitFor(() => b.registry.register({ query: 'z' }, ALICE), { timeout: 10_000 });
    expect(a.shared.isValid).toBe(false);
    await b.registry.withdraw(ends.id, ALICE);
    const caughtUp = a.shared.whenValid();
    expect(a.registry.get(ends.id, ALICE)).toBeDefined();
    await proxy.pass();
    await caughtUp;
    expect(a.ended).toContain(ends.id);
    expect(a.registry.size).toBe(b.registry.size);
    await a.registry.register({ query: 'x' }, ALICE);
    await vi.waitFor(
      async () => {
        expect((await kept(watched.id)).watching).toEqual([]);
        expect(await a.metric('estrom_registry_owed_changes')).toBe(0);
      },
      { timeout: 5000 },
    );
    await proxy.close();
  });

  it('that node waits, when it is about to start', async () => {
    const proxy = await FaultProxy.open(url);
    await proxy.leave();
    const a = await start();
    const { entry } = await a.registry.register({ query: 'x' }, ALICE);
    const b = new RegistryNode({ url: proxy.url, prefix, address: 'late:1' });
    nodes.push(b);
    let isReady = false;
    const starting = b.start().then(() => {
      isReady = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(isReady).toBe(false);
    await proxy.pass();
    await starting;
    expect(b.registry.get(entry.id, ALICE)?.live).toBe(true);
    await b.close();
    nodes.splice(nodes.indexOf(b), 1);
    await proxy.close();
  });
});
