import {
  type Batch,
  type DocumentFailure,
  type Matches,
  type NamedMatch,
  type QueryOrdinal,
  SLOT_END,
  SLOT_INDEX,
  SLOT_START,
  SLOT_WORDS,
} from './document.ts';
import type { ActiveTopics, Broker, GapTeller, Hit, Progress, Settling } from './fanout/broker.ts';
import { Framer } from './fanout/framing.ts';
import type { Metrics } from './metrics.ts';
import type { Engine } from './percolate/engine.ts';

export interface PipelineParts {
  readonly engine: Pick<Engine, 'percolate'>;
  readonly broker: Broker & ActiveTopics & Partial<Progress & Settling & GapTeller>;
  /** Queries that the engine matches no more, since they were taken last. */
  readonly takePaused?: () => readonly QueryOrdinal[];
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
  readonly #broker: PipelineParts['broker'];
  readonly #takePaused: () => readonly QueryOrdinal[];
  readonly #framer: Framer;
  #admitted = 0;
  #published = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ engine, broker, takePaused = () => [], metrics, epoch }: PipelineParts) {
    this.#engine = engine;
    this.#broker = broker;
    this.#takePaused = takePaused;
    this.#framer = new Framer(epoch);
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

  /**
   * Resolves when every match of the batch is in the outboxes of those who listen, or was taken by the
   * router that they listen to.
   */
  percolate(batch: Batch): Promise<readonly DocumentFailure[]> {
    // From 1 on: position 0 lies before everything.
    const firstSeq = this.#admitted + 1;
    this.#admitted += batch.count;
    const published = this.#inOrder(batch, firstSeq, this.#engine.percolate(batch), this.#last);
    this.#last = published.catch(() => {});
    return this.#broker.settled === undefined ? published : this.#settled(published);
  }

  /** Resolves when the batches admitted so far are published: then no ordinal that they name is needed. */
  async published(): Promise<void> {
    await this.#last;
  }

  /** Batches are published one after the other, but wait for their acknowledgements together. */
  async #settled(
    published: Promise<readonly DocumentFailure[]>,
  ): Promise<readonly DocumentFailure[]> {
    const failures = await published;
    await this.#broker.settled?.();
    return failures;
  }

  async #inOrder(
    batch: Batch,
    firstSeq: number,
    percolated: Promise<Matches>,
    before: Promise<unknown>,
  ): Promise<readonly DocumentFailure[]> {
    const [matches] = await Promise.all([percolated, before]);
    await this.#tellPaused(firstSeq - 1);
    await this.#publish(batch, firstSeq, matches);
    return matches.failures;
  }

  /** The batch that a query was paused in is published now, or later: nothing is missing before it. */
  async #tellPaused(seq: number): Promise<void> {
    for (const ordinal of this.#takePaused()) {
      if (!this.#broker.isActive(ordinal)) continue;
      const gap = { count: null, reason: 'paused', from: seq, to: seq } as const;
      if (this.#broker.publishGap?.(ordinal, gap) === false) await this.#broker.drained();
    }
  }

  async #publish(batch: Batch, firstSeq: number, { pairs, named }: Matches): Promise<void> {
    // One view for all documents: a view each would be most of the garbage of this path.
    const bytes = Buffer.from(batch.bytes);
    const namesOf = named?.length ? namesByPair(named) : undefined;
    let slot = -1;
    let hit: Hit | undefined;
    for (let k = 0; k < pairs.length; k += 2) {
      const ordinal = pairs[k + 1]!;
      if (!this.#broker.isActive(ordinal)) continue;
      const names = namesOf?.(pairs[k]!, ordinal);
      if (names !== undefined) {
        await this.#publishNamed(ordinal, this.#frame(batch, bytes, pairs[k]!, firstSeq, names));
        continue;
      }
      if (hit === undefined || pairs[k] !== slot) {
        hit?.memory.release();
        slot = pairs[k]!;
        hit = this.#frame(batch, bytes, slot, firstSeq);
      }
      this.#published++;
      if (!this.#broker.publish({ ordinal, hit })) await this.#broker.drained();
    }
    hit?.memory.release();
    this.#broker.passed?.(firstSeq + batch.count - 1);
  }

  /** A hit that tells names is no other query's. */
  async #publishNamed(ordinal: QueryOrdinal, hit: Hit): Promise<void> {
    this.#published++;
    const hasRoom = this.#broker.publish({ ordinal, hit });
    hit.memory.release();
    if (!hasRoom) await this.#broker.drained();
  }

  /** Copies a matched document once; all its receivers share the copy. */
  #frame(
    batch: Batch,
    source: Buffer,
    slot: number,
    firstSeq: number,
    names?: readonly string[],
  ): Hit {
    const { slots, indices, storedIn = indices, ids } = batch;
    const at = slot * SLOT_WORDS;
    const index = storedIn[slots[at + SLOT_INDEX]!]!;
    const start = slots[at + SLOT_START]!;
    const end = slots[at + SLOT_END]!;
    return this.#framer.frame(index, ids.at(slot)!, firstSeq + slot, source, start, end, names);
  }
}

/** Names of clauses by slot and ordinal. */
function namesByPair(
  named: readonly NamedMatch[],
): (slot: number, ordinal: QueryOrdinal) => readonly string[] | undefined {
  const names = new Map(named.map((each) => [`${each.slot} ${each.ordinal}`, each.names]));
  return (slot, ordinal) => names.get(`${slot} ${ordinal}`);
}
