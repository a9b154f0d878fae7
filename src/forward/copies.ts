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
import { TooLong } from './ask.ts';
import type { ForwardMetrics, ItemOutcome } from './forward-metrics.ts';
import { Gate } from './gate.ts';
import { IndexNames } from './index-names.ts';
import type { Known } from './known.ts';
import type { Stored } from './outcomes.ts';
import { type Fetched, NotAllowed, type StoredDocuments } from './stored-documents.ts';

/** Requests that fetch documents at the same time: how long those are is known only afterwards. */
const AT_A_TIME = 4;
/** Documents of one batch at most, and bytes as they were sent. */
const BATCH_DOCUMENTS = 500;
const BATCH_BYTES = 1024 * 1024;

const NOTHING: Fetched = { found: [], release: () => {} };

/** A stored document on its way to percolation. */
export interface Document extends Stored {
  /** Of its index. */
  readonly uuid: string;
  /** What index expressions see. */
  readonly name: string;
  readonly routing: string | undefined;
  /** The sender named it, so it may send it again. */
  readonly hasId: boolean;
  /** What was sent says how to change the document; it is not the document. */
  readonly isUpdate: boolean;
}

export interface CopiesParts {
  readonly percolate: Percolate;
  readonly documents: StoredDocuments;
  readonly known: Known;
  readonly metrics: ForwardMetrics;
  readonly log: Logger;
}

interface Copy {
  readonly document: Document;
  readonly bytes: Buffer;
  readonly seqNo: string;
  readonly outcome: ItemOutcome;
}

/** Percolates documents of which some are not as they were sent; those are fetched, or in the answer. */
export class Copies {
  readonly #parts: CopiesParts;
  readonly #gate = new Gate(AT_A_TIME);

  constructor(parts: CopiesParts) {
    this.#parts = parts;
  }

  /**
   * @param documents in order
   * @param slab what was sent, if it can be used; @param firstItem number of its first item
   * @param answer what returned documents are in
   */
  async deliver(
    documents: readonly Document[],
    slab: Slab | null,
    firstItem: number,
    answer: Buffer,
  ): Promise<void> {
    const sent = ({ item, source }: Document): Buffer | null => {
      if (source !== null) return answer.subarray(source.start, source.end);
      if (slab === null) return null;
      const at = (item - firstItem) * SLOT_WORDS;
      return slab.view.subarray(slab.slots[at + SLOT_START]!, slab.slots[at + SLOT_END]!);
    };
    let from = 0;
    // How long stored documents are is known only when they are there.
    let mostWanted = Number.POSITIVE_INFINITY;
    while (from < documents.length) {
      let bytes = 0;
      let wanted = 0;
      let to = from;
      const most = Math.min(mostWanted, this.#parts.documents.group);
      while (to < documents.length && to - from < BATCH_DOCUMENTS && bytes < BATCH_BYTES) {
        if (isWanted(documents[to]!) && ++wanted > most) break;
        bytes += sent(documents[to++]!)?.length ?? 0;
      }
      const some = documents.slice(from, to);
      try {
        await this.#gate.run(() => this.#batch(some, sent));
        from = to;
      } catch (error) {
        if (!(error instanceof TooLong)) throw error;
        mostWanted = Math.max(1, some.filter(isWanted).length >> 2);
      }
    }
  }

  /** @throws TooLong: nothing was percolated */
  async #batch(
    documents: readonly Document[],
    sent: (document: Document) => Buffer | null,
  ): Promise<void> {
    const wanted = documents.filter(isWanted);
    const fetched = wanted.length === 0 ? NOTHING : await this.#fetch(wanted);
    try {
      await this.#percolate(this.#copies(documents, fetched?.found ?? null, sent));
    } finally {
      fetched?.release();
    }
  }

  /** @returns null when Elasticsearch does not let estrom read */
  async #fetch(wanted: readonly Document[]): Promise<Fetched | null> {
    try {
      return await this.#parts.documents.fetch(wanted);
    } catch (error) {
      if (!(error instanceof NotAllowed)) throw error;
      seldom(this.#parts.log).warn(
        {},
        'Elasticsearch does not let estrom read documents (--elasticsearch-api-key): those that a pipeline may have changed are percolated as they were sent',
      );
      return null;
    }
  }

  #copies(
    documents: readonly Document[],
    fetched: Fetched['found'] | null,
    sent: (document: Document) => Buffer | null,
  ): Copy[] {
    const { known, metrics } = this.#parts;
    let next = 0;
    const copies: Copy[] = [];
    // Together with those of this batch: they are percolated with it, or not at all.
    const isKnown = ({ uuid, id }: Document, seqNo: string): boolean =>
      known.has(uuid, id, seqNo) ||
      copies.some((copy) => isSame(copy, uuid, id) && copy.seqNo === seqNo);
    for (const document of documents) {
      const { where, seqNo } = document;
      if (where === 'sent' || where === 'returned') {
        const outcome = where === 'sent' ? 'percolated' : 'returned';
        copies.push({ document, bytes: sent(document)!, seqNo, outcome });
        continue;
      }
      const found = fetched === null ? null : fetched[next++]!;
      if (found === null) {
        const bytes = fetched === null ? sent(document) : null;
        if (bytes === null || document.isUpdate || where === 'conflict') metrics.items('gone', 1);
        else copies.push({ document, bytes, seqNo, outcome: 'as_sent' });
      } else if (where === 'conflict' && isKnown(document, found.seqNo)) {
        metrics.items('conflict_known', 1);
      } else {
        const outcome = where === 'conflict' ? 'conflict_percolated' : 'fetched';
        copies.push({ document, bytes: found.source, seqNo: found.seqNo, outcome });
      }
    }
    return copies;
  }

  async #percolate(copies: readonly Copy[]): Promise<void> {
    if (copies.length === 0) return;
    const { percolate, known, metrics, log } = this.#parts;
    const failures = await percolate(batchOf(copies));
    const failed = new Set(failures.map(({ slot }) => slot));
    if (failures.length > 0)
      seldom(log).warn({ failure: failures[0] }, 'stored, but not percolated');
    for (const [slot, { document, seqNo, outcome }] of copies.entries()) {
      metrics.items(failed.has(slot) ? 'unmatched' : outcome, 1);
      if (document.hasId) known.add(document.uuid, document.id, seqNo);
    }
  }
}

function isWanted({ where }: Document): boolean {
  return where === 'fetch' || where === 'conflict';
}

function isSame({ document }: Copy, uuid: string, id: string): boolean {
  return document.id === id && document.uuid === uuid;
}

function batchOf(copies: readonly Copy[]): Batch {
  const size = copies.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const bytes = new SharedArrayBuffer(Math.max(size, 1));
  const slots = new Uint32Array(
    new SharedArrayBuffer(copies.length * SLOT_WORDS * Uint32Array.BYTES_PER_ELEMENT),
  );
  const target = Buffer.from(bytes);
  const names = new IndexNames();
  let at = 0;
  for (const [slot, copy] of copies.entries()) {
    target.set(copy.bytes, at);
    const words = slot * SLOT_WORDS;
    slots[words + SLOT_START] = at;
    at += copy.bytes.length;
    slots[words + SLOT_END] = at;
    slots[words + SLOT_INDEX] = names.place(copy.document.name, copy.document.index);
  }
  const ids = copies.map(({ document }) => document.id);
  return { bytes, slots, count: copies.length, ...names.lists, ids };
}
