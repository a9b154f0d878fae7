import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { docsRoutes } from '../ingest/docs-routes.ts';
import { Receiver } from '../ingest/receiver.ts';
import { takeRawBodies } from '../ingest/reply.ts';
import { BulkRequest } from './bulk-request.ts';
import { documentRequest } from './document-request.ts';
import { refuseDotSegments } from './dot-segments.ts';
import { type ForwardDeps, Forwarding } from './forwarding.ts';
import { passThrough, pathOf } from './pass-through.ts';
import { kindOf } from './request-kind.ts';
import { storeLines } from './store-lines.ts';

/** Requests that may change which pipelines an index has, and what a name stands for. */
const ABOUT_INDICES = /_settings|template|_alias|_data_stream|_ingest|^\/[^/_][^/]*\/?$/;

/**
 * Everything that is not estrom's own goes to Elasticsearch, and what it stores of it is percolated.
 * Bodies reach the handler unread, whatever they claim to be.
 */
export async function forwardRoutes(app: FastifyInstance, deps: ForwardDeps): Promise<void> {
  await app.register((scope, _options, registered) => {
    takeRawBodies(scope, deps.log);
    const lines = new Receiver({ ...deps, percolate: (batch) => store(batch) });
    const forwarding = new Forwarding(deps, lines);
    const store = storeLines(forwarding);
    scope.addHook('onClose', () => forwarding.upstream.close());
    docsRoutes(scope, lines);
    scope.all('*', (request, reply) => forward(forwarding, request, reply));
    registered();
  });
}

async function forward(
  forwarding: Forwarding,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { raw } = request;
  const [path = '/'] = pathOf(raw).split('?', 1);
  const kind = kindOf(raw.method!, path);
  if (kind.kind === 'own') {
    reply.callNotFound();
    return reply;
  }
  if (forwarding.upstream.hasBase) refuseDotSegments(path);
  if (kind.kind === 'bulk') {
    await new BulkRequest(forwarding, request, reply, kind.index).run();
    return reply;
  }
  if (kind.kind === 'document') {
    await documentRequest(forwarding, request, reply, kind);
    return reply;
  }
  reply.hijack();
  await passThrough(forwarding.upstream, forwarding.metrics, raw, reply.raw);
  if (raw.method !== 'GET' && raw.method !== 'HEAD' && ABOUT_INDICES.test(path)) {
    forwarding.settings.forget();
  }
  return reply;
}
