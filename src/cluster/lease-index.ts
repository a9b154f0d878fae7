import type { ElasticsearchConnection } from '../elasticsearch/connection.ts';
import { promptly } from './promptly.ts';
import { createIndex } from './query-index.ts';

/** One that stays behind ends by itself. */
const ONCE = { timeout: 2000, retries: 0 };
const MAX_NODES = 1000;

const INDEX = {
  settings: { number_of_shards: 1, auto_expand_replicas: '0-1', refresh_interval: '1s' },
  mappings: {
    dynamic: false,
    properties: { until: { type: 'long' }, address: { type: 'keyword' } },
  },
};

/** One node's document: it lives until `until` (milliseconds since 1970) unless it is renewed. */
export interface Lease {
  readonly node: string;
  readonly roles: readonly string[];
  /** Host name and port: two living nodes never have the same. */
  readonly address: string;
  /** Every change of the registry up to this number is applied there. */
  readonly applied: number;
  /** Queries that it could not take, by id, with the reason. */
  readonly refused: Readonly<Record<string, string>>;
  readonly until: number;
}

interface Found {
  readonly _id: string;
  readonly found?: boolean;
  readonly _source: Lease;
}

/** The index that holds the nodes' leases. Errors of all methods as `ElasticsearchConnection.demand`. */
export class LeaseIndex {
  readonly name: string;
  readonly #elasticsearch: ElasticsearchConnection;

  constructor(elasticsearch: ElasticsearchConnection) {
    this.#elasticsearch = elasticsearch;
    this.name = `${elasticsearch.prefix}-nodes`;
  }

  async create(): Promise<void> {
    await createIndex(this.#elasticsearch, this.name, INDEX);
  }

  /** @param announce resolves only when every search finds it */
  async put(lease: Lease, announce: boolean): Promise<void> {
    await promptly(this.#elasticsearch, 'PUT', this.#path(lease.node), {
      query: { refresh: announce },
      body: lease,
    });
  }

  /** Every node that was announced before the call and still has a document. */
  async nodes(): Promise<Lease[]> {
    const body = (await promptly(this.#elasticsearch, 'POST', `/${this.name}/_search`, {
      body: { size: MAX_NODES, query: { match_all: {} } },
    })) as { hits: { hits: Found[] } };
    return body.hits.hits.map(({ _source: lease }) => lease);
  }

  /** The leases of these nodes as they are now. */
  async read(nodes: readonly string[]): Promise<Lease[]> {
    if (nodes.length === 0) return [];
    const body = (await promptly(this.#elasticsearch, 'POST', `/${this.name}/_mget`, {
      body: { ids: nodes },
    })) as { docs: Found[] };
    return body.docs.filter(({ found }) => found === true).map(({ _source: lease }) => lease);
  }

  async delete(node: string): Promise<void> {
    await this.#elasticsearch.ask('DELETE', this.#path(node), {
      query: { refresh: true },
      ...ONCE,
    });
  }

  /** Names of nodes without a registry come from these. */
  #path(node: string): string {
    return `/${this.name}/_doc/${encodeURIComponent(node)}`;
  }
}
