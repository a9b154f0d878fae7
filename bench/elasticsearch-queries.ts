import { loadConfig } from '../src/config-load.ts';
import type { Batch } from '../src/document.ts';
import { ElasticsearchConnection } from '../src/elasticsearch/connection.ts';
import { KnownPaths } from '../src/percolate/elasticsearch/mapping/known-paths.ts';
import {
  ALONE_FIELD,
  PART_FIELD,
  PARTS,
  PREFIX_FIELD,
  QUERY_FIELD,
  RESULT_WINDOW,
} from '../src/percolate/elasticsearch/percolators/stored-fields.ts';
import type { PercolateTask } from '../src/percolate/elasticsearch/search/percolate-task.ts';
import type { Ir } from '../src/query/ir.ts';
import type { Workload } from './workload.ts';
import { dslOf } from './workloads/dsl.ts';

const INDEX = `estrom-bench-${process.pid}`;
/** Queries in one `_bulk`. */
const GROUP = 2000;

/** A workload's queries in a percolator index of its own. */
export class StoredWorkload {
  readonly url: string;
  readonly index = INDEX;
  readonly #connection: ElasticsearchConnection;
  readonly #known: SharedArrayBuffer;

  private constructor(url: string, connection: ElasticsearchConnection, properties: object) {
    this.url = url;
    this.#connection = connection;
    this.#known = KnownPaths.of({ properties }).encode();
  }

  static async create(url: string, workload: Workload): Promise<StoredWorkload> {
    const connection = new ElasticsearchConnection(loadConfig({ elasticsearch: url }, {}).config);
    const { documents, queries, mapping, derived } = workload;
    const fields = documents.flatMap((text) => Object.keys(JSON.parse(text) as object));
    const texts = Object.fromEntries(fields.map((field) => [field, { type: 'text' }]));
    const properties = { ...texts, ...derived, ...mapping };
    await connection.demand('PUT', `/${INDEX}`, {
      body: {
        settings: {
          number_of_shards: 1,
          number_of_replicas: 0,
          refresh_interval: -1,
          max_result_window: RESULT_WINDOW,
        },
        mappings: {
          dynamic: false,
          properties: {
            ...properties,
            [QUERY_FIELD]: { type: 'percolator' },
            [PART_FIELD]: { type: 'short' },
            [PREFIX_FIELD]: { type: 'keyword' },
            [ALONE_FIELD]: { type: 'boolean' },
          },
        },
      },
    });
    const stored = new StoredWorkload(url, connection, properties);
    for (let from = 0; from < queries.length; from += GROUP) {
      await stored.#store(queries.slice(from, from + GROUP), from);
    }
    await connection.demand('POST', `/${INDEX}/_refresh`);
    return stored;
  }

  static numberOf(id: string): number {
    return Number.parseInt(id, 16);
  }

  taskOf({ bytes, slots, count }: Batch): PercolateTask {
    const all = Uint32Array.from({ length: count }, (_, slot) => slot);
    const group = { percolator: INDEX, index: 'logs', slots: all, known: this.#known };
    return { bytes, slots, groups: [group] };
  }

  async delete(): Promise<void> {
    await this.#connection.ask('DELETE', `/${INDEX}`);
    await this.#connection.close();
  }

  async #store(queries: readonly Ir[], first: number): Promise<void> {
    const lines = queries.flatMap((query, i) => [
      // As long as the ids of queries are.
      JSON.stringify({ index: { _id: (first + i).toString(16).padStart(32, '0') } }),
      JSON.stringify({
        [QUERY_FIELD]: dslOf(query),
        [PART_FIELD]: (first + i) % PARTS,
        [PREFIX_FIELD]: [''],
        [ALONE_FIELD]: false,
      }),
    ]);
    const answer = await this.#connection.demand('POST', `/${INDEX}/_bulk`, {
      body: `${lines.join('\n')}\n`,
      isNdjson: true,
    });
    if ((answer as { errors: boolean }).errors) throw new Error('a query was not stored');
  }
}
