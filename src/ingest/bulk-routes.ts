import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EstromError } from '../errors.ts';
import { validateIndexName } from '../index-name.ts';
import { BulkParser } from './bulk-parser.ts';
import { BulkResponse } from './bulk-response.ts';
import { FilterPath } from './filter-path.ts';
import { OVERLOADED } from './item-errors.ts';
import { answerType } from './negotiation.ts';
import type { Receiver } from './receiver.ts';

/** Elasticsearch's `_bulk`, for every method and path that its clients use. */
export function bulkRoutes(app: FastifyInstance, receiver: Receiver): void {
  for (const url of ['/_bulk', '/:index/_bulk']) {
    app.route({
      method: ['POST', 'PUT'],
      url,
      handler: (req, reply) => bulk(receiver, req, reply),
    });
  }
}

async function bulk(
  receiver: Receiver,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const started = performance.now();
  const { index } = request.params as { index?: string };
  checkIndex(index);
  const filter = FilterPath.parse(
    textOf((request.query as Record<string, unknown>)['filter_path']),
  );
  const response = await receiver.receive(request, {
    parser: (sink, maxLine) => new BulkParser(sink, index, maxLine, request.mayWrite),
    collector: (admitted) =>
      new BulkResponse(receiver.stamps, filter, admitted ? null : OVERLOADED),
    itemwise: true,
    keepOnAbort: false,
  });
  if (response === null) return reply.hijack();
  if (response.items === 0) {
    throw new EstromError('BAD_REQUEST', 'request body is required: it holds no action line');
  }
  const body = response.body(Math.round(performance.now() - started), reply.raw);
  reply.raw.once('close', () => response.discard());
  // As bytes, for fastify adds a charset to the content type of text.
  return reply
    .type(answerType(request.headers.accept))
    .send(typeof body === 'string' ? Buffer.from(body) : body);
}

/** @throws EstromError BAD_INDEX_NAME */
export function checkIndex(index: string | undefined): void {
  const reason = index === undefined ? null : validateIndexName(index);
  if (reason === null) return;
  throw new EstromError('BAD_INDEX_NAME', `Invalid index name [${index}], ${reason}`);
}

/** A parameter that is given twice counts with all of its values. */
export function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.join();
  return typeof value === 'string' ? value : undefined;
}
