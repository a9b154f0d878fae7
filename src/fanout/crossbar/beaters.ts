import { CrossbarError } from '../../crossbar/crossbar-error.ts';
import type { CrossbarLink } from '../../crossbar/link.ts';
import { MetaDirectory } from '../../crossbar/meta-directory.ts';
import { unavailable } from '../../crossbar/requests.ts';
import type { QueryId } from '../../document.ts';
import { EstromError } from '../../errors.ts';
import type { Logger } from '../../log.ts';

const PREFIX = 'estrom.beater.';
/** Milliseconds that all beaters together have to say that they know. */
const TIMEOUT = 1000;

/**
 * The beater's side: registers `estrom.beater.<epoch>`, which others call with the ids of queries
 * whose topics they have subscribed to, and which answers once these are published.
 */
export async function serveBeater(
  link: Pick<CrossbarLink, 'register'>,
  epoch: string,
  topics: { expect(id: QueryId): void },
): Promise<() => void> {
  return await link.register(`${PREFIX}${epoch}`, ({ args }) => {
    for (const id of args) if (typeof id === 'string') topics.expect(id);
    return true;
  });
}

/** Every live beater, as those see them who wait for hits. */
export class Beaters {
  readonly #link: CrossbarLink;
  readonly #procedures = new Set<string>();
  readonly #directory: MetaDirectory<string>;

  constructor(link: CrossbarLink, log: Logger) {
    this.#link = link;
    this.#directory = new MetaDirectory({
      link,
      log,
      kind: 'registration',
      read: (uri) => (uri.startsWith(PREFIX) ? uri : undefined),
      onCreated: (uri) => this.#procedures.add(uri),
      onDeleted: (uri) => this.#procedures.delete(uri),
    });
  }

  /** Resolves when all are known. @throws CrossbarError when the router does not tell */
  start(): Promise<void> {
    return this.#directory.start();
  }

  get size(): number {
    return this.#procedures.size;
  }

  /**
   * Resolves when every live beater publishes the hits of these queries.
   * @throws EstromError UNAVAILABLE when one does not say so in time
   */
  async tell(ids: readonly QueryId[]): Promise<void> {
    if (!this.#link.isJoined) throw unavailable('there is no connection');
    await this.#directory.listed();
    await Promise.all([...this.#procedures].map((procedure) => this.#tellOne(procedure, ids)));
  }

  async #tellOne(procedure: string, ids: readonly QueryId[]): Promise<void> {
    try {
      await this.#link.call(procedure, [...ids], {}, TIMEOUT);
    } catch (error) {
      // It is not live any more: the router answers in its place.
      if (error instanceof CrossbarError || !this.#procedures.has(procedure)) return;
      const node = procedure.slice(PREFIX.length);
      throw new EstromError(
        'UNAVAILABLE',
        `node ${node} did not say within ${TIMEOUT} ms that it brings the hits: ${(error as Error).message}`,
      );
    }
  }
}
