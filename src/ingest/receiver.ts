import type { FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import type { DocumentFailure, Percolate } from '../document.ts';
import { EstromError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { Admission, type Decision } from './admission.ts';
import { BatchBuilder } from './batch-builder.ts';
import { type Body, bodyError, openBody } from './body.ts';
import { IngestMetrics, type RequestResult } from './ingest-metrics.ts';
import { type Collector, firstSlabBytes, Intake } from './intake.ts';
import type { DocumentSink, LineParser } from './item.ts';
import { SlabPool } from './slab-pool.ts';
import { Stamps } from './stamps.ts';

/** What ingest needs from the rest of the process. */
export interface IngestDeps {
  readonly percolate: Percolate;
  readonly config: Pick<Config, 'ingestBuffer' | 'hold' | 'maxDocumentBytes'>;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Different at every start and on every node, URL-safe: the ids made here begin with it. */
  readonly epoch: string;
}

/** How a request's body becomes an answer. */
export interface Intent<C extends Collector> {
  readonly parser: (sink: DocumentSink, maxLine: number) => LineParser;
  readonly collector: (admitted: boolean) => C;
  /** The request can be refused item by item. */
  readonly itemwise: boolean;
  /** What came before the sender broke off counts. */
  readonly keepOnAbort: boolean;
  /** Ends the reading of a body that has no end of its own; its reason goes to the sender. */
  readonly signal?: AbortSignal;
}

/** Takes request bodies in, one after the other or all at once, within one budget of bytes. */
export class Receiver {
  readonly stamps: Stamps;
  readonly pool: SlabPool;
  readonly #deps: IngestDeps;
  readonly #admission: Admission;
  readonly #metrics: IngestMetrics;

  constructor(deps: IngestDeps) {
    this.#deps = deps;
    this.stamps = new Stamps(deps.epoch);
    this.pool = new SlabPool(deps.config.ingestBuffer, deps.config.maxDocumentBytes);
    this.#admission = new Admission(this.pool, deps.config.hold);
    this.#metrics = new IngestMetrics(deps.metrics, this.pool);
  }

  /**
   * Resolves with the collector when the whole body is percolated, or null when there is nobody
   * to answer: the sender broke off, or percolation failed and the connection was cut.
   * @throws EstromError what the sender has to be told
   */
  async receive<C extends Collector>(
    request: FastifyRequest,
    intent: Intent<C>,
  ): Promise<C | null> {
    const body = await openBody(request.raw);
    const userAgent = intent.itemwise ? request.headers['user-agent'] : 'none';
    const decision = await this.#admission.decide(firstSlabBytes(body.expected), userAgent);
    if (decision === null) {
      this.#metrics.request('refused', 0, 0);
      throw new EstromError(
        'OVERLOADED',
        `no room for more documents within ${this.#deps.config.hold} ms: nothing of this request was taken, send it again later`,
      );
    }
    return this.#take(request, body, decision, intent);
  }

  async #take<C extends Collector>(
    request: FastifyRequest,
    body: Body,
    { admitted, slab, pool }: Decision,
    intent: Intent<C>,
  ): Promise<C | null> {
    const collector = intent.collector(admitted);
    const builder = new BatchBuilder(this.stamps);
    const intake = new Intake(
      {
        pool,
        builder,
        parser: intent.parser(builder, pool.maxLine),
        percolate: admitted ? this.#deps.percolate : acceptNothing,
        collector: admitted ? this.#counting(collector) : collector,
        // Not the request: it leaves its socket open once the body is complete.
        onFailure: () => request.raw.socket.destroy(),
        expected: body.expected,
        ownsChunks: body.ownsChunks,
        signal: intent.signal,
      },
      slab,
    );
    const done = (result: RequestResult): void => {
      const wire = body.encoding === 'identity' ? intake.received : body.wireBytes();
      this.#metrics.request(result, wire, intake.received);
    };
    try {
      await intake.run(body.stream, intent.keepOnAbort);
      done(admitted ? 'ok' : 'refused');
      return collector;
    } catch (error) {
      collector.discard?.();
      if (intake.failed) {
        this.#deps.log.error({ err: error }, 'percolation failed: the connection is cut');
        done('failed');
        return null;
      }
      const told = bodyError(body, request.raw, error);
      done(told === null ? 'aborted' : 'invalid');
      if (told === null) return null;
      throw told;
    }
  }

  #counting(collector: Collector): Collector {
    return {
      open: (closed) => collector.open(closed),
      settle: (closed, failures) => {
        this.#metrics.batch(closed, failures);
        collector.settle(closed, failures);
      },
    };
  }
}

/** Stands in for percolation where every item is refused; the answer says so by itself. */
async function acceptNothing(): Promise<readonly DocumentFailure[]> {
  return [];
}
