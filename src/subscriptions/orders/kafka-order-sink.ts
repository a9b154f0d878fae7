import { EstromError } from '../../errors.ts';
import { Bell } from '../../kafka/bell.ts';
import type { KafkaProducer } from '../../kafka/producer.ts';
import type { DeliveryOutcome, OrderSink } from './order-sink.ts';
import type { OutboxOrder } from './outbox-database.ts';

/** Milliseconds without an acknowledgement after which brokers are away. */
const PATIENCE = 5000;

export interface KafkaOrderSinkOptions {
  readonly producer: Pick<KafkaProducer, 'publish' | 'hasRoom' | 'drained'>;
  readonly topic: string;
  /** Milliseconds without an acknowledgement after which {@link KafkaOrderSink.deliver} rejects. */
  readonly patience?: number;
}

/** What is known of an order that was published. */
type Sent = 'open' | DeliveryOutcome;

/**
 * Writes orders to a topic: the subscription's id is the key, so its orders stay in order, and the header
 * `estrom-order-id` tells those that came twice. An order is delivered when all replicas in step have it.
 */
export class KafkaOrderSink implements OrderSink {
  readonly name = 'kafka';
  readonly #options: Required<KafkaOrderSinkOptions>;
  /** By position in the outbox. What was given up waiting for is still on its way, and not published again. */
  readonly #sent = new Map<number, Sent>();
  readonly #bell = new Bell();
  #open = 0;
  /** Acknowledged and refused ones. */
  #settled = 0;
  /** Why Kafka takes nothing now. */
  #refusal: EstromError | null = null;

  constructor(options: KafkaOrderSinkOptions) {
    this.#options = { patience: PATIENCE, ...options };
  }

  /** @throws EstromError UNAVAILABLE while brokers are away, or take no orders of this node */
  async deliver(orders: readonly OutboxOrder[]): Promise<readonly DeliveryOutcome[]> {
    const { producer, patience } = this.#options;
    this.#refusal = null;
    const due = orders.filter(({ seq }) => !this.#sent.has(seq));
    let next = 0;
    let settled = -1;
    let since = 0;
    for (;;) {
      const before = next;
      while (next < due.length && producer.hasRoom) this.#publish(due[next++]!);
      if (next === due.length && this.#open === 0) break;
      if (next > before || settled !== this.#settled) since = performance.now();
      settled = this.#settled;
      const left = since + patience - performance.now();
      if (left <= 0) throw silence(patience);
      // Others' records may be what fills it.
      if (next < due.length) void producer.drained().then(() => this.#bell.ring());
      await this.#bell.heard(left);
    }
    if (this.#refusal !== null) throw this.#refusal;
    const outcomes = orders.map(({ seq }) => this.#sent.get(seq)! as DeliveryOutcome);
    this.#sent.clear();
    return outcomes;
  }

  #publish({ seq, subscriptionId, message, orderId }: OutboxOrder): void {
    this.#sent.set(seq, 'open');
    this.#open++;
    const record = {
      topic: this.#options.topic,
      key: Buffer.from(subscriptionId),
      value: Buffer.from(message),
      headers: { 'estrom-order-id': orderId },
    };
    this.#options.producer.publish(record, (error) => {
      this.#open--;
      this.#settled++;
      if (error === null) this.#sent.set(seq, 'delivered');
      else if (error.code === 'UNAVAILABLE') this.#sent.delete(seq);
      else this.#sent.set(seq, { dead: error.message });
      if (error?.code === 'UNAVAILABLE') this.#refusal = error;
      this.#bell.ring();
    });
  }
}

function silence(patience: number): EstromError {
  return new EstromError(
    'UNAVAILABLE',
    `Kafka has acknowledged no order for ${patience / 1000} s: they wait in the outbox; see to its brokers`,
  );
}
