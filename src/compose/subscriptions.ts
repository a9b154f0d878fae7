import type { FastifyInstance } from 'fastify';
import { ConfigError } from '../config-load.ts';
import type { CrossbarLink } from '../crossbar/link.ts';
import type { Percolate } from '../document.ts';
import type { ElasticsearchConnection } from '../elasticsearch/connection.ts';
import { EstromError } from '../errors.ts';
import type { Hub } from '../fanout/hub.ts';
import type { OrderRights, OrderTopics } from '../fanout/order-topics.ts';
import { compileIndexExpression } from '../query/index-expression.ts';
import { DocumentEvents } from '../subscriptions/events/document-events.ts';
import { makeDryRun } from '../subscriptions/matching/dry-run.ts';
import { DEFAULT_TEMPLATE, FilterTemplate } from '../subscriptions/matching/filter-template.ts';
import { batchOf } from '../subscriptions/matching/match-engine.ts';
import type { EventDocument } from '../subscriptions/matching/matcher.ts';
import { compileSubscription } from '../subscriptions/matching/matcher-entry.ts';
import type { BoundSubscription } from '../subscriptions/matching/trigger-registry.ts';
import type { KeptSubscription, SubscriptionDraft } from '../subscriptions/model.ts';
import { mayReceiveOrders } from '../subscriptions/orders/wamp-order-sink.ts';
import type { DryRun } from '../subscriptions/rest/dry-run.ts';
import { SubscriptionBounds } from '../subscriptions/rights/subscription-bounds.ts';
import type {
  ClosableSubscriptionStore,
  SubscriptionStore,
} from '../subscriptions/subscription-store.ts';
import type { Base } from './base.ts';
import { type EventDocuments, openEventDocuments } from './event-documents.ts';
import type { Kafka } from './kafka.ts';
import { Matching } from './matching.ts';
import { Notifications } from './notifications.ts';
import type { Queries } from './queries.ts';
import type { SubscriptionPlace } from './subscription-place.ts';
import { addSubscriptionRoutes } from './subscription-rest.ts';
import { lateStore, openSubscriptionStore } from './subscription-stores.ts';

export interface SubscriptionsParts {
  readonly queries: Pick<Queries, 'mappings' | 'fields'>;
  readonly kafka: Kafka | undefined;
  readonly elasticsearch: ElasticsearchConnection | undefined;
  readonly hub: Hub | undefined;
  readonly link: CrossbarLink | undefined;
}

/** What of a draft a store would add; for drafts that are only checked. */
const UNKEPT = {
  ...{ id: '', created_at: 0, modified_at: 0, created_by_admin: false, deleted: false },
  estrom: { revision: 1, principal: null, rowFilter: null },
};

/** Durable subscriptions: kept, brought to where they are matched, and told of. */
export class Subscriptions {
  /** Whose orders are whose, for brokers. */
  readonly rights: OrderRights;
  readonly #base: Base;
  readonly #parts: SubscriptionsParts;
  readonly #place: SubscriptionPlace;
  readonly #template: FilterTemplate;
  readonly #bounds: SubscriptionBounds;
  readonly #eventDocuments: EventDocuments;
  readonly #documents: DocumentEvents | undefined;
  /** Of a Beater. */
  readonly #notifications: Notifications | undefined;
  readonly #lateStore: SubscriptionStore;
  readonly #watchers: ((subscriptionId: string) => void)[] = [];
  /** From the start on. */
  #store: ClosableSubscriptionStore | undefined;
  /** Two engines with threads of their own: made when they are needed first. */
  #matching: Matching | undefined;
  #endBounds: (() => Promise<void>) | undefined;
  #isStopped = false;

