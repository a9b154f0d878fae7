import { setImmediate } from 'node:timers/promises';
import type { AccessControl } from '../../access/access-control.ts';
import type { Logger } from '../../log.ts';
import type { BoundSubscription } from '../matching/trigger-registry.ts';
import type { KeptSubscription } from '../model.ts';
import { type RowGroup, RowGroups } from './row-groups.ts';
import type { Owner, Rights } from './row-rights.ts';
import { RowRule } from './row-rule.ts';

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

interface Known {
  readonly subscription: KeptSubscription;
  readonly group: RowGroup;
}

const INTERVAL = 15_000;
/** Groups that are looked at before others have a turn, and subscriptions that are put at once. */
const AT_ONCE = 1000;

/**
 * What the owners of subscriptions may see, as it is now: resolved again whenever a token changes, and
 * every few seconds. Where it cannot be told, the subscription is paused.
 */
export class SubscriptionBounds {
  readonly #log: Logger;
  readonly #interval: number;
  readonly #groups: RowGroups;
  readonly #known = new Map<string, Known>();
  /** Deleted before all were known: an older state of them may still come. */
  readonly #gone = new Map<string, KeptSubscription>();
  #put: PutBound | undefined;
  #running: Promise<void> | undefined;
  #isStale = false;

  /** @throws ConfigError when the rule cannot be used */
  constructor({ access, rule, hasRowHeader, log, interval = INTERVAL }: BoundsParts) {
    this.#log = log;
    this.#interval = interval;
    this.#groups = new RowGroups({
      ...{ access, hasRowHeader, onStale: () => this.#soon() },
      rule: rule.trim() === '' ? null : new RowRule(rule),
    });
  }

  /**
   * The subscription with what its owner may see, always as of when it is read: put it before anything
   * else happens. It is known from now on, until it is deleted: when its bounds change, it is put again.
   */
  boundOf(given: KeptSubscription): BoundSubscription {
    const subscription = this.#gone.get(given.id) ?? given;
    const { id, deleted, estrom, created_by } = subscription;
    const before = this.#known.get(id);
    if (before !== undefined && before.subscription.estrom.revision > estrom.revision) {
      return bound(subscription, before.group);
    }
    const group = this.#groups.join({ ...estrom, created_by });
    this.#known.set(id, { subscription, group });
    if (before !== undefined) this.#groups.leave(before.group);
    if (deleted) {
      this.#known.delete(id);
      this.#groups.leave(group);
      if (this.#put === undefined) this.#gone.set(id, subscription);
    }
    return bound(subscription, group);
  }

  /** What the owner of a subscription may see, kept or not; where that is not known, why. */
  rightsOf(owner: Owner): Pick<Rights, 'bounds' | 'reason'> {
    return this.#groups.rightsOf(owner);
  }

  /**
   * Puts what changes from now on, when all subscriptions are known.
   * @returns ends that; resolves when nothing is being put any more
   */
  watch(put: PutBound): () => Promise<void> {
    this.#put = put;
    this.#gone.clear();
    const timer = setInterval(() => this.#soon(), this.#interval).unref();
    this.#soon();
    return async () => {
      this.#put = undefined;
      clearInterval(timer);
      this.#groups.close();
      await this.#running?.catch(() => {});
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
      this.#log.error({ err: error }, "subscriptions are not up to date with owners' rights");
    });
  }

  async #run(): Promise<void> {
    while (this.#isStale && this.#put !== undefined) {
      this.#isStale = false;
      await this.#renewAll();
      await this.#putDue();
    }
  }

  async #renewAll(): Promise<void> {
    if (this.#groups.isFixed) return;
    let looked = 0;
    for (const group of this.#groups) {
      if (this.#groups.renew(group)) this.#tell(group);
      if (++looked % AT_ONCE === 0) await setImmediate();
    }
  }

  #tell({ owner, size, rights }: RowGroup): void {
    const told = { user: owner.created_by, subscriptions: size };
    const { reason } = rights;
    if (reason !== null) this.#log.warn({ ...told, reason }, 'subscriptions are paused');
    else this.#log.info(told, 'subscriptions have other rights');
  }

  async #putDue(): Promise<void> {
    const groups = [...this.#groups].filter(({ isDue }) => isDue);
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
}

function rank({ group }: Known): number {
  return group.rights.bounds === null ? 0 : 1;
}

function bound(subscription: KeptSubscription, group: RowGroup): BoundSubscription {
  return {
    subscription,
    get bounds() {
      return group.rights.bounds;
    },
  };
}
