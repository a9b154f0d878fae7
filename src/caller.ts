import type { FastifyRequest } from 'fastify';
import { EstromError } from './errors.ts';
import { EVERYBODY, type Principal } from './principal.ts';

/** Tells whether something holds for a concrete index. */
export type IndexTest = (index: string) => boolean;

declare module 'fastify' {
  interface FastifyRequest {
    /** Null until access control has let the request in; absent where a server has none at all. */
    principal?: Principal | null;
    /** Whether the caller may write to an index, where it may not write to all. */
    mayWrite?: IndexTest | null;
  }
}

/**
 * Who sent the request. A server that has access control refuses here, too, what never passed it.
 * @throws EstromError FORBIDDEN
 */
export function callerOf({ principal }: FastifyRequest): Principal {
  if (principal === undefined) return EVERYBODY;
  if (principal !== null) return principal;
  throw new EstromError('FORBIDDEN', 'the request did not pass access control');
}
