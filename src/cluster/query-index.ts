import type { QueryId } from '../document.ts';
import type { ElasticsearchConnection } from '../elasticsearch/connection.ts';
import { reasonOf } from '../elasticsearch/connection.ts';
import { EstromError } from '../errors.ts';
import { promptly } from './promptly.ts';
import type { SharedQuery, Versioned } from './shared-query.ts';

/** Who reads changes comes again soon. */
const ONCE = { timeout: 5000, retries: 0 };
const PAGE = 5000;
const MAX_READ = 1000;

const INDEX = {
  settings: {
    number_of_shards: 1,
    auto_expand_replicas: '0-1',
    // Who reads changes refreshes first, and only when there are any.
    refresh_interval: '-1',
  },
  mappings: { dynamic: false, properties: { ended: { type: 'long' } } },
};

export interface Change extends Versioned {
  readonly id: QueryId;
}

export interface Write {
  readonly id: QueryId;
  readonly query: SharedQuery;
  /** The version that it replaces; null when there must be none. */
  readonly over: Pick<Versioned, 'seqNo' | 'term'> | null;
}

/** What became of a write: its version, or why there is none. */
export type Written = Pick<Versioned, 'seqNo' | 'term'> | 'conflict' | EstromError;

/** How far the index has come. */
export interface Checkpoint {
  /** Changes when the index is another one of the same name. */
  readonly uuid: string;
  /** Every change up to this number is durable, and visible after a refresh; -1 for none. */
  readonly seqNo: number;
}

interface Found {
  readonly _id: string;
  readonly _seq_no: number;
  readonly _primary_term: number;
  readonly _source: SharedQuery;
}

interface Item {
  readonly status: number;
  readonly _seq_no?: number;
  readonly _primary_term?: number;
  readonly error?: unknown;
}

interface Shard {
  readonly routing: { readonly primary: boolean };
  readonly seq_no?: { readonly global_checkpoint: number };
}

/** The index that holds the shared registry: one document a query, its `_id` the query's. */
export class QueryIndex {
  readonly name: string;
  readonly #elasticsearch: ElasticsearchConnection;

  constructor(elasticsearch: ElasticsearchConnection) {
    this.#elasticsearch = elasticsearch;
    this.name = `${elasticsearch.prefix}-queries`;
  }

