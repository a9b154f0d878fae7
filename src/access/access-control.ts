import { EVERYBODY, type Principal } from '../principal.ts';

/** Tells who calls, and ends what a caller has open when it may no longer. */
export interface AccessControl {
  /**
   * @param authorization the header of that name
   * @throws EstromError UNAUTHENTICATED
   */
  authenticate(authorization: string | undefined): Principal;
  /**
   * For WAMP's ticket and the like: a secret that came without a header.
   * @throws EstromError UNAUTHENTICATED
   */
  authenticateToken(token: string, name: string | null): Principal;
  /** The principal of that name as it is now; names are unique. */
  named(name: string): Principal | undefined;
  /**
   * `cut` is called once the principal's entry is changed or gone.
   * @returns ends that; safe to call again
   */
  whileAllowed(caller: Principal, cut: () => void): () => void;
}

/** Where no tokens are configured, everybody may do everything. */
export const NO_ACCESS_CONTROL: AccessControl = {
  authenticate: () => EVERYBODY,
  authenticateToken: () => EVERYBODY,
  named: () => EVERYBODY,
  whileAllowed: () => () => {},
};
