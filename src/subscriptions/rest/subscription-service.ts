import { randomUUID } from 'node:crypto';
import { EstromError } from '../../errors.ts';
import type { KeptPart, KeptSubscription, SubscriptionDraft } from '../model.ts';
import type {
  SubscriptionFilter,
  SubscriptionList,
  SubscriptionPage,
  SubscriptionStore,
} from '../subscription-store.ts';
import { Turns } from './turns.ts';

/** Under whose name and row filter a subscription matches. */
export type Grant = Pick<KeptPart, 'principal' | 'rowFilter'>;

/** Who asks, and through which paths. */
export interface SubscriptionCaller {
  /** Null: callers are not told apart, or an administrator asks; everything is theirs then. */
  readonly user: string | null;
  readonly isAdmin: boolean;
}

export interface SubscriptionServiceDeps {
  readonly store: SubscriptionStore;
  /** @throws EstromError BAD_REQUEST when the operator's schema refuses the trigger */
  readonly checkTrigger: (trigger: SubscriptionDraft['subscription']['trigger']) => void;
  /** Whether it can be matched: its filter, its geometry. Throws EstromError with a status of 400. */
  readonly checkDraft?: (draft: SubscriptionDraft) => void | Promise<void>;
  /** Most subscriptions of one creator that are not deleted; 0 for no limit. Administrators have none. */
  readonly maxPerUser: number;
  /** A trigger that is refused is answered with 503, as ARLAS does. */
  readonly arlasCompat: boolean;
  /** Epoch seconds. */
  readonly now: () => number;
}

/** A subscription that is changed again and again while it is replaced: so many times it is tried. */
const TRIES = 20;

/** Subscriptions as callers may have them: each sees and changes its own, administrators all. */
export class SubscriptionService {
  readonly #deps: SubscriptionServiceDeps;
  readonly #turns: Turns;

  constructor(deps: SubscriptionServiceDeps) {
    this.#deps = deps;
    this.#turns = turnsOf(deps.store);
  }

  list(
    filter: Omit<SubscriptionFilter, 'now'>,
    page: SubscriptionPage,
    caller: SubscriptionCaller,
  ): Promise<SubscriptionList> {
    const { store, now } = this.#deps;
    const { user, isAdmin } = caller;
    const own = isAdmin
      ? {}
      : { withDeleted: false, ...(user === null ? {} : { createdBy: user }) };
    return store.list({ ...filter, ...own, now: now() }, page);
  }

  /** @throws EstromError NOT_FOUND, also for what belongs to somebody else: ids tell nothing */
  async get(
    id: string,
    caller: SubscriptionCaller,
    withDeleted = false,
  ): Promise<KeptSubscription> {
    const kept = await this.#deps.store.get(id);
    const isTheirs = kept !== null && (caller.user === null || kept.created_by === caller.user);
    if (isTheirs && (withDeleted || !kept.deleted)) return kept;
    throw new EstromError(
      'NOT_FOUND',
      `there is no subscription [${id}]${caller.user === null ? '' : ` of "${caller.user}"`}`,
    );
  }

  /** @throws EstromError FORBIDDEN for another's name or too many, BAD_REQUEST and the like for its content */
  async create(
    draft: SubscriptionDraft,
    caller: SubscriptionCaller,
    grant: Grant,
  ): Promise<KeptSubscription> {
    checkCreator(draft, caller.user);
    await this.check(draft);
    const { store, now, maxPerUser } = this.#deps;
    const created = now();
    const kept: KeptSubscription = {
      id: randomUUID(),
      created_at: created,
      modified_at: created,
      created_by_admin: caller.isAdmin,
      deleted: false,
      ...draft,
      estrom: { revision: 1, ...grant },
    };
    if (caller.isAdmin || maxPerUser === 0) {
      await store.insert(kept);
      return kept;
    }
    // One after the other, so that two at once cannot both be the last one.
    await this.#turns.take(draft.created_by, async () => {
      await this.#checkLimit(draft.created_by);
      await store.insert(kept);
    });
    return kept;
  }

  /** Replaces all that callers may say. Errors as of `get` and `create`. */
  async replace(
    id: string,
    draft: SubscriptionDraft,
    caller: SubscriptionCaller,
    grant: Grant,
  ): Promise<KeptSubscription> {
    const { store, now } = this.#deps;
    let old = await this.get(id, caller);
    // Nobody gives a subscription away; an administrator may.
    checkCreator(draft, caller.isAdmin ? null : old.created_by);
    await this.check(draft);
    for (let tries = 0; tries < TRIES; tries++) {
      const { created_at, created_by_admin, deleted } = old;
      const kept: KeptSubscription = {
        id: old.id,
        created_at,
        modified_at: now(),
        created_by_admin,
        deleted,
        ...draft,
        estrom: { ...grantAfter(old, draft, caller, grant), revision: old.estrom.revision + 1 },
      };
      if (await store.replace(kept)) return kept;
      old = await this.get(id, caller);
      checkCreator(draft, caller.isAdmin ? null : old.created_by);
    }
    throw new EstromError('UNAVAILABLE', `[${id}] is changed by others all the time; try again`);
  }

  /** Marks as deleted, again and again if need be. @throws EstromError NOT_FOUND as of `get` */
  async delete(id: string, caller: SubscriptionCaller): Promise<KeptSubscription> {
    const { deleted, ...kept } = await this.get(id, caller, true);
    if (deleted) return { ...kept, deleted };
    const marked = await this.#deps.store.markDeleted(id, this.#deps.now());
    if (marked !== null) return marked;
    throw new EstromError('NOT_FOUND', `there is no subscription [${id}] any more`);
  }

  /** @throws EstromError when it could not be kept as it is */
  async check(draft: SubscriptionDraft): Promise<void> {
    const { checkTrigger, checkDraft, arlasCompat } = this.#deps;
    try {
      checkTrigger(draft.subscription.trigger);
    } catch (error) {
      if (!arlasCompat || !(error instanceof EstromError)) throw error;
      throw new EstromError('UNAVAILABLE', error.message);
    }
    await checkDraft?.(draft);
  }

  async #checkLimit(creator: string): Promise<void> {
    const { store, now, maxPerUser } = this.#deps;
    const filter = { createdBy: creator, withDeleted: false, now: now() };
    const { total } = await store.list(filter, { offset: 0, size: 0 });
    if (total < maxPerUser) return;
    throw new EstromError(
      'FORBIDDEN',
      `"${creator}" has ${total} subscriptions and may have ${maxPerUser}: delete one, or replace one`,
    );
  }
}

const turns = new WeakMap<SubscriptionStore, Turns>();

/** One queue for all paths that lead to a store. */
function turnsOf(store: SubscriptionStore): Turns {
  let found = turns.get(store);
  if (found === undefined) {
    found = new Turns();
    turns.set(store, found);
  }
  return found;
}

/** @throws EstromError FORBIDDEN */
export function checkCreator({ created_by }: SubscriptionDraft, user: string | null): void {
  if (user === null || created_by === user) return;
  throw new EstromError(
    'FORBIDDEN',
    `[created_by] is "${created_by}", but only a subscription of "${user}" may be written here`,
  );
}

/**
 * An administrator's own rights never become those of a user's subscription; a row filter that an
 * administrator gives does.
 */
function grantAfter(
  old: KeptSubscription,
  draft: SubscriptionDraft,
  { isAdmin }: SubscriptionCaller,
  grant: Grant,
): Grant {
  const { principal, rowFilter } = old.estrom;
  if (!isAdmin || draft.created_by !== old.created_by) return grant;
  return { principal, rowFilter: grant.rowFilter ?? rowFilter };
}
