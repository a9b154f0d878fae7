import type { QueryOrdinal } from '../document.ts';
import type { ActiveTopics, Broker, GapTeller, Progress, Publication, Settling } from './broker.ts';
import type { CrossbarBroker } from './crossbar/crossbar-broker.ts';
import type { Gap } from './gap.ts';
import type { Hub } from './hub.ts';

/** Subscribers here and subscribers at Crossbar.io get the same hits. */
export class BothBrokers implements Broker, ActiveTopics, Progress, Settling, GapTeller {
  readonly #hub: Hub;
  readonly #crossbar: CrossbarBroker;

  constructor(hub: Hub, crossbar: CrossbarBroker) {
    this.#hub = hub;
    this.#crossbar = crossbar;
  }

  isActive(ordinal: QueryOrdinal): boolean {
    return this.#hub.isActive(ordinal) || this.#crossbar.isActive(ordinal);
  }

  publish(publication: Publication): boolean {
    const isHubReady = this.#hub.publish(publication);
    return this.#crossbar.publish(publication) && isHubReady;
  }

  publishGap(ordinal: QueryOrdinal, gap: Gap): boolean {
    const isHubReady = !this.#hub.isActive(ordinal) || this.#hub.publishGap(ordinal, gap);
    return this.#crossbar.publishGap(ordinal, gap) && isHubReady;
  }

  async drained(): Promise<void> {
    await Promise.all([this.#hub.drained(), this.#crossbar.drained()]);
  }

  passed(seq: number): void {
    this.#hub.passed(seq);
  }

  settled(): Promise<void> {
    return this.#crossbar.settled();
  }

  async close(): Promise<void> {
    await Promise.all([this.#hub.close(), this.#crossbar.close()]);
  }
}
