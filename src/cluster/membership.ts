import { setTimeout as wait } from 'node:timers/promises';
import type { QueryId } from '../document.ts';
import { EstromError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Lease, LeaseIndex } from './lease-index.ts';

export interface LeaseTimes {
  /** How long a lease lives after it was renewed; milliseconds, as all here. */
  readonly life: number;
  readonly renewal: number;
  /** So much earlier a node holds its own lease for lost: clocks may differ by this. */
  readonly margin: number;
  /** How long a registration waits for the other nodes. */
  readonly patience: number;
}

const TIMES: LeaseTimes = { life: 30_000, renewal: 10_000, margin: 10_000, patience: 1000 };
/** Those that ended so long ago are deleted; milliseconds. */
const FORGOTTEN = 10 * 60_000;
const RETRY = 500;
/** Between two looks at what the others have applied; milliseconds. */
const LOOK = 20;
/** Refusals that a lease tells of. */
const MAX_REFUSED = 100;

export interface MembershipParts {
  readonly leases: LeaseIndex;
  readonly node: string;
  readonly roles: readonly string[];
  /** Host name and port. */
  readonly address: () => string;
  /** How far this node is. */
  readonly applied: () => number;
  /** Applies everything that is durable now. */
  readonly catchUp: () => Promise<void>;
  /** Told who lives, every time that this was looked up. */
  readonly onNodes?: (live: ReadonlySet<string>) => void;
  /** Told that this node counts again. */
  readonly onJoined?: () => void;
  readonly log: Logger;
  readonly now?: () => number;
  readonly times?: Partial<LeaseTimes>;
}

/**
 * This node's lease, and those of the others. A node whose lease has run out, by a stall or because
 * Elasticsearch is away, does not count for the others any more: it must not match documents before
 * it has a lease again and has caught up.
 */
export class Membership {
  readonly node: string;
  readonly #parts: MembershipParts;
  readonly #times: LeaseTimes;
  readonly #now: () => number;
  /** Both clocks have to say that the lease lives: one may stand still, the other be set. */
  #validUntil = 0;
  #validUntilWall = 0;
  #regaining: Promise<void> | undefined;
  #lastLook: Promise<Lease[]> | undefined;
  #nextLook: Promise<Lease[]> | undefined;
  #writing: Promise<void> | undefined;
  #isStale = false;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  readonly #refused = new Map<QueryId, string>();
  #live: ReadonlySet<string>;
  /** How often this node lost its lease. */
  lost = 0;

  constructor(parts: MembershipParts) {
    this.node = parts.node;
    this.#parts = parts;
    this.#times = { ...TIMES, ...parts.times };
    this.#now = parts.now ?? Date.now;
    this.#live = new Set([parts.node]);
  }

  /** Who lived when it was last looked up. */
  get live(): ReadonlySet<string> {
    return this.#live;
  }

  /** Whether others still count on this node, so that nothing can have happened without it. */
  get isValid(): boolean {
    return performance.now() < this.#validUntil && this.#now() < this.#validUntilWall;
  }

  /** Resolves when this node is one of them and has caught up. Errors as `ElasticsearchConnection`. */
  async join(): Promise<void> {
    await this.#parts.leases.create();
    // Who had this address before is no more.
    const { address, leases } = this.#parts;
    for (const lease of await leases.nodes()) {
      if (lease.address === address() && lease.node !== this.node) await leases.delete(lease.node);
    }
    await this.#regain();
    this.#schedule(this.#times.renewal);
  }