  /** Makes the index unless it is there. Errors of all methods as `ElasticsearchConnection.demand`. */
  async create(): Promise<void> {
    await createIndex(this.#elasticsearch, this.name, INDEX);
  }

  /** What is there of these, as of now. */
  async read(ids: readonly QueryId[]): Promise<Map<QueryId, Versioned>> {
    const found = new Map<QueryId, Versioned>();
    for (let from = 0; from < ids.length; from += MAX_READ) {
      const group = ids.slice(from, from + MAX_READ);
      const body = (await this.#ask('POST', '_mget', { ids: group })) as {
        docs: (Found & { found?: boolean; error?: object })[];
      };
      for (const one of body.docs) {
        // A missing answer is none.
        if (one.error !== undefined) throw new EstromError('UNAVAILABLE', reasonOf(one));
        if (one.found === true) found.set(one._id, versioned(one));
      }
    }
    return found;
  }

  /** Resolves when all are durable; what is wrong with one is data in its place. */
  async write(writes: readonly Write[]): Promise<Written[]> {
    let lines = '';
    for (const { id, query, over } of writes) {
      const action =
        over === null
          ? { create: { _id: id } }
          : { index: { _id: id, if_seq_no: over.seqNo, if_primary_term: over.term } };
      lines += `${JSON.stringify(action)}\n${JSON.stringify(query)}\n`;
    }
    const { items } = (await this.#ask('POST', '_bulk', lines, true)) as {
      items: Record<string, Item>[];
    };
    return items.map((item) => written(Object.values(item)[0]!));
  }

  async checkpoint(): Promise<Checkpoint> {
    const answer = await this.#elasticsearch.ask('GET', `/${this.name}/_stats/indexing`, {
      query: {
        level: 'shards',
        filter_path:
          'indices.*.uuid,indices.*.shards.*.seq_no,indices.*.shards.*.routing.primary,error.type,error.reason',
      },
      ...ONCE,
    });
    if (answer.status === 404) {
      await this.create();
      return { uuid: '', seqNo: -1 };
    }
    if (answer.status >= 400) {
      throw new EstromError(
        'UNAVAILABLE',
        `Elasticsearch answered ${answer.status} to a question for ${this.name}: ${reasonOf(answer.body)}`,
      );
    }
    const { indices } = answer.body as {
      indices?: Record<string, { uuid: string; shards?: Record<string, Shard[]> }>;
    };
    const stats = indices?.[this.name];
    const primary = stats?.shards?.['0']?.find(({ routing }) => routing.primary);
    if (stats === undefined || primary?.seq_no === undefined) {
      throw new EstromError('UNAVAILABLE', `index ${this.name} has no started shard; try again`);
    }
    return { uuid: stats.uuid, seqNo: primary.seq_no.global_checkpoint };
  }

  /**
   * The last change of each query in a range of numbers, in their order. One that changed again comes
   * with its later number, which may lie beyond this range.
   * @param upTo Infinity: all that there are, and each at least once, whatever changes meanwhile
   */
  async *changes(after: number, upTo: number): AsyncGenerator<Change[]> {
    await this.#ask('POST', '_refresh');
    for (let from = after; ; ) {
      const body = (await this.#ask('POST', '_search', {
        size: PAGE,
        track_total_hits: false,
        seq_no_primary_term: true,
        query: { range: { _seq_no: { gt: from, ...(Number.isFinite(upTo) && { lte: upTo }) } } },
        sort: ['_seq_no'],
      })) as { timed_out: boolean; _shards: { failed: number }; hits: { hits: Found[] } };
      if (body._shards.failed > 0 || body.timed_out) {
        throw new EstromError('UNAVAILABLE', `index ${this.name} answered in part; try again`);
      }
      const { hits } = body.hits;
      if (hits.length > 0) yield hits.map((hit) => ({ id: hit._id, ...versioned(hit) }));
      if (hits.length < PAGE) return;
      from = hits.at(-1)!._seq_no;
    }
  }

  /** Forgets what ended before that time. */
  async purge(before: number): Promise<void> {
    const body = { query: { range: { ended: { gt: 0, lt: before } } } };
    await this.#elasticsearch.demand('POST', `/${this.name}/_delete_by_query`, {
      query: { conflicts: 'proceed', refresh: false },
      body,
    });
  }

  async #ask(method: string, what: string, body?: object | string, isNdjson = false) {
    const payload = body === undefined ? {} : { body };
    return await promptly(this.#elasticsearch, method, `/${this.name}/${what}`, {
      ...payload,
      isNdjson,
    });
  }
}

/** Makes an index unless there is one of that name. */
export async function createIndex(
  elasticsearch: ElasticsearchConnection,
  name: string,
  body: object,
): Promise<void> {
  const answer = await elasticsearch.ask('PUT', `/${name}`, { body, retries: 0 });
  if (answer.status < 400) return;
  const reason = reasonOf(answer.body);
  if (reason.startsWith('resource_already_exists_exception')) return;
  throw new EstromError(
    answer.status === 429 || answer.status === 503 ? 'UNAVAILABLE' : 'ENGINE_FAILED',
    `Elasticsearch answered ${answer.status} to the creation of index ${name}: ${reason}`,
  );
}

function versioned({ _seq_no: seqNo, _primary_term: term, _source: query }: Found): Versioned {
  return { seqNo, term, query };
}

function written(item: Item): Written {
  if (item.status === 409) return 'conflict';
  if (item.status < 300) return { seqNo: item._seq_no!, term: item._primary_term! };
  const reason = reasonOf({ error: item.error });
  return new EstromError('UNAVAILABLE', `the registry could not be written: ${reason}; try again`);
}
