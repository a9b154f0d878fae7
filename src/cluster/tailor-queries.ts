import { CrossbarError } from '../crossbar/crossbar-error.ts';
import type { CrossbarLink } from '../crossbar/link.ts';
import type { QueryId, QueryOrdinal } from '../document.ts';
import { type ErrorCode, EstromError } from '../errors.ts';
import type { QuerySource, TailQuery, Watched } from '../fanout/query-source.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Principal } from '../principal.ts';
import { type CallerBounds, TAILOR } from './tailor-procedures.ts';

/** Milliseconds. */
const RENEWAL = 10_000;
const RETRY = 1000;
/** Longer than a Tailor waits for the other nodes. */
const TIMEOUT = 5000;

export interface TailorQueriesParts {
  readonly link: Pick<CrossbarLink, 'call'>;
  /** Names this run of this node. */
  readonly node: string;
  readonly roles: readonly string[];
  /** Host name and port. */
  readonly address: () => string;
  /** Milliseconds that a query without watchers here is still claimed, for those who come back. */
  readonly linger: number;
  /** Told when a query ended or is claimed no more, before its ordinal can name another one. */
  readonly onEnd: (query: { id: QueryId; ordinal: QueryOrdinal }) => void;
  readonly log: Logger;
  readonly metrics: Metrics;
}

interface Held {
  readonly id: QueryId;
  readonly ordinal: QueryOrdinal;
  /** Who may attach to it, as far as is known here. */
  caller: Principal;
  watchers: number;
  /** When the last watcher left. */
  left: number;
}

/**
 * The queries of a node without a registry: a Tailor, any of them, is asked for each watcher. This
 * node's claims count while its lease lives, which the Tailors renew for it.
 */
export class TailorQueries implements QuerySource {
  readonly #parts: TailorQueriesParts;
  readonly #held = new Map<QueryId, Held>();
  readonly #free: QueryOrdinal[] = [];
  #ordinals = 0;
  /** Watches under way; a release waits for them, and those that come later wait for the release. */
  readonly #watching = new Set<Promise<unknown>>();
  #releasing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #renewing: Promise<unknown> | undefined;
  #isClosed = false;
  /** The others held this node for dead, and it has not claimed everything again. */
  #isLost = false;
  #trouble: string | undefined = 'no Tailor was asked yet';

  constructor(parts: TailorQueriesParts) {
    this.#parts = parts;
    parts.metrics.gauge(
      'estrom_remote_queries',
      'Queries that this node claims at a Tailor',
      () => this.#held.size,
    );
  }

  /** Why Tailors cannot be asked now; undefined when they can. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Resolves when this node has a lease; waits for a Tailor as long as that takes. */
  async start(): Promise<void> {
    while (!this.#isClosed && !(await this.#renew())) {
      await new Promise((resolve) => setTimeout(resolve, RETRY).unref());
    }
    this.#schedule();
  }

  async watch(request: TailQuery, caller: Principal): Promise<Watched> {
    return await this.#watch({ ...request }, caller);
  }

  async watchId(id: QueryId, caller: Principal): Promise<Watched> {
    const held = this.#held.get(id);
    // Its bounds are part of the id: who may attach once may do so as long as it lives.
    if (held !== undefined && held.watchers > 0 && held.caller === caller) return this.#hold(held);
    return await this.#watch({ id }, caller);
  }

  /** As `registerCall` of a node that has a registry. */
  async register(request: string, caller: Principal): Promise<object> {
    const body = { caller: boundsOf(caller), request };
    return (await this.#call(TAILOR.register, body)) as object;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    // One that came after it would bring the lease back.
    await this.#renewing;
    await this.#call(TAILOR.leave, { node: this.#parts.node }).catch(() => {});
  }

  async #watch(asked: object, caller: Principal): Promise<Watched> {
    await this.#releasing;
    const { node } = this.#parts;
    const call = this.#call(TAILOR.watch, { ...asked, node, caller: boundsOf(caller) });
    this.#watching.add(call);
    try {
      const { id } = (await call) as { id: QueryId };
      let held = this.#held.get(id);
      if (held === undefined) {
        const ordinal = this.#free.pop() ?? this.#ordinals++;
        held = { id, ordinal, caller, watchers: 0, left: 0 };
        this.#held.set(id, held);
      }
      held.caller = caller;
      return this.#hold(held);
    } finally {
      this.#watching.delete(call);
    }
  }

