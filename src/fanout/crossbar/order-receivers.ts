import { LRUCache } from 'lru-cache';
import type { Principal } from '../../principal.ts';
import type { OrderRights } from '../order-topics.ts';

/** Subscriptions whose listeners are remembered. */
const MOST = 100_000;

/** Who was allowed to listen to which subscription's orders at the router. */
export class OrderReceivers {
  readonly #rights: OrderRights;
  readonly #names = new LRUCache<string, Set<string>>({ max: MOST });

  /**
   * @param find the principal of that name as it is now; throws when there is none
   * @param end ends the sessions of that name at the router
   */
  constructor(rights: OrderRights, find: (name: string) => Principal, end: (name: string) => void) {
    this.#rights = rights;
    rights.onChange((subscriptionId) => {
      for (const name of this.#names.get(subscriptionId) ?? []) {
        this.#isAllowed(subscriptionId, () => find(name)).then(
          (isAllowed) => {
            if (!isAllowed) this.#forget(subscriptionId, name, end);
          },
          () => this.#forget(subscriptionId, name, end),
        );
      }
    });
  }

  /** @throws EstromError UNAVAILABLE */
  async allow(subscriptionId: string, caller: Principal): Promise<boolean> {
    // Before it is asked: what changes meanwhile has to find it.
    const names = this.#names.get(subscriptionId) ?? new Set();
    this.#names.set(subscriptionId, names.add(caller.name));
    const isAllowed = await this.#rights.mayReceive(subscriptionId, caller);
    if (!isAllowed && names.size === 1) this.#names.delete(subscriptionId);
    else if (!isAllowed) names.delete(caller.name);
    return isAllowed;
  }

  async #isAllowed(subscriptionId: string, find: () => Principal): Promise<boolean> {
    return await this.#rights.mayReceive(subscriptionId, find());
  }

  #forget(subscriptionId: string, name: string, end: (name: string) => void): void {
    this.#names.get(subscriptionId)?.delete(name);
    end(name);
  }
}
