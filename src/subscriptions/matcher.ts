import { EstromError } from '../errors.ts';
import { isObject } from '../query/json.ts';
import type { FilterTemplate, PreparedEvent } from './filter-template.ts';
import { batchOf, type MatchEngine } from './match-engine.ts';
import type { MatcherEntry } from './matcher-entry.ts';
import { isLive } from './model.ts';
import { makeOrder, type NotificationOrder, orderHead } from './order.ts';
import { CANDIDATES, hasFilter, type TriggerRegistry } from './trigger-registry.ts';

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
   * none. Without it, every event has to bring its own.
   */
  readonly fetch?: (event: SourceEvent, json: unknown) => Promise<EventDocument | null>;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

interface Candidate {
  readonly event: number;
  readonly source: SourceEvent;
  readonly members: readonly string[];
  readonly json: unknown;
  readonly entries: MatcherEntry[];
  document: EventDocument | undefined;
}

/** Documents that are fetched side by side. */
const FETCHES = 16;

/** Matches events in two stages: their triggers, then the filters of those on the event's document. */
export class SubscriptionMatcher {
  readonly #deps: MatcherDeps;
  readonly #now: () => number;

  constructor(deps: MatcherDeps) {
    this.#deps = deps;
    this.#now = deps.now ?? Date.now;
  }

  /** Rejects only when an engine fails; what is wrong with an event is data in the answer. */
  match(events: readonly SourceEvent[]): Promise<MatchedEvents> {
    return this.#deps.registry.during(() => this.#match(events));
  }

  async #match(events: readonly SourceEvent[]): Promise<MatchedEvents> {
    const failures: EventFailure[] = [];
    const candidates = await this.#candidates(events, failures);
    await this.#fetchAll(candidates, failures);
    const found = candidates.filter(({ document }) => document !== undefined);
    await this.#applyFilters(found, failures);
    const orders: NotificationOrder[] = [];
    for (const candidate of found) this.#order(candidate, orders, failures);
    return { orders, failures };
  }

  async #candidates(
    events: readonly SourceEvent[],
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
    const now = Math.floor(this.#now() / 1000);
    const found = read.map(() => new Map<string, MatcherEntry>());
    for (let k = 0; k < pairs.length; k += 2) {
      const slot = pairs[k]!;
      const entry = this.#deps.registry.at(pairs[k + 1]!);
      if (entry === undefined || entry.state === 'gone') continue;
      const { subscription, trigger } = entry;
      if (!isLive(subscription, now) || !trigger.test(read[slot]!.prepared.values)) continue;
      // Where it was changed meanwhile, its newest state counts.
      const known = found[slot]!.get(subscription.id);
      if (known?.state !== 'current') found[slot]!.set(subscription.id, entry);
    }
    read.forEach(({ candidate }, slot) => {
      candidate.entries.push(...found[slot]!.values());
    });
    return read.map(({ candidate }) => candidate).filter(({ entries }) => entries.length > 0);
  }

  #read(source: SourceEvent, event: number): { candidate: Candidate; prepared: PreparedEvent } {
    const json: unknown = JSON.parse(source.text);
    if (!isObject(json)) throw new EstromError('BAD_REQUEST', 'an event has to be a JSON object');
    const prepared = this.#deps.template.prepare(json);
    const members = Object.keys(json);
    const { document } = source;
    const candidate = { event, source, members, json, entries: [], document };
    return { candidate, prepared };
  }

  async #fetchAll(candidates: readonly Candidate[], failures: EventFailure[]): Promise<void> {
    const missing = candidates.filter(({ document }) => document === undefined);
    let next = 0;
    const work = async (): Promise<void> => {
      for (let candidate = missing[next++]; candidate; candidate = missing[next++]) {
        try {
          const { source, json } = candidate;
          const document = await this.#deps.fetch?.(source, json);
          if (document) candidate.document = document;
          else throw new EstromError('NOT_FOUND', 'the document of this event is not to be found');
        } catch (error) {
          failures.push(failureOf(candidate, error));
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(FETCHES, missing.length) }, work));
  }

  /** Takes away the subscriptions whose filters the document does not match. */
  async #applyFilters(candidates: readonly Candidate[], failures: EventFailure[]): Promise<void> {
    const asked = candidates.filter(({ entries }) => entries.some(hasFilter));
    if (asked.length === 0) return;
    const { registry, filters } = this.#deps;
    const batch = batchOf(
      asked.map(({ document, entries }) => {
        const words = entries.filter(hasFilter).map(({ ordinal }) => registry.wordOf(ordinal));
        return withMember(document!.source, CANDIDATES, words.join(' '));
      }),
      (slot) => asked[slot]!.document!.index,
      asked.map(({ document }) => document!.id),
    );
    const { pairs, failures: refused } = await filters.percolate(batch);
    const matched = asked.map(() => new Set<number>());
    for (let k = 0; k < pairs.length; k += 2) matched[pairs[k]!]!.add(pairs[k + 1]!);
    asked.forEach(({ entries }, slot) => {
      const kept = entries.filter((one) => !hasFilter(one) || matched[slot]!.has(one.ordinal));
      entries.splice(0, entries.length, ...kept);
    });
    for (const { slot, reason } of refused) {
      const candidate = asked[slot]!;
      candidate.entries.length = 0;
      failures.push(failureOf(candidate, new EstromError('BAD_DOCUMENT', reason)));
    }
  }

  #order(candidate: Candidate, orders: NotificationOrder[], failures: EventFailure[]): void {
    const { source, members, document, entries } = candidate;
    const live = entries.filter(({ state }) => state !== 'gone');
    if (live.length === 0) return;
    try {
      // Nobody else has read it where no filter was asked.
      if (!live.some(hasFilter) && !isObject(JSON.parse(document!.source)))
        throw new EstromError('BAD_DOCUMENT', 'a document has to be a JSON object');
      const head = orderHead(source.text, members);
      for (const { subscription, projection } of live) {
        const data = projection.apply(document!.source);
        orders.push(makeOrder(head, source.position, data, subscription));
      }
    } catch (error) {
      failures.push(failureOf(candidate, error));
    }
  }
}

function failureOf({ event, source }: Candidate, error: unknown): EventFailure {
  return { event, position: source.position, of: 'document', error: error as Error };
}

/** The same object with a member before its own. */
function withMember(json: string, name: string, value: string): string {
  const rest = json.trimStart().slice(1);
  const comma = rest.trimStart().startsWith('}') ? '' : ',';
  return `{${JSON.stringify(name)}:${JSON.stringify(value)}${comma}${rest}`;
}
