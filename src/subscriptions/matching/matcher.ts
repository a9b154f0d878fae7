import { EstromError } from '../../errors.ts';
import { isObject } from '../../query/json.ts';
import type { NotificationOrder } from '../orders/order.ts';
import {
  type KeepOrders,
  ORDER_LIMITS,
  type OrderLimits,
  OrderMaker,
} from '../orders/order-maker.ts';
import { CANDIDATES } from './filter-book.ts';
import type { FilterTemplate, PreparedEvent } from './filter-template.ts';
import { batchOf, type MatchEngine } from './match-engine.ts';
import type { MatcherEntry } from './matcher-entry.ts';
import type { TriggerRegistry } from './trigger-registry.ts';

export interface EventDocument {
  readonly index: string;
  readonly id: string;
  /** JSON of an object. */
  readonly source: string;
}

export interface SourceEvent {
  /** Names the event for good: the same when its source is read again. */
  readonly position: string;
  /** JSON of an object. */
  readonly text: string;
  /** Its document where that is at hand, such as the one of a bulk request. */
  readonly document?: EventDocument;
}

export interface EventFailure {
  /** Position in the batch. */
  readonly event: number;
  readonly position: string;
  /** `event`: it will never be read; `document`: its document is not to be had or not to be read. */
  readonly of: 'event' | 'document';
  readonly error: Error;
}

export interface MatchedEvents {
  /** In the order of the events. */
  readonly orders: readonly NotificationOrder[];
  readonly failures: readonly EventFailure[];
}

export interface MatcherDeps {
  readonly template: FilterTemplate;
  readonly triggers: MatchEngine;
  readonly filters: MatchEngine;
  readonly registry: TriggerRegistry;
  /**
   * The document of an event that does not bring it, retried as often as makes sense; null when there is
   * none. Without it, every event has to bring its own. A rejection is a failure of the event, but for
   * UNAVAILABLE: then nothing is known of the whole batch.
   */
  readonly fetch?: (event: SourceEvent, json: unknown) => Promise<EventDocument | null>;
  readonly limits?: OrderLimits;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

interface Candidate {
  readonly event: number;
  readonly source: SourceEvent;
  readonly members: readonly string[];
  readonly json: unknown;
  entries: readonly MatcherEntry[];
  document: EventDocument | undefined;
}

/** Subscriptions, of all events that are asked about at once, that triggers may bring up. */
const MOST_MET = 1_000_000;

/** Matches events in two stages: their triggers, then the filters of those on the event's document. */
export class SubscriptionMatcher {
  readonly #deps: MatcherDeps;
  readonly #now: () => number;
  readonly #maker: OrderMaker;
  /** Subscriptions whose triggers one event met lately, at most. */
  #met = 1;

  constructor(deps: MatcherDeps) {
    this.#deps = deps;
    this.#now = deps.now ?? Date.now;
    this.#maker = new OrderMaker(deps.limits ?? ORDER_LIMITS);
  }

  /** {@link matchInto} for events that are known to make few orders. */
  async match(events: readonly SourceEvent[]): Promise<MatchedEvents> {
    const orders: NotificationOrder[] = [];
    const failures = await this.matchInto(events, (some) => void orders.push(...some));
    return { orders, failures };
  }

  /**
   * Hands over the orders of events, in their order, a bounded part after the other.
   * @param keep is awaited before further orders are made
   * @returns what is wrong with single events: they make no orders
   * @throws what `keep` throws, and when an engine or a store fails: the events have to come again, and some
   * of their orders may be kept already
   */
  async matchInto(
    events: readonly SourceEvent[],
    keep: KeepOrders,
  ): Promise<readonly EventFailure[]> {
    const failures: EventFailure[] = [];
    for (let at = 0; at < events.length; ) {
      const first = at;
      const some = events.slice(first, first + Math.max(1, Math.floor(MOST_MET / this.#met)));
      at += some.length;
      for (const failure of await this.#during(some, keep)) {
        failures.push({ ...failure, event: failure.event + first });
      }
    }
    return failures;
  }

  #during(events: readonly SourceEvent[], keep: KeepOrders): Promise<EventFailure[]> {
    return this.#deps.registry.during((change) => this.#match(events, change, keep));
  }

  async #match(
    events: readonly SourceEvent[],
    change: number,
    keep: KeepOrders,
  ): Promise<EventFailure[]> {
    const failures: EventFailure[] = [];
    const candidates = await this.#candidates(events, change, failures);
    await this.#fetchAll(candidates, failures);
    const found = candidates.filter(({ document }) => document !== undefined);
    await this.#applyFilters(found, failures);
    const matched = found.filter(({ entries }) => entries.length > 0);
    await this.#maker.make(
      matched.map(({ source: { position, text }, members, document, entries }) => {
        return { position, text, members, source: document!.source, entries };
      }),
      keep,
      (k, error) => failures.push(failureOf(matched[k]!, error)),
    );
    return failures;
  }

