import { isUtf8 } from 'node:buffer';
import { setTimeout as wait } from 'node:timers/promises';
import { EstromError } from '../../errors.ts';
import { Bell } from '../../kafka/bell.ts';
import { ConsumerGroup } from '../../kafka/consumer-group.ts';
import { DeadLetters } from '../../kafka/dead-letters.ts';
import { watchGroup } from '../../kafka/group-metrics.ts';
import type { KafkaProducer } from '../../kafka/producer.ts';
import { type KafkaRecord, type Poison, recordBytes } from '../../kafka/record.ts';
import type { KafkaSettings } from '../../kafka/settings.ts';
import type { Logger } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type { EventFailure, SourceEvent } from '../matching/matcher.ts';

/** Partitions are dealt out to so many lanes, in each of which events go one batch after the other. */
const LANES = 4;
/** Milliseconds after which a batch is overtaken: it waits for a document that may never come. */
const OVERTAKEN = 250;
/** Of events that are matched together, as long as none is longer. */
const BATCH_BYTES = 512 * 1024;
const BATCH_EVENTS = 500;
/** Milliseconds. */
const FIRST_DELAY = 200;
const LONGEST_DELAY = 10_000;

export interface KafkaEventsParts {
  readonly settings: KafkaSettings;
  /** The consumer group that the nodes of one installation share. */
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Where the group begins in topics that it has not read yet. */
  readonly from: 'earliest' | 'latest';
  /** The topic for what is no event, or whose document is not to be had. */
  readonly deadLetterTopic: string;
  readonly producer: KafkaProducer;
  /** Bytes of events that were read and whose orders are not durable. */
  readonly maxBytes: number;
  /**
   * Resolves when all orders of these events are durable, with the events that can have none. A rejection means
   * "not now": the same events come again.
   */
  readonly take: (events: readonly SourceEvent[]) => Promise<readonly EventFailure[]>;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/**
 * Reads events from topics of Kafka, in order within each partition as long as none has to wait for its document. An
 * event's position is `<topic>/<partition>/<offset>`, so its orders have the same ids whenever and wherever it is
 * read. Offsets are committed when the orders of everything before them are durable. What can have no orders
 * goes to the dead letters, and a record without a value is passed over.
 */
export class KafkaEvents {
  readonly #parts: KafkaEventsParts;
  readonly #group: ConsumerGroup;
  /** What each lane does last. */
  readonly #lanes = new Map<number, Promise<unknown>>();
  readonly #closing = new AbortController();
  #matched = 0;
  #poisonous = 0;
  #skipped = 0;
  #retries = 0;
  /** Lanes that try again. */
  #failing = 0;
  #isClosed = false;

