import {
  type Batch,
  type DocumentFailure,
  type Matches,
  SLOT_END,
  SLOT_INDEX,
  SLOT_START,
  SLOT_WORDS,
} from './document.ts';
import type { ActiveTopics, Broker, Hit } from './fanout/broker.ts';
import { frameHit } from './fanout/framing.ts';
import type { Metrics } from './metrics.ts';
import type { Engine } from './percolate/engine.ts';

export interface PipelineParts {
  readonly engine: Pick<Engine, 'percolate'>;
  readonly broker: Broker & ActiveTopics;
  readonly metrics: Metrics;
  /** This node's epoch: the first part of `_seq`. */
  readonly epoch: string;
}

/**
 * One batch's way from ingest to the outboxes: percolate, then publish. Batches are matched side by
 * side but published in the order in which they were admitted; each document gets its admission
 * number here.
 */
export class Pipeline {
  readonly #engine: Pick<Engine, 'percolate'>;
  readonly #broker: Broker & ActiveTopics;
  readonly #epoch: string;
  #admitted = 0;
  #published = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ engine, broker, metrics, epoch }: PipelineParts) {
    this.#engine = engine;
    this.#broker = broker;
    this.#epoch = epoch;
    metrics.observedCounter(
      'estrom_documents_admitted_total',
      'Documents handed to percolation',
      () => this.#admitted,
    );
    metrics.observedCounter(
      'estrom_hits_published_total',
      'Matches published to active topics',
      () => this.#published,
    );
  }

  /** Resolves when every match of the batch is in the outboxes of those who listen. */
  percolate(batch: Batch): Promise<readonly DocumentFailure[]> {
    const firstSeq = this.#admitted;
    this.#admitted += batch.count;
    const published = this.#inOrder(batch, firstSeq, this.#engine.percolate(batch), this.#last);
    this.#last = published.catch(() => {});
    return published;
  }

  async #inOrder(
    batch: Batch,
    firstSeq: number,
    percolated: Promise<Matches>,
    before: Promise<unknown>,
  ): Promise<readonly DocumentFailure[]> {
    const [matches] = await Promise.all([percolated, before]);
    await this.#publish(batch, firstSeq, matches.pairs);
    return matches.failures;
  }

  async #publish(batch: Batch, firstSeq: number, pairs: Uint32Array): Promise<void> {
    let slot = -1;
    let hit: Hit | undefined;
    for (let k = 0; k < pairs.length; k += 2) {
      const ordinal = pairs[k + 1]!;
      if (!this.#broker.isActive(ordinal)) continue;
      if (hit === undefined || pairs[k] !== slot) {
        slot = pairs[k]!;
        hit = this.#frame(batch, slot, firstSeq + slot);
      }
      this.#published++;
      if (!this.#broker.publish({ ordinal, hit })) await this.#broker.drained();
    }
  }

  /** Copies a matched document once; all its receivers share the copy. */
  #frame({ bytes, slots, indices, ids }: Batch, slot: number, seq: number): Hit {
    const at = slot * SLOT_WORDS;
    const begin = slots[at + SLOT_START]!;
    const source = new Uint8Array(bytes, begin, slots[at + SLOT_END]! - begin);
    const index = indices[slots[at + SLOT_INDEX]!]!;
    return frameHit({ index, id: ids[slot]!, epoch: this.#epoch, seq, source });
  }
}
