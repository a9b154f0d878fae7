import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { ConfigError } from '../config-load.ts';
import type { Percolate } from '../document.ts';
import type { ElasticsearchConnection } from '../elasticsearch/connection.ts';
import { EstromError } from '../errors.ts';
import { readKafkaTopics } from '../ingest/kafka-topics.ts';
import { compileIndexExpression } from '../query/index-expression.ts';
import { DocumentEvents } from '../subscriptions/document-events.ts';
import { EventIntake } from '../subscriptions/event-intake.ts';
import { DEFAULT_TEMPLATE, FilterTemplate } from '../subscriptions/filter-template.ts';
import { KafkaEvents } from '../subscriptions/kafka-events.ts';
import { compileSubscription } from '../subscriptions/matcher-entry.ts';
import type { KeptSubscription, SubscriptionDraft } from '../subscriptions/model.ts';
import { OrderOutbox } from '../subscriptions/order-outbox.ts';
import { orderRoutes } from '../subscriptions/order-routes.ts';
import type { OrderSink } from '../subscriptions/order-sink.ts';
import { SubscriptionBounds } from '../subscriptions/subscription-bounds.ts';
import type { ClosableSubscriptionStore } from '../subscriptions/subscription-store.ts';
import type { BoundSubscription } from '../subscriptions/trigger-registry.ts';
import type { Base } from './base.ts';
import { type EventDocuments, openEventDocuments } from './event-documents.ts';
import type { Kafka } from './kafka.ts';
import { Matching } from './matching.ts';
import { openSinks } from './order-sinks.ts';
import type { Queries } from './queries.ts';
import {
  lateStore,
  openSubscriptionStore,
  placeOf,
  type SubscriptionPlace,
} from './subscription-place.ts';
import { addSubscriptionRoutes } from './subscription-rest.ts';

export interface SubscriptionsParts {
  readonly queries: Pick<Queries, 'mappings' | 'fields'>;
  readonly kafka: Kafka | undefined;
  readonly elasticsearch: ElasticsearchConnection | undefined;
}

/** What of a draft a store would add; for drafts that are only checked. */
const UNKEPT = {
  ...{ id: '', created_at: 0, modified_at: 0, created_by_admin: false, deleted: false },
  estrom: { revision: 1, principal: null, rowFilter: null },
};

/** Durable subscriptions: kept, asked about events, and told by orders. */
export class Subscriptions {
  readonly #base: Base;
  readonly #parts: SubscriptionsParts;
  readonly #place: SubscriptionPlace;
  readonly #sinks: readonly OrderSink[];
  readonly #template: FilterTemplate;
  readonly #bounds: SubscriptionBounds;
  readonly #eventDocuments: EventDocuments;
  readonly #documents: DocumentEvents | undefined;
  /** Of a Beater, as the next two. */
  #outbox: OrderOutbox | undefined;
  #intake: EventIntake | undefined;
  /** From the start on. */
  #store: ClosableSubscriptionStore | undefined;
  /** Two engines with threads of their own: made for the first subscription. */
  #matching: Matching | undefined;
  #events: KafkaEvents | undefined;
  #endBounds: (() => Promise<void>) | undefined;
  #isStopped = false;