  /** Resolves when the lease is valid; it is tried as long as that takes. */
  whenValid(): Promise<void> {
    if (this.isValid) return Promise.resolve();
    this.#regaining ??= this.#regainUntilDone().finally(() => {
      this.#regaining = undefined;
    });
    return this.#regaining;
  }

  /**
   * Renews the lease of a node that follows nothing, and need not be waited for.
   * @returns whether it had one until now
   */
  async renewFor(node: string, roles: readonly string[], address: string): Promise<boolean> {
    const { leases } = this.#parts;
    const [earlier] = await leases.read([node]);
    const now = this.#now();
    const held = earlier !== undefined && earlier.until > now;
    const until = now + this.#times.life;
    const applied = Number.MAX_SAFE_INTEGER;
    await leases.put({ node, roles, address, applied, refused: {}, until }, !held);
    return held;
  }

  async leaveFor(node: string): Promise<void> {
    await this.#parts.leases.delete(node);
  }

  /** Tells the others how far this node is now. */
  tell(): void {
    this.#isStale = true;
    if (this.#validUntil === 0) return;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    this.#writing.catch(() => {});
  }

  /** Tells the others that this node cannot take a query. */
  refuse(id: QueryId, reason: string): void {
    this.#refused.delete(id);
    this.#refused.set(id, reason);
    for (const first of this.#refused.keys()) {
      if (this.#refused.size > MAX_REFUSED) this.#refused.delete(first);
    }
  }

  /**
   * Resolves when every live node has applied the changes up to a number.
   * @throws EstromError UNAVAILABLE when one has not in time, or cannot
   */
  async everyoneHas(seqNo: number, id: QueryId): Promise<void> {
    const deadline = performance.now() + this.#times.patience;
    const late = (who: string) =>
      new EstromError(
        'UNAVAILABLE',
        `${who} did not take the query within ${this.#times.patience} ms; try again`,
      );
    const ended = wait(this.#times.patience, 'late', { ref: false });
    if ((await Promise.race([this.whenValid(), ended])) === 'late') throw late('this node');
    for (;;) {
      const others = await this.#lookNext();
      const refusing = others.find(({ refused }) => refused[id] !== undefined);
      if (refusing !== undefined) {
        const { node, refused } = refusing;
        throw new EstromError('UNAVAILABLE', `node ${node} cannot take it: ${refused[id]}`);
      }
      const behind = others.find(({ applied }) => applied < seqNo);
      if (behind === undefined) return;
      if (performance.now() > deadline) throw late(`node ${behind.node}`);
      await wait(LOOK);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#validUntil = 0;
    clearTimeout(this.#timer);
    await this.#writing?.catch(() => {});
    await this.#parts.leases.delete(this.node).catch(() => {});
  }

  /** A look that begins after the call, shared by all who ask meanwhile. */
  #lookNext(): Promise<Lease[]> {
    this.#nextLook ??= (this.#lastLook ?? Promise.resolve([])).then(
      () => this.#beginLook(),
      () => this.#beginLook(),
    );
    return this.#nextLook;
  }

  #beginLook(): Promise<Lease[]> {
    this.#nextLook = undefined;
    this.#lastLook = this.#look();
    return this.#lastLook;
  }

  /** Who else lives now, with how far each is; leases that are long over are deleted. */
  async #look(): Promise<Lease[]> {
    const listed = await this.#parts.leases.nodes();
    const now = this.#now();
    const others: string[] = [];
    for (const { node, until } of listed) {
      // Listed as of the last refresh: only a document's own `until` of now counts.
      if (node !== this.node) others.push(node);
      if (until < now - FORGOTTEN) await this.#parts.leases.delete(node);
    }
    const leases = await this.#parts.leases.read(others);
    const live = leases.filter(({ until }) => until > now);
    this.#live = new Set([this.node, ...live.map(({ node }) => node)]);
    this.#parts.onNodes?.(this.#live);
    return live;
  }

  #schedule(delay: number): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#renew(), delay).unref();
  }

  async #renew(): Promise<void> {
    if (!this.isValid) {
      await this.whenValid();
    } else {
      this.tell();
      await this.#writing?.catch(() => {});
    }
    const failed = await this.#lookNext().catch(() => 'failed');
    this.#schedule(failed === 'failed' ? RETRY : this.#times.renewal);
  }

  async #write(): Promise<void> {
    while (this.#isStale && !this.#isClosed) {
      this.#isStale = false;
      // What ran out while nobody looked is not renewed: `#regain` catches up first.
      if (!this.isValid) {
        void this.whenValid();
        return;
      }
      try {
        await this.#put(false);
      } catch (error) {
        this.#isStale = true;
        this.#parts.log.debug({ err: error }, 'the lease could not be renewed');
        await wait(RETRY);
      }
    }
  }

  async #put(announce: boolean): Promise<() => void> {
    const { life, margin } = this.#times;
    const [mono, wall] = [performance.now(), this.#now()];
    const { node, roles, address, applied, leases } = this.#parts;
    const refused = Object.fromEntries(this.#refused);
    const until = wall + life;
    await leases.put(
      { node, roles, address: address(), applied: applied(), refused, until },
      announce,
    );
    const extend = () => {
      this.#validUntil = mono + life - margin;
      this.#validUntilWall = wall + life - margin;
    };
    if (!announce) extend();
    return extend;
  }

  /** First the lease, then what came before it: whoever registers later waits for this node. */
  async #regain(): Promise<void> {
    const extend = await this.#put(true);
    await this.#parts.catchUp();
    extend();
    this.#parts.onJoined?.();
    this.tell();
    await this.#lookNext();
  }

  async #regainUntilDone(): Promise<void> {
    this.lost++;
    this.#parts.log.warn('the lease has run out: nothing is matched until it is renewed');
    while (!this.#isClosed) {
      try {
        await this.#regain();
        if (this.isValid) break;
      } catch (error) {
        this.#parts.log.debug({ err: error }, 'the lease could not be renewed');
        await wait(RETRY);
      }
    }
    if (!this.#isClosed) this.#parts.log.info('the lease is renewed');
  }
}
