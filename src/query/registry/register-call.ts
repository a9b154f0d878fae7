import type { Principal } from '../../principal.ts';
import { queryBody, readRegistration } from './query-requests.ts';
import type { QueryRegistry } from './registry.ts';

/**
 * Registers a query for a caller who is about to subscribe: without a ttl it lives as long as a
 * tail's does, so that what nobody comes for ends by itself.
 * @param text JSON: `{"index"?,"query","lang"?,"ttl"?}`
 * @returns what `POST /api/v0.1/queries` answers
 * @throws EstromError as that does
 */
export async function registerCall(
  registry: QueryRegistry,
  text: string,
  caller: Principal,
): Promise<object> {
  const request = readRegistration(text);
  if (request.ttl !== undefined && request.ttl !== null) {
    const { entry } = await registry.register(request, caller);
    return queryBody(entry);
  }
  const watched = await registry.watch(request, caller);
  try {
    return queryBody(registry.get(watched.id, caller)!); // watched, so it is there
  } finally {
    watched.release();
  }
}
