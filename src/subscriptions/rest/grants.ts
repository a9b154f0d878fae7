import type { FastifyRequest } from 'fastify';
import { callerOf } from '../../caller.ts';
import { EstromError } from '../../errors.ts';
import { EVERYBODY } from '../../principal.ts';
import { parseRowFilter } from '../rights/row-filter.ts';
import type { Identity } from './identity.ts';
import { readProxyHeader } from './proxy-header.ts';
import type { Grant, SubscriptionCaller } from './subscription-service.ts';

/**
 * By whose rights a subscription matches that a request writes. Only names and the proxy's row filter are
 * kept: what they allow is asked for again and again.
 */
export class Grants {
  readonly #identity: Identity;
  readonly #header: string | null;

  /** @param header in which a trusted proxy says which documents the user may see; null: there is none */
  constructor(identity: Identity, header: string | null) {
    this.#identity = identity;
    this.#header = header;
  }

  /**
   * @throws EstromError FORBIDDEN for a row filter of somebody who is no proxy, BAD_REQUEST where a proxy gives
   *   none, QUERY_… and the like for one that cannot be read
   */
  of(request: FastifyRequest, creator: string, { isAdmin }: SubscriptionCaller): Grant {
    const caller = callerOf(request);
    const rowFilter = this.#rowFilter(request);
    if (caller !== EVERYBODY && !caller.roles.has('admin')) {
      if (rowFilter === null) return { principal: caller.name, rowFilter };
      throw new EstromError(
        'FORBIDDEN',
        `"${caller.name}" has rights of its own: the header [${this.#header}] is for proxies`,
      );
    }
    const name = caller === EVERYBODY ? null : caller.name;
    if (isAdmin) {
      // What the proxy says of an administrator is not so of the user.
      const isProxied = this.#identity.told(request) !== null;
      if (isProxied) return { principal: name, rowFilter: null };
      return { principal: name === null ? null : creator, rowFilter };
    }
    if (this.#header !== null && rowFilter === null && name !== creator) {
      throw new EstromError(
        'BAD_REQUEST',
        `the header [${this.#header}] is missing: it says which documents "${creator}" may see, * for all`,
      );
    }
    return { principal: name, rowFilter };
  }

  #rowFilter(request: FastifyRequest): string | null {
    const text = readProxyHeader(request, this.#header);
    if (text === null) return null;
    try {
      parseRowFilter(text);
    } catch (error) {
      if (!(error instanceof EstromError)) throw error;
      throw new EstromError(error.code, `the header [${this.#header}]: ${error.message}`);
    }
    return text;
  }
}
