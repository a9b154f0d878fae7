import type { CrossbarLink } from '../../crossbar/link.ts';
import type { QueryId } from '../../document.ts';
import type { Logger } from '../../log.ts';
import { Lingering } from '../lingering.ts';
import { queryOfTopic } from './topic-names.ts';

/** Descriptions of subscriptions that are asked for at the same time. */
const ASKED_AT_ONCE = 64;

export interface ActiveTopicsOptions {
  readonly link: Pick<CrossbarLink, 'subscribe' | 'call' | 'onJoined' | 'onLost'>;
  readonly log: Logger;
  /** Milliseconds that a topic stays active after its last subscriber. */
  readonly linger: number;
  onActive(id: QueryId): void;
  onInactive(id: QueryId): void;
}

/**
 * Which topics anybody listens to at Crossbar.io, by its meta events; after every join all are asked
 * for. While the router is away what was active stays so: its subscribers come back as this does.
 */
export class ActiveTopics {
  readonly #options: ActiveTopicsOptions;
  /** Topics with subscribers, by the router's number of the subscription. */
  readonly #subscribed = new Map<number, QueryId>();
  /** Those without, for as long as they stay active. */
  readonly #lingering: Lingering<QueryId>;
  readonly #active = new Set<QueryId>();
  readonly #ready = Promise.withResolvers<void>();
  #round = 0;

  constructor(options: ActiveTopicsOptions) {
    this.#options = options;
    this.#lingering = new Lingering(options.linger, (id) => this.#end(id));
    this.#ready.promise.catch(() => {});
  }

  /** Begins to follow the router. @throws CrossbarError when it does not tell */
  async start(): Promise<void> {
    const { link } = this.#options;
    link.onJoined(() => void this.#listAll());
    link.onLost(() => this.#forget());
    await Promise.all([
      link.subscribe('wamp.subscription.on_create', ({ args }) => {
        const details = args?.values[1] as SubscriptionDetails | undefined;
        if (details !== undefined) this.#created(details);
      }),
      link.subscribe('wamp.subscription.on_subscribe', ({ args }) => {
        const id = args?.values[1];
        if (typeof id === 'number' && !this.#subscribed.has(id)) void this.#ask(id, this.#round);
      }),
      link.subscribe('wamp.subscription.on_delete', ({ args }) => {
        const id = args?.values[1];
        if (typeof id === 'number') this.#deleted(id);
      }),
    ]);
  }

  /** Resolves once all topics were asked for a first time. */
  ready(): Promise<void> {
    return this.#ready.promise;
  }

  get size(): number {
    return this.#active.size;
  }

  has(id: QueryId): boolean {
    return this.#active.has(id);
  }

  /** Somebody is about to subscribe: it is active from now on, for a while at least. */
  expect(id: QueryId): void {
    const isSubscribed = this.#active.has(id) && !this.#lingering.has(id);
    if (isSubscribed) return;
    this.#begin(id);
    this.#lingering.add(id);
  }

  stop(): void {
    this.#lingering.stop();
  }

  #begin(id: QueryId): void {
    if (this.#active.has(id)) return;
    this.#active.add(id);
    this.#options.onActive(id);
  }

  #end(id: QueryId): void {
    if (this.#active.delete(id)) this.#options.onInactive(id);
  }

  #created({ id: subscription, uri, match }: SubscriptionDetails): void {
    const id = match === 'exact' ? queryOfTopic(uri) : undefined;
    if (id === undefined) return;
    this.#subscribed.set(subscription, id);
    this.#lingering.remove(id);
    this.#begin(id);
  }

  #deleted(subscription: number): void {
    const id = this.#subscribed.get(subscription);
    if (id === undefined) return;
    this.#subscribed.delete(subscription);
    this.#lingering.add(id);
  }

  /** The numbers mean nothing to the next session; the topics linger until their subscribers are back. */
  #forget(): void {
    this.#round++;
    for (const id of this.#subscribed.values()) this.#lingering.add(id);
    this.#subscribed.clear();
  }

  async #listAll(): Promise<void> {
    const round = this.#round;
    try {
      const lists = (await this.#options.link.call('wamp.subscription.list')) as SubscriptionLists;
      const numbers = [...lists.exact];
      const asking = Array.from({ length: Math.min(ASKED_AT_ONCE, numbers.length) }, async () => {
        for (let next = numbers.pop(); next !== undefined; next = numbers.pop()) {
          if (!this.#subscribed.has(next)) await this.#ask(next, round);
        }
      });
      await Promise.all(asking);
      if (round === this.#round) this.#ready.resolve();
    } catch (error) {
      if (round !== this.#round) return;
      this.#options.log.error({ err: error }, 'Crossbar.io does not tell what is subscribed to');
      this.#ready.reject(error);
    }
  }

  async #ask(subscription: number, round: number): Promise<void> {
    let details: unknown;
    try {
      details = await this.#options.link.call('wamp.subscription.get', [subscription]);
    } catch {
      // It ended meanwhile, or the connection did.
      return;
    }
    if (round === this.#round) this.#created(details as SubscriptionDetails);
  }
}

interface SubscriptionDetails {
  readonly id: number;
  readonly uri: string;
  readonly match: string;
}

interface SubscriptionLists {
  readonly exact: readonly number[];
}
