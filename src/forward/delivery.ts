import {
  type Batch,
  type Percolate,
  SLOT_END,
  SLOT_INDEX,
  SLOT_START,
  SLOT_WORDS,
} from '../document.ts';
import type { Slab } from '../ingest/slab-pool.ts';
import type { Logger } from '../log.ts';
import { seldom } from '../seldom.ts';
import type { ActionFacts } from './bulk-lines.ts';
import { Copies, type Document } from './copies.ts';
import type { ForwardMetrics } from './forward-metrics.ts';
import { IndexNames } from './index-names.ts';
import type { IndexSettings, Naming } from './index-settings.ts';
import { Known } from './known.ts';
import type { Stored } from './outcomes.ts';
import type { FilledSlab } from './part.ts';
import type { StoredDocuments } from './stored-documents.ts';

export interface DeliveryParts {
  readonly percolate: Percolate;
  readonly settings: IndexSettings;
  readonly documents: StoredDocuments;
  readonly metrics: ForwardMetrics;
  readonly log: Logger;
}

/** What is the same for all items of a request. */
export interface RequestFacts {
  /** The index of its path. */
  readonly index: string | undefined;
  readonly pipeline: string | undefined;
  readonly routing: string | undefined;
}

/** Brings what Elasticsearch stored to the next stage. */
export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #known = new Known();
  readonly #copies: Copies;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
    this.#copies = new Copies({ ...parts, known: this.#known });
  }

  /**
   * Resolves when everything is percolated.
   * @param slabs items of the request, in order, as they were sent; empty: their lines were not understood
   * @param stored what of them is stored, in order
   * @param answer what `stored` points into
   * @param release called with each slab as soon as it is no longer needed
   */
  async deliver(
    slabs: readonly FilledSlab[],
    stored: readonly Stored[],
    answer: Buffer,
    request: RequestFacts,
    release: (slab: Slab) => void,
  ): Promise<void> {
    const documents = await this.#locate(slabs, stored, request);
    const pending: Promise<void>[] = [];
    let next = 0;
    let firstItem = 0;
    const take = (until: number): Document[] => {
      const from = next;
      while (next < documents.length && documents[next]!.item < until) next++;
      return documents.slice(from, next);
    };
    for (const filled of slabs) {
      const own = take(firstItem + filled.facts.length);
      if (own.every(({ where }) => where === 'sent')) {
        const done = this.#inPlace(filled.slab, own, firstItem);
        pending.push(done.finally(() => release(filled.slab)));
      } else {
        // One after the other: what follows waits, so that documents keep their order.
        await Promise.all(pending.splice(0));
        await this.#copies.deliver(own, filled.slab, firstItem, answer);
        release(filled.slab);
      }
      firstItem += filled.facts.length;
    }
    await Promise.all(pending);
    const rest = take(Number.POSITIVE_INFINITY);
    if (rest.length > 0) await this.#copies.deliver(rest, null, 0, answer);
  }

  /** Under which name each document is percolated, and where it is now that pipelines are known. */
  async #locate(
    slabs: readonly FilledSlab[],
    stored: readonly Stored[],
    request: RequestFacts,
  ): Promise<Document[]> {
    const documents: Document[] = [];
    const since = performance.now();
    const all = slabs.flatMap(({ facts }) => facts);
    let sentBefore: string | undefined;
    let indexBefore: string | undefined;
    let naming: Naming = { name: '', pipeline: false, uuid: '' };
    for (const one of stored) {
      const facts: ActionFacts | undefined = all[one.item];
      const sent = facts?.index ?? request.index;
      if (sent !== sentBefore || one.index !== indexBefore) {
        naming = await this.#parts.settings.naming(sent, one.index, since);
        sentBefore = sent;
        indexBefore = one.index;
      }
      const named = facts?.pipeline ?? request.pipeline;
      const isChanged = naming.pipeline || (named !== undefined && named !== '_none');
      documents.push({
        ...one,
        where: one.where === 'sent' && isChanged ? 'fetch' : one.where,
        name: naming.name,
        uuid: naming.uuid,
        routing: facts?.routing ?? request.routing,
        hasId: facts?.hasId ?? true,
        isUpdate: facts?.op === 'update',
      });
    }
    return documents;
  }

  /** The bytes that were sent are what is stored: they are percolated where they are. */
  async #inPlace(slab: Slab, documents: readonly Document[], firstItem: number): Promise<void> {
    if (documents.length === 0) return;
    const { slots } = slab;
    const names = new IndexNames();
    const ids: string[] = [];
    for (const { item, name, index, id } of documents) {
      const from = (item - firstItem) * SLOT_WORDS;
      // Never before `from` is read: documents are no more than items.
      const to = ids.push(id) * SLOT_WORDS - SLOT_WORDS;
      slots[to + SLOT_START] = slots[from + SLOT_START]!;
      slots[to + SLOT_END] = slots[from + SLOT_END]!;
      slots[to + SLOT_INDEX] = names.place(name, index);
    }
    const batch: Batch = { bytes: slab.bytes, slots, count: ids.length, ...names.lists, ids };
    const failures = await this.#parts.percolate(batch);
    const { metrics, log } = this.#parts;
    metrics.items('percolated', ids.length - failures.length);
    metrics.items('unmatched', failures.length);
    if (failures.length > 0)
      seldom(log).warn({ failure: failures[0] }, 'stored, but not percolated');
    for (const { hasId, uuid, id, seqNo } of documents) {
      if (hasId) this.#known.add(uuid, id, seqNo);
    }
  }
}
