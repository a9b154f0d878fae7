import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EstromError } from '../../errors.ts';
import { toEstromError } from '../../http/error-handler.ts';
import type { Logger } from '../../log.ts';
import type { KeptSubscription } from '../model.ts';
import { onWire } from '../model.ts';
import type { SubscriptionStore } from '../subscription-store.ts';
import { readBody, readDraft } from './draft.ts';
import { type DryRun, readDryRun } from './dry-run.ts';
import { Grants } from './grants.ts';
import { Identity, type IdentityOptions } from './identity.ts';
import { hrefOf, listBody, withLinks } from './links.ts';
import { type Parameters, readParameters } from './parameters.ts';
import { SUBSCRIPTION_ROUTES, type SubscriptionRoute } from './route-table.ts';
import {
  checkCreator,
  type SubscriptionCaller,
  SubscriptionService,
  type SubscriptionServiceDeps,
} from './subscription-service.ts';
import { ANY_TRIGGER, type CheckTrigger } from './trigger-schema.ts';

export interface SubscriptionRouteDeps {
  readonly store: SubscriptionStore;
  readonly log: Logger;
  /** Path before `/subscriptions`, such as `/arlas-subscriptions-manager`; empty by default. */
  readonly prefix?: string;
  /** How callers reach this server, before the prefix; by default as the request says. */
  readonly publicUrl?: string;
  /** Callers are not told apart by default. */
  readonly identity?: IdentityOptions;
  /** Any object by default. */
  readonly checkTrigger?: CheckTrigger;
  readonly checkDraft?: SubscriptionServiceDeps['checkDraft'];
  /** Header in which a trusted proxy says which documents a user may see; none by default. */
  readonly rowFilterHeader?: string | null;
  /** There is no dry run without it. */
  readonly dryRun?: DryRun;
  /** 0, the default, for no limit. */
  readonly maxPerUser?: number;
  readonly arlasCompat?: boolean;
  /** Epoch seconds; the clock by default. */
  readonly now?: () => number;
}

type Request = FastifyRequest<{ Params: { id: string }; Querystring: Record<string, unknown> }>;

interface Asked {
  readonly request: Request;
  readonly caller: SubscriptionCaller;
  readonly parameters: Parameters;
  /** Address of the list that the route belongs to. */
  readonly collection: string;
}

interface Answer {
  readonly body: unknown;
  readonly location?: string;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const MAX_BODY = 1024 * 1024;

/** The interface to durable subscriptions, as ARLAS Subscriptions has it. Bodies are JSON whatever their content type says. */
export async function subscriptionRoutes(
  app: FastifyInstance,
  deps: SubscriptionRouteDeps,
): Promise<void> {
  const { prefix = '' } = deps;
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser<string>(
      '*',
      { parseAs: 'string', bodyLimit: MAX_BODY },
      (_request, body, done) => done(null, body),
    );
    scope.setErrorHandler((error, request, reply) => answerError(deps.log, error, request, reply));
    const handlers = new Handlers(deps);
    for (const route of SUBSCRIPTION_ROUTES) {
      if (route.operation === 'test' && deps.dryRun === undefined) continue;
      scope.route({
        method: route.method,
        url: `${prefix}${route.path}`,
        config: { unprefixed: route.path },
        bodyLimit: MAX_BODY,
        handler: (request, reply) => handlers.answer(route, request as Request, reply),
      });
    }
  });
}

/** What each route does with what it is asked. */
class Handlers {
  readonly #deps: SubscriptionRouteDeps;
  readonly #service: SubscriptionService;
  readonly #identity: Identity;
  readonly #grants: Grants;

