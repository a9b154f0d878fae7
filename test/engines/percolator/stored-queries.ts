import type { ElasticsearchConnection } from '../../../src/elasticsearch/connection.ts';
import { KnownPaths } from '../../../src/percolate/elasticsearch/mapping/known-paths.ts';
import {
  ALONE_FIELD,
  PART_FIELD,
  PARTS,
  PREFIX_FIELD,
  QUERY_FIELD,
  RESULT_WINDOW,
} from '../../../src/percolate/elasticsearch/percolators/stored-fields.ts';
import type {
  PercolateAnswer,
  PercolateTask,
} from '../../../src/percolate/elasticsearch/search/percolate-task.ts';
import { batchOf } from '../../percolate/batches.ts';

export type Json = Record<string, unknown>;

export interface StoredQuery {
  readonly id: string;
  readonly query: Json;
  /** Values of the prefix field; every index unless given. */
  readonly prefixes?: readonly string[];
  readonly alone?: boolean;
}

/** A percolator index made by hand, as the engine makes its own. */
export class StoredQueries {
  readonly index: string;
  readonly known: SharedArrayBuffer;
  readonly #connection: ElasticsearchConnection;

  private constructor(connection: ElasticsearchConnection, index: string, properties: Json) {
    this.#connection = connection;
    this.index = index;
    this.known = KnownPaths.of({ properties }).encode();
  }

  static async create(
    connection: ElasticsearchConnection,
    index: string,
    properties: Json,
    settings: Json = {},
  ): Promise<StoredQueries> {
    await connection.ask('DELETE', `/${index}`);
    await connection.demand('PUT', `/${index}`, {
      body: {
        settings: {
          number_of_shards: 1,
          number_of_replicas: 0,
          max_result_window: RESULT_WINDOW,
          refresh_interval: -1,
          ...settings,
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
    return new StoredQueries(connection, index, properties);
  }

  async add(queries: readonly StoredQuery[]): Promise<void> {
    for (let from = 0; from < queries.length; from += 5000) {
      const lines = queries.slice(from, from + 5000).flatMap((stored, i) => [
        JSON.stringify({ index: { _id: stored.id } }),
        JSON.stringify({
          [QUERY_FIELD]: stored.query,
          [PART_FIELD]: (from + i) % PARTS,
          [PREFIX_FIELD]: stored.prefixes ?? [''],
          [ALONE_FIELD]: stored.alone ?? false,
        }),
      ]);
      const answer = (await this.#connection.demand('POST', `/${this.index}/_bulk`, {
        body: `${lines.join('\n')}\n`,
        isNdjson: true,
      })) as { errors: boolean; items: unknown[] };
      if (answer.errors) throw new Error(JSON.stringify(answer.items).slice(0, 1000));
    }
    await this.#connection.demand('POST', `/${this.index}/_refresh`);
  }

  async delete(): Promise<void> {
    await this.#connection.ask('DELETE', `/${this.index}`);
  }
}

/** Documents as JSON texts; `of` names the target index of each, and the percolator that knows it. */
export function taskOf(
  documents: readonly string[],
  stored: StoredQueries | ((slot: number) => readonly [StoredQueries, string]),
): PercolateTask {
  const of = typeof stored === 'function' ? stored : () => [stored, 'docs'] as const;
  const indices = documents.map((_, slot) => of(slot)[1]);
  const { bytes, slots } = batchOf(documents, indices);
  const groups = [...new Set(indices)].map((index) => {
    const own = documents.flatMap((_, slot) => (indices[slot] === index ? [slot] : []));
    const [{ index: percolator, known }] = of(own[0]!);
    return { percolator, index, slots: Uint32Array.from(own), known };
  });
  return { bytes, slots, groups };
}

/** Sorted ids by slot. */
export function idsBySlot({ ids, pairs }: PercolateAnswer, count: number): string[][] {
  const bySlot: string[][] = Array.from({ length: count }, () => []);
  for (let k = 0; k < pairs.length; k += 2) bySlot[pairs[k]!]!.push(ids[pairs[k + 1]!]!);
  for (const list of bySlot) list.sort();
  return bySlot;
}
