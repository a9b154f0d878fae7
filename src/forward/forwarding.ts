import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import type { Percolate } from '../document.ts';
import { EstromError } from '../errors.ts';
import { Admission, type Refusal } from '../ingest/admission.ts';
import type { BodyLimits } from '../ingest/body.ts';
import type { SlabPool } from '../ingest/slab-pool.ts';
import type { Stamps } from '../ingest/stamps.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { AnswerBudget } from './answer-budget.ts';
import type { WholeAnswer } from './ask.ts';
import { Delivery } from './delivery.ts';
import { ForwardMetrics } from './forward-metrics.ts';
import { IndexSettings } from './index-settings.ts';
import { StoredDocuments } from './stored-documents.ts';
import { Upstream, type UpstreamSettings } from './upstream.ts';

/** What forwarding needs from the rest of the process. */
export interface ForwardDeps {
  readonly percolate: Percolate;
  readonly config: BodyLimits &
    UpstreamSettings &
    Pick<Config, 'ingestBuffer' | 'hold' | 'maxDocumentBytes' | 'elasticsearchTimeout' | 'refusal'>;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Different at every start and on every node, URL-safe. */
  readonly epoch: string;
}

/** What all forwarded requests share. */
export class Forwarding {
  readonly upstream: Upstream;
  readonly settings: IndexSettings;
  readonly answers: AnswerBudget;
  readonly metrics: ForwardMetrics;
  readonly documents: StoredDocuments;
  readonly delivery: Delivery;
  readonly admission: Admission;
  readonly pool: SlabPool;
  readonly stamps: Stamps;
  readonly config: ForwardDeps['config'];
  readonly log: Logger;
  /** Bytes of one bulk request to Elasticsearch at most. */
  readonly partBytes: number;
  /** Bytes of one answer at most with documents that were asked for here. */
  readonly answerBytes: number;

  /** @param memory the budget, which is that of all ingest */
  constructor(deps: ForwardDeps, memory: { readonly pool: SlabPool; readonly stamps: Stamps }) {
    const { config, percolate, log } = deps;
    this.config = config;
    this.log = log;
    this.pool = memory.pool;
    this.stamps = memory.stamps;
    this.partBytes = config.ingestBuffer >> 2;
    this.answerBytes = Math.max(config.ingestBuffer >> 2, SHORT_ANSWER);
    this.upstream = new Upstream(config);
    this.settings = new IndexSettings(this.upstream);
    this.answers = new AnswerBudget(config.ingestBuffer);
    this.metrics = new ForwardMetrics(deps.metrics, this.answers);
    this.admission = new Admission(this.pool, config.hold, config.refusal as Refusal);
    this.documents = new StoredDocuments(this.upstream, this.answers);
    const { settings, metrics, documents } = this;
    this.delivery = new Delivery({ percolate, settings, documents, metrics, log });
  }
}

/** An answer so short is held whole with any buffer. */
const SHORT_ANSWER = 16 * 1024 * 1024;
/** Milliseconds. Shippers wait for 90 s and less; the others want an answer at some time. */
export const LONGEST_WRITE = 120_000;

/** Answers as Elasticsearch did. */
export function relay(reply: FastifyReply, answer: Omit<WholeAnswer, 'isSlim'>): void {
  const { raw } = reply.hijack();
  if (raw.destroyed) return;
  raw.writeHead(answer.status, [...answer.headers, 'content-length', String(answer.body.length)]);
  raw.end(answer.body);
}

const BINARY = /\b(cbor|smile|yaml)\b/i;

/**
 * Documents are read, and so are the answers about them: both must be JSON.
 * @throws EstromError UNSUPPORTED_ENCODING
 */
export function demandJson({ headers }: FastifyRequest, format: string | undefined): void {
  const type = headers['content-type'] ?? '';
  if (BINARY.test(type)) {
    throw new EstromError(
      'UNSUPPORTED_ENCODING',
      `documents are percolated on their way, which needs JSON, but the body is ${type}`,
    );
  }
  const asked = format ?? headers.accept ?? '';
  if (!BINARY.test(asked) || /json|\*\/\*/i.test(asked)) return;
  throw new EstromError(
    'UNSUPPORTED_ENCODING',
    `answers to writes are read on their way, which needs JSON, but ${asked} is asked for`,
  );
}