  #hold(held: Held): Watched {
    held.watchers += 1;
    let isReleased = false;
    return {
      id: held.id,
      ordinal: held.ordinal,
      release: () => {
        if (isReleased) return;
        isReleased = true;
        held.watchers -= 1;
        held.left = performance.now();
      },
    };
  }

  #schedule(delay = RENEWAL): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#tick(), delay).unref();
  }

  async #tick(): Promise<void> {
    const isRenewed = await this.#renew();
    if (isRenewed) {
      this.#releasing = this.#releaseAll().finally(() => {
        this.#releasing = undefined;
      });
      await this.#releasing;
    }
    this.#schedule(isRenewed ? RENEWAL : RETRY);
  }

  /** @returns whether a Tailor answered */
  #renew(): Promise<boolean> {
    const renewing = this.#tryToRenew();
    this.#renewing = renewing;
    return renewing;
  }

  async #tryToRenew(): Promise<boolean> {
    const { node, roles, address, log } = this.#parts;
    try {
      const body = { node, roles, address: address() };
      const { held } = (await this.#call(TAILOR.renew, body)) as { held: boolean };
      if (this.#trouble !== undefined) log.info('a Tailor answers');
      this.#trouble = undefined;
      if (!held) this.#isLost = true;
      if (this.#isLost) await this.#claimAgain();
      this.#isLost = false;
      return true;
    } catch (error) {
      const reason = (error as Error).message;
      if (this.#trouble !== reason) log.warn({ reason }, 'no Tailor renews the lease of this node');
      this.#trouble = reason;
      return false;
    }
  }

  async #claimAgain(): Promise<void> {
    const { node } = this.#parts;
    for (const held of [...this.#held.values()]) {
      if (this.#isClosed) return;
      try {
        const { id, caller } = held;
        await this.#call(TAILOR.watch, { id, node, caller: boundsOf(caller) });
      } catch (error) {
        if (!(error instanceof EstromError) || error.code !== 'QUERY_UNKNOWN') throw error;
        this.#forget(held);
      }
    }
  }

  async #releaseAll(): Promise<void> {
    await Promise.allSettled(this.#watching);
    const before = performance.now() - this.#parts.linger;
    const left = [...this.#held.values()].filter(
      ({ watchers, left: at }) => watchers === 0 && at <= before,
    );
    if (left.length === 0) return;
    try {
      const ids = left.map(({ id }) => id);
      await this.#call(TAILOR.release, { node: this.#parts.node, ids });
    } catch {
      // Next time.
      return;
    }
    for (const held of left) if (held.watchers === 0) this.#forget(held);
  }

  #forget(held: Held): void {
    this.#held.delete(held.id);
    this.#parts.onEnd(held);
    this.#free.push(held.ordinal);
  }

  async #call(procedure: string, body: object): Promise<unknown> {
    try {
      return await this.#parts.link.call(procedure, [], body, TIMEOUT);
    } catch (error) {
      throw error instanceof CrossbarError ? toEstromError(error) : error;
    }
  }
}

function boundsOf({ name, index, rowFilter }: Principal): CallerBounds {
  return { name, index, rowFilter };
}

/** What a Tailor threw, or that there is none. */
function toEstromError({ uri, args, kwargs, message }: CrossbarError): EstromError {
  const { code, status: _status, type: _type, ...details } = kwargs;
  if (typeof code === 'string' && uri.startsWith('estrom.error.')) {
    const text = String(args[0] ?? message);
    return new EstromError(code as ErrorCode, text, details as EstromError['details']);
  }
  if (uri === 'wamp.error.no_such_procedure') {
    return new EstromError('UNAVAILABLE', 'no node with the role tailor is there; try again');
  }
  return new EstromError('UNAVAILABLE', `a Tailor could not be asked: ${message}; try again`);
}
