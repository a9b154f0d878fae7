import type { FastifyInstance, FastifyRequest } from 'fastify';
import { callerOf } from '../../caller.ts';
import { EstromError } from '../../errors.ts';
import type { Principal } from '../../principal.ts';
import { registerLines } from './bulk-registration.ts';
import type { HeldBack } from './held-back.ts';
import type { QueryEntry } from './query-entry.ts';
import {
  checkParameters,
  queryBody,
  queryDetails,
  readCount,
  readRegistration,
  type SlowQuery,
  slowBody,
} from './query-requests.ts';
import type { QueryRegistry } from './registry.ts';

const PATH = '/api/v0.1/queries';
const JSON_TYPE = 'application/json; charset=utf-8';
/** A query text escaped to the utmost, and its index. */
const MAX_BODY = 1024 * 1024;
const MAX_PAGE = 10_000;
const MAX_SLOW = 1_000;

export interface QueryRouteDeps {
  readonly registry: QueryRegistry;
  /** Most queries of one bulk request. */
  readonly maxBulkItems?: number;
  /** Why nothing matches a query for now; null when it is matched. */
  readonly heldBack?: (entry: QueryEntry) => Promise<HeldBack | null>;
  /** What queries of a caller cost, the most expensive ones first. */
  readonly slowest?: (caller: Principal) => readonly SlowQuery[];
}

type ById = { Params: { id: string } };
type Page = { Querystring: Record<string, unknown> };

/** The interface to standing queries. Bodies are JSON or NDJSON whatever their content type says. */
export async function queryRoutes(app: FastifyInstance, deps: QueryRouteDeps): Promise<void> {
  const { registry, heldBack, slowest } = deps;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>(
    '*',
    { parseAs: 'string', bodyLimit: MAX_BODY },
    (_request, body, done) => done(null, body),
  );

  app.post(PATH, { bodyLimit: MAX_BODY }, async (request, reply) => {
    refuseEncoding(request);
    const body = typeof request.body === 'string' ? request.body : '';
    const { entry, created } = await registry.register(readRegistration(body), callerOf(request));
    return reply
      .code(created ? 201 : 200)
      .type(JSON_TYPE)
      .send(queryBody(entry));
  });

  app.get<Page>(PATH, async (request, reply) => {
    checkParameters(request.query, ['size', 'after']);
    const size = readCount(request.query, 'size', 1, MAX_PAGE) ?? 100;
    const after = readCount(request.query, 'after', 0, Number.MAX_SAFE_INTEGER) ?? 0;
    const { queries, next } = registry.list(callerOf(request), { after, size });
    return reply.type(JSON_TYPE).send({
      total: registry.sizeFor(callerOf(request)),
      queries: queries.map((entry) => queryDetails(entry)),
      next,
    });
  });

  app.get<Page>(`${PATH}/slow`, async (request, reply) => {
    checkParameters(request.query, ['size']);
    const size = readCount(request.query, 'size', 1, MAX_SLOW) ?? 10;
    const queries = slowest?.(callerOf(request)).slice(0, size) ?? [];
    return reply.type(JSON_TYPE).send({ queries: queries.map(slowBody) });
  });

  app.get<ById>(`${PATH}/:id`, async (request, reply) => {
    const { id } = request.params;
    const entry = registry.get(id, callerOf(request));
    if (entry === undefined) {
      throw new EstromError('QUERY_UNKNOWN', `no query is registered as [${id}]`);
    }
    return reply.type(JSON_TYPE).send(queryDetails(entry, await heldBack?.(entry)));
  });

  app.delete<ById>(`${PATH}/:id`, async (request, reply) => {
    await registry.withdraw(request.params.id, callerOf(request));
    return reply.type(JSON_TYPE).send({ acknowledged: true });
  });

  await app.register(bulkRoute, deps);
}

function bulkRoute(
  app: FastifyInstance,
  { registry, maxBulkItems }: QueryRouteDeps,
  done: () => void,
): void {
  app.removeAllContentTypeParsers();
  // The handler reads the stream itself, at the pace of the registrations.
  app.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null, undefined));
  app.post(`${PATH}/_bulk`, async (request, reply) => {
    refuseEncoding(request);
    // An answer in the middle of the body still has to get out through the same socket, and many
    // clients listen only when they have sent everything: the rest is read and thrown away.
    const body = request.raw.iterator({ destroyOnReturn: false });
    try {
      const answer = await registerLines(registry, callerOf(request), body, maxBulkItems);
      return reply.type(JSON_TYPE).send(answer);
    } finally {
      request.raw.resume();
    }
  });
  done();
}

function refuseEncoding({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw new EstromError(
    'UNSUPPORTED_ENCODING',
    `queries are not taken with content-encoding [${encoding}]; send them as they are`,
  );
}