  /** @throws ConfigError when a setting cannot be used */
  constructor(base: Base, parts: SubscriptionsParts, place: SubscriptionPlace) {
    const { config, log, metrics, access, roles } = base;
    this.#base = base;
    this.#parts = parts;
    this.#place = place;
    this.#template = templateOf(base);
    this.#eventDocuments = openEventDocuments(base, parts.elasticsearch);
    this.#bounds = new SubscriptionBounds({
      ...{ access, log, rule: config.subscriptionRowFilter },
      hasRowHeader: config.subscriptionRowFilterHeader !== '',
    });
    this.#lateStore = lateStore(() => this.#store);
    const isOpen = config.tokens === '' && config.subscriptionIdentityHeader === '';
    this.rights = {
      mayReceive: (id, caller) => mayReceiveOrders(this.#lateStore, id, caller, isOpen),
      onChange: (listener) => this.#watchers.push(listener),
    };
    if (!roles.beater) return;
    const { subscriptionIndices: indices } = config;
    if (indices !== '') {
      this.#documents = new DocumentEvents(expressionOf(indices), this.#template.paths);
    }
    this.#notifications = new Notifications(base, {
      ...{ kafka: parts.kafka, hub: parts.hub, link: parts.link },
      ...{ rights: this.rights, documents: this.#documents },
      matcher: () => this.#matching?.matcher,
    });
    metrics.gauge('estrom_subscriptions_live', 'Durable subscriptions that are matched now', () => {
      return this.#matching?.registry.live ?? 0;
    });
    metrics.gauge(
      'estrom_subscriptions_paused',
      "Durable subscriptions that are not matched because their owners' rights are not known",
      () => this.#matching?.registry.paused ?? 0,
    );
  }

  /** Orders at the embedded broker; undefined where nobody asked for them. */
  get orderTopics(): OrderTopics | undefined {
    return this.#notifications?.topics;
  }

  /** @throws ConfigError for a schema of triggers that is none */
  async routes(app: FastifyInstance): Promise<void> {
    const dryRun = this.#notifications === undefined ? undefined : this.#makeDryRun();
    await addSubscriptionRoutes(app, this.#base, {
      store: this.#lateStore,
      checkDraft: (draft) => this.#check(draft),
      ...(dryRun === undefined ? {} : { dryRun }),
    });
    await this.#notifications?.routes(app);
  }

  /**
   * Resolves when every subscription that is kept is matched.
   * @throws ConfigError when the place that they are kept in cannot be used
   */
  async start(): Promise<void> {
    const store = await openSubscriptionStore(this.#base, this.#place);
    this.#store = store;
    store.onChange(({ id }) => {
      for (const told of this.#watchers) told(id);
    });
    if (this.#notifications === undefined) return;
    await this.#notifications.open(this.#place.folder);
    this.#base.readiness.notReady('loading subscriptions');
    store.onChange((subscription) => this.#put([subscription]));
    for await (const group of store.all()) await this.#put(group);
    this.#endBounds = this.#bounds.watch((group) => this.#register(group));
  }

  /** What becomes of documents: their answer waits for the orders of those that are events. */
  percolation(percolate: Percolate): Percolate {
    return this.#notifications?.percolation(percolate) ?? percolate;
  }

  /** Begins to read the topics of events. */
  readEvents(): void {
    this.#notifications?.readEvents();
  }

  /** Resolves when the orders of the events that were read are durable and that is committed. */
  async stopReading(): Promise<void> {
    this.#eventDocuments.close();
    await this.#notifications?.stopReading();
  }

  async close(): Promise<void> {
    this.#isStopped = true;
    await this.#endBounds?.();
    await this.#store?.close();
    await this.#notifications?.close();
    await this.#matching?.close();
  }

  async #put(group: readonly KeptSubscription[]): Promise<void> {
    if (this.#isStopped) return;
    // Also of deleted ones: an older state that is read after this must not count any more.
    const bound = group.map((subscription) => this.#bounds.boundOf(subscription));
    if (this.#matching === undefined && group.every(({ deleted }) => deleted)) return;
    this.#ensureMatching();
    await this.#register(bound);
  }

  #ensureMatching(): Matching {
    if (this.#matching !== undefined) return this.#matching;
    if (this.#isStopped) throw new EstromError('UNAVAILABLE', 'estrom is shutting down');
    if (this.#notifications?.sinks.length === 0) {
      this.#base.log.warn(
        'notification orders have nowhere to go: give --webhooks, --kafka-orders or --wamp-orders',
      );
    }
    this.#matching = new Matching(this.#base, {
      template: this.#template,
      mappings: this.#parts.queries.mappings,
      fields: this.#parts.queries.fields,
      fetch: this.#eventDocuments.fetch,
    });
    return this.#matching;
  }

  async #register(group: readonly BoundSubscription[]): Promise<void> {
    for (const { id, error } of (await this.#matching?.registry.put(group)) ?? []) {
      this.#base.log.error({ id, err: error }, 'a subscription cannot be read: it does not match');
    }
  }

  #makeDryRun(): DryRun {
    const { subscriptionDocument, subscriptionDocumentIndex: index } = this.#base.config;
    const { fetch } = this.#eventDocuments;
    const documents = this.#documents;
    return makeDryRun({
      template: this.#template,
      bounds: this.#bounds,
      trials: () => this.#ensureMatching().trials,
      ...(fetch === undefined ? {} : { fetch }),
      isInEvent: subscriptionDocument !== '',
      ...(index === '' ? {} : { index }),
      ...(documents === undefined ? {} : { eventOf: (one) => eventOf(documents, one) }),
    });
  }

  #check(draft: SubscriptionDraft): void {
    compileSubscription(this.#template, { ...UNKEPT, ...draft }, { filter: null });
    const { callback } = draft.subscription;
    const sinks = this.#notifications?.sinks ?? [];
    if (sinks.length === 0 || sinks.some((sink) => sink.takes?.(callback) ?? true)) return;
    const names = sinks.map(({ name }) => name).join(', ');
    throw new EstromError(
      'BAD_REQUEST',
      `[subscription.callback] is "${callback.slice(0, 200)}", where nobody would be told: orders go to ${names} only`,
    );
  }
}

/** The event that a document is when it comes in; undefined where it is none. */
function eventOf(documents: DocumentEvents, { index, id, source }: EventDocument) {
  const [event] = documents.of(
    batchOf([source], () => index, [id]),
    new Set(),
  );
  return event?.text;
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

function expressionOf(indices: string): (index: string) => boolean {
  try {
    return compileIndexExpression(indices);
  } catch (error) {
    throw new ConfigError(`--subscription-indices: ${(error as Error).message}`);
  }
}