  private constructor(base: Base, parts: SubscriptionsParts, place: SubscriptionPlace) {
    const { config, log, access } = base;
    this.#base = base;
    this.#parts = parts;
    this.#place = place;
    this.#template = templateOf(base);
    this.#sinks = openSinks(base, parts);
    this.#eventDocuments = openEventDocuments(base, parts.elasticsearch);
    this.#bounds = new SubscriptionBounds({
      ...{ access, log, rule: config.subscriptionRowFilter },
      hasRowHeader: config.subscriptionRowFilterHeader !== '',
    });
    const { subscriptionIndices: indices } = config;
    if (indices !== '') {
      this.#documents = new DocumentEvents(expressionOf(indices), this.#template.paths);
    }
  }

  /**
   * Undefined where there is no place to keep them, or nothing for this node to do with them.
   * @throws ConfigError when a setting cannot be used
   */
  static of(base: Base, parts: SubscriptionsParts): Subscriptions | undefined {
    const place = placeOf(base);
    return place === undefined ? undefined : new Subscriptions(base, parts, place);
  }

  /** @throws ConfigError when the folder cannot be used */
  async #openOutbox(): Promise<void> {
    const { config, metrics, log } = this.#base;
    const outbox = await OrderOutbox.open({
      file: join(this.#place.folder, 'orders.sqlite'),
      sinks: this.#sinks,
      quota: {
        ordersPerMinute: config.ordersPerMinute,
        bytesPerMinute: config.orderBytesPerMinute,
        pendingBytes: config.orderBacklog,
        totalBytes: config.totalOrderBacklog,
      },
      ...{ metrics, log },
    });
    this.#outbox = outbox;
    this.#intake = new EventIntake({ matcher: () => this.#matching?.matcher, outbox, metrics });
    metrics.gauge('estrom_subscriptions_live', 'Durable subscriptions that are matched now', () => {
      return this.#matching?.registry.live ?? 0;
    });
    metrics.gauge(
      'estrom_subscriptions_paused',
      "Durable subscriptions that are not matched because their owners' rights are not known",
      () => this.#matching?.registry.paused ?? 0,
    );
  }

  /** @throws ConfigError for a schema of triggers that is none */
  async routes(app: FastifyInstance): Promise<void> {
    const checkDraft = (draft: SubscriptionDraft) => this.#check(draft);
    await addSubscriptionRoutes(app, this.#base, {
      store: lateStore(() => this.#store!),
      checkDraft,
    });
    const outbox = () => this.#outbox!;
    if (this.#base.roles.beater) await app.register(orderRoutes, { outbox });
  }

  /**
   * Resolves when every subscription that is kept is matched.
   * @throws ConfigError when the place that they are kept in cannot be used
   */
  async start(): Promise<void> {
    const store = await openSubscriptionStore(this.#base, this.#place);
    this.#store = store;
    if (!this.#base.roles.beater) return;
    await this.#openOutbox();
    this.#base.readiness.notReady('loading subscriptions');
    store.onChange((subscription) => this.#put([subscription]));
    for await (const group of store.all()) await this.#put(group);
    this.#endBounds = this.#bounds.watch((group) => this.#register(group));
  }

  /** What becomes of documents: their answer waits for the orders of those that are events. */
  percolation(percolate: Percolate): Percolate {
    const documents = this.#documents;
    if (documents === undefined || !this.#base.roles.beater) return percolate;
    return async (batch) => {
      const failures = await percolate(batch);
      const intake = this.#intake;
      if (this.#matching === undefined || intake === undefined) return failures;
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
      topics: topicsOf(config.kafkaEvents),
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
    this.#eventDocuments.close();
    await this.#events?.close();
  }

  async close(): Promise<void> {
    this.#isStopped = true;
    await this.#endBounds?.();
    await this.#store?.close();
    await this.#outbox?.close();
    await Promise.all(this.#sinks.map((sink) => sink.close?.()));
    await this.#matching?.close();
  }

  async #put(group: readonly KeptSubscription[]): Promise<void> {
    if (this.#isStopped) return;
    if (this.#matching === undefined && group.every(({ deleted }) => deleted)) return;
    this.#matching ??= this.#makeMatching();
    await this.#register(group.map((subscription) => this.#bounds.boundOf(subscription)));
  }

  #makeMatching(): Matching {
    if (this.#sinks.length === 0) {
      this.#base.log.warn(
        'notification orders have nowhere to go: give --webhooks, --kafka-orders or --wamp-orders',
      );
    }
    return new Matching(this.#base, {
      template: this.#template,
      mappings: this.#parts.queries.mappings,
      fields: this.#parts.queries.fields,
      fetch: this.#eventDocuments.fetch,
    });
  }

  async #register(group: readonly BoundSubscription[]): Promise<void> {
    for (const { id, error } of (await this.#matching?.registry.put(group)) ?? []) {
      this.#base.log.error({ id, err: error }, 'a subscription cannot be read: it does not match');
    }
  }

  #check(draft: SubscriptionDraft): void {
    compileSubscription(this.#template, { ...UNKEPT, ...draft }, { filter: null });
    const { callback } = draft.subscription;
    const sinks = this.#sinks;
    if (sinks.length === 0 || sinks.some(({ takes }) => takes === undefined)) return;
    if (sinks.some((sink) => sink.takes!(callback))) return;
    const names = sinks.map(({ name }) => name).join(', ');
    throw new EstromError(
      'BAD_REQUEST',
      `[subscription.callback] is "${callback.slice(0, 200)}", where nobody would be told: orders go to ${names} only`,
    );
  }
}

function templateOf({ config }: Base): FilterTemplate {
  const { subscriptionTemplate, subscriptionGeometryKey: geometryKey } = config;
  try {
    return new FilterTemplate(subscriptionTemplate || DEFAULT_TEMPLATE, { geometryKey });
  } catch (error) {
    if (!(error instanceof EstromError)) throw error;
    throw new ConfigError(`--subscription-template: ${error.message}`);
  }
}

function topicsOf(text: string): string[] {
  return [...readKafkaTopics(text, '--kafka-events').keys()];
}

function expressionOf(indices: string): (index: string) => boolean {
  try {
    return compileIndexExpression(indices);
  } catch (error) {
    throw new ConfigError(`--subscription-indices: ${(error as Error).message}`);
  }
}
