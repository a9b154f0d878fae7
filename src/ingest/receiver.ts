import type { FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import type { DocumentFailure, Percolate } from '../document.ts';
import { EstromError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { seldom } from '../seldom.ts';
import { Admission, type Decision, type Refusal } from './admission.ts';
import { BatchBuilder } from './batch-builder.ts';
import { type Body, type BodyLimits, bodyError, openBody } from './body.ts';
import type { SingleAction } from './document-parser.ts';
import { IngestMetrics, type RequestResult } from './ingest-metrics.ts';
import { type Collector, firstSlabBytes, Intake } from './intake.ts';
import type { DocumentSink, LineParser } from './item.ts';
import { SharedBatch, type SingleOutcome } from './shared-batch.ts';
import { SlabPool } from './slab-pool.ts';
import { Stamps } from './stamps.ts';

/** What ingest needs from the rest of the process. */
export interface IngestDeps {
  readonly percolate: Percolate;
  readonly config: BodyLimits &
    Pick<Config, 'ingestBuffer' | 'hold' | 'maxDocumentBytes'> & {
      readonly refusal: string;
    };
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
  readonly #shared: SharedBatch;

  constructor(deps: IngestDeps) {
    this.#deps = deps;
    this.stamps = new Stamps(deps.epoch);
    this.pool = new SlabPool(deps.config.ingestBuffer, deps.config.maxDocumentBytes);
    const { hold, refusal } = deps.config;
    this.#admission = new Admission(this.pool, hold, refusal as Refusal);
    this.#metrics = new IngestMetrics(deps.metrics, this.pool);
    const { pool, stamps } = this;
    const { percolate } = deps;
    this.#shared = new SharedBatch({ pool, stamps, percolate, metrics: this.#metrics, hold });
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
    const body = await openBody(request.raw, this.#deps.config);
    const form = intent.itemwise
      ? this.#admission.refusalFor(request.headers['user-agent'])
      : 'request';
    const decision = await this.#admission.decide(firstSlabBytes(body.expected), form);
    if (decision === null) {
      const refusal = this.#overloaded();
      if (form !== 'cut') throw refusal;
      request.raw.socket.destroy();
      return null;
    }
    return this.#take(request, body, decision, intent);
  }

  /**
   * The same for one short document, which shares its batch with others that come at the same time.
   * @param read reads the body
   * @returns null when there is nobody to answer
   * @throws EstromError OVERLOADED
   */
  async receiveShared(
    request: FastifyRequest,
    action: SingleAction,
    read: (request: FastifyRequest) => Promise<Buffer>,
  ): Promise<SingleOutcome | null> {
    if (!(await this.#shared.ready())) throw this.#overloaded();
    let body: Buffer;
    try {
      body = await read(request);
    } catch {
      this.#metrics.request('aborted', 0, 0);
      return null;
    }
    for (;;) {
      const outcome = this.#shared.take(action, body);
      if (outcome === null) {
        if (!(await this.#shared.ready())) throw this.#overloaded();
        continue;
      }
      try {
        const { id, seqNo, error } = await outcome;
        this.#metrics.request(error === null ? 'ok' : 'invalid', body.length, body.length);
        return { id, seqNo, error };
      } catch (error) {
        seldom(this.#deps.log).error(error, 'percolation failed: the connection is cut');
        this.#metrics.request('failed', body.length, body.length);
        request.raw.socket.destroy();
        return null;
      }
    }
  }

  #overloaded(): EstromError {
    this.#metrics.request('refused', 0, 0);
    return new EstromError(
      'OVERLOADED',
      `no room for more documents within ${this.#deps.config.hold} ms: nothing of this request was taken, send it again later`,
    );
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
        limit: body.limit,
        overLimit: body.overLimit,
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
        seldom(this.#deps.log).error(error, 'percolation failed: the connection is cut');
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
