import type { FastifyRequest } from 'fastify';
import { callerOf } from '../../caller.ts';
import { EstromError } from '../../errors.ts';
import { EVERYBODY } from '../../principal.ts';
import { readProxyHeader } from './proxy-header.ts';

export interface IdentityOptions {
  /** Header in which a trusted proxy says who the user is; null: no header tells. */
  readonly header: string | null;
  /** Identity of administrators, who may not use the paths of users; null: there is none. */
  readonly admin: string | null;
}

/**
 * Tells callers apart: by the proxy's header, by their tokens, or not at all. A caller with a token of its
 * own is who the token says; only one with the role `admin`, as a proxy has, may speak for others.
 */
export class Identity {
  readonly #header: string | null;
  readonly #admin: string | null;

  constructor({ header, admin }: IdentityOptions) {
    this.#header = header?.toLowerCase() ?? null;
    this.#admin = admin;
  }

  /** Whom the proxy's header names, whoever sent it; null where there is none. Throws for one that comes twice. */
  told(request: FastifyRequest): string | null {
    return readProxyHeader(request, this.#header);
  }

  /**
   * Who calls a user's path; null where callers are not told apart.
   * @throws EstromError UNAUTHENTICATED without the header, FORBIDDEN for an administrator
   */
  user(request: FastifyRequest): string | null {
    const user = this.#named(request);
    if (user !== null && user === this.#admin) {
      throw new EstromError(
        'FORBIDDEN',
        `"${user}" administrates and has no subscriptions of its own: use /admin/subscriptions`,
      );
    }
    return user;
  }

  /**
   * Lets administrators in: those without the header, as there is no proxy before them, and those
   * whose header says so.
   * @throws EstromError FORBIDDEN for a user
   */
  checkAdmin(request: FastifyRequest): void {
    const caller = callerOf(request);
    if (caller !== EVERYBODY && !caller.roles.has('admin')) {
      throw new EstromError(
        'FORBIDDEN',
        `administrating subscriptions needs the role admin, which "${caller.name}" does not have`,
      );
    }
    const named = this.told(request);
    if (named === null || named === this.#admin) return;
    throw new EstromError(
      'FORBIDDEN',
      `"${named}" may not administrate subscriptions: use /subscriptions`,
    );
  }

  #named(request: FastifyRequest): string | null {
    const caller = callerOf(request);
    const named = this.told(request);
    if (caller !== EVERYBODY && !caller.roles.has('admin')) {
      if (named === null || named === caller.name) return caller.name;
      throw new EstromError('FORBIDDEN', `"${caller.name}" may not speak for "${named}"`);
    }
    if (this.#header === null) return caller === EVERYBODY ? null : caller.name;
    if (named !== null) return named;
    throw new EstromError(
      'UNAUTHENTICATED',
      `the header [${this.#header}] is missing: it says whose subscriptions are meant`,
    );
  }
}
