import { setTimeout as wait } from 'node:timers/promises';
import type { MessageToProduce } from '@platformatic/kafka';
import { EstromError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { kafkaLibrary } from './client-library.ts';
import { type SendingClient, sendingClient } from './sending-client.ts';
import { clientOptions, type KafkaSettings, retryDelay } from './settings.ts';
import { type Verdict, verdictsOf } from './verdict.ts';

/** Of one request: brokers take 1 MiB for each partition unless told otherwise. */
const REQUEST_BYTES = 768 * 1024;
const REQUEST_RECORDS = 2000;
/** What a record costs besides its bytes. */
const RECORD_COST = 200;

export interface OutgoingRecord {
  readonly topic: string;
  /** Records with equal keys stay in order; those without go to partitions in turns. */
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Called once: null when all replicas in step have the record, else why it was given up: TOO_LARGE or BAD_DOCUMENT where
 * no broker will ever take it, UNAVAILABLE where it is not the record's fault.
 */
export type Settle = (error: EstromError | null) => void;

type OutgoingMessage = MessageToProduce<Buffer, Buffer, Buffer, Buffer>;

interface Queued {
  readonly record: OutgoingRecord;
  readonly bytes: number;
  readonly settle: Settle | undefined;
  partition: number;
}

export interface KafkaProducerOptions {
  readonly settings: KafkaSettings;
  readonly log: Logger;
  /** Bytes that wait for acknowledgement before `publish` says that it is enough. */
  readonly maxBytes: number;
  readonly clientId?: string;
  readonly metrics?: Metrics;
  /** Instead of one that is made from the settings; it is closed with the producer. */
  readonly client?: SendingClient;
}

/**
 * Sends records, each once and in order, as long as this process lives: requests are numbered, one is
 * under way at a time, and it is repeated until the broker says what became of it, for each partition. Brokers and
 * leaders that are away are waited for; meanwhile `publish` is false and what was taken stays, bounded by what
 * callers go on to publish.
 */
export class KafkaProducer {
  readonly #client: SendingClient;
  /** As Java's clients: others that write to the topic put a key into the same partition. */
  readonly #partitionOf: (message: OutgoingMessage, key: Buffer) => number;
  readonly #log: Logger;
  readonly #maxBytes: number;
  #queue: Queued[] = [];
  #bytes = 0;
  #sent = 0;
  #refused = 0;
  #turn = 0;
  #sending: Promise<void> | null = null;
  readonly #closing = new AbortController();
  #waiting: (() => void)[] = [];

  constructor(options: KafkaProducerOptions) {
    const { settings, log, maxBytes, clientId = 'estrom', metrics } = options;
    this.#partitionOf = kafkaLibrary().compatibilityPartitioner;
    this.#log = log;
    this.#maxBytes = maxBytes;
    this.#client = options.client ?? sendingClient(clientOptions(settings, clientId));
    if (metrics !== undefined) this.#watch(metrics);
  }

  /** Bytes taken and not yet settled. */
  get queuedBytes(): number {
    return this.#bytes;
  }

  /** Whether `publish` may be called now. */
  get hasRoom(): boolean {
    return this.#bytes < this.#maxBytes;
  }

  /** Records acknowledged so far. */
  get sent(): number {
    return this.#sent;
  }

  /** Records that no broker took. */
  get refused(): number {
    return this.#refused;
  }

  /**
   * Takes the record in any case.
   * @returns false above the high-water mark: wait for {@link drained} before the next one
   */
  publish(record: OutgoingRecord, settle?: Settle): boolean {
    const bytes = bytesOf(record);
    if (this.#closed) {
      settle?.(closedError());
      return true;
    }
    this.#queue.push({ record, bytes, settle, partition: 0 });
    this.#bytes += bytes;
    this.#sending ??= this.#send();
    return this.hasRoom;
  }

  /** Resolves when there is room again: less than half of the high-water mark waits. */
  async drained(): Promise<void> {
    while (this.#bytes > this.#maxBytes / 2) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Resolves when everything published so far is settled. */
  async settled(): Promise<void> {
    await this.#sending;
  }

  /** What is not acknowledged by now is given up: call {@link settled} before, with a limit of your own. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closing.abort();
    await this.#client.close(true);
    await this.#sending;
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #send(): Promise<void> {
    // Records published in one turn of the event loop share a request.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      const part = this.#take();
      await this.#deliver(part);
    }
    this.#sending = null;
  }

  #take(): Queued[] {
    let bytes = 0;
    let count = 0;
    for (; count < this.#queue.length && count < REQUEST_RECORDS; count++) {
      bytes += this.#queue[count]!.bytes;
      if (bytes > REQUEST_BYTES && count > 0) break;
    }
    this.#turn = (this.#turn + 1) & 0xffff;
    return this.#queue.splice(0, count);
  }

  /**
   * Sends again what may be taken another time, until it is. Halves what was refused until the record is
   * found that it was refused for, where one may be. Records with equal keys are of one partition, which is judged as a
   * whole: they stay in order.
   */
  async #deliver(part: readonly Queued[]): Promise<void> {
    let rest = part;
    for (let attempt = 0; rest.length > 0; attempt++) {
      if (attempt > 0) await this.#pause(attempt);
      if (this.#closed) {
        this.#settle(rest, closedError());
        return;
      }
      try {
        await this.#client.send({ messages: await this.#messagesOf(rest, attempt > 0) });
        this.#written(rest);
        return;
      } catch (error) {
        rest = await this.#judge(rest, error);
      }
    }
  }

  /** @returns what is to be sent again */
  async #judge(part: readonly Queued[], error: unknown): Promise<readonly Queued[]> {
    const verdictOf = verdictsOf(error);
    const verdicts = Map.groupBy(part, ({ record, partition }) => {
      return verdictOf(record.topic, partition);
    });
    const again: Queued[] = [];
    const apart: (readonly Queued[])[] = [];
    for (const [verdict, own] of verdicts) {
      if (verdict.fate === 'written') this.#written(own);
      else if (this.#closed) this.#settle(own, closedError());
      else if (verdict.fate === 'again') again.push(...own);
      else apart.push(...this.#refuse(own, verdict));
    }
    for (const smaller of apart) await this.#deliver(smaller);
    return again;
  }

  /** @param isStale when leaders may have changed: brokers are asked again who they are */
  async #messagesOf(part: readonly Queued[], isStale: boolean): Promise<OutgoingMessage[]> {
    const names = [...new Set(part.map(({ record }) => record.topic))];
    const { topics } = await this.#client.metadata({
      ...{ topics: names, autocreateTopics: true, forceUpdate: isStale },
    });
    return part.map((queued) => {
      const message = messageOf(queued.record);
      const { topic, key } = queued.record;
      const number = key === null ? this.#turn : this.#partitionOf(message, key);
      queued.partition = number % topics.get(topic)!.partitionsCount;
      message.partition = queued.partition;
      return message;
    });
  }

  /** @returns what of it is to be sent apart */
  #refuse(part: readonly Queued[], verdict: Verdict): readonly (readonly Queued[])[] {
    const { fate, code, reason } = verdict;
    const topics = Map.groupBy(part, ({ record }) => record.topic);
    if (topics.size > 1) return [...topics.values()];
    if (fate === 'record' && part.length > 1) {
      const half = part.length >> 1;
      return [part.slice(0, half), part.slice(half)];
    }
    const { record, bytes } = part[0]!;
    this.#refused += part.length;
    const told = { topic: record.topic, reason, records: part.length };
    this.#log.warn(told, 'Kafka refused records');
    const what = fate === 'record' ? `a record of ${bytes} bytes` : 'records';
    const text = `Kafka refused ${what} for topic ${record.topic}: ${reason}`;
    this.#settle(part, new EstromError(code, text));
    return [];
  }

  /** Ends early when this closes. */
  async #pause(attempt: number): Promise<void> {
    const { signal } = this.#closing;
    await wait(retryDelay(attempt), undefined, { signal }).catch(() => {});
  }

  #watch(metrics: Metrics): void {
    metrics.observedCounterBy(
      'estrom_kafka_sent_total',
      'Records sent to Kafka: acknowledged, or refused',
      'result',
      ['acknowledged', 'refused'],
      (result) => (result === 'refused' ? this.#refused : this.#sent),
    );
    metrics.gauge('estrom_kafka_unsent_bytes', 'Bytes on their way to Kafka', () => this.#bytes);
  }

  #written(part: readonly Queued[]): void {
    this.#sent += part.length;
    this.#settle(part, null);
  }

  #settle(part: readonly Queued[], error: EstromError | null): void {
    for (const { bytes, settle } of part) {
      this.#bytes -= bytes;
      settle?.(error);
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

function bytesOf({ key, value, headers }: OutgoingRecord): number {
  let bytes = RECORD_COST + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, text] of Object.entries(headers ?? {})) bytes += name.length + text.length * 2;
  return bytes;
}

function messageOf({ topic, key, value, headers }: OutgoingRecord): OutgoingMessage {
  const message: OutgoingMessage = { topic };
  if (key !== null) message.key = key;
  if (value !== null) message.value = value;
  if (headers !== undefined) {
    message.headers = new Map(
      Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)]),
    );
  }
  return message;
}

function closedError(): EstromError {
  return new EstromError(
    'UNAVAILABLE',
    'the record was not sent: the connection to Kafka is closed',
  );
}
