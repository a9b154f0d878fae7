import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { Patience } from '../../src/percolate/elasticsearch/patience.ts';
import { PercolatorDirectory } from '../../src/percolate/elasticsearch/percolators/percolator-directory.ts';
import { QueryWriter } from '../../src/percolate/elasticsearch/percolators/query-writer.ts';
import { standing } from '../contract/engine-contract.ts';
import { batchOf } from '../percolate/batches.ts';
import { ElasticsearchNode, SharedRegistry, sweep } from './elasticsearch-nodes.ts';

const url = inject('elasticsearch');
const prefix = `cluster-${process.pid}`;
let run = 0;

afterAll(() => sweep(url, `${prefix}-*`));

const FIELDS = 5;
const QUERIES = 10;

interface Step {
  readonly kind: 'register' | 'unregister' | 'percolate';
  readonly node: number;
  /** Number of a query, or of an index. */
  readonly which: number;
  /** Bits: fields that the document has. */
  readonly fields: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('register', 'register', 'unregister', 'percolate', 'percolate'),
  node: fc.nat(1),
  which: fc.nat(QUERIES - 1),
  fields: fc.integer({ min: 1, max: 2 ** FIELDS - 1 }),
});

/** Even ones ask for a word, odd ones for a number, the last two for anything that is not there. */
function textOf(n: number, index: string): readonly [text: string, index: string] {
  const field = `f${Math.floor(n / 2) % FIELDS}`;
  if (n >= QUERIES - 2) return [`NOT ${field}:w${n}`, index];
  return [n % 2 === 0 ? `${field}:word` : `${field}:[5 TO 5]`, index];
}

function matches(n: number, isText: boolean, fields: number): boolean {
  if (n >= QUERIES - 2) return true;
  const has = (fields & (1 << (Math.floor(n / 2) % FIELDS))) !== 0;
  return has && (n % 2 === 0) === isText;
}

/** Two nodes on one Elasticsearch, and what is known of each one's queries. */
class Cluster {
  readonly own = `${prefix}-${run++}`;
  readonly registry = new SharedRegistry();
  readonly nodes = [0, 1].map(
    () => new ElasticsearchNode({ url, prefix: this.own, registry: this.registry }),
  );
  /** By node and query: the ordinal while it is registered. */
  readonly live = [0, 1].map(() => new Map<number, number>());
  readonly #busy = new Set<string>();
  #stamp = 0;
  /** By node and query: changes with each registration. */
  readonly #stamps = new Map<string, number>();

  async take({ kind, node, which, fields }: Step): Promise<void> {
    if (kind === 'percolate') return this.#percolate(node, which % 4, fields);
    const key = `${node} ${which}`;
    const ordinal = this.live[node]!.get(which);
    if (this.#busy.has(key) || (kind === 'register') === (ordinal !== undefined)) return;
    this.#busy.add(key);
    if (kind === 'register') {
      const query = { ...standing(...textOf(which, `${this.own}-*`)), id: `q${which}` };
      await this.nodes[node]!.register([query]);
      this.#stamps.set(key, this.#stamp++);
      this.live[node]!.set(which, query.ordinal);
    } else {
      this.live[node]!.delete(which);
      this.#stamps.delete(key);
      await this.nodes[node]!.unregister([ordinal!]);
    }
    this.#busy.delete(key);
  }

  async #percolate(node: number, index: number, fields: number): Promise<void> {
    const isText = index % 2 === 0;
    const document: Record<string, unknown> = {};
    for (let n = 0; n < FIELDS; n++) {
      if ((fields & (1 << n)) !== 0) document[`f${n}`] = isText ? 'a word' : 5;
    }
    const before = new Map(this.#stamps);
    const batch = batchOf([JSON.stringify(document)], `${this.own}-${index}`);
    const { pairs, failures } = await this.nodes[node]!.percolate(batch);
    expect(failures).toEqual([]);
    const { ids } = this.nodes[node]!.names;
    const found = new Set<string>();
    for (let k = 1; k < pairs.length; k += 2) found.add(ids.get(pairs[k]!)!);
    expect(found.size).toBe(pairs.length / 2);
    for (let n = 0; n < QUERIES; n++) {
      const isLive = [0, 1].some((each) => {
        const stamp = before.get(`${each} ${n}`);
        return stamp !== undefined && this.#stamps.get(`${each} ${n}`) === stamp;
      });
      if (!matches(n, isText, fields)) expect(found).not.toContain(`q${n}`);
      else if (isLive) expect(found).toContain(`q${n}`);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.close()));
    await sweep(url, `${this.own}-*`);
  }
}

/** Stops the next reading of the registry until it is let go. */
function hold(registry: SharedRegistry): { reached: Promise<void>; letGo: () => void } {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  registry.pause = () => {
    registry.pause = () => Promise.resolve();
    reached.resolve();
    return gate.promise;
  };
  return { reached: reached.promise, letGo: gate.resolve };
}

