import { setTimeout as wait } from 'node:timers/promises';
import { KafkaProducer } from '../../../src/kafka/producer.ts';
import type { KafkaSettings } from '../../../src/kafka/settings.ts';
import { createLogger } from '../../../src/log.ts';
import { eventOf } from './jobs.ts';

/** Milliseconds between two groups of events. */
const PAUSE = 20;

/** Publishes events all the time, and counts those that the broker has acknowledged. */
export class EventStream {
  readonly #producer: KafkaProducer;
  readonly #topic: string;
  readonly #textOf: (number: number) => string;
  readonly #most: number;
  readonly #running: Promise<void>;
  #isEnding = false;
  count = 0;
  acknowledged = 0;

  /**
   * @param rate events a second
   * @param textOf what is published; by default events that bring their documents
   * @param most events in all
   */
  constructor(
    settings: KafkaSettings,
    topic: string,
    rate: number,
    textOf: (number: number) => string = (number) => eventOf(number, true),
    most = Number.POSITIVE_INFINITY,
  ) {
    this.#topic = topic;
    this.#textOf = textOf;
    this.#most = most;
    this.#producer = new KafkaProducer({
      ...{ settings, log: createLogger('silent'), maxBytes: 1024 * 1024 },
    });
    this.#running = this.#run((rate * PAUSE) / 1000);
  }

  /** Resolves when all of them are acknowledged. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#running;
    await this.#producer.settled();
    await this.#producer.close();
  }

  async #run(group: number): Promise<void> {
    let due = 0;
    while (!this.#isEnding) {
      due = Math.min(due + group, this.#most);
      for (; this.count < due; this.count++) {
        const record = {
          topic: this.#topic,
          key: Buffer.from(String(this.count % 50)),
          value: Buffer.from(this.#textOf(this.count)),
        };
        const hasRoom = this.#producer.publish(record, (error) => {
          if (error === null) this.acknowledged++;
        });
        if (!hasRoom) await this.#producer.drained();
      }
      await wait(PAUSE);
    }
  }
}
