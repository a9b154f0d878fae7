import type { KeptSubscription } from './model.ts';

/** Which subscriptions a list has; an absent member does not filter. */
export interface SubscriptionFilter {
  readonly createdBy?: string;
  /** Bounds of `created_at`, both included, in epoch seconds. */
  readonly before?: number;
  readonly after?: number;
  readonly active?: boolean;
  /** `starts_at` ≤ now. */
  readonly started?: boolean;
  /** `expires_at` ≤ now; what never expires is not expired. */
  readonly expired?: boolean;
  readonly createdByAdmin?: boolean;
  /** True: deleted ones too, not only; false: none of them. */
  readonly withDeleted: boolean;
  /** Epoch seconds. */
  readonly now: number;
}

export interface SubscriptionPage {
  /** How many come before this page. */
  readonly offset: number;
  /** Most subscriptions of the page; 0 to learn only how many there are. */
  readonly size: number;
}

export interface SubscriptionList {
  /** How many match the filter, over all pages. */
  readonly total: number;
  /** By `created_at`, the newest first; those of one second by id, descending. */
  readonly subscriptions: readonly KeptSubscription[];
}

/**
 * Where subscriptions are kept. A promise that a change is acknowledged by resolves when a kill of this
 * process cannot undo it any more and all listeners have applied it (see {@link WatchedSubscriptions}).
 *
 * Every method rejects with EstromError UNAVAILABLE when the store cannot be read or written; then
 * nobody knows whether the change was made.
 */
export interface SubscriptionStore {
  /** Its id is new. */
  insert(subscription: KeptSubscription): Promise<void>;
  /**
   * Puts a subscription in the place of the one that has its id and the revision before its own.
   * @returns false when there is none, it is deleted, or it has been changed since: nothing is changed
   */
  replace(subscription: KeptSubscription): Promise<boolean>;
  /**
   * Sets `deleted` and `modified_at`, and counts the revision up. One that was deleted before stays as it is.
   * @param now epoch seconds
   * @returns what is kept now; null when there never was one
   */
  markDeleted(id: string, now: number): Promise<KeptSubscription | null>;
  /** Deleted ones too; null when there never was one. */
  get(id: string): Promise<KeptSubscription | null>;
  list(filter: SubscriptionFilter, page: SubscriptionPage): Promise<SubscriptionList>;
}

/**
 * Told of a subscription as it is kept now, also when it is deleted. The change is acknowledged when the
 * promise resolves; one that rejects makes the acknowledgement reject, though the change is kept.
 */
export type SubscriptionListener = (subscription: KeptSubscription) => void | Promise<void>;

/**
 * How a matcher knows all subscriptions: it listens first and reads then. A change made while it reads
 * may come both ways, and in either order; the greater revision counts.
 */
export interface WatchedSubscriptions {
  /** All that are not deleted, whether or not they are active or expired, in groups and in no order. */
  all(): AsyncIterable<readonly KeptSubscription[]>;
  /** @returns a function that ends the listening */
  onChange(listener: SubscriptionListener): () => void;
}

/** A store as the composition root has it. */
export interface ClosableSubscriptionStore extends SubscriptionStore, WatchedSubscriptions {
  /** Waits for what is being written. */
  close(): Promise<void>;
}
