import { randomBytes } from 'node:crypto';
import type { QueryOrdinal } from '../document.ts';
import { normalise } from '../query/canonical.ts';
import type { FilterTemplate } from './filter-template.ts';
import { LifeClock } from './life-clock.ts';
import type { MatchEngine } from './match-engine.ts';
import { compileSubscription, type MatcherEntry, type RowBounds } from './matcher-entry.ts';
import type { KeptSubscription } from './model.ts';

export interface RegistryDeps {
  readonly template: FilterTemplate;
  /** Engines of the matcher's own: one is asked about events, the other about their documents. */
  readonly triggers: MatchEngine;
  readonly filters: MatchEngine;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** A subscription could not be brought to the engines when its time came. */
  readonly onError?: (error: unknown, ids: readonly string[]) => void;
}

/** A subscription and the bounds of its owner; null when they are not known: it is paused. */
export interface BoundSubscription {
  readonly subscription: KeptSubscription;
  readonly bounds: RowBounds | null;
}

/** A subscription that cannot be matched, and why. */
export interface SubscriptionProblem {
  readonly id: string;
  readonly error: unknown;
}

/** Field that is put before a document's own: which subscriptions its filters are asked of. */
export const CANDIDATES = 'estrom_candidates';

/** Milliseconds before its time at which a subscription is registered. */
const EARLY = 2000;

interface Known extends BoundSubscription {
  entry: MatcherEntry | undefined;
}

/**
 * Keeps both engines at what the subscriptions say: each stands there while it is live and its owner's
 * bounds are known. Changes are made one after another.
 */
