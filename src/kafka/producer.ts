import type { MessageToProduce, Producer } from '@platformatic/kafka';
import { EstromError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { kafkaLibrary } from './client-library.ts';
import { reasonOf } from './kafka-error.ts';
import { clientOptions, type KafkaSettings } from './settings.ts';

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

/** Called once: null when all replicas in step have the record, else why it was given up. */
export type Settle = (error: EstromError | null) => void;

interface Queued {
  readonly record: OutgoingRecord;
  readonly bytes: number;
  readonly settle: Settle | undefined;
}

export interface KafkaProducerOptions {
  readonly settings: KafkaSettings;
  readonly log: Logger;
  /** Bytes that wait for acknowledgement before `publish` says that it is enough. */
  readonly maxBytes: number;
  readonly clientId?: string;
}

/**
 * Sends records, each once and in order, as long as this process lives: requests are numbered, one is
 * under way at a time, and it is repeated until the broker says what became of it. Brokers that are away are
 * waited for; meanwhile `publish` is false and what was taken stays, bounded by what callers go on to publish.
 */
export class KafkaProducer {
  readonly #client: Producer<Buffer, Buffer, Buffer, Buffer>;
  readonly #log: Logger;
  readonly #maxBytes: number;
  #queue: Queued[] = [];
  #bytes = 0;
  #sent = 0;
  #refused = 0;
  #turn = 0;
  #sending: Promise<void> | null = null;
  #closed = false;
  #waiting: (() => void)[] = [];

  constructor({ settings, log, maxBytes, clientId = 'estrom' }: KafkaProducerOptions) {
    const library = kafkaLibrary();
    this.#log = log;
    this.#maxBytes = maxBytes;
    this.#client = new library.Producer({
      ...clientOptions(settings, clientId),
      idempotent: true,
      autocreateTopics: true,
      // As Java's clients: others that write to the topic put a key into the same partition.
      partitioner: (message, key) => {
        return key === undefined ? this.#turn : library.compatibilityPartitioner(message, key);
      },
    });
  }

  /** Bytes taken and not yet settled. */
  get queuedBytes(): number {
    return this.#bytes;
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
    this.#queue.push({ record, bytes, settle });
    this.#bytes += bytes;
    this.#sending ??= this.#send();
    return this.#bytes < this.#maxBytes;
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
    this.#closed = true;
    await this.#client.close(true);
    await this.#sending;
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

  /** Halves what was refused until the record is found that it was refused for. */
  async #deliver(part: readonly Queued[]): Promise<void> {
    if (this.#closed) {
      this.#settle(part, closedError());
      return;
    }
    try {
      await this.#client.send({ messages: part.map(({ record }) => messageOf(record)) });
      this.#sent += part.length;
      this.#settle(part, null);
    } catch (error) {
      if (this.#closed) {
        this.#settle(part, closedError());
      } else if (part.length > 1) {
        const half = part.length >> 1;
        await this.#deliver(part.slice(0, half));
        await this.#deliver(part.slice(half));
      } else {
        this.#refuse(part[0]!, error);
      }
    }
  }

  #refuse(queued: Queued, error: unknown): void {
    const { topic } = queued.record;
    const reason = reasonOf(error);
    this.#refused++;
    this.#log.warn({ topic, reason, bytes: queued.bytes }, 'Kafka refused a record');
    const text = `Kafka refused a record of ${queued.bytes} bytes for topic ${topic}: ${reason}`;
    this.#settle([queued], new EstromError('ENGINE_FAILED', text));
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

function messageOf({ topic, key, value, headers }: OutgoingRecord) {
  const message: MessageToProduce<Buffer, Buffer, Buffer, Buffer> = { topic };
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
