/** Any JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What hits of a subscription are: the documents of its events that match, and what of them is sent. */
export interface SubscriptionHits {
  /** Filter on documents: ARLAS parameters such as `f=city:eq:Toulouse`, a query string or Query DSL. */
  readonly filter: string;
  /** `include=…` and `exclude=…` as ARLAS has them; empty for whole documents. */
  readonly projection: string;
}

/** What is watched, and who is told. */
export interface SubscriptionBody {
  /** Its meaning is the operator's: a JSON Schema checks it, filter templates compare it with events. */
  readonly trigger: JsonObject;
  /** Passed on in every order; called only where webhooks are configured. */
  readonly callback: string;
  readonly hits: SubscriptionHits;
}

/** What a caller may say about a subscription; names are those of the wire, times epoch seconds. */
export interface SubscriptionDraft {
  readonly created_by: string;
  readonly active: boolean;
  readonly starts_at: number;
  /** The first second in which it does not match any more; absent: never expires. */
  readonly expires_at?: number;
  readonly title: string;
  readonly subscription: SubscriptionBody;
  /** Copied to each notification order. */
  readonly userMetadatas?: JsonObject;
}

/** A subscription as it goes over the wire. */
export interface UserSubscription extends SubscriptionDraft {
  /** UUID. */
  readonly id: string;
  readonly created_at: number;
  readonly modified_at: number;
  readonly created_by_admin: boolean;
  /** For good: a deleted subscription is kept but never matches and is never changed again. */
  readonly deleted: boolean;
}

/** What only estrom knows of a subscription; kept beside it and never sent to a caller. */
export interface KeptPart {
  /** 1 when it is made, one more with each change. Of two states of a subscription the greater counts. */
  readonly revision: number;
  /** Principal that wrote it last, by whose name its row filter is resolved again; null: none was known. */
  readonly principal: string | null;
  /** Query that every document has to match besides the filter, as it was at the last write; null: none. */
  readonly rowFilter: string | null;
}

/** A subscription as it is kept. */
export interface KeptSubscription extends UserSubscription {
  readonly estrom: KeptPart;
}

/** Whether it matches at a time (epoch seconds): not deleted, active, started and not expired. */
export function isLive(
  { deleted, active, starts_at, expires_at }: UserSubscription,
  now: number,
): boolean {
  return !deleted && active && starts_at <= now && now < (expires_at ?? Number.POSITIVE_INFINITY);
}

/** What a caller is shown. */
export function onWire({ estrom: _, ...subscription }: KeptSubscription): UserSubscription {
  return subscription;
}