  async #candidates(
    events: readonly SourceEvent[],
    change: number,
    failures: EventFailure[],
  ): Promise<Candidate[]> {
    const read = events.flatMap((source, event) => {
      try {
        return [this.#read(source, event)];
      } catch (error) {
        failures.push({ event, position: source.position, of: 'event', error: error as Error });
        return [];
      }
    });
    if (read.length === 0) return [];
    const batch = batchOf(
      read.map(({ prepared }) => prepared.question),
      () => 'events',
      read.map(() => ''),
    );
    const { pairs, failures: refused } = await this.#deps.triggers.percolate(batch);
    for (const { slot, reason } of refused) {
      const { event, source } = read[slot]!.candidate;
      failures.push({ event, position: source.position, of: 'event', error: new Error(reason) });
    }
    this.#met = Math.max(1, this.#met / 2, pairs.length / 2 / read.length);
    const now = Math.floor(this.#now() / 1000);
    for (let k = 0; k < pairs.length; ) {
      const slot = pairs[k]!;
      const { candidate, prepared } = read[slot]!;
      const entries: MatcherEntry[] = [];
      for (; pairs[k] === slot && k < pairs.length; k += 2) {
        const entry = this.#deps.registry.find(pairs[k + 1]!, prepared.bounds, now);
        if (entry === undefined || entry.replacedBy <= change) continue;
        if (entry.isMet(prepared.values)) entries.push(entry);
      }
      candidate.entries = newestOf(entries);
    }
    return read.map(({ candidate }) => candidate).filter(({ entries }) => entries.length > 0);
  }

  #read(source: SourceEvent, event: number): { candidate: Candidate; prepared: PreparedEvent } {
    const json: unknown = JSON.parse(source.text);
    if (!isObject(json)) throw new EstromError('BAD_REQUEST', 'an event has to be a JSON object');
    const prepared = this.#deps.template.prepare(json);
    const members = Object.keys(json);
    const { document } = source;
    const candidate: Candidate = { event, source, members, json, entries: [], document };
    return { candidate, prepared };
  }

  async #fetchAll(candidates: readonly Candidate[], failures: EventFailure[]): Promise<void> {
    const missing = candidates.filter(({ document }) => document === undefined);
    // Whoever fetches bounds how much of it goes on at once.
    const fetching = missing.map(async (candidate) => {
      try {
        const { source, json } = candidate;
        const document = await this.#deps.fetch?.(source, json);
        if (document) candidate.document = document;
        else throw new EstromError('NOT_FOUND', 'the document of this event is not to be found');
      } catch (error) {
        if (error instanceof EstromError && error.code === 'UNAVAILABLE') throw error;
        failures.push(failureOf(candidate, error));
      }
    });
    await Promise.all(fetching);
  }

  /** Takes away the subscriptions whose filters the document does not match. */
  async #applyFilters(candidates: readonly Candidate[], failures: EventFailure[]): Promise<void> {
    const asked: Candidate[] = [];
    const questions: string[] = [];
    for (const candidate of candidates) {
      const words = new Set<string>();
      for (const { filter } of candidate.entries) if (filter !== null) words.add(filter.word);
      if (words.size === 0) continue;
      asked.push(candidate);
      questions.push(withMember(candidate.document!.source, CANDIDATES, [...words].join(' ')));
    }
    if (asked.length === 0) return;
    const batch = batchOf(
      questions,
      (slot) => asked[slot]!.document!.index,
      asked.map(({ document }) => document!.id),
    );
    const { pairs, failures: refused } = await this.#deps.filters.percolate(batch);
    const matched = asked.map(() => new Set<number>());
    for (let k = 0; k < pairs.length; k += 2) matched[pairs[k]!]!.add(pairs[k + 1]!);
    asked.forEach((candidate, slot) => {
      candidate.entries = candidate.entries.filter(({ filter }) => {
        return filter === null || matched[slot]!.has(filter.ordinal);
      });
    });
    for (const { slot, reason } of refused) {
      const candidate = asked[slot]!;
      candidate.entries = [];
      failures.push(failureOf(candidate, new EstromError('BAD_DOCUMENT', reason)));
    }
  }
}

/** Of a subscription that was changed meanwhile, its newest state counts. */
function newestOf(entries: readonly MatcherEntry[]): readonly MatcherEntry[] {
  if (entries.every(({ state }) => state === 'current')) return entries;
  const byId = new Map<string, MatcherEntry>();
  for (const entry of entries) {
    const { id } = entry.subscription;
    if (byId.get(id)?.state !== 'current') byId.set(id, entry);
  }
  return [...byId.values()];
}

function failureOf({ event, source }: Candidate, error: unknown): EventFailure {
  return { event, position: source.position, of: 'document', error: error as Error };
}

/** The same object with a member before its own. */
export function withMember(json: string, name: string, value: string): string {
  const rest = json.trimStart().slice(1);
  const comma = rest.trimStart().startsWith('}') ? '' : ',';
  return `{${JSON.stringify(name)}:${JSON.stringify(value)}${comma}${rest}`;
}
