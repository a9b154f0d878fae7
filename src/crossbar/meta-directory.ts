import type { Logger } from '../log.ts';
import type { CrossbarLink } from './link.ts';

/** Descriptions that are asked for at the same time. */
const ASKED_AT_ONCE = 64;

export interface MetaDirectoryOptions<K> {
  readonly link: Pick<CrossbarLink, 'subscribe' | 'call' | 'isJoined' | 'onJoined' | 'onLost'>;
  readonly log: Logger;
  /** What is followed: topics with subscribers, or procedures that somebody serves. */
  readonly kind: 'subscription' | 'registration';
  /** @returns what is told instead of the URI; undefined for those that are of no interest */
  read(uri: string): K | undefined;
  onCreated(key: K): void;
  /**
   * Its last subscriber or callee is gone.
   * @param isLost the router is: nobody knows whether they are
   */
  onDeleted(key: K, isLost: boolean): void;
  /** Everything was asked for in this session: what it did not bring is no more. */
  onListed?(): void;
}

interface Details {
  readonly id: number;
  readonly uri: string;
  readonly match: string;
}

/**
 * Follows what stands at the router by its meta events: topics or procedures with exact URIs. After
 * every join all are asked for.
 */
export class MetaDirectory<K> {
  readonly #options: MetaDirectoryOptions<K>;
  /** By the router's number. */
  readonly #known = new Map<number, K>();
  /** Of the present session, or of the next one that there is. */
  #listing = Promise.withResolvers<void>();
  #isListed = false;
  /** Of sessions: what was asked for in an earlier one tells nothing. */
  #round = 0;

  constructor(options: MetaDirectoryOptions<K>) {
    this.#options = options;
    this.#listing.promise.catch(() => {});
  }

  /**
   * Begins to follow. Resolves once everything was asked for a first time.
   * @throws CrossbarError when the router does not tell
   */
  async start(): Promise<void> {
    const { link, kind } = this.#options;
    link.onJoined(() => void this.#listAll());
    link.onLost(() => this.#forget());
    // Which of `on_subscribe` and `on_create` comes first is the router's matter.
    const used = kind === 'subscription' ? 'on_subscribe' : 'on_register';
    await Promise.all([
      link.subscribe(`wamp.${kind}.on_create`, ({ args }) => {
        const details = args?.values[1] as Details | undefined;
        if (details !== undefined) this.#created(details);
      }),
      link.subscribe(`wamp.${kind}.${used}`, ({ args }) => {
        const id = args?.values[1];
        if (typeof id === 'number' && !this.#known.has(id)) void this.#ask(id, this.#round);
      }),
      link.subscribe(`wamp.${kind}.on_delete`, ({ args }) => {
        const id = args?.values[1];
        if (typeof id === 'number') this.#deleted(id, false);
      }),
    ]);
    // Joined before this began; else the join will ask.
    if (link.isJoined) void this.#listAll();
    await this.#listing.promise;
  }

  /** Resolves once everything was asked for in the present session. Throws as {@link start}. */
  listed(): Promise<void> {
    return this.#listing.promise;
  }

  #created({ id, uri, match }: Details): void {
    if (match !== 'exact' || this.#known.has(id)) return;
    const key = this.#options.read(uri);
    if (key === undefined) return;
    this.#known.set(id, key);
    this.#options.onCreated(key);
  }

  #deleted(id: number, isLost: boolean): void {
    const key = this.#known.get(id);
    if (!this.#known.delete(id)) return;
    this.#options.onDeleted(key!, isLost); // it was there
  }

  /** The numbers mean nothing to the next session. */
  #forget(): void {
    this.#round++;
    if (this.#isListed) {
      this.#isListed = false;
      this.#listing = Promise.withResolvers<void>();
      this.#listing.promise.catch(() => {});
    }
    for (const id of [...this.#known.keys()]) this.#deleted(id, true);
  }

  async #listAll(): Promise<void> {
    const { link, kind, log } = this.#options;
    const round = this.#round;
    try {
      const lists = (await link.call(`wamp.${kind}.list`)) as { exact: number[] };
      const left = [...lists.exact];
      const asking = Array.from({ length: Math.min(ASKED_AT_ONCE, left.length) }, async () => {
        for (let next = left.pop(); next !== undefined; next = left.pop()) {
          if (!this.#known.has(next)) await this.#ask(next, round);
        }
      });
      await Promise.all(asking);
      if (round !== this.#round) return;
      this.#isListed = true;
      this.#options.onListed?.();
      this.#listing.resolve();
    } catch (error) {
      if (round !== this.#round) return;
      log.error(
        { err: error },
        `Crossbar.io does not tell its ${kind}s: estrom needs its meta API`,
      );
      this.#isListed = true;
      this.#listing.reject(error);
    }
  }

  async #ask(id: number, round: number): Promise<void> {
    let details: unknown;
    try {
      details = await this.#options.link.call(`wamp.${this.#options.kind}.get`, [id]);
    } catch {
      // It ended meanwhile, or the session did.
      return;
    }
    if (round === this.#round) this.#created(details as Details);
  }
}
