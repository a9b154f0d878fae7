import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EstromError } from '../errors.ts';
import type { RefusalForm } from '../ingest/admission.ts';
import { BatchBuilder } from '../ingest/batch-builder.ts';
import { BulkParser } from '../ingest/bulk-parser.ts';
import { BulkResponse } from '../ingest/bulk-response.ts';
import { FilterPath } from '../ingest/filter-path.ts';
import { Intake } from '../ingest/intake.ts';
import type { ItemError } from '../ingest/item.ts';
import { answerType } from '../ingest/negotiation.ts';
import type { Slab, SlabPool } from '../ingest/slab-pool.ts';
import type { Stamps } from '../ingest/stamps.ts';
import { QueryText } from './query-text.ts';

/** Why a request was not taken, for the status of each item or of the whole. */
export const UNREACHABLE: ItemError = {
  status: 429,
  type: 'es_rejected_execution_exception',
  reason:
    'Elasticsearch cannot be reached: nothing of this request was stored, send it again later',
};

/** Reads a body to its end and answers each of its items with the same error. */
export async function refuseItems(
  request: FastifyRequest,
  reply: FastifyReply,
  stream: Readable,
  error: ItemError,
  index: string | undefined,
  memory: { readonly pool: SlabPool; readonly slab: Slab; readonly stamps: Stamps },
): Promise<void> {
  const { pool, slab, stamps } = memory;
  const query = QueryText.parse(request.raw.url?.split('?')[1] ?? '');
  const response = new BulkResponse(stamps, FilterPath.parse(query.get('filter_path')), error);
  const builder = new BatchBuilder(stamps);
  const intake = new Intake(
    {
      pool,
      builder,
      parser: new BulkParser(builder, index, pool.maxLine),
      percolate: async () => [],
      collector: response,
      onFailure: () => {},
      expected: undefined,
      limit: Number.POSITIVE_INFINITY,
      overLimit: () => new Error('unlimited'),
      ownsChunks: false,
    },
    slab,
  );
  try {
    await intake.run(stream);
    const body = response.body(0, reply.raw);
    reply.raw.once('close', () => response.discard());
    await reply
      .type(answerType(request.headers.accept))
      .send(typeof body === 'string' ? Buffer.from(body) : body);
  } catch {
    // The sender broke off.
    response.discard();
    request.raw.socket.destroy();
  }
}

/**
 * Refuses as a whole.
 * @throws EstromError OVERLOADED
 */
export function refuseWhole(
  request: FastifyRequest,
  reply: FastifyReply,
  form: RefusalForm,
  reason: string,
): void {
  if (form !== 'cut') throw new EstromError('OVERLOADED', reason);
  reply.hijack();
  request.raw.socket.destroy();
}
