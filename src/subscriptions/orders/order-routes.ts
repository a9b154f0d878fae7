import type { FastifyInstance } from 'fastify';
import { EstromError } from '../../errors.ts';
import { readCount } from '../../query/registry/query-requests.ts';
import type { DeadLetter, DeadSelection } from './dead-letter-table.ts';
import type { OrderOutbox } from './order-outbox.ts';

const PATH = '/api/v0.1/orders/dead';
const JSON_TYPE = 'application/json; charset=utf-8';
const MAX_PAGE = 1000;
const MAX_BODY = 1024 * 1024;
const SELECTION = ['subscription_id', 'order_ids'];

export interface OrderRouteDeps {
  /** Opened by the time requests come in. */
  readonly outbox: () => Pick<OrderOutbox, 'deadLetters' | 'deadKept' | 'redrive' | 'dropDead'>;
}

type Query = Readonly<Record<string, unknown>>;
type Asked = { Querystring: Query };

/**
 * What operators do about orders that were given up. A selection is `subscription_id`, or `order_ids` with
 * commas between:
 *
 * - `GET /api/v0.1/orders/dead?limit=&before=`: the newest first; `next` is the next page's `before`;
 * - `POST /api/v0.1/orders/dead/_redrive`: all, or those of a selection, are delivered as if they were new;
 * - `DELETE /api/v0.1/orders/dead`: forgets those of a selection, or with `all=true` all.
 */
export async function orderRoutes(app: FastifyInstance, deps: OrderRouteDeps): Promise<void> {
  const { outbox } = deps;
  app.removeAllContentTypeParsers();
  // Everything stands in the URL.
  app.addContentTypeParser(
    '*',
    { parseAs: 'string', bodyLimit: MAX_BODY },
    (_request, _body, done) => done(null, undefined),
  );

  app.get<Asked>(PATH, async ({ query }, reply) => {
    checkNames(query, ['limit', 'before']);
    const limit = readCount(query, 'limit', 1, MAX_PAGE) ?? 100;
    const before = readCount(query, 'before', 1, Number.MAX_SAFE_INTEGER);
    const letters = await outbox().deadLetters(limit, before);
    const next = letters.at(-1)?.number ?? null;
    const list = letters.map(letterJson).join(',');
    return reply
      .type(JSON_TYPE)
      .send(`{"total":${outbox().deadKept},"dead_letters":[${list}],"next":${next}}`);
  });

  app.post<Asked>(`${PATH}/_redrive`, async ({ query }, reply) => {
    checkNames(query, SELECTION);
    return reply.type(JSON_TYPE).send({ redriven: await outbox().redrive(readSelection(query)) });
  });

  app.delete<Asked>(PATH, async ({ query }, reply) => {
    checkNames(query, [...SELECTION, 'all']);
    const selection = readSelection(query);
    const isAll = Object.keys(selection).length === 0;
    if (isAll !== (query['all'] === 'true')) {
      throw new EstromError(
        'BAD_REQUEST',
        'dead letters are forgotten for good: name them by subscription_id or order_ids, or say all=true',
      );
    }
    return reply.type(JSON_TYPE).send({ dropped: await outbox().dropDead(selection) });
  });
}

/** The order is shown as it is, with all digits of its numbers. */
function letterJson({ message, ...letter }: DeadLetter): string {
  const { number, orderId, subscriptionId, callback, sink, reason, createdAt, diedAt } = letter;
  const told = JSON.stringify({
    number,
    order_id: orderId,
    subscription_id: subscriptionId,
    callback,
    sink,
    reason,
    created_at: new Date(createdAt).toISOString(),
    died_at: new Date(diedAt).toISOString(),
  });
  return `${told.slice(0, -1)},"order":${message}}`;
}

/** @throws EstromError BAD_REQUEST */
function readSelection(query: Query): DeadSelection {
  const subscriptionId = readText(query, 'subscription_id');
  const orderIds = readText(query, 'order_ids')
    ?.split(',')
    .map((id) => id.trim());
  return {
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    ...(orderIds === undefined ? {} : { orderIds }),
  };
}

function readText(query: Query, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw new EstromError('BAD_REQUEST', `parameter [${name}] has to be given once, and not empty`);
}

/** A misspelt name must not mean everything. */
function checkNames(query: Query, names: readonly string[]): void {
  const unknown = Object.keys(query).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new EstromError(
    'BAD_REQUEST',
    `unknown parameter [${unknown}]: there are ${names.join(', ')}`,
  );
}
