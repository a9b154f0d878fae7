import { MetaDirectory, type MetaDirectoryOptions } from '../../crossbar/meta-directory.ts';
import type { QueryId } from '../../document.ts';
import type { Logger } from '../../log.ts';
import { Lingering } from '../lingering.ts';
import { queryOfTopic } from './topic-names.ts';

/** Milliseconds in which somebody who is about to subscribe does so. */
const EXPECTED = 5000;

export interface ActiveTopicsOptions {
  readonly link: MetaDirectoryOptions<QueryId>['link'];
  readonly log: Logger;
  /** Milliseconds that a topic stays active after its last subscriber. */
  readonly linger: number;
  onActive(id: QueryId): void;
  onInactive(id: QueryId): void;
}

/**
 * Which topics anybody listens to at Crossbar.io. While the router is away nobody is taken for gone:
 * it may only be away from this node, and hits wait for it.
 */
export class ActiveTopics {
  readonly #options: ActiveTopicsOptions;
  readonly #directory: MetaDirectory<QueryId>;
  readonly #subscribed = new Set<QueryId>();
  /** Those that were when the router was lost. */
  readonly #unsure = new Set<QueryId>();
  /** Active without subscribers: those that had some, and those that are about to. */
  readonly #lingering: Lingering<QueryId>;
  readonly #expected: Lingering<QueryId>;
  readonly #active = new Set<QueryId>();

  constructor(options: ActiveTopicsOptions) {
    this.#options = options;
    this.#lingering = new Lingering(options.linger, (id) => this.#end(id));
    this.#expected = new Lingering(Math.max(options.linger, EXPECTED), (id) => this.#end(id));
    this.#directory = new MetaDirectory({
      link: options.link,
      log: options.log,
      kind: 'subscription',
      read: queryOfTopic,
      onCreated: (id) => {
        this.#subscribed.add(id);
        this.#unsure.delete(id);
        this.#lingering.remove(id);
        this.#expected.remove(id);
        this.#begin(id);
      },
      onDeleted: (id, isLost) => {
        this.#subscribed.delete(id);
        if (isLost) this.#unsure.add(id);
        else this.#lingering.add(id);
      },
      onListed: () => {
        for (const id of this.#unsure) this.#lingering.add(id);
        this.#unsure.clear();
      },
    });
  }

  /** Resolves when all are known. @throws CrossbarError when the router does not tell */
  start(): Promise<void> {
    return this.#directory.start();
  }

  get size(): number {
    return this.#active.size;
  }

  has(id: QueryId): boolean {
    return this.#active.has(id);
  }

  /** Somebody is about to subscribe: it is active from now on, for a while at least. */
  expect(id: QueryId): void {
    if (this.#subscribed.has(id)) return;
    this.#unsure.delete(id);
    this.#lingering.remove(id);
    this.#begin(id);
    this.#expected.add(id);
  }

  stop(): void {
    this.#lingering.stop();
    this.#expected.stop();
  }

  #begin(id: QueryId): void {
    if (this.#active.has(id)) return;
    this.#active.add(id);
    this.#options.onActive(id);
  }

  #end(id: QueryId): void {
    if (this.#active.delete(id)) this.#options.onInactive(id);
  }
}
