import { setImmediate } from 'node:timers/promises';
import type { AccessControl } from '../access/access-control.ts';
import type { Logger } from '../log.ts';
import { EVERYBODY, type Principal } from '../principal.ts';
import type { Ir } from '../query/ir.ts';
import type { RowBounds } from './matcher-entry.ts';
import type { KeptSubscription } from './model.ts';
import { parseRowFilter } from './row-filter.ts';
import { type Owner, type Rights, rightsOf, sourcesOf } from './row-rights.ts';
import { RowRule } from './row-rule.ts';
import type { BoundSubscription } from './trigger-registry.ts';

export interface BoundsParts {
  readonly access: Pick<AccessControl, 'named' | 'whileAllowed'>;
  /** The operator's query on the documents of every user, with `(user)`; empty for none. */
  readonly rule: string;
  /** A proxy has to say which documents each user may see. */
  readonly hasRowHeader: boolean;
  readonly log: Logger;
  /** Milliseconds between two looks at all tokens. */
  readonly interval?: number;
}

/** Brings subscriptions to where they are matched, with what they may see from now on. */
export type PutBound = (group: readonly BoundSubscription[]) => Promise<unknown>;

/** Subscriptions whose rights have the same reasons. */
interface Group {
  readonly key: string;
  readonly owner: Owner;
  /** How many subscriptions. */
  size: number;
  rights: Rights;
  /** They have changed, and not all members are matched by them yet. */
  isDue: boolean;
}

interface Known {
  readonly subscription: KeptSubscription;
  readonly group: Group;
}

const INTERVAL = 10_000;
const MOST_REMEMBERED = 1000;
/** Groups that are looked at before others have a turn, and subscriptions that are put at once. */
const AT_ONCE = 1000;

/**
 * What the owners of subscriptions may see, as it is now: resolved again whenever a token changes, and
 * every few seconds. Where it cannot be told, the subscription is paused.
 */
export class SubscriptionBounds {
  readonly #parts: BoundsParts;
  readonly #rule: RowRule | null;
  readonly #groups = new Map<string, Group>();
  readonly #known = new Map<string, Known>();
  /** Principals that some rights come from; each calls once it is changed or gone. */
  readonly #watched = new Map<Principal, () => void>();
  readonly #bounds = new Map<string, RowBounds>();
  readonly #read = new Map<string, Ir>();
  #put: PutBound | undefined;
  #running: Promise<void> | undefined;
  #isStale = false;

  /** @throws ConfigError when the rule cannot be used */
  constructor(parts: BoundsParts) {
    this.#parts = parts;
    this.#rule = parts.rule.trim() === '' ? null : new RowRule(parts.rule);
  }

  /**
   * The subscription with what its owner may see, always as of when it is read: put it before anything
   * else happens. It is known from now on, until it is deleted: when its bounds change, it is put again.
   */
  boundOf(subscription: KeptSubscription): BoundSubscription {
    const { id, deleted, estrom, created_by } = subscription;
    const { principal, rowFilter } = estrom;
    const before = this.#known.get(id);
    if (before !== undefined && before.subscription.estrom.revision > estrom.revision) {
      return bound(subscription, before.group);
    }
    const group = this.#groupFor({ created_by, principal, rowFilter });
    group.size++;
    this.#known.set(id, { subscription, group });
    if (before !== undefined) this.#leave(before.group);
    if (deleted) {
      this.#known.delete(id);
      this.#leave(group);
    }
    return bound(subscription, group);
  }

