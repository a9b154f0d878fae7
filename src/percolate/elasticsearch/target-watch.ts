import type { Logger } from '../../log.ts';
import { seldom } from '../../seldom.ts';
import type { Patience } from './patience.ts';
import type { Targets } from './targets.ts';

const INTERVAL_MS = 5_000;
/** Indices looked at in one round; the others follow. */
const MAX_LOOKS = 200;
const SIDE_BY_SIDE = 4;

/**
 * Notices mappings that are changed from outside, although no document brought a path that was not
 * known: a new sub-field, an index made anew, an alias that writes elsewhere now.
 */
export class TargetWatch {
  readonly #targets: Targets;
  readonly #patience: Patience;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #looking = false;

  constructor(targets: Targets, patience: Patience, log: Logger) {
    this.#targets = targets;
    this.#patience = patience;
    this.#log = log;
    this.#timer = setInterval(() => void this.look(), INTERVAL_MS).unref();
  }

  /** Looks at the indices that got documents since it looked last. */
  async look(): Promise<void> {
    if (this.#looking || this.#patience.problem !== undefined) return;
    this.#looking = true;
    try {
      const indices = this.#targets.takeUsed(MAX_LOOKS).values();
      const looks = Array.from({ length: SIDE_BY_SIDE }, async () => {
        for (const index of indices) await this.#targets.again(index);
      });
      await Promise.all(looks);
    } catch (error) {
      seldom(this.#log).warn(error, 'mappings of indices could not be looked at');
    }
    this.#looking = false;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
