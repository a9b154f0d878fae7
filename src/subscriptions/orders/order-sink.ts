import type { OutboxOrder } from './outbox-database.ts';

/** What became of an order: with the recipient, to be tried again, or never to be taken. */
export type DeliveryOutcome =
  | 'delivered'
  | { readonly retry: string /** Milliseconds, at least. */; readonly after?: number }
  | { readonly dead: string };

/** Where orders go: Kafka, webhooks, a WAMP topic. It may get an order more than once. */
export interface OrderSink {
  /** Kept with each order: the same in every run. */
  readonly name: string;
  /**
   * How many subscriptions are delivered to side by side, a call for each; absent where all orders go to
   * the same place, in one call after another.
   */
  readonly parallel?: number;
  /** Whether orders with this callback go there; all do if it is absent. */
  takes?(callback: string): boolean;
  /**
   * An outcome for each, in their order. A rejection means that the sink itself is not to be reached: all are
   * tried again, and no order is held responsible.
   */
  deliver(orders: readonly OutboxOrder[]): Promise<readonly DeliveryOutcome[]>;
  /**
   * Tells of subscriptions whose recipient has come back: what waits for it is tried at once. Of those with
   * `parallel`.
   */
  onReady?(waker: (subscriptionId: string) => void): void;
  /** Once nothing is delivered any more. */
  close?(): Promise<void>;
}
