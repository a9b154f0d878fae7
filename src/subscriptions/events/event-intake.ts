import type { Metrics } from '../../metrics.ts';
import type { EventFailure, SourceEvent, SubscriptionMatcher } from '../matching/matcher.ts';
import type { OrderOutbox } from '../orders/order-outbox.ts';

export interface EventIntakeParts {
  /** Undefined as long as there are no subscriptions. */
  readonly matcher: () => Pick<SubscriptionMatcher, 'matchInto'> | undefined;
  readonly outbox: Pick<OrderOutbox, 'add'>;
  readonly metrics: Metrics;
}

/** The way of events to durable orders, wherever they come from. */
export class EventIntake {
  readonly #parts: EventIntakeParts;
  #events = 0;
  #failures = 0;

  constructor(parts: EventIntakeParts) {
    this.#parts = parts;
    const { metrics } = parts;
    metrics.observedCounter(
      'estrom_subscription_events_total',
      'Events that durable subscriptions were asked about',
      () => this.#events,
    );
    metrics.observedCounter(
      'estrom_subscription_event_failures_total',
      'Events of which some subscription may have missed something: not readable, or without their document',
      () => this.#failures,
    );
  }

  /**
   * Resolves when the orders of all events are durable.
   * @returns what is wrong with single events: they make no orders
   * @throws EstromError when nothing is known of these events: they have to come again
   */
  async take(events: readonly SourceEvent[]): Promise<readonly EventFailure[]> {
    if (events.length === 0) return [];
    const { matcher, outbox } = this.#parts;
    this.#events += events.length;
    const failures = await matcher()?.matchInto(events, (orders) => outbox.add(orders));
    if (failures === undefined) return [];
    this.#failures += failures.length;
    return failures;
  }
}
