import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { LeaseTimes } from '../../../src/cluster/membership.ts';
import { SharedRegistry } from '../../../src/cluster/shared-registry.ts';
import { ElasticsearchConnection } from '../../../src/elasticsearch/connection.ts';
import { Metrics } from '../../../src/metrics.ts';
import type { QueryEntry } from '../../../src/query/registry/query-entry.ts';
import { QueryRegistry } from '../../../src/query/registry/registry.ts';
import { FakeEngine } from '../../query/registry/fake-engine.ts';

let nodes = 0;

export interface NodeOptions {
  readonly url: string;
  readonly prefix: string;
  readonly queryIdle?: number;
  readonly times?: Partial<LeaseTimes>;
  readonly address?: string;
}

/** A node as far as the registry goes: its engine only remembers what it was told. */
export class RegistryNode {
  readonly name: string;
  readonly engine = new FakeEngine();
  readonly metrics = new Metrics();
  readonly ended: string[] = [];
  readonly shared: SharedRegistry;
  readonly registry: QueryRegistry;
  readonly elasticsearch: ElasticsearchConnection;
  readonly #address: string;

  constructor({ url, prefix, queryIdle = 600_000, times, address }: NodeOptions) {
    nodes += 1;
    this.name = `n${nodes}-${randomUUID().slice(0, 8)}`;
    this.#address = address ?? `test:${nodes}`;
    this.elasticsearch = new ElasticsearchConnection({
      elasticsearch: url,
      elasticsearchApiKey: '',
      elasticsearchPrefix: prefix,
      elasticsearchTimeout: 5000,
    });
    this.shared = new SharedRegistry({
      elasticsearch: this.elasticsearch,
      node: this.name,
      roles: ['tailor'],
      isEngineShared: false,
      metrics: this.metrics,
      log: pino({ level: process.env['LOG'] ?? 'silent', name: this.name }),
      ...(times === undefined ? {} : { times }),
    });
    this.registry = new QueryRegistry({
      engine: this.engine,
      metrics: this.metrics,
      settings: { queryIdle, maxQueries: 100_000, registrationsPerSecond: 0 },
      makeKeeper: (core) => this.shared.makeKeeper(core),
      onEnd: ({ id }: QueryEntry) => this.ended.push(id),
    });
  }

  static async start(options: NodeOptions): Promise<RegistryNode> {
    const node = new RegistryNode(options);
    await node.start();
    return node;
  }

  async start(): Promise<void> {
    await this.shared.start(this.#address);
  }

  get ids(): string[] {
    return this.engine.registered.flat().map(({ id }) => id);
  }

  async metric(name: string): Promise<number> {
    const metric = await this.metrics.registry.getSingleMetric(name)!.get();
    return metric.values[0]!.value;
  }

  /** As if it were killed: nothing of it reaches Elasticsearch any more. */
  async die(): Promise<void> {
    await this.elasticsearch.close();
  }

  async close(): Promise<void> {
    await this.registry.close();
    await this.shared.close();
    await this.elasticsearch.close();
  }
}

/** Deletes what the nodes of a prefix made. */
export async function deleteIndices(url: string, prefix: string): Promise<void> {
  for (const name of ['queries', 'nodes']) {
    await fetch(`${url}/${prefix}-${name}`, { method: 'DELETE' });
  }
}
