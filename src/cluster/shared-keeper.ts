import type { QueryId } from '../document.ts';
import { EstromError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Keeper, RegistryCore, RemoteWatchers } from '../query/registry/keeper.ts';
import { KeptEntries, registeredQuery } from '../query/registry/kept-entries.ts';
import type { Entry } from '../query/registry/query-entry.ts';
import type { Follower } from './change-feed.ts';
import type { EditQueue } from './edit-queue.ts';
import type { Membership } from './membership.ts';
import type { Change } from './query-index.ts';
import {
  claim,
  type Edit,
  expire,
  lastSeen,
  unwatch,
  type Versioned,
  watch,
  withdraw,
} from './shared-query.ts';
import { Undoings } from './undoings.ts';
import { WatchingNodes } from './watching-nodes.ts';

const NOTHING: Promise<void> = Promise.resolve();
/** All nodes find out at once that a query's time has come: most of them only look then; milliseconds. */
const SPREAD = 300;

export interface SharedKeeperParts {
  readonly edits: EditQueue;
  readonly membership: Membership;
  /** The engine of every node finds the same queries: those of other nodes need not be given to it. */
  readonly isEngineShared: boolean;
  /** What is registered of these, now. */
  readonly read: (ids: readonly QueryId[]) => Promise<ReadonlyMap<QueryId, Versioned>>;
  readonly log: Logger;
}

/**
 * Keeps queries in a registry that several nodes share. The document is the truth: this node's table
 * follows what was written, be it by this node or by others. A node's watchers are one name in the
 * document, which counts while that node's lease lives.
 */
export class SharedKeeper implements Keeper, RemoteWatchers, Follower {
  readonly keepsFirst = true;
  readonly #core: RegistryCore;
  readonly #parts: SharedKeeperParts;
  readonly #reader = new KeptEntries(undefined);
  readonly #watching = new WatchingNodes();
  readonly #undoings = new Undoings();
  /** Nodes that were dead when it was last looked up. */
  #absent: ReadonlySet<string> = new Set();
  #unseen: Set<QueryId> | undefined;

  constructor(core: RegistryCore, parts: SharedKeeperParts) {
    this.#core = core;
    this.#parts = parts;
  }

