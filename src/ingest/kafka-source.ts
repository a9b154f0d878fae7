import type { DocumentFailure, Percolate } from '../document.ts';
import { ConsumerGroup } from '../kafka/consumer-group.ts';
import { DeadLetters } from '../kafka/dead-letters.ts';
import { watchGroup } from '../kafka/group-metrics.ts';
import type { KafkaProducer } from '../kafka/producer.ts';
import type { KafkaRecord, Poison } from '../kafka/record.ts';
import type { KafkaSettings } from '../kafka/settings.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { BatchBuilder, type ClosedBatch } from './batch-builder.ts';
import { isBlank } from './bulk-parser.ts';
import { EMPTY_DOCUMENT, tooLong } from './item-errors.ts';
import { type Slab, SlabPool } from './slab-pool.ts';
import type { Stamps } from './stamps.ts';

/** Of one batch, as long as no document is longer. */
const SLAB_BYTES = 256 * 1024;

export interface KafkaSourceParts {
  readonly settings: KafkaSettings;
  /** The consumer group that the nodes of one installation share. */
  readonly groupId: string;
  /** The index of each topic. */
  readonly topics: ReadonlyMap<string, string>;
  readonly from: 'earliest' | 'latest';
  /** The topic for what is no document. */
  readonly deadLetterTopic: string;
  readonly producer: KafkaProducer;
  /** Bytes of documents that were read and not yet percolated, twice: as they came, and in batches. */
  readonly maxBytes: number;
  /** Longest document, in bytes. */
  readonly maxDocument: number;
  readonly percolate: Percolate;
  readonly stamps: Stamps;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Of a batch; with an error it was not percolated. */
interface Outcome {
  readonly error?: unknown;
}

/**
 * Percolates the documents in topics of Kafka: each record's value is one, its id is `<topic>-<partition>-<offset>`
 * whenever and wherever it is read. Offsets are committed when their documents are percolated. What is no
 * document goes to the dead letters, and a record without a value is passed over.
 */
export class KafkaSource {
  readonly #parts: KafkaSourceParts;
  readonly #pool: SlabPool;
  readonly #group: ConsumerGroup;
  #percolated = 0;
  #poisonous = 0;
  #skipped = 0;
  /** Batches are made one after the other, so that they are admitted in order. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: KafkaSourceParts) {
    this.#parts = parts;
    const { settings, groupId, topics, from, maxBytes, maxDocument, log } = parts;
    this.#pool = new SlabPool(Math.max(maxBytes, 4 * maxDocument), maxDocument);
    this.#group = new ConsumerGroup({
      ...{ settings, groupId, topics: [...topics.keys()], from, maxBytes, log },
      sink: (records) => this.#take(records),
      deadLetters: new DeadLetters(parts.producer, parts.deadLetterTopic),
    });
    this.#watch(parts.metrics);
  }

  start(): void {
    this.#group.start();
  }

  /** Resolves when what was read is percolated and committed, and the group is left. */
  async close(): Promise<void> {
    await this.#group.close();
  }

  #watch(metrics: Metrics): void {
    watchGroup(metrics, this.#group, {
      prefix: 'estrom_kafka',
      what: 'documents',
      results: ['percolated', 'dead_letter', 'skipped'],
      count: (result) => {
        if (result === 'skipped') return this.#skipped;
        return result === 'percolated' ? this.#percolated : this.#poisonous;
      },
    });
  }

  async #take(records: readonly KafkaRecord[]): Promise<readonly Poison[]> {
    const before = this.#last;
    const admitted = Promise.withResolvers<void>();
    this.#last = admitted.promise;
    await before;
    const poison = new Map<KafkaRecord, string>();
    const batches: Promise<Outcome>[] = [];
    try {
      let rest = records;
      while (rest.length > 0) rest = await this.#batch(rest, poison, batches);
    } finally {
      admitted.resolve();
    }
    for (const { error } of await Promise.all(batches)) if (error !== undefined) throw error;
    this.#poisonous += poison.size;
    return records
      .filter((record) => poison.has(record))
      .map((record) => ({ record, reason: poison.get(record)! }));
  }

  /** @returns the records that did not fit into the batch */
  async #batch(
    records: readonly KafkaRecord[],
    poison: Map<KafkaRecord, string>,
    batches: Promise<Outcome>[],
  ): Promise<readonly KafkaRecord[]> {
    const { stamps, topics } = this.#parts;
    const slab = await this.#pool.acquire(this.#bytesFor(records));
    const builder = new BatchBuilder(stamps);
    builder.use(slab);
    const sources: KafkaRecord[] = [];
    let filled = 0;
    let taken = 0;
    for (const record of records) {
      const { value } = record;
      const reason = this.#reasonAgainst(value);
      if (value !== null && reason === null) {
        if (!builder.hasRoom || filled + value.length > slab.view.length) break;
        slab.view.set(value, filled);
        const id = `${record.topic}-${record.partition}-${record.offset}`;
        builder.document('index', topics.get(record.topic)!, id, filled, filled + value.length);
        filled += value.length;
        sources.push(record);
      } else if (reason !== null) poison.set(record, reason);
      else this.#skipped++;
      taken++;
    }
    if (builder.items === 0) this.#pool.release(slab);
    else batches.push(this.#percolate(builder.close(), slab, sources, poison));
    return records.slice(taken);
  }

  async #percolate(
    { batch }: ClosedBatch,
    slab: Slab,
    sources: readonly KafkaRecord[],
    poison: Map<KafkaRecord, string>,
  ): Promise<Outcome> {
    try {
      const failures = await this.#parts.percolate(batch);
      this.#percolated += batch.count - failures.length;
      for (const failure of failures) poison.set(sources[failure.slot]!, reasonOf(failure));
      return {};
    } catch (error) {
      return { error };
    } finally {
      this.#pool.release(slab);
    }
  }

  /** Of a slab for as many of these as a batch should have: the first at least. */
  #bytesFor(records: readonly KafkaRecord[]): number {
    let bytes = 0;
    for (const { value } of records) {
      if (value === null || value.length > this.#pool.maxLine) continue;
      if (bytes > 0 && bytes + value.length > SLAB_BYTES) break;
      bytes += value.length;
    }
    return Math.max(bytes, 1);
  }

  #reasonAgainst(value: Buffer | null): string | null {
    if (value === null) return null;
    if (value.length > this.#pool.maxLine) return tooLong(1, this.#pool.maxLine).reason;
    return isBlank(value, 0, value.length) ? EMPTY_DOCUMENT.reason : null;
  }
}

function reasonOf({ type, reason }: DocumentFailure): string {
  return `${type}: ${reason}`;
}
