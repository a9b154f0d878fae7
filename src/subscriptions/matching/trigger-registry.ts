import type { QueryOrdinal } from '../../document.ts';
import type { Ir } from '../../query/ir.ts';
import type { KeptSubscription } from '../model.ts';
import { EntryTable } from './entry-table.ts';
import { FilterBook, type SharedFilter } from './filter-book.ts';
import type { FilterTemplate } from './filter-template.ts';
import type { Bounds } from './geo/plane.ts';
import { LifeClock } from './life-clock.ts';
import type { MatchEngine } from './match-engine.ts';
import {
  type CompiledSubscription,
  compileSubscription,
  HitsTexts,
  type MatcherEntry,
  type RowBounds,
} from './matcher-entry.ts';

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

/** Milliseconds before its time at which a subscription is registered. */
const EARLY = 2000;

interface Known {
  readonly subscription: KeptSubscription;
  readonly bounds: RowBounds | null;
  readonly entry: MatcherEntry | undefined;
}

/** What is to be registered: the query is not needed afterwards. */
interface Fresh {
  readonly entry: MatcherEntry;
  readonly query: Ir;
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
  readonly #entries = new EntryTable();
  readonly #filters: FilterBook;
  readonly #texts = new HitsTexts();
  #changes = 0;
  /** Matches under way. */
  readonly #under = new Set<Promise<unknown>>();
  #last: Promise<unknown> = Promise.resolve();
  #retiring: Promise<unknown> = Promise.resolve();

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
    this.#now = deps.now ?? Date.now;
    this.#filters = new FilterBook(deps.filters);
    this.#clock = new LifeClock(this.#now, (ids) => this.#wake(ids));
  }

  /** How many stand in the engines. */
  get live(): number {
    return this.#entries.size;
  }

  /** How many different filters they have. */
  get filters(): number {
    return this.#filters.size;
  }

  /** How many wait for their owner's bounds. */
  get paused(): number {
    let count = 0;
    for (const { bounds } of this.#known.values()) if (bounds === null) count++;
    return count;
  }

  /** See {@link EntryTable.find}. */
  find(ordinal: QueryOrdinal, bounds: Bounds | null, now: number): MatcherEntry | undefined {
    return this.#entries.find(ordinal, bounds, now);
  }

  /**
   * Resolves when every event from now on meets these states. One that is older than what is known
   * changes nothing; the same revision again brings other bounds.
   * @returns those that cannot be read: they do not match
   */
  put(group: readonly BoundSubscription[]): Promise<readonly SubscriptionProblem[]> {
    return this.#inTurn(() => this.#put(group));
  }

  /**
   * While the work is under way, what it may have found stays in the engines. It is told the number of the
   * last change: what had been replaced by then counts no more.
   */
  async during<T>(work: (change: number) => Promise<T>): Promise<T> {
    const done = work(this.#changes);
    this.#under.add(done);
    try {
      return await done;
    } finally {
      this.#under.delete(done);
    }
  }

  /** While the work is under way these filters stand in their engine, whether or not a subscription has them. */
  async holdFilters<T>(
    filters: readonly Pick<CompiledSubscription, 'filter' | 'scope'>[],
    work: (held: readonly (SharedFilter | null)[]) => Promise<T>,
  ): Promise<T> {
    const held = filters.map(({ filter, scope }) => this.#filters.take(filter, scope));
    try {
      await this.#inTurn(() => this.#filters.register());
      return await work(held);
    } finally {
      await this.#filters.giveBack(held);
    }
  }

  async close(): Promise<void> {
    this.#clock.close();
    await this.#last;
    await this.#retiring;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  async #put(group: readonly BoundSubscription[]): Promise<readonly SubscriptionProblem[]> {
    const problems: SubscriptionProblem[] = [];
    const fresh: Fresh[] = [];
    const changes: Known[] = [];
    const newest = new Map(group.map((one) => [one.subscription.id, one]));
    for (const [id, { subscription, bounds }] of newest) {
      const revision = this.#known.get(id)?.subscription.estrom.revision ?? 0;
      if (subscription.estrom.revision < revision) continue;
      let entry: MatcherEntry | undefined;
      try {
        if (bounds !== null && this.#isDue(subscription)) {
          const made = this.#makeEntry(subscription, bounds);
          fresh.push(made);
          entry = made.entry;
        }
      } catch (error) {
        problems.push({ id, error });
      }
      changes.push({ subscription, bounds, entry });
    }
    await this.#register(fresh);
    this.#changes++;
    this.#retire(changes.flatMap((change) => this.#apply(change) ?? []));
    return problems;
  }

  /** @returns what it replaces */
  #apply(change: Known): MatcherEntry | undefined {
    const { subscription, entry } = change;
    const before = this.#known.get(subscription.id)?.entry;
    if (before !== undefined) {
      before.state = entry === undefined ? 'gone' : 'replaced';
      before.replacedBy = this.#changes;
    }
    if (subscription.deleted) this.#known.delete(subscription.id);
    else this.#known.set(subscription.id, change);
    this.#schedule(subscription);
    return before;
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

  #makeEntry(subscription: KeptSubscription, bounds: RowBounds): Fresh {
    const { template } = this.#deps;
    const compiled = compileSubscription(template, subscription, bounds, this.#texts);
    const { trigger, scope, projection } = compiled;
    const filter = this.#filters.take(compiled.filter, scope);
    const ordinal = this.#entries.take();
    const isMet = trigger.test;
    const state = 'current';
    const entry: MatcherEntry = {
      ...{ subscription, ordinal, isMet, filter, projection, state },
      ...{ replacedBy: Number.POSITIVE_INFINITY, tail: undefined },
    };
    const { reach } = trigger;
    this.#entries.put(entry, reach?.placeholder === template.place ? reach : undefined);
    return { entry, query: trigger.query };
  }

  async #register(fresh: readonly Fresh[]): Promise<void> {
    if (fresh.length === 0) return;
    try {
      // What an event is matched to has to be asked about its document too.
      await this.#filters.register();
      await this.#deps.triggers.register(
        fresh.map(({ entry: { ordinal, subscription }, query }) => {
          return { id: subscription.id, ordinal, index: '*', query };
        }),
      );
    } catch (error) {
      await this.#forget(fresh.map(({ entry }) => entry));
      throw error;
    }
  }

  async #unregister(entries: readonly MatcherEntry[]): Promise<void> {
    await this.#deps.triggers.unregister(entries.map(({ ordinal }) => ordinal));
    await this.#forget(entries);
  }

  async #forget(entries: readonly MatcherEntry[]): Promise<void> {
    for (const { ordinal } of entries) this.#entries.delete(ordinal);
    await this.#filters.giveBack(entries.map(({ filter }) => filter));
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

function endOf(expiresAt: number | undefined): number {
  return expiresAt === undefined ? Number.POSITIVE_INFINITY : expiresAt * 1000;
}
