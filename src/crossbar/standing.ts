import type { Session } from 'autobahn';
import type { Logger } from '../log.ts';
import { CrossbarError } from './crossbar-error.ts';

/** A subscription or registration that is made again after every loss of the connection. */
export interface Standing {
  /** For logs, such as `subscription to docs-for-…`. */
  readonly name: string;
  /** @returns what ends it in that session */
  make(session: Session): Promise<() => void>;
}

interface Place {
  readonly standing: Standing;
  /** Ends it in the present session; undefined while it is not made there. */
  unmake: (() => void) | undefined;
  isGone: boolean;
}

/** Milliseconds; the router may still hold what an earlier connection of ours had. */
const RETRY = 1000;

/** What is to stand whenever there is a session. */
export class StandingTable {
  readonly #log: Logger;
  readonly #places = new Set<Place>();
  #session: Session | undefined;
  #retry: NodeJS.Timeout | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Makes everything anew; resolves when all was answered. What is refused is tried again later. */
  async joined(session: Session): Promise<void> {
    this.#session = session;
    await this.#makeMissing(session);
  }

  lost(): void {
    this.#session = undefined;
    clearTimeout(this.#retry);
    for (const place of this.#places) place.unmake = undefined;
  }

  /**
   * Resolves when it stands; without a session that is after the next join.
   * @returns what ends it for good
   * @throws CrossbarError when it was refused; then it is not tried again
   */
  async add(standing: Standing): Promise<() => void> {
    const place: Place = { standing, unmake: undefined, isGone: false };
    this.#places.add(place);
    const session = this.#session;
    if (session !== undefined) {
      try {
        await this.#make(place, session);
      } catch (error) {
        if (CrossbarError.from(error) instanceof CrossbarError) {
          this.#places.delete(place);
          throw error;
        }
        // Lost meanwhile: the next session makes it.
      }
    }
    return () => this.#remove(place);
  }

  #remove(place: Place): void {
    place.isGone = true;
    this.#places.delete(place);
    const { unmake } = place;
    place.unmake = undefined;
    unmake?.();
  }

  async #make(place: Place, session: Session): Promise<void> {
    const unmake = await place.standing.make(session);
    if (place.isGone) unmake();
    else if (this.#session === session) place.unmake = unmake;
  }

  async #makeMissing(session: Session): Promise<void> {
    let isComplete = true;
    await Promise.all(
      [...this.#places].map(async (place) => {
        if (place.unmake !== undefined) return;
        try {
          await this.#make(place, session);
        } catch (error) {
          isComplete = false;
          if (this.#session !== session) return;
          this.#log.error(`Crossbar.io refuses the ${place.standing.name}: ${text(error)}`);
        }
      }),
    );
    if (isComplete || this.#session !== session) return;
    this.#retry = setTimeout(() => void this.#makeMissing(session), RETRY).unref();
  }
}

function text(error: unknown): string {
  return CrossbarError.from(error).message;
}
