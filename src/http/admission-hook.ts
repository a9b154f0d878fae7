import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessControl } from '../access/access-control.ts';
import { EstromError } from '../errors.ts';
import { resolveIndexMath } from '../ingest/index-math.ts';
import type { Principal, Role } from '../principal.ts';
import { mayWrite } from '../query/audience.ts';
import { type Rule, ruleOf } from './access-table.ts';

/** A refused body up to this long is read and dropped; for a longer one the connection ends. */
const DROPPED_BODY = 1024 * 1024;
const CHALLENGES = [
  'Basic realm="estrom", charset="UTF-8"',
  'Bearer realm="estrom"',
  'ApiKey realm="estrom"',
];

/**
 * @param what the route or procedure, for the message
 * @throws EstromError FORBIDDEN that names the role that is needed
 */
export function checkRoles(caller: Principal, needed: readonly Role[], what: string): void {
  if (needed.some((role) => caller.roles.has(role))) return;
  if (needed.length === 0) throw new EstromError('FORBIDDEN', `${what} is not open to tokens yet`);
  const roles =
    needed.length === 1 ? `the role ${needed[0]}` : `one of the roles ${needed.join(', ')}`;
  throw new EstromError(
    'FORBIDDEN',
    `${what} needs ${roles}, which "${caller.name}" does not have`,
  );
}

/** Lets a request in, or throws before anything of its body is read. */
export function controlAccess(app: FastifyInstance, access: AccessControl): void {
  app.decorateRequest('principal', null);
  app.decorateRequest('mayWrite', null);
  app.addHook('onRequest', (request, reply, done) => {
    try {
      admit(access, request, reply);
    } catch (error) {
      refuse(error, request, reply);
      throw error;
    }
    done();
  });
}

function admit(access: AccessControl, request: FastifyRequest, reply: FastifyReply): void {
  const rule = request.is404 ? [] : ruleFor(request);
  // What is open needs no token, but one that is wrong is not worth a refusal either.
  if (rule === 'open') return;
  const caller = access.authenticate(request.headers.authorization);
  if (!request.is404) checkRoles(caller, rule, `${request.method} ${request.routeOptions.url}`);
  request.principal = caller;
  if (caller.index !== '*' && rule.includes('ingest')) boundWrites(caller, request, rule);
  const allowed = access.whileAllowed(caller, () => request.raw.socket.destroy());
  reply.raw.once('close', allowed);
}

/** An index in the address must be covered; in a bulk body each item is asked for itself. */
function boundWrites(caller: Principal, request: FastifyRequest, rule: readonly Role[]): void {
  request.mayWrite = (index) => mayWrite(caller, index);
  if (rule.length > 1 || request.routeOptions.url?.endsWith('/_bulk')) return;
  const { index } = request.params as { index?: string };
  const { i } = request.query as { i?: unknown };
  const named = index ?? (typeof i === 'string' ? i : undefined);
  // A name with date math is judged by what it stands for; one that means nothing goes to its 400.
  const concrete = named === undefined ? null : resolveIndexMath(named, Date.now());
  if (concrete === null || mayWrite(caller, concrete)) return;
  throw new EstromError(
    'FORBIDDEN',
    `"${caller.name}" may not write to the index [${named}], only to [${caller.index}]`,
  );
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route's pattern as the access table has it, where it stands behind a prefix. */
    unprefixed?: string;
  }
}

function ruleFor(request: FastifyRequest): Rule {
  const { url = '', config } = request.routeOptions;
  return ruleOf(request.method, config.unprefixed ?? url) ?? [];
}

function refuse(error: unknown, { headers }: FastifyRequest, reply: FastifyReply): void {
  if (!(error instanceof EstromError)) return;
  if (error.code === 'UNAUTHENTICATED') reply.header('www-authenticate', CHALLENGES);
  const hasBody = headers['transfer-encoding'] !== undefined;
  if (hasBody || Number(headers['content-length'] ?? 0) > DROPPED_BODY) {
    reply.header('connection', 'close');
  }
}
