import { ConfigError } from '../config-load.ts';
import type { Percolate } from '../document.ts';
import { KafkaSource } from '../ingest/kafka-source.ts';
import { readKafkaTopics } from '../ingest/kafka-topics.ts';
import { Stamps } from '../ingest/stamps.ts';
import { KafkaProducer } from '../kafka/producer.ts';
import type { Base } from './base.ts';

/** Of what waits for brokers: dead letters, and orders, which wait on the disk as well. */
const PRODUCER_BYTES = 16 * 1024 * 1024;
const NEEDS_BROKERS = ['kafkaTopics', 'kafkaEvents', 'kafkaOrders'] as const;
const FLAGS = {
  kafkaTopics: '--kafka-topics',
  kafkaEvents: '--kafka-events',
  kafkaOrders: '--kafka-orders',
} as const;

/** A node's connections to Kafka. */
export class Kafka {
  readonly producer: KafkaProducer;
  readonly #base: Base;
  #source: KafkaSource | undefined;

  private constructor(base: Base) {
    const { config, log, metrics } = base;
    this.#base = base;
    this.producer = new KafkaProducer({ settings: config, log, metrics, maxBytes: PRODUCER_BYTES });
  }

  /** @throws ConfigError when the settings do not go together */
  static open(base: Base): Kafka | undefined {
    const { config } = base;
    if (config.kafka !== '') return new Kafka(base);
    const lonely = NEEDS_BROKERS.find((name) => config[name] !== '');
    if (lonely === undefined) return undefined;
    throw new ConfigError(`${FLAGS[lonely]} needs the brokers: --kafka HOST:PORT`);
  }

  /**
   * Begins to read the topics of documents.
   * @throws ConfigError for what is no list of topics
   */
  read(percolate: Percolate): void {
    const { config, metrics, log, epoch } = this.#base;
    if (config.kafkaTopics === '') return;
    this.#source = new KafkaSource({
      settings: config,
      groupId: config.kafkaGroup,
      topics: readKafkaTopics(config.kafkaTopics),
      from: config.kafkaFrom as 'earliest' | 'latest',
      deadLetterTopic: config.kafkaDeadLetters,
      producer: this.producer,
      maxBytes: config.kafkaBuffer,
      maxDocument: config.maxDocumentBytes,
      percolate,
      stamps: new Stamps(`${epoch}k`),
      ...{ metrics, log },
    });
    this.#source.start();
  }

  /** Resolves when what was read is percolated and committed. */
  async stopReading(): Promise<void> {
    await this.#source?.close();
  }

  /** What waits for acknowledgement is given up after the deadline, in milliseconds: it comes again. */
  async close(deadline: number): Promise<void> {
    const late = new Promise((resolve) => setTimeout(resolve, deadline).unref());
    await Promise.race([this.producer.settled(), late]);
    await this.producer.close();
  }
}
