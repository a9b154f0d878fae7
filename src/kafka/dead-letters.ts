import type { KafkaProducer } from './producer.ts';
import type { Poison } from './record.ts';

/** Longest reason that is kept. */
const REASON = 1000;

/** Keeps records that cannot be handled in a topic of their own, with where they came from and why. */
export class DeadLetters {
  readonly topic: string;
  readonly #producer: KafkaProducer;
  #count = 0;

  constructor(producer: KafkaProducer, topic: string) {
    this.#producer = producer;
    this.topic = topic;
  }

  /** Records kept so far. */
  get count(): number {
    return this.#count;
  }

  /** Resolves when Kafka has acknowledged all of them. @throws EstromError when it refused one */
  async keep(poison: readonly Poison[]): Promise<void> {
    const kept: Promise<Error | null>[] = [];
    for (const each of poison) {
      const { promise, resolve } = Promise.withResolvers<Error | null>();
      kept.push(promise);
      if (!this.#producer.publish(this.#letter(each), resolve)) await this.#producer.drained();
    }
    for (const error of await Promise.all(kept)) if (error !== null) throw error;
    this.#count += poison.length;
  }

  #letter({ record, reason }: Poison) {
    return {
      topic: this.topic,
      key: record.key,
      value: record.value,
      headers: {
        'estrom-topic': record.topic,
        'estrom-partition': String(record.partition),
        'estrom-offset': String(record.offset),
        'estrom-reason': reason.slice(0, REASON),
      },
    };
  }
}
