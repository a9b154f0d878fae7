import { xxh3 } from '@node-rs/xxhash';
import { reasonOf } from '../../../elasticsearch/connection.ts';
import { EstromError } from '../../../errors.ts';
import type { Patience } from '../patience.ts';
import {
  describeFuture,
  describeIndex,
  type IndexDescription,
  settled,
  writeIndexOf,
} from './describe-index.ts';
import { type IndexShape, objectAt, shapeOf } from './index-shape.ts';
import { matchingPart } from './mapping-form.ts';
import type { LearnFailure, Learnt, MappingSource } from './mapping-source.ts';

interface BulkAnswer {
  readonly items: readonly {
    readonly index: { readonly status: number; readonly error?: BulkError };
  }[];
}

interface BulkError {
  readonly type: string;
  readonly reason: string;
  readonly caused_by?: { readonly reason?: string };
}

/**
 * For documents that nobody stores. A shadow index of the target's mapping takes the documents that
 * bring new fields, all of them under one id, so that Elasticsearch decides their types exactly as it
 * would in the index itself, for all nodes at once. There is none for an index whose mapping covers
 * all that comes.
 */
export class ShadowMappings implements MappingSource {
  readonly #patience: Patience;
  readonly #prefix: string;

  /** @param prefix of the names of shadow indices */
  constructor(patience: Patience, prefix: string) {
    this.#patience = patience;
    this.#prefix = prefix;
  }

  async resolve(index: string): Promise<IndexShape> {
    const shadow = await describeIndex(this.#patience, this.shadowOf(index));
    if (shadow !== null) return shapeOf(shadow);
    const { description, exists } = await this.#describeTarget(index);
    // Templates are as people wrote them; an index gives its mapping in Elasticsearch's form.
    if (!exists && Object.keys(description.mappings).length > 0) {
      return this.#make(index, description);
    }
    return shapeOf(description);
  }

  async reread(index: string): Promise<IndexShape> {
    await settled(this.#patience);
    return this.resolve(index);
  }

  async learn(index: string, documents: readonly Uint8Array[]): Promise<Learnt> {
    const shadow = this.shadowOf(index);
    const name = encodeURIComponent(shadow);
    const lines = documents.map((document) => `{"index":{"_id":"0"}}\n${oneLine(document)}\n`);
    const answer = (await this.#patience.insist(async () => {
      if ((await describeIndex(this.#patience, shadow)) === null) {
        await this.#make(index, (await this.#describeTarget(index)).description);
      }
      const asked = (await this.#patience.demand('POST', `/${name}/_bulk`, {
        query: { filter_path: 'items.*.status,items.*.error' },
        body: lines.join(''),
        isNdjson: true,
      })) as BulkAnswer;
      const busy = asked.items.find(({ index: { status } }) => status === 429 || status >= 500);
      if (busy !== undefined) {
        throw new EstromError('UNAVAILABLE', reasonOf({ error: busy.index.error }));
      }
      return asked;
    })) as BulkAnswer;
    const description = await describeIndex(this.#patience, shadow);
    return {
      shape: shapeOf(description ?? { mappings: {}, settings: {} }),
      failures: answer.items.map(({ index: { status, error } }) => failureOf(status, error)),
    };
  }

  shadowOf(index: string): string {
    return `${this.#prefix}-mapping-${xxh3.xxh128(index).toString(16).padStart(32, '0')}`;
  }

  async #describeTarget(
    index: string,
  ): Promise<{ description: IndexDescription; exists: boolean }> {
    const concrete = await writeIndexOf(this.#patience, index);
    const found = concrete === null ? null : await describeIndex(this.#patience, concrete);
    if (found !== null) return { description: found, exists: true };
    return { description: await describeFuture(this.#patience, index), exists: false };
  }

  /** Makes the shadow index, unless another node was faster. */
  async #make(index: string, { mappings, settings }: IndexDescription): Promise<IndexShape> {
    const shadow = this.shadowOf(index);
    const { settings: shared } = shapeOf({ mappings, settings });
    const { status, body } = await this.#patience.ask('PUT', `/${encodeURIComponent(shadow)}`, {
      body: {
        settings: {
          ...shared,
          mapping: objectAt(settings, 'mapping'),
          number_of_shards: 1,
          auto_expand_replicas: '0-1',
          hidden: true,
          refresh_interval: '-1',
        },
        mappings: { ...matchingPart(mappings), _source: { enabled: false }, _meta: { index } },
      },
    });
    if (status >= 400 && !reasonOf(body).startsWith('resource_already_exists_exception')) {
      throw new EstromError(
        'ENGINE_FAILED',
        `Elasticsearch refuses an index with the mapping of [${index}]: ${reasonOf(body)}`,
      );
    }
    const made = await describeIndex(this.#patience, shadow);
    return shapeOf(made ?? { mappings, settings });
  }
}

function failureOf(status: number, error: BulkError | undefined): LearnFailure | undefined {
  if (error === undefined) return undefined;
  const cause = error.caused_by?.reason;
  const reason = cause === undefined ? error.reason : `${error.reason}: ${cause}`;
  return { status, type: error.type, reason };
}

/** Line ends outside of strings are white space; inside of strings there are none. */
function oneLine(document: Uint8Array): string {
  return Buffer.from(document)
    .toString()
    .replaceAll(/[\r\n]/g, ' ');
}