  constructor(parts: KafkaEventsParts) {
    this.#parts = parts;
    const { settings, groupId, topics, from, maxBytes, producer, deadLetterTopic, log } = parts;
    this.#group = new ConsumerGroup({
      ...{ settings, groupId, topics, from, maxBytes, log },
      sink: (records) => this.#take(records),
      deadLetters: new DeadLetters(producer, deadLetterTopic),
    });
    this.#watch(parts.metrics);
  }

  /** Of events that were read and whose orders are not durable. */
  get bytes(): number {
    return this.#group.bytes;
  }

  start(): void {
    this.#group.start();
  }

  /** Resolves when the orders of what was read are durable and that is committed, and the group is left. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#group.close();
    this.#isClosed = true;
  }

  #watch(metrics: Metrics): void {
    watchGroup(metrics, this.#group, {
      prefix: 'estrom_kafka_event',
      what: 'events',
      results: ['matched', 'dead_letter', 'skipped'],
      count: (result) => {
        if (result === 'skipped') return this.#skipped;
        return result === 'matched' ? this.#matched : this.#poisonous;
      },
    });
    metrics.observedCounter(
      'estrom_kafka_event_retries_total',
      'How often events were matched again, or their orders kept again, after a failure',
      () => this.#retries,
    );
  }

  async #take(records: readonly KafkaRecord[]): Promise<readonly Poison[]> {
    const poison: Poison[] = [];
    const lanes = Map.groupBy(records, (record) => this.#laneOf(record));
    const done = [...lanes].map(([lane, part]) => this.#inTurn(lane, part, poison));
    // All of them: as long as one is in work, its bytes count.
    for (const outcome of await Promise.allSettled(done)) {
      if (outcome.status === 'rejected') throw outcome.reason;
    }
    this.#poisonous += poison.length;
    return poison;
  }

  #laneOf({ topic, partition }: KafkaRecord): number {
    return (this.#parts.topics.indexOf(topic) + partition) % LANES;
  }

  #inTurn(lane: number, records: readonly KafkaRecord[], poison: Poison[]): Promise<unknown> {
    const before = this.#lanes.get(lane);
    const batches: Promise<void>[] = [];
    const begun = (async () => {
      await before;
      for (let rest = records; rest.length > 0; ) {
        const { read, done } = this.#batch(rest, poison);
        rest = rest.slice(read);
        batches.push(done);
        await this.#passed(done);
      }
    })();
    this.#lanes.set(lane, begun);
    return begun.then(() => Promise.all(batches));
  }

  /** Resolves when those behind the batch may go: it is done or, where nothing is wrong, takes long. */
  async #passed(done: Promise<void>): Promise<void> {
    const bell = new Bell();
    let isOver = false;
    void done
      .catch(() => {})
      .then(() => {
        isOver = true;
        bell.ring();
      });
    do await bell.heard(OVERTAKEN);
    while (!isOver && this.#failing > 0);
  }

  /** @returns how many of the records are in the batch */
  #batch(
    records: readonly KafkaRecord[],
    poison: Poison[],
  ): { readonly read: number; readonly done: Promise<void> } {
    const events: SourceEvent[] = [];
    const sources: KafkaRecord[] = [];
    let bytes = 0;
    let read = 0;
    for (const record of records) {
      const { topic, partition, offset, value } = record;
      bytes += recordBytes(record);
      if (read > 0 && (bytes > BATCH_BYTES || events.length === BATCH_EVENTS)) break;
      read++;
      if (value === null) this.#skipped++;
      else if (!isUtf8(value)) poison.push({ record, reason: 'an event has to be UTF-8' });
      else {
        events.push({ position: `${topic}/${partition}/${offset}`, text: value.toString() });
        sources.push(record);
      }
    }
    const done = events.length === 0 ? Promise.resolve() : this.#match(events, sources, poison);
    return { read, done };
  }

  async #match(
    events: readonly SourceEvent[],
    sources: readonly KafkaRecord[],
    poison: Poison[],
  ): Promise<void> {
    const failures = await this.#durably(events);
    this.#matched += events.length - failures.length;
    for (const { event, of, error } of failures) {
      const what = of === 'event' ? 'the event' : "the event's document";
      poison.push({ record: sources[event]!, reason: `${what}: ${error.message}` });
    }
  }

  /**
   * Tries until the orders are durable: meanwhile nothing behind these events is taken, and once enough was read,
   * nothing is read.
   * @throws what `take` has said last, once the group is to be left
   */
  async #durably(events: readonly SourceEvent[]): Promise<readonly EventFailure[]> {
    let delay = FIRST_DELAY;
    for (;;) {
      if (this.#isClosed) throw new Error('the group was left');
      try {
        const failures = await this.#parts.take(events);
        const unknown = failures.find(({ error }) => isNotNow(error));
        if (unknown !== undefined) throw unknown.error;
        if (delay > FIRST_DELAY && --this.#failing === 0) this.#parts.log.info('events go on');
        return failures;
      } catch (error) {
        if (this.#closing.signal.aborted) throw error;
        if (delay === FIRST_DELAY && this.#failing++ === 0) {
          this.#parts.log.error({ err: error }, 'orders of events cannot be made: trying again');
        }
        this.#retries++;
        await wait(delay, undefined, { signal: this.#closing.signal }).catch(() => {});
        delay = Math.min(delay * 2, LONGEST_DELAY);
      }
    }
  }
}

/** Nothing is known of the event, such as where its document would have been found while the node stops. */
function isNotNow(error: Error): boolean {
  return error instanceof EstromError && error.code === 'UNAVAILABLE';
}
