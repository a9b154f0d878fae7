import type { Counter } from 'prom-client';
import type { DocumentFailure } from '../document.ts';
import type { Metrics } from '../metrics.ts';
import type { ClosedBatch } from './batch-builder.ts';
import type { SlabPool } from './slab-pool.ts';

const REQUEST_RESULTS = ['ok', 'refused', 'invalid', 'aborted', 'failed'] as const;
export type RequestResult = (typeof REQUEST_RESULTS)[number];

/** What ingest counts. */
export class IngestMetrics {
  readonly #documents: Counter<'result'>;
  readonly #requests: Counter<'result'>;
  readonly #bytes: Counter<'form'>;
  readonly #malformed: Counter;

  constructor(metrics: Metrics, pool: SlabPool) {
    this.#documents = metrics.counter(
      'estrom_ingest_documents_total',
      'Items of admitted requests: accepted (percolated), rejected, or skipped (deletes)',
      ['result'],
    );
    this.#requests = metrics.counter(
      'estrom_ingest_requests_total',
      'Ingest requests by how they ended',
      ['result'],
    );
    this.#bytes = metrics.counter(
      'estrom_ingest_bytes_total',
      'Bytes of bodies, as they came over the wire and decoded',
      ['form'],
    );
    this.#malformed = metrics.counter(
      'estrom_ingest_parse_errors_total',
      'Items refused before percolation: malformed, too long, without an index',
    );
    // A series that begins with its first event hides that event from `rate()`.
    for (const result of ['accepted', 'rejected', 'skipped']) this.#documents.inc({ result }, 0);
    for (const result of REQUEST_RESULTS) this.#requests.inc({ result }, 0);
    for (const form of ['wire', 'decoded']) this.#bytes.inc({ form }, 0);
    metrics.gauge('estrom_ingest_held_requests', 'Requests that wait to be admitted', () => {
      return pool.held;
    });
    metrics.gauge('estrom_ingest_buffer_bytes', 'Bytes held between socket and answer', () => {
      return pool.inUse;
    });
    metrics.gauge('estrom_ingest_buffer_peak_bytes', 'Most bytes ever held', () => pool.peak);
  }

  batch(closed: ClosedBatch, failures: readonly DocumentFailure[]): void {
    let refused = 0;
    for (const { error } of closed.asides) if (error !== null) refused++;
    const { count } = closed.batch;
    if (count > failures.length) {
      this.#documents.inc({ result: 'accepted' }, count - failures.length);
    }
    const rejected = failures.length + refused;
    if (rejected > 0) this.#documents.inc({ result: 'rejected' }, rejected);
    if (refused > 0) this.#malformed.inc(refused);
    const skipped = closed.asides.length - refused;
    if (skipped > 0) this.#documents.inc({ result: 'skipped' }, skipped);
  }

  request(result: RequestResult, wire: number, decoded: number): void {
    this.#requests.inc({ result });
    this.#bytes.inc({ form: 'wire' }, wire);
    this.#bytes.inc({ form: 'decoded' }, decoded);
  }
}
