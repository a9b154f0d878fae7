import type { FastifyInstance } from 'fastify';

/** Paths that answer at any time. */
const AT_ONCE = new Set(['/metrics', '/healthz', '/readyz']);

/**
 * Holds requests that come before the state is loaded: shippers wait more safely than they retry.
 * @returns to be called when it is
 */
export function holdWhileLoading(app: FastifyInstance): () => void {
  let waiting: (() => void)[] | undefined = [];
  app.addHook('onRequest', (request, _reply, done) => {
    if (waiting === undefined || AT_ONCE.has(request.url.split('?', 1)[0]!)) done();
    else waiting.push(done);
  });
  return () => {
    const released = waiting ?? [];
    waiting = undefined;
    for (const done of released) done();
  };
}