  get #node(): string {
    return this.#parts.membership.node;
  }

  claim(entry: Entry, owner: string, until: number): Promise<void> {
    this.#undoings.void(entry.id, owner);
    return this.#edit(entry, claim(entry, owner, until));
  }

  watch(entry: Entry): Promise<void> {
    const isListed = entry.shared?.watching.includes(this.#node) === true;
    if (isListed && !this.#parts.edits.has(entry.id)) return NOTHING;
    return this.#edit(entry, watch(entry, this.#node));
  }

  watchFor(entry: Entry, node: string): Promise<void> {
    return this.#edit(entry, watch(entry, node));
  }

  releaseFor(entry: Entry, node: string): void {
    const { now, queryIdle } = this.#core;
    this.#owe(entry, watchOf(node), unwatch(node, now() + queryIdle, now));
  }

  release(entry: Entry): void {
    const { now, queryIdle, expiry } = this.#core;
    entry.idleUntil = now() + queryIdle;
    expiry.schedule(entry);
    const leave = unwatch(this.#node, entry.idleUntil, now);
    // Perhaps written long afterwards: somebody may have come back, and the grace be over.
    const isBack = () => entry.watchers > 0 && !entry.ended;
    this.#owe(entry, watchOf(this.#node), (query) => (isBack() ? query : leave(query)));
  }

  async withdraw(entry: Entry, owner: string): Promise<void> {
    await this.#edit(entry, withdraw(owner, this.#core.now));
  }

  expire(entry: Entry): void {
    const { now, expiry } = this.#core;
    const ask = () => {
      if (entry.ended) return;
      if (entry.deadline > now()) expiry.schedule(entry);
      else this.#owe(entry, 'expiry', expire(now));
    };
    setTimeout(ask, Math.random() * SPREAD).unref();
  }

  abandon(entry: Entry, owner: string | null, error: unknown, isMatched: boolean): void {
    // What could not be told to everybody may be claimed by others of that name by now: it stays.
    if (isMatched) return;
    this.#forget(entry);
    const isUnclear = error instanceof EstromError && error.code === 'UNAVAILABLE';
    const leave = unwatch(this.#node, 0, this.#core.now);
    const undo =
      owner === null || isUnclear
        ? null
        : this.#undoings.add(entry.id, owner, withdraw(owner, this.#core.now));
    // Also when nothing is to be undone: if others hold it, this shows it again.
    const about = `failure of ${owner ?? 'a watcher'}`;
    // Perhaps written long afterwards, when tails of this node watch it again.
    const isBack = () => (this.#core.table.get(entry.id)?.watchers ?? 0) > 0;
    this.#owe(entry, about, (query) => {
      const undone = undo === null ? query : undo(query);
      return isBack() ? undone : leave(undone);
    });
  }

  async everywhere(entry: Entry): Promise<void> {
    if (entry.shared === null || entry.ended) return;
    await this.#parts.membership.everyoneHas(entry.shared.seqNo, entry.id);
  }

  async apply(changes: readonly Change[]): Promise<void> {
    const adopted: (Promise<void> | undefined)[] = [];
    for (const change of changes)
      adopted.push(this.#take(change, this.#parts.edits.has(change.id)));
    await Promise.all(adopted);
  }

  /** This node wrote a version, or found it as it should be. */
  seen(change: Change): void {
    void this.#take(change, this.#parts.edits.has(change.id));
  }

  /** Brings in what is registered of these and not known here yet. */
  async lookUp(ids: readonly QueryId[]): Promise<void> {
    if (ids.length === 0) return;
    for (const [id, version] of await this.#parts.read(ids)) this.seen({ id, ...version });
  }

  /** There is no document of that id. */
  missing(id: QueryId): void {
    const entry = this.#core.table.get(id);
    if (entry !== undefined && !this.#parts.edits.has(id)) this.#forget(entry);
  }

  restart(): void {
    const { table } = this.#core;
    this.#unseen = new Set();
    for (let ordinal = 0; ordinal < table.ordinals; ordinal += 1) {
      const entry = table.at(ordinal);
      if (entry === undefined || entry.shared === null) continue;
      this.#unseen.add(entry.id);
      entry.shared = { ...entry.shared, seqNo: -1 };
    }
  }

  complete(): void {
    for (const id of this.#unseen ?? []) this.missing(id);
    this.#unseen = undefined;
  }

  /** The watchers of nodes that live no more begin their grace. */
  sweep(live: ReadonlySet<string>): void {
    const dead = this.#watching.nodes.filter((node) => !live.has(node));
    const before = this.#absent;
    this.#absent = new Set(dead);
    for (const node of dead) {
      // It may have come, and watched, since those that live were looked up.
      if (!before.has(node)) continue;
      const { now, queryIdle } = this.#core;
      for (const entry of this.#watching.of(node)) {
        if (this.#parts.edits.has(entry.id)) continue;
        this.#owe(entry, watchOf(node), unwatch(node, now() + queryIdle, now));
      }
    }
  }

  /** This node counts again: what it watches is to say so. */
  relist(): void {
    const { table } = this.#core;
    for (let ordinal = 0; ordinal < table.ordinals; ordinal += 1) {
      const entry = table.at(ordinal);
      if (entry !== undefined) this.#list(entry);
    }
  }

  #forget(entry: Entry): void {
    this.#watching.update(entry, []);
    this.#core.forget(entry);
  }

  #edit(entry: Entry, edit: Edit): Promise<void> {
    return this.#parts.edits.edit(entry.id, () => lastSeen(entry), edit);
  }

  #owe(entry: Entry, about: string, edit: Edit): void {
    const known = () => (entry.ended ? undefined : lastSeen(entry));
    this.#parts.edits.owe(entry.id, known, about, edit);
  }

  /**
   * @param isBusy a change of it by this node is under way, which will see what others did
   * @returns when it is matched, where the engine has to be told of it first
   */
  #take(change: Change, isBusy: boolean): Promise<void> | undefined {
    const { id, seqNo, query } = change;
    const entry = this.#core.table.get(id);
    this.#unseen?.delete(id);
    if (entry?.shared != null && entry.shared.seqNo >= seqNo) return undefined;
    if (query.ended !== 0) {
      if (entry !== undefined && !isBusy) this.#forget(entry);
      return undefined;
    }
    if (entry === undefined) return this.#adopt(change);
    this.#follow(entry, change);
    return undefined;
  }

  #follow(entry: Entry, { seqNo, term, query }: Change): void {
    this.#watching.update(entry, query.watching);
    entry.shared = { seqNo, term, watching: query.watching };
    entry.claims = query.claims.map(({ owner, until }) => ({
      owner,
      until: until ?? Number.POSITIVE_INFINITY,
    }));
    entry.idleUntil = query.idleUntil;
    this.#core.expiry.schedule(entry);
    if (this.#parts.membership.isValid) this.#list(entry);
  }

  /** Others may have held this node for dead, or a change was forgotten. */
  #list(entry: Entry): void {
    if (entry.shared === null || this.#parts.edits.has(entry.id)) return;
    const isListed = entry.shared.watching.includes(this.#node);
    if (entry.watchers > 0 && !isListed) {
      this.#owe(entry, watchOf(this.#node), watch(entry, this.#node));
    }
    if (entry.watchers === 0 && isListed) this.release(entry);
  }

  /** A query that another node registered. */
  #adopt(change: Change): Promise<void> | undefined {
    const { table, link } = this.#core;
    const { id } = change;
    const ordinal = link.takeOrdinal();
    let entry: Entry | undefined;
    let pending: Promise<void> | null;
    try {
      entry = table.add(this.#reader.queryOf({ id, ordinal, ...change.query }));
      const query = registeredQuery(entry);
      pending = this.#parts.isEngineShared ? null : link.register(query);
      // Who registered it may have been killed before the engine had it; whoever claims it here, sees to that.
      entry.isProven = !this.#parts.isEngineShared;
    } catch (error) {
      if (entry !== undefined) table.delete(entry);
      link.unregister(ordinal);
      this.#refuse(id, error);
      return undefined;
    }
    const adopted = entry;
    this.#follow(adopted, change);
    if (pending === null) return undefined;
    adopted.pending = pending;
    return pending.then(
      () => {
        if (adopted.pending === pending) adopted.pending = null;
      },
      (error: unknown) => {
        if (!adopted.ended) this.#forget(adopted);
        this.#refuse(id, error);
      },
    );
  }

  #refuse(id: QueryId, error: unknown): void {
    const reason = (error as Error).message;
    this.#parts.log.error({ id, reason }, 'a query of the shared registry does not match here');
    this.#parts.membership.refuse(id, reason);
  }
}

/** What changes of a node's place among the watchers are about. */
function watchOf(node: string): string {
  return `watch of ${node}`;
}
