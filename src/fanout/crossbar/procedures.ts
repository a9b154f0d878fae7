import type { AccessControl } from '../../access/access-control.ts';
import { CrossbarError } from '../../crossbar/crossbar-error.ts';
import type { LinkCall } from '../../crossbar/endpoint.ts';
import type { CrossbarLink } from '../../crossbar/link.ts';
import type { QueryId } from '../../document.ts';
import { EstromError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Principal } from '../../principal.ts';
import { type OrderRights, subscriptionOfTopic } from '../order-topics.ts';
import { callProcedure, type RegisterQuery } from '../wamp/procedures.ts';
import { Callers } from './callers.ts';
import { OrderReceivers } from './order-receivers.ts';
import { queryOfTopic } from './topic-names.ts';

const REGISTER_QUERY = 'estrom.register_query';
const ROLE = 'subscriber';

/** What Crossbar.io's dynamic authorizer takes for an answer. */
interface Permission {
  readonly allow: boolean;
  /** Whether whoever is called is told who calls. */
  readonly disclose: boolean;
  /** Never: what a caller may see can change, and topics come and go. */
  readonly cache: false;
}

const REFUSED: Permission = { allow: false, disclose: false, cache: false };
const ALLOWED: Permission = { allow: true, disclose: true, cache: false };

export interface ProcedureDeps {
  readonly link: Pick<CrossbarLink, 'register' | 'call'>;
  readonly access: AccessControl;
  /** Whether there is such a query, and the caller is one of its audience. */
  mayAttach(id: QueryId, caller: Principal): boolean | Promise<boolean>;
  readonly registerQuery: RegisterQuery;
  /** Somebody is about to subscribe to the query's topic. Resolves when its hits are published. */
  expect(id: QueryId): void | Promise<void>;
  /** Absent where no orders of durable subscriptions are published. */
  readonly orders?: OrderRights;
  readonly log: Logger;
}

/**
 * Registers what Crossbar.io and its subscribers call:
 *
 * - `estrom.authenticate`: its dynamic authenticator for tickets, which are estrom's tokens;
 * - `estrom.authorize`: its dynamic authorizer. It allows to subscribe to the exact topic of a query
 *   that the caller may attach to, or of the orders of a durable subscription that are the caller's, and to
 *   call `estrom.register_query`, and nothing else;
 * - `estrom.register_query`: registers a query, as `POST /api/v0.1/queries` does.
 *
 * Every node of estrom serves them; the router takes turns.
 */
export async function serveProcedures(deps: ProcedureDeps): Promise<void> {
  const { link, access, registerQuery, log } = deps;
  // Its subscriptions were allowed for what was. It may join again for what is now.
  const end = (name: string, message: string) => {
    const reason = { reason: 'wamp.close.revoked', message };
    link.call('wamp.session.kill_by_authid', [name], reason).catch((error: Error) => {
      log.error(`Crossbar.io did not end the sessions of [${name}]: ${error.message}`);
    });
  };
  const callers = new Callers(access, (name) => end(name, 'the token was changed or withdrawn'));
  const receivers =
    deps.orders &&
    new OrderReceivers(
      deps.orders,
      (name) => callers.find(name),
      (name) => end(name, "a subscription is somebody else's now"),
    );
  const shared = { invoke: 'roundrobin' };
  await Promise.all([
    link.register('estrom.authenticate', ({ args }) => authenticate(args, callers), shared),
    link.register(
      'estrom.authorize',
      ({ args }) => authorize(args, callers, deps, receivers),
      shared,
    ),
    link.register(
      REGISTER_QUERY,
      async ({ args, kwargs, authid }: LinkCall) => {
        const caller = callers.find(authid);
        const answer = await callProcedure(registerQuery, REGISTER_QUERY, args, kwargs, caller);
        const { subscription_id: id } = answer as { subscription_id?: unknown };
        if (typeof id === 'string') await deps.expect(id);
        return answer;
      },
      shared,
    ),
  ]);
}

/** @param args realm, name, and what the router knows of the session, the ticket among it */
function authenticate(args: readonly unknown[], callers: Callers): object {
  const [realm, authid, details] = args;
  const { ticket } = (details ?? {}) as { ticket?: unknown };
  if (typeof ticket !== 'string') {
    throw new CrossbarError('wamp.error.authentication_failed', ['a ticket is needed']);
  }
  let caller: Principal;
  try {
    caller = callers.authenticate(ticket, typeof authid === 'string' && authid ? authid : null);
  } catch (error) {
    if (!(error instanceof EstromError)) throw error;
    throw new CrossbarError('wamp.error.authentication_failed', [error.message]);
  }
  return { realm, role: ROLE, authid: caller.name };
}

/** @param args the session's details, a URI, the action, and its options */
async function authorize(
  args: readonly unknown[],
  callers: Callers,
  { mayAttach, expect }: ProcedureDeps,
  receivers: OrderReceivers | undefined,
): Promise<Permission> {
  const [session, uri, action, options] = args;
  if (typeof uri !== 'string') return REFUSED;
  const { authid } = (session ?? {}) as { authid?: unknown };
  let caller: Principal;
  try {
    caller = callers.find(typeof authid === 'string' ? authid : undefined);
  } catch {
    return REFUSED;
  }
  if (action === 'call') {
    return uri === REGISTER_QUERY && caller.roles.has('register') ? ALLOWED : REFUSED;
  }
  const { match = 'exact' } = (options ?? {}) as { match?: unknown };
  if (action !== 'subscribe' || match !== 'exact') return REFUSED;
  const subscription = subscriptionOfTopic(uri);
  if (subscription !== undefined) {
    return (await receivers?.allow(subscription, caller)) ? ALLOWED : REFUSED;
  }
  const id = queryOfTopic(uri);
  if (id === undefined) return REFUSED;
  if (!caller.roles.has('tail') || !(await mayAttach(id, caller))) return REFUSED;
  // Before the router confirms the subscription; its meta event comes after.
  await expect(id);
  return ALLOWED;
}
