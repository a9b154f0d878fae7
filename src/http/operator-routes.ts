import type { FastifyInstance } from 'fastify';
import { EstromError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';

/** Whether documents should be sent here; whoever starts and stops the stages tells it. */
export class Readiness {
  #reason: string | undefined = 'starting';
  readonly #troubles: (() => string | undefined)[] = [];

  /** Why not, or undefined when ready. */
  get reason(): string | undefined {
    if (this.#reason !== undefined) return this.#reason;
    const reasons = this.#troubles.map((trouble) => trouble()).filter((one) => one !== undefined);
    return reasons.length === 0 ? undefined : reasons.join('; ');
  }

  /** Asks a part each time; undefined while there is nothing the matter with it. */
  watch(trouble: () => string | undefined): void {
    this.#troubles.push(trouble);
  }

  ready(): void {
    this.#reason = undefined;
  }

  notReady(reason: string): void {
    this.#reason = reason;
  }
}

export interface OperatorParts {
  readonly metrics: Metrics;
  readonly readiness: Readiness;
}

/**
 * `/metrics` for Prometheus; `/healthz`: the process answers; `/readyz`: 503 with the reason until it
 * takes documents, and again while it drains.
 */
export function operatorRoutes(app: FastifyInstance, { metrics, readiness }: OperatorParts): void {
  app.get('/metrics', async (_request, reply) => {
    reply.type(metrics.registry.contentType);
    return metrics.registry.metrics();
  });
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async () => {
    if (readiness.reason !== undefined) {
      throw new EstromError('UNAVAILABLE', `not ready: ${readiness.reason}`);
    }
    return { status: 'ready' };
  });
  app.addHook('preClose', (done) => {
    readiness.notReady('draining');
    done();
  });
}
