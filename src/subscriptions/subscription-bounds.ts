import { setImmediate } from 'node:timers/promises';
import type { AccessControl } from '../access/access-control.ts';
import type { Logger } from '../log.ts';
import { EVERYBODY, type Principal } from '../principal.ts';
import type { RowBounds } from './matcher-entry.ts';
import type { KeptSubscription } from './model.ts';
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
  readonly members: Map<string, KeptSubscription>;
  rights: Rights;
  /** They have changed, and not all members are matched by them yet. */
  isDue: boolean;
}

const INTERVAL = 10_000;
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
  readonly #groupOf = new Map<string, Group>();
  /** Principals that some rights come from; each calls once it is changed or gone. */
  readonly #watched = new Map<Principal, () => void>();
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
    const before = this.#groupOf.get(id);
    const known = before?.members.get(id)?.estrom.revision ?? 0;
    if (before !== undefined && known > estrom.revision) return bound(subscription, before);
    const group = this.#groupFor({ created_by, principal, rowFilter });
    group.members.set(id, subscription);
    this.#groupOf.set(id, group);
    if (before !== undefined && before !== group) this.#leave(id, before);
    if (deleted) {
      this.#leave(id, group);
      this.#groupOf.delete(id);
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
    const { owner, rights, members } = group;
    const { own, writer } = sourcesOf(owner, this.#parts.access);
    if (own === rights.sources.own && writer === rights.sources.writer) return;
    group.rights = this.#fresh(owner);
    const { key, reason } = group.rights;
    if (key === rights.key) return;
    group.isDue = true;
    const told = { user: owner.created_by, subscriptions: members.size };
    if (reason !== null) this.#parts.log.warn({ ...told, reason }, 'subscriptions are paused');
    else this.#parts.log.info(told, 'subscriptions have other rights');
  }

  async #putDue(): Promise<void> {
    const due = [...this.#groups.values()].filter(({ isDue }) => isDue);
    // What may not be seen any more comes first.
    due.sort((a, b) => Number(a.rights.bounds !== null) - Number(b.rights.bounds !== null));
    let taken: Group[] = [];
    let waiting: KeptSubscription[] = [];
    for (const [position, group] of due.entries()) {
      taken.push(group);
      waiting.push(...group.members.values());
      if (waiting.length < AT_ONCE && position < due.length - 1) continue;
      await this.#putAll(taken, waiting);
      taken = [];
      waiting = [];
    }
  }

  async #putAll(groups: readonly Group[], members: readonly KeptSubscription[]): Promise<void> {
    for (const group of groups) group.isDue = false;
    try {
      for (let at = 0; at < members.length; at += AT_ONCE) {
        // Those that were changed or deleted meanwhile have been put by who did that.
        const current = members.slice(at, at + AT_ONCE).flatMap((one): BoundSubscription[] => {
          const group = this.#groupOf.get(one.id);
          return group?.members.get(one.id) === one ? [bound(one, group)] : [];
        });
        await this.#put?.(current);
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
      group = { key, owner, members: new Map(), rights: this.#fresh(owner), isDue: false };
      this.#groups.set(key, group);
      return group;
    }
    this.#resolve(group);
    if (group.isDue) this.#soon();
    return group;
  }

  #leave(id: string, group: Group): void {
    group.members.delete(id);
    if (group.members.size === 0) this.#groups.delete(group.key);
  }

  #fresh(owner: Owner): Rights {
    const { access, hasRowHeader } = this.#parts;
    const rights = rightsOf(owner, { access, hasRowHeader, rule: this.#rule });
    for (const principal of Object.values(rights.sources)) this.#heed(principal);
    return rights;
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

function bound(subscription: KeptSubscription, group: Group): BoundSubscription {
  return {
    subscription,
    get bounds() {
      return group.rights.bounds;
    },
  };
}