describe('two nodes', () => {
  const clusters: Cluster[] = [];
  // Nodes do not look at mappings by themselves here: each step is the test's.
  beforeAll(() => void vi.useFakeTimers({ toFake: ['setInterval'] }));
  afterAll(async () => {
    vi.useRealTimers();
    await Promise.all(clusters.map((cluster) => cluster.close()));
  });

  /** Both nodes know the percolator of an index that has a message. */
  async function started() {
    const cluster = new Cluster();
    clusters.push(cluster);
    const [a, b] = cluster.nodes as [ElasticsearchNode, ElasticsearchNode];
    const index = `${cluster.own}-docs`;
    const ask = async (node: ElasticsearchNode, document: string): Promise<string[]> => {
      const { pairs, failures } = await node.percolate(batchOf([document], index));
      expect(failures).toEqual([]);
      return [...pairs.filter((_, k) => k % 2 === 1)].map(
        (ordinal) => node.names.ids.get(ordinal)!,
      );
    };
    for (const node of [a, b]) await ask(node, '{"message":"x"}');
    const errors = standing('status:[500 TO *]', `${cluster.own}-*`);
    return { own: cluster.own, registry: cluster.registry, a, b, ask, errors };
  }

  test('a query comes to a percolator that is extended while it is registered', async () => {
    const { registry, a, b, ask, errors } = await started();
    const { reached, letGo } = hold(registry);
    const extending = ask(b, '{"status":503}');
    // The mapping is there, and the queries have been read.
    await reached;
    await a.register([errors]);
    letGo();
    await extending;
    for (const node of [a, b]) expect(await ask(node, '{"status":503}')).toEqual([errors.id]);
  });

  test('a percolator that a node began to extend and never completed is completed by the next', async () => {
    const { registry, a, b, ask, errors } = await started();
    await a.register([errors]);
    const { reached, letGo } = hold(registry);
    const stuck = ask(b, '{"status":503}');
    await reached;
    expect(await ask(a, '{"status":503}')).toEqual([errors.id]);
    letGo();
    expect(await stuck).toEqual([errors.id]);
  });

  test('a query stays that one node removes while another registers it', async () => {
    const { registry, a, b, ask } = await started();
    const [mine, theirs] = [standing('message:foo'), standing('message:foo')];
    await a.register([mine]);
    const { reached, letGo } = hold(registry);
    const removal = a.unregister([mine.ordinal]);
    // The registry said that nobody needs it.
    await reached;
    await b.register([{ ...theirs, id: mine.id }]);
    letGo();
    await removal;
    for (const node of [a, b]) expect(await ask(node, '{"message":"foo"}')).toEqual([mine.id]);
  });

  test('a query stays that one node removes and another needs, and goes with the last', async () => {
    const { a, b, ask } = await started();
    const [mine, theirs] = [standing('message:foo'), standing('message:foo')];
    await a.register([mine]);
    await b.register([{ ...theirs, id: mine.id }]);
    await a.unregister([mine.ordinal]);
    for (const node of [a, b]) expect(await ask(node, '{"message":"foo"}')).toEqual([mine.id]);
    a.names.delete(mine.id);
    await b.unregister([theirs.ordinal]);
    for (const node of [a, b]) expect(await ask(node, '{"message":"foo"}')).toEqual([]);
    // Elasticsearch keeps the versions of what was deleted for a while.
    await b.register([{ ...theirs, id: mine.id }]);
    for (const node of [a, b]) expect(await ask(node, '{"message":"foo"}')).toEqual([mine.id]);
  });

  test('a query compiled for an older mapping does not replace a newer one', async () => {
    const { own, a, b, ask } = await started();
    const anything = standing('503', `${own}-*`);
    const patience = new Patience(a.connection, createLogger('silent'));
    const directory = new PercolatorDirectory(patience, own);
    const [older] = (await directory.list()).values();
    await ask(b, '{"status":1}');
    await a.register([anything]);
    expect(await ask(b, '{"status":503}')).toEqual([anything.id]);
    const writer = new QueryWriter(patience, createLogger('silent'));
    expect(await writer.write(older!, [anything])).toMatchObject({ stored: 0, isOutdated: true });
    expect(await ask(b, '{"status":503}')).toEqual([anything.id]);
  });
});

test('whatever two nodes register, remove and bring at a time, no batch misses a query', async () => {
  const lanes = fc.array(fc.array(step, { minLength: 10, maxLength: 20 }), {
    minLength: 5,
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(lanes, async (all) => {
      const cluster = new Cluster();
      try {
        await Promise.all(
          all.map(async (steps) => {
            for (const each of steps) await cluster.take(each);
          }),
        );
      } finally {
        await cluster.close();
      }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 3), endOnFailure: true },
  );
});
