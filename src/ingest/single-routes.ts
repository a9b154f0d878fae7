import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EstromError } from '../errors.ts';
import { idError } from './action-line.ts';
import { textOf } from './bulk-routes.ts';
import { DocumentParser, type SingleAction } from './document-parser.ts';
import { FilterPath } from './filter-path.ts';
import { forEachChunk } from './for-each-chunk.ts';
import { concreteName } from './handshake-indices.ts';
import type { BulkOp } from './item.ts';
import type { Receiver } from './receiver.ts';
import { sendJson } from './reply.ts';
import { SHARED_BYTES, type SingleOutcome } from './shared-batch.ts';
import { SingleCollector, singleAnswer } from './single-response.ts';

type Method = 'DELETE' | 'POST' | 'PUT';

/** Elasticsearch's requests about one document; ids may be left out where there is none here. */
const ROUTES: readonly { methods: Method[]; url: string; op: BulkOp }[] = [
  { methods: ['POST'], url: '/:index/_doc', op: 'index' },
  { methods: ['PUT', 'POST'], url: '/:index/_doc/:id', op: 'index' },
  { methods: ['PUT', 'POST'], url: '/:index/_create/:id', op: 'create' },
  { methods: ['POST'], url: '/:index/_update/:id', op: 'update' },
  { methods: ['DELETE'], url: '/:index/_doc/:id', op: 'delete' },
];

interface Params {
  readonly index: string;
  readonly id?: string;
}

/** Single documents, with the answers that Elasticsearch gives about an index without any. */
export function singleRoutes(app: FastifyInstance, receiver: Receiver): void {
  for (const { methods, url, op } of ROUTES) {
    app.route<{ Params: Params }>({
      method: methods,
      url,
      handler: (request, reply) => single(receiver, op, request, reply),
    });
  }
  // Nothing is stored, so nothing can be got.
  app.get<{ Params: Required<Params> }>('/:index/_doc/:id', (request, reply) => {
    const { index, id } = request.params;
    return sendJson(request, reply.code(404), {
      _index: concreteName(index),
      _id: id,
      found: false,
    });
  });
}

async function single(
  receiver: Receiver,
  op: BulkOp,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { index, id } = request.params as Params;
  const action: SingleAction = { op, index: concreteName(index), id };
  const wrongId = idError(op, id);
  if (wrongId !== null) throw new EstromError('BAD_REQUEST', wrongId.reason);
  const query = request.query as Record<string, unknown>;
  const filter = FilterPath.parse(textOf(query['filter_path']));
  const outcome = await outcomeOf(receiver, action, request);
  if (outcome === null) return reply.hijack();
  const { status, body } = singleAnswer(action, outcome);
  if (status === 201) {
    reply.header(
      'location',
      `/${encodeURIComponent(action.index)}/_doc/${encodeURIComponent(outcome.id!)}`,
    );
  }
  return sendJson(request, reply.code(status), filter === null ? body : (filter.apply(body) ?? {}));
}

/** @returns null when there is nobody to answer */
async function outcomeOf(
  receiver: Receiver,
  action: SingleAction,
  request: FastifyRequest,
): Promise<SingleOutcome | null> {
  if (action.op === 'delete') {
    request.raw.resume();
    return { id: action.id, seqNo: receiver.stamps.takeSeqNos(1), error: null };
  }
  const { 'content-length': length, 'content-encoding': encoding } = request.headers;
  if (encoding === undefined && Number(length) <= Math.min(SHARED_BYTES, receiver.pool.maxLine)) {
    return receiver.receiveShared(request, action, readBody);
  }
  const collector = await receiver.receive(request, {
    parser: (sink, maxLine) => new DocumentParser(sink, action, maxLine),
    collector: () => new SingleCollector(),
    itemwise: false,
    keepOnAbort: false,
  });
  return collector === null ? null : collector.outcome;
}

/** A body that is known to be short. */
async function readBody(request: FastifyRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await forEachChunk(request.raw, (chunk) => {
    chunks.push(chunk);
    return undefined;
  });
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