  /** What the owner of a subscription may see, kept or not; where that is not known, why. */
  rightsOf(owner: Owner): { readonly bounds: RowBounds | null; readonly reason: string | null } {
    const { access, hasRowHeader } = this.#parts;
    return rightsOf(owner, { access, hasRowHeader, rule: this.#rule });
  }

  /**
   * Puts what changes from now on.
   * @returns ends that; resolves when nothing is being put any more
   */
  watch(put: PutBound): () => Promise<void> {
    this.#put = put;
    const timer = setInterval(() => this.#soon(), this.#parts.interval ?? INTERVAL).unref();
    this.#soon();
    return async () => {
      this.#put = undefined;
      clearInterval(timer);
      for (const end of this.#watched.values()) end();
      this.#watched.clear();
      await this.#running;
    };
  }

  /** Resolves when all subscriptions are matched by what their owners may see at the time of the call. */
  async refresh(): Promise<void> {
    this.#isStale = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  #soon(): void {
    this.refresh().catch((error: unknown) => {
      this.#parts.log.error({ err: error }, "subscriptions are not up to date with owners' rights");
    });
  }

  async #run(): Promise<void> {
    while (this.#isStale && this.#put !== undefined) {
      this.#isStale = false;
      await this.#resolveAll();
      await this.#putDue();
    }
  }

  async #resolveAll(): Promise<void> {
    let looked = 0;
    for (const group of this.#groups.values()) {
      this.#resolve(group);
      if (++looked % AT_ONCE === 0) await setImmediate();
    }
  }

  #resolve(group: Group): void {
    const { owner, rights, size } = group;
    const { own, writer } = sourcesOf(owner, this.#parts.access);
    if (own === rights.sources.own && writer === rights.sources.writer) return;
    group.rights = this.#fresh(owner);
    const { key, reason } = group.rights;
    if (key === rights.key) return;
    group.isDue = true;
    const told = { user: owner.created_by, subscriptions: size };
    if (reason !== null) this.#parts.log.warn({ ...told, reason }, 'subscriptions are paused');
    else this.#parts.log.info(told, 'subscriptions have other rights');
  }

  async #putDue(): Promise<void> {
    const groups = [...this.#groups.values()].filter(({ isDue }) => isDue);
    if (groups.length === 0) return;
    const due = [...this.#known.values()].filter(({ group }) => group.isDue);
    // What may not be seen any more comes first.
    due.sort((a, b) => rank(a) - rank(b));
    for (const group of groups) group.isDue = false;
    try {
      for (let at = 0; at < due.length; at += AT_ONCE) {
        // Those that were changed or deleted meanwhile have been put by who did that.
        const current = due
          .slice(at, at + AT_ONCE)
          .filter((known) => this.#known.get(known.subscription.id) === known);
        await this.#put?.(current.map(({ subscription, group }) => bound(subscription, group)));
      }
    } catch (error) {
      // The next look tries again.
      for (const group of groups) group.isDue = true;
      throw error;
    }
  }

  #groupFor(owner: Owner): Group {
    const key = JSON.stringify([owner.created_by, owner.principal, owner.rowFilter]);
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { key, owner, size: 0, rights: this.#fresh(owner), isDue: false };
      this.#groups.set(key, group);
      return group;
    }
    this.#resolve(group);
    if (group.isDue) this.#soon();
    return group;
  }

  #leave(group: Group): void {
    if (--group.size === 0) this.#groups.delete(group.key);
  }

  #fresh(owner: Owner): Rights {
    const { access, hasRowHeader } = this.#parts;
    const read = (text: string) => remembered(this.#read, text, () => parseRowFilter(text));
    const rights = rightsOf(owner, { access, hasRowHeader, rule: this.#rule, read });
    for (const principal of Object.values(rights.sources)) this.#heed(principal);
    if (rights.bounds === null) return rights;
    const { bounds, ...rest } = rights;
    // Filters are read once together with bounds that are the same object.
    return { ...rest, bounds: remembered(this.#bounds, rights.key, () => bounds) };
  }

  #heed(principal: Principal | undefined): void {
    if (principal === undefined || principal === EVERYBODY || this.#watched.has(principal)) return;
    const end = this.#parts.access.whileAllowed(principal, () => {
      this.#watched.delete(principal);
      this.#soon();
    });
    this.#watched.set(principal, end);
  }
}

function rank({ group }: Known): number {
  return group.rights.bounds === null ? 0 : 1;
}

/** The same again for the same key, mostly. */
function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  let found = known.get(key);
  if (found !== undefined) return found;
  found = make();
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(key, found);
  return found;
}

function bound(subscription: KeptSubscription, group: Group): BoundSubscription {
  return {
    subscription,
    get bounds() {
      return group.rights.bounds;
    },
  };
}
