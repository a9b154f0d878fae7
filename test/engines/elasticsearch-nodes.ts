import { ElasticsearchConnection } from '../../src/elasticsearch/connection.ts';
import { createLogger } from '../../src/log.ts';
import { Metrics } from '../../src/metrics.ts';
import { ElasticsearchEngine } from '../../src/percolate/elasticsearch/elasticsearch-engine.ts';
import type { SharedQuery } from '../../src/percolate/elasticsearch/percolators/stored-query.ts';
import type { Engine, QueryNames, QuerySupply } from '../../src/percolate/engine.ts';
import { compileIndexExpression } from '../../src/query/index-expression.ts';
import type { RegisteredQuery } from '../../src/query/registry/registered-query.ts';

/** The registry that nodes share, in memory. */
export class SharedRegistry implements QuerySupply {
  readonly queries = new Map<string, SharedQuery>();
  /** By id: who needs the query. */
  readonly #claims = new Map<string, Set<object>>();

  claim(query: SharedQuery, node: object): void {
    this.queries.set(query.id, query);
    const claims = this.#claims.get(query.id) ?? new Set();
    this.#claims.set(query.id, claims.add(node));
  }

  release(id: string, node: object): void {
    const claims = this.#claims.get(id);
    claims?.delete(node);
    if (claims === undefined || claims.size === 0) this.queries.delete(id);
  }

  /** Runs between the reading of queries and the answer. */
  pause: () => Promise<void> = () => Promise.resolve();

  async *all(): AsyncGenerator<readonly SharedQuery[]> {
    const queries = [...this.queries.values()];
    await this.pause();
    for (let at = 0; at < queries.length; at += 1000) {
      await Promise.resolve();
      yield queries.slice(at, at + 1000);
    }
  }
}

/** One node's ordinals of the registry's queries. */
class Names implements QueryNames {
  readonly #registry: SharedRegistry;
  readonly #ordinals = new Map<string, number>();
  readonly #covers = new Map<number, (index: string) => boolean>();
  /** By ordinal: every id there ever was. */
  readonly ids = new Map<number, string>();
  #next = 1_000_000;

  constructor(registry: SharedRegistry) {
    this.#registry = registry;
  }

  set(query: SharedQuery, ordinal: number): void {
    this.#ordinals.set(query.id, ordinal);
    this.ids.set(ordinal, query.id);
    const tests = [query.index, query.scope ?? '*'].map(compileIndexExpression);
    this.#covers.set(ordinal, (index) => tests.every((test) => test(index)));
  }

  delete(id: string): void {
    this.#ordinals.delete(id);
  }

  ordinalOf(id: string): number | undefined {
    return this.#ordinals.get(id);
  }

  covers(ordinal: number, index: string): boolean {
    return this.#covers.get(ordinal)!(index);
  }

  async lookUp(ids: readonly string[]): Promise<void> {
    const found = ids.map((id) => this.#registry.queries.get(id));
    await this.#registry.pause();
    for (const query of found) {
      if (query !== undefined && !this.#ordinals.has(query.id)) this.set(query, this.#next++);
    }
  }
}

export interface NodeOptions {
  readonly url: string;
  readonly prefix: string;
  readonly registry?: SharedRegistry;
  readonly forward?: boolean;
  readonly hold?: number;
}

/** An engine with what a node has around it: names are kept as the registry of queries would. */
export class ElasticsearchNode implements Engine {
  readonly engine: ElasticsearchEngine;
  readonly metrics = new Metrics();
  readonly connection: ElasticsearchConnection;
  readonly registry: SharedRegistry;
  readonly names: Names;

  constructor({
    url,
    prefix,
    registry = new SharedRegistry(),
    forward = false,
    hold = 30_000,
  }: NodeOptions) {
    const config = {
      elasticsearch: url,
      elasticsearchApiKey: '',
      elasticsearchPrefix: prefix,
      elasticsearchTimeout: 30_000,
      forward,
      hold,
      maxJsonDepth: 100,
      workers: 1,
    };
    this.registry = registry;
    this.names = new Names(registry);
    this.connection = new ElasticsearchConnection(config);
    this.engine = new ElasticsearchEngine({
      config,
      connection: this.connection,
      names: this.names,
      supply: registry,
      metrics: this.metrics,
      log: createLogger(process.env['LOG'] ?? 'silent'),
    });
  }

  register(queries: readonly RegisteredQuery[]): Promise<void> {
    for (const { ordinal, ...query } of queries) {
      this.names.set(query, ordinal);
      this.registry.claim(query, this);
    }
    return this.engine.register(queries);
  }

  unregister(ordinals: readonly number[]): Promise<void> {
    for (const ordinal of ordinals) {
      const id = this.names.ids.get(ordinal)!;
      this.names.delete(id);
      this.registry.release(id, this);
    }
    return this.engine.unregister(ordinals);
  }

  percolate(...args: Parameters<Engine['percolate']>): ReturnType<Engine['percolate']> {
    return this.engine.percolate(...args);
  }

  /** One sample of a metric without labels. */
  async metric(name: string): Promise<number> {
    const text = await this.metrics.registry.getSingleMetricAsString(name);
    return Number(/^\S+ (\S+)$/m.exec(text.replaceAll(/^#.*\n/gm, ''))?.[1]);
  }

  async close(): Promise<void> {
    await this.engine.close();
    await this.connection.close();
  }
}

/** Deletes everything that engines of this prefix made, and indices of that name pattern. */
export async function sweep(url: string, ...patterns: string[]): Promise<void> {
  for (const pattern of patterns) {
    await fetch(`${url}/${pattern}?expand_wildcards=all`, { method: 'DELETE' });
  }
}