  constructor(deps: SubscriptionRouteDeps) {
    this.#deps = deps;
    this.#identity = new Identity(deps.identity ?? { header: null, admin: null });
    this.#grants = new Grants(this.#identity, deps.rowFilterHeader ?? null);
    this.#service = new SubscriptionService({
      store: deps.store,
      checkTrigger: deps.checkTrigger ?? ANY_TRIGGER,
      ...(deps.checkDraft === undefined ? {} : { checkDraft: deps.checkDraft }),
      maxPerUser: deps.maxPerUser ?? 0,
      arlasCompat: deps.arlasCompat ?? false,
      now: deps.now ?? (() => Math.floor(Date.now() / 1000)),
    });
  }

  async answer(route: SubscriptionRoute, request: Request, reply: FastifyReply) {
    const caller = this.#callerOf(route, request);
    const parameters = readParameters(request.query, route.parameters);
    const collection = this.#collection(route, request);
    const asked: Asked = { request, caller, parameters, collection };
    const { body, location } = await this.#handle(route, asked);
    if (location !== undefined) reply.header('location', location);
    return reply
      .code(route.success.status)
      .type(JSON_TYPE)
      .send(JSON.stringify(body, null, parameters.pretty === true ? 2 : 0));
  }

  #callerOf({ isAdmin }: SubscriptionRoute, request: FastifyRequest): SubscriptionCaller {
    if (!isAdmin) return { user: this.#identity.user(request), isAdmin };
    this.#identity.checkAdmin(request);
    return { user: null, isAdmin };
  }

  #collection({ isAdmin }: SubscriptionRoute, { protocol, host }: FastifyRequest): string {
    const { publicUrl = `${protocol}://${host}`, prefix = '' } = this.#deps;
    return `${publicUrl}${prefix}${isAdmin ? '/admin' : ''}/subscriptions`;
  }

  async #handle({ operation, isAdmin }: SubscriptionRoute, asked: Asked): Promise<Answer> {
    const { request, caller, parameters, collection } = asked;
    const { id } = request.params;
    switch (operation) {
      case 'list':
        return { body: await this.#list(asked) };
      case 'get': {
        const withDeleted = isAdmin && (parameters.deleted ?? true);
        return shown(await this.#service.get(id, caller, withDeleted), collection);
      }
      case 'create': {
        const draft = readDraft(readBody(request.body));
        const grant = this.#grants.of(request, draft.created_by, caller);
        const kept = await this.#service.create(draft, caller, grant);
        return { ...shown(kept, collection), location: hrefOf(collection, kept.id) };
      }
      case 'replace': {
        const draft = readDraft(readBody(request.body));
        const grant = this.#grants.of(request, draft.created_by, caller);
        return shown(await this.#service.replace(id, draft, caller, grant), collection);
      }
      case 'delete':
        return { body: onWire(await this.#service.delete(id, caller)) };
      case 'test':
        return { body: await this.#test(asked) };
    }
  }

  async #list({ request, caller, parameters, collection }: Asked) {
    const { page = 1, size = 10, before, after, active, started, expired, deleted } = parameters;
    const offset = (page - 1) * size;
    if (!Number.isSafeInteger(offset)) {
      throw new EstromError('BAD_REQUEST', `there is no page ${page}: no list is that long`);
    }
    const { 'created-by': createdBy, 'created-by-admin': createdByAdmin } = parameters;
    const filter = { before, after, active, started, expired, createdBy, createdByAdmin };
    const list = await this.#service.list(
      { ...given(filter), withDeleted: deleted ?? true },
      { offset, size },
      caller,
    );
    return listBody(list, collection, { page, size, query: request.query });
  }

  async #test({ request, caller }: Asked) {
    const { draft, id, sample } = readDryRun(request.body);
    if (draft === null) {
      const kept = await this.#service.get(id!, caller);
      const { principal, rowFilter } = kept.estrom;
      return this.#deps.dryRun!(onWire(kept), sample, { principal, rowFilter });
    }
    checkCreator(draft, caller.user);
    await this.#service.check(draft);
    const grant = this.#grants.of(request, draft.created_by, caller);
    return this.#deps.dryRun!(draft, sample, grant);
  }
}

function shown(kept: KeptSubscription, collection: string): Answer {
  return { body: withLinks(kept, collection) };
}

/** Without the members that were not asked for. */
function given<T extends object>(filter: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const found = Object.entries(filter).filter(([, value]) => value !== undefined);
  return Object.fromEntries(found) as { [K in keyof T]?: NonNullable<T[K]> };
}

/** Errors have the shape that ARLAS gives them, with a code that stays as it is. */
function answerError(
  log: Logger,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { status, code, message } = toEstromError(error);
  if (status >= 500 && !(error instanceof EstromError)) {
    log.error({ err: error, method: request.method, url: request.url }, 'request failed');
  }
  if (status === 429 || status === 503) reply.header('retry-after', '1');
  reply
    .code(status)
    .type(JSON_TYPE)
    .send(JSON.stringify({ status, error: code, message }));
}
