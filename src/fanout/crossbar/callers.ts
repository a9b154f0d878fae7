import { LRUCache } from 'lru-cache';
import { type AccessControl, NO_ACCESS_CONTROL } from '../../access/access-control.ts';
import { EstromError } from '../../errors.ts';
import { EVERYBODY, type Principal } from '../../principal.ts';

const MAX_CALLERS = 10_000;

/** Who the router's clients are: those who came with a token, by the name that it was issued to. */
export class Callers {
  readonly #access: AccessControl;
  readonly #known: LRUCache<string, Principal>;

  constructor(access: AccessControl) {
    this.#access = access;
    this.#known = new LRUCache({ max: MAX_CALLERS });
  }

  /** @throws EstromError UNAUTHENTICATED */
  authenticate(token: string, name: string | null): Principal {
    const caller = this.#access.authenticateToken(token, name);
    this.#remember(caller);
    return caller;
  }

  /**
   * @param authid the router's name for the caller
   * @throws EstromError UNAUTHENTICATED for one that did not come with a token
   */
  find(authid: string | undefined): Principal {
    if (this.#access === NO_ACCESS_CONTROL) return EVERYBODY;
    const caller = authid === undefined ? undefined : this.#known.get(authid);
    if (caller !== undefined) return caller;
    throw new EstromError(
      'UNAUTHENTICATED',
      'access needs a token: join Crossbar.io with it as the ticket',
    );
  }

  #remember(caller: Principal): void {
    const { name } = caller;
    if (this.#known.get(name) === caller) return;
    this.#known.set(name, caller);
    const forget = () => {
      if (this.#known.get(name) === caller) this.#known.delete(name);
    };
    this.#access.whileAllowed(caller, forget);
  }
}
