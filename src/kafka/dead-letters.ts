import type { EstromError } from '../errors.ts';
import type { KafkaProducer, OutgoingRecord } from './producer.ts';
import type { Poison } from './record.ts';

/** Longest reason that is kept. */
const REASON = 1000;
/** Bytes of the key and the value that are kept of a record that is too large for the topic. */
const KEPT = 16 * 1024;

/** Keeps records that cannot be handled in a topic of their own, with where they came from and why. */
export class DeadLetters {
  readonly topic: string;
  readonly #producer: Pick<KafkaProducer, 'publish' | 'drained'>;
  #count = 0;

  constructor(producer: Pick<KafkaProducer, 'publish' | 'drained'>, topic: string) {
    this.#producer = producer;
    this.topic = topic;
  }

  /** Records kept so far. */
  get count(): number {
    return this.#count;
  }

  /**
   * Resolves when Kafka has acknowledged all of them. Of what is too large with its reason, or for this topic, the
   * beginning is kept: nobody could read on behind it otherwise.
   * @throws EstromError when it refused one
   */
  async keep(poison: readonly Poison[]): Promise<void> {
    const tooLarge = await this.#publish(poison, (each) => this.#letter(each));
    const stubborn = await this.#publish(tooLarge.keys(), (each) => this.#beginning(each));
    const [first] = stubborn.values();
    if (first !== undefined) throw first;
    this.#count += poison.length;
  }

  /** @returns those that are too large */
  async #publish(
    poison: Iterable<Poison>,
    letter: (each: Poison) => OutgoingRecord,
  ): Promise<Map<Poison, EstromError>> {
    const settled: Promise<readonly [Poison, EstromError | null]>[] = [];
    for (const each of poison) {
      const { promise, resolve } = Promise.withResolvers<readonly [Poison, EstromError | null]>();
      settled.push(promise);
      const hasRoom = this.#producer.publish(letter(each), (error) => resolve([each, error]));
      if (!hasRoom) await this.#producer.drained();
    }
    const tooLarge = new Map<Poison, EstromError>();
    for (const [each, error] of await Promise.all(settled)) {
      if (error?.code === 'TOO_LARGE') tooLarge.set(each, error);
      else if (error !== null) throw error;
    }
    return tooLarge;
  }

  #letter({ record, reason }: Poison): OutgoingRecord {
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

  #beginning(poison: Poison): OutgoingRecord {
    const { key, value, headers, topic } = this.#letter(poison);
    return {
      topic,
      key: key?.subarray(0, KEPT) ?? null,
      value: value?.subarray(0, KEPT) ?? null,
      headers: { ...headers, 'estrom-bytes': String(value?.length ?? 0) },
    };
  }
}
