import { type AccessControl, NO_ACCESS_CONTROL } from '../../access/access-control.ts';
import { EstromError } from '../../errors.ts';
import { EVERYBODY, type Principal } from '../../principal.ts';

/** Who the router's clients are: the name of a token is their authid there, whichever node let them in. */
export class Callers {
  readonly #access: AccessControl;
  readonly #onRevoked: (name: string) => void;
  /** Principals that may have sessions at the router. */
  readonly #watched = new Set<Principal>();

  /** @param onRevoked what it was let in by is changed or gone */
  constructor(access: AccessControl, onRevoked: (name: string) => void) {
    this.#access = access;
    this.#onRevoked = onRevoked;
  }

  /** @throws EstromError UNAUTHENTICATED */
  authenticate(token: string, name: string | null): Principal {
    const caller = this.#access.authenticateToken(token, name);
    this.#watch(caller);
    return caller;
  }

  /**
   * @param authid the router's name for the caller
   * @throws EstromError UNAUTHENTICATED for one that did not come with a token
   */
  find(authid: string | undefined): Principal {
    if (this.#access === NO_ACCESS_CONTROL) return EVERYBODY;
    const caller = authid === undefined ? undefined : this.#access.named(authid);
    if (caller !== undefined) {
      this.#watch(caller);
      return caller;
    }
    throw new EstromError(
      'UNAUTHENTICATED',
      'access needs a token: join Crossbar.io with it as the ticket',
    );
  }

  #watch(caller: Principal): void {
    if (this.#access === NO_ACCESS_CONTROL || this.#watched.has(caller)) return;
    this.#watched.add(caller);
    this.#access.whileAllowed(caller, () => {
      this.#watched.delete(caller);
      this.#onRevoked(caller.name);
    });
  }
}
