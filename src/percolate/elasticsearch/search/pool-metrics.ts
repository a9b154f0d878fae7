import type { Counter, Histogram } from 'prom-client';
import type { Metrics } from '../../../metrics.ts';
import { RETRY_CAUSES, type RetryCause, type Timing } from '../worker/worker-messages.ts';

export interface PoolState {
  batchDocuments(): number;
  concurrency(): number;
  requests(): number;
  bytes(): number;
  paused(): number;
  answers(): number;
  retries(cause: RetryCause): number;
}

/** Figures of the way to Elasticsearch: what is spent there, and what on this side. */
export class PoolMetrics {
  readonly #metrics: Metrics;
  readonly #requests: Histogram;
  readonly #checking: Counter;
  readonly #building: Counter;
  readonly #parsing: Counter;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
    this.#requests = metrics.histogram(
      'estrom_elasticsearch_request_seconds',
      'Time from sending percolations to the last byte of the answer',
      [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    );
    const seconds = (what: string, help: string) =>
      metrics.counter(`estrom_elasticsearch_${what}_seconds_total`, help);
    this.#checking = seconds('check', 'Time spent on checking documents before percolation');
    this.#building = seconds('build', 'Time spent on making percolation requests');
    this.#parsing = seconds('parse', 'Time spent on reading the answers of percolations');
  }

  observe(state: PoolState): void {
    const gauge = (name: string, help: string, read: () => number) =>
      this.#metrics.gauge(`estrom_elasticsearch_${name}`, help, read);
    gauge('batch_documents', 'Documents in the newest percolation', state.batchDocuments);
    gauge('concurrency', 'Percolation requests that may be under way', state.concurrency);
    gauge('requests', 'Percolation requests under way', state.requests);
    gauge('request_bytes', 'Documents in percolation requests under way', state.bytes);
    gauge('paused_queries', 'Queries that make Elasticsearch fail', state.paused);
    this.#metrics.observedCounter(
      'estrom_elasticsearch_answers_total',
      'Percolation requests that Elasticsearch answered',
      state.answers,
    );
    this.#metrics.observedCounterBy(
      'estrom_elasticsearch_retries_total',
      'Percolation requests that had to be sent again',
      'cause',
      RETRY_CAUSES,
      state.retries,
    );
  }

  checked(seconds: number): void {
    this.#checking.inc(seconds);
  }

  answered({ building, waiting, parsing }: Timing): void {
    this.#requests.observe(waiting);
    this.#building.inc(building);
    this.#parsing.inc(parsing);
  }
}
