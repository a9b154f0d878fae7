import type { Principal } from '../../principal.ts';
import { INVALID_ARGUMENT, Refusal } from '../../wamp/refusal.ts';
import { toJson } from '../../wamp/serializers.ts';
import { needRole } from '../caller-roles.ts';
import type { Dict } from './messages.ts';

const REGISTER_QUERY = 'estrom.register_query';

/**
 * Registers a query that lives as long as a tail's, or its ttl.
 * @param request JSON text: `{"index"?,"query","ttl"?}`
 * @returns what `POST /api/v0.1/queries` answers
 * @throws EstromError
 */
export type RegisterQuery = (request: string, caller: Principal) => Promise<object>;

/**
 * Calls a procedure.
 * @returns its one positional result
 * @throws Refusal or EstromError
 */
export async function callProcedure(
  registerQuery: RegisterQuery,
  procedure: string,
  args: readonly unknown[],
  kwargs: Dict,
  caller: Principal,
): Promise<object> {
  if (procedure !== REGISTER_QUERY) {
    throw new Refusal(
      'wamp.error.no_such_procedure',
      `there is no procedure "${procedure.slice(0, 100)}"; there is ${REGISTER_QUERY}`,
    );
  }
  if (args.length > 0) {
    const text = `${REGISTER_QUERY} takes its arguments by name: index, query, ttl`;
    throw new Refusal(INVALID_ARGUMENT, text);
  }
  needRole(caller, 'register', REGISTER_QUERY);
  return await registerQuery(toJson(kwargs), caller);
}
