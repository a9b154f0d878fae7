import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { ConfigError } from '../config-load.ts';
import type { CrossbarLink } from '../crossbar/link.ts';
import type { Percolate } from '../document.ts';
import { CrossbarOrders } from '../fanout/crossbar/crossbar-orders.ts';
import type { Hub } from '../fanout/hub.ts';
import { type OrderRights, OrderTopics } from '../fanout/order-topics.ts';
import { readKafkaTopics } from '../ingest/kafka-topics.ts';
import type { DocumentEvents } from '../subscriptions/events/document-events.ts';
import { EventIntake } from '../subscriptions/events/event-intake.ts';
import { KafkaEvents } from '../subscriptions/events/kafka-events.ts';
import type { SubscriptionMatcher } from '../subscriptions/matching/matcher.ts';
import { KafkaOrderSink } from '../subscriptions/orders/kafka-order-sink.ts';
import { OrderOutbox } from '../subscriptions/orders/order-outbox.ts';
import { orderRoutes } from '../subscriptions/orders/order-routes.ts';
import type { OrderSink } from '../subscriptions/orders/order-sink.ts';
import { WampOrderSink } from '../subscriptions/orders/wamp-order-sink.ts';
import { WebhookSink } from '../subscriptions/orders/webhook-sink.ts';
import type { Base } from './base.ts';
import type { Kafka } from './kafka.ts';

export interface NotificationParts {
  readonly kafka: Kafka | undefined;
  /** Of the role endless. */
  readonly hub: Hub | undefined;
  readonly link: CrossbarLink | undefined;
  readonly rights: OrderRights;
  /** Documents that are events; undefined for none. */
  readonly documents: DocumentEvents | undefined;
  /** Undefined as long as there are no subscriptions. */
  readonly matcher: () => SubscriptionMatcher | undefined;
}

/** What a Beater does for durable subscriptions: takes events in, and sends orders out. */
export class Notifications {
  /** Orders at the embedded broker; undefined where nobody asked for them. */
  readonly topics: OrderTopics | undefined;
  /** Where orders go. */
  readonly sinks: readonly OrderSink[];
  readonly #base: Base;
  readonly #parts: NotificationParts;
  #outbox: OrderOutbox | undefined;
  #intake: EventIntake | undefined;
  #events: KafkaEvents | undefined;

  /** @throws ConfigError when the settings do not go together */
  constructor(base: Base, parts: NotificationParts) {
    this.#base = base;
    this.#parts = parts;
    const { hub, rights } = parts;
    const { wampOrders } = base.config;
    if (wampOrders && hub !== undefined) this.topics = new OrderTopics({ hub, rights });
    this.sinks = [...this.#kafkaSinks(), ...this.#webhookSinks(), ...this.#wampSinks()];
  }

  /** Begins to deliver what an earlier run has left in the folder. @throws ConfigError */
  async open(folder: string): Promise<void> {
    const { config, metrics, log } = this.#base;
    const outbox = await OrderOutbox.open({
      file: join(folder, 'orders.sqlite'),
      sinks: this.sinks,
      quota: {
        ordersPerMinute: config.ordersPerMinute,
        bytesPerMinute: config.orderBytesPerMinute,
        pendingBytes: config.orderBacklog,
        totalBytes: config.totalOrderBacklog,
      },
      ...{ metrics, log },
    });
    this.#outbox = outbox;
    this.#intake = new EventIntake({ matcher: this.#parts.matcher, outbox, metrics });
  }

  async routes(app: FastifyInstance): Promise<void> {
    await app.register(orderRoutes, { outbox: () => this.#outbox! });
  }

  /** What becomes of documents: their answer waits for the orders of those that are events. */
  percolation(percolate: Percolate): Percolate {
    const { documents, matcher } = this.#parts;
    if (documents === undefined) return percolate;
    return async (batch) => {
      const failures = await percolate(batch);
      const intake = this.#intake;
      if (matcher() === undefined || intake === undefined) return failures;
      const refused = new Set(failures.map(({ slot }) => slot));
      for (const { position, error } of await intake.take(documents.of(batch, refused))) {
        this.#base.log.warn({ position, reason: error.message }, 'no orders for a document');
      }
      return failures;
    };
  }

  /** Begins to read the topics of events. */
  readEvents(): void {
    const { config, metrics, log } = this.#base;
    const [{ kafka }, intake] = [this.#parts, this.#intake];
    if (config.kafkaEvents === '' || kafka === undefined || intake === undefined) return;
    this.#events = new KafkaEvents({
      settings: config,
      groupId: `${config.kafkaGroup}-events`,
      topics: [...readKafkaTopics(config.kafkaEvents, '--kafka-events').keys()],
      from: config.kafkaFrom as 'earliest' | 'latest',
      deadLetterTopic: config.kafkaDeadLetters,
      producer: kafka.producer,
      maxBytes: config.kafkaBuffer,
      take: (events) => intake.take(events),
      ...{ metrics, log },
    });
    this.#events.start();
  }

  /** Resolves when the orders of the events that were read are durable and that is committed. */
  async stopReading(): Promise<void> {
    await this.#events?.close();
  }

  async close(): Promise<void> {
    await this.#outbox?.close();
    await Promise.all(this.sinks.map((sink) => sink.close?.()));
  }

  #kafkaSinks(): OrderSink[] {
    const { kafkaOrders: topic } = this.#base.config;
    const { kafka } = this.#parts;
    if (topic === '' || kafka === undefined) return [];
    return [new KafkaOrderSink({ producer: kafka.producer, topic })];
  }

  #webhookSinks(): OrderSink[] {
    const { webhooks, webhookSecret, webhookPrivate, webhookTimeout: timeout } = this.#base.config;
    if (webhooks) {
      const secret = webhookSecret || null;
      return [new WebhookSink({ secret, allowPrivate: webhookPrivate, timeout })];
    }
    if (webhookSecret === '') return [];
    throw new ConfigError('--webhook-secret signs what --webhooks posts: give that, too');
  }

  #wampSinks(): OrderSink[] {
    if (!this.#base.config.wampOrders) return [];
    const { link } = this.#parts;
    const routers = [
      ...(this.topics === undefined ? [] : [this.topics]),
      ...(link === undefined ? [] : [new CrossbarOrders(link)]),
    ];
    if (routers.length > 0) return [new WampOrderSink({ routers })];
    throw new ConfigError('--wamp-orders needs a broker: the role endless, or --crossbar URL');
  }
}
