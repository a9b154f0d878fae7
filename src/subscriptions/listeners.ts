import type { KeptSubscription } from './model.ts';
import type { SubscriptionListener } from './subscription-store.ts';

/** Who is told of each change of a store. */
export class Listeners {
  readonly #all = new Set<SubscriptionListener>();

  /** @returns a function that ends the listening */
  add(listener: SubscriptionListener): () => void {
    this.#all.add(listener);
    return () => {
      this.#all.delete(listener);
    };
  }

  get isEmpty(): boolean {
    return this.#all.size === 0;
  }

  /** Resolves when all have applied it; rejects when one could not. */
  async tell(subscription: KeptSubscription): Promise<void> {
    await Promise.all([...this.#all].map(async (listener) => listener(subscription)));
  }
}