export class TriggerRegistry {
  readonly #deps: RegistryDeps;
  readonly #now: () => number;
  readonly #clock: LifeClock;
  readonly #known = new Map<string, Known>();
  readonly #entries: (MatcherEntry | undefined)[] = [];
  readonly #free: QueryOrdinal[] = [];
  /** No document can name a candidate by chance. */
  readonly #secret = randomBytes(6).toString('hex');
  /** Matches under way. */
  readonly #under = new Set<Promise<unknown>>();
  #last: Promise<unknown> = Promise.resolve();
  #retiring: Promise<unknown> = Promise.resolve();

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
    this.#now = deps.now ?? Date.now;
    this.#clock = new LifeClock(this.#now, (ids) => this.#wake(ids));
  }

  /** How many stand in the engines. */
  get live(): number {
    return this.#entries.length - this.#free.length;
  }

  /** How many wait for their owner's bounds. */
  get paused(): number {
    let count = 0;
    for (const { bounds } of this.#known.values()) if (bounds === null) count++;
    return count;
  }

  at(ordinal: QueryOrdinal): MatcherEntry | undefined {
    return this.#entries[ordinal];
  }

  /**
   * Resolves when every event from now on meets these states. One that is older than what is known
   * changes nothing; the same revision again brings other bounds.
   * @returns those that cannot be read: they do not match
   */
  put(group: readonly BoundSubscription[]): Promise<readonly SubscriptionProblem[]> {
    const done = this.#last.then(() => this.#put(group));
    this.#last = done.catch(() => {});
    return done;
  }

  /** While the work is under way, what it may have found stays in the engines. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const done = work();
    this.#under.add(done);
    try {
      return await done;
    } finally {
      this.#under.delete(done);
    }
  }

  wordOf(ordinal: QueryOrdinal): string {
    return `s${ordinal}x${this.#secret}`;
  }

  async close(): Promise<void> {
    this.#clock.close();
    await this.#last;
    await this.#retiring;
  }

  async #put(group: readonly BoundSubscription[]): Promise<readonly SubscriptionProblem[]> {
    const problems: SubscriptionProblem[] = [];
    const entries: MatcherEntry[] = [];
    const old: MatcherEntry[] = [];
    const changes: [Known, MatcherEntry | undefined][] = [];
    const newest = new Map(group.map((one) => [one.subscription.id, one]));
    for (const [id, bound] of newest) {
      const { subscription, bounds } = bound;
      const before = this.#known.get(id);
      const revision = before?.subscription.estrom.revision ?? 0;
      if (subscription.estrom.revision < revision) continue;
      let entry: MatcherEntry | undefined;
      try {
        if (bounds !== null && this.#isDue(subscription))
          entry = this.#makeEntry(subscription, bounds);
      } catch (error) {
        problems.push({ id, error });
      }
      if (entry !== undefined) entries.push(entry);
      changes.push([{ ...bound, entry: before?.entry }, entry]);
    }
    await this.#register(entries);
    for (const [known, entry] of changes) {
      const { subscription, entry: before } = known;
      if (before !== undefined) {
        before.state = entry === undefined ? 'gone' : 'replaced';
        old.push(before);
      }
      if (subscription.deleted) this.#known.delete(subscription.id);
      else this.#known.set(subscription.id, { ...known, entry });
      this.#schedule(subscription);
    }
    this.#retire(old);
    return problems;
  }

  /** Events that are under way may still need them, and their ordinals. */
  #retire(entries: readonly MatcherEntry[]): void {
    if (entries.length === 0) return;
    const retired = Promise.allSettled([...this.#under]).then(() => this.#unregister(entries));
    const done = retired.catch((error: unknown) => {
      this.#deps.onError?.(
        error,
        entries.map(({ subscription }) => subscription.id),
      );
    });
    this.#retiring = Promise.all([this.#retiring, done]);
  }

  #makeEntry(subscription: KeptSubscription, bounds: RowBounds): MatcherEntry {
    const compiled = compileSubscription(this.#deps.template, subscription, bounds);
    const ordinal = this.#free.pop() ?? this.#entries.length;
    const entry: MatcherEntry = { ...compiled, subscription, ordinal, state: 'current' };
    this.#entries[ordinal] = entry;
    return entry;
  }

  async #register(entries: readonly MatcherEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const { triggers, filters } = this.#deps;
    const filtered = entries.filter(hasFilter).map((entry) => {
      const { ordinal, scope, subscription, filter } = entry;
      const asked = { kind: 'term', field: CANDIDATES, value: this.wordOf(ordinal) } as const;
      const query = normalise({ kind: 'and', clauses: [asked, filter] });
      return { id: subscription.id, ordinal, index: '*', query, ...(scope !== '*' && { scope }) };
    });
    // What an event is matched to has to be asked about its document too.
    if (filtered.length > 0) await filters.register(filtered);
    await triggers.register(
      entries.map(({ ordinal, subscription, trigger }) => {
        return { id: subscription.id, ordinal, index: '*', query: trigger.query };
      }),
    );
  }

  async #unregister(entries: readonly MatcherEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const ordinals = entries.map(({ ordinal }) => ordinal);
    await this.#deps.triggers.unregister(ordinals);
    await this.#deps.filters.unregister(entries.filter(hasFilter).map(({ ordinal }) => ordinal));
    for (const ordinal of ordinals) {
      this.#entries[ordinal] = undefined;
      this.#free.push(ordinal);
    }
  }

  #isDue({ deleted, active, starts_at, expires_at }: KeptSubscription): boolean {
    const now = this.#now();
    if (deleted || !active) return false;
    return starts_at * 1000 - EARLY <= now && now < endOf(expires_at);
  }

  #schedule(subscription: KeptSubscription): void {
    const { id, deleted, active, starts_at, expires_at } = subscription;
    if (deleted || !active) return;
    const now = this.#now();
    const begin = starts_at * 1000 - EARLY;
    const end = endOf(expires_at);
    if (begin > now) this.#clock.at(begin, id);
    else if (end > now) this.#clock.at(end, id);
  }

  #wake(ids: readonly string[]): void {
    const group = ids.flatMap((id) => this.#known.get(id) ?? []);
    this.put(group).catch((error: unknown) => this.#deps.onError?.(error, ids));
  }
}

/** Whether its documents have to be asked about at all. */
export function hasFilter({ filter, scope }: MatcherEntry): boolean {
  return filter.kind !== 'all' || scope !== '*';
}

function endOf(expiresAt: number | undefined): number {
  return expiresAt === undefined ? Number.POSITIVE_INFINITY : expiresAt * 1000;
}
