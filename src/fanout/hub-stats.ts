import type { Metrics } from '../metrics.ts';
import { OUTPUT_NAMES, type OutputName } from './formats.ts';
import { GAP_REASONS, type GapReason, SHED_REASONS } from './gap.ts';
import type { OutboxTotals } from './outbox.ts';
import type { Pressure } from './pressure.ts';
import type { Rings } from './rings.ts';
import { DISCONNECT_REASONS, type DisconnectReason } from './subscriber.ts';

/** The fan-out's totals: plain fields that are read at scrape time. */
export class HubStats {
  readonly subscribers: Record<OutputName, number> = {
    json: 0,
    ndjson: 0,
    sse: 0,
    websocket: 0,
    wamp_json: 0,
    wamp_msgpack: 0,
  };
  readonly outboxes: OutboxTotals = { bytes: 0, shed: { slow: 0, sampled: 0, closed: 0 } };
  readonly gaps: Record<GapReason, number> = {
    slow: 0,
    sampled: 0,
    closed: 0,
    evicted: 0,
    inactive: 0,
    restart: 0,
    rate: 0,
    refused: 0,
    lost: 0,
    paused: 0,
  };
  topics = 0;
  resumed = 0;
  delivered = 0;
  /** delivered + shed + left (+ what waits in outboxes) = matched */
  left = 0;
  bytesWritten = 0;
  readonly #disconnects: Record<DisconnectReason, number> = {
    client: 0,
    limit: 0,
    timeout: 0,
    drain: 0,
    blocked: 0,
    slow: 0,
    unanswered: 0,
    revoked: 0,
  };

  constructor(
    metrics: Metrics,
    pressure: Pressure,
    rings: Rings,
    lingering: { readonly size: number },
  ) {
    metrics.gaugeBy(
      'estrom_subscribers',
      'Live tails',
      'format',
      OUTPUT_NAMES,
      (format) => this.subscribers[format],
    );
    metrics.gauge('estrom_topics_active', 'Topics that are published', () => this.topics);
    metrics.gauge(
      'estrom_topics_lingering',
      'Active topics without a tail, kept for those that come back',
      () => lingering.size,
    );
    metrics.gauge(
      'estrom_ring_bytes',
      'Recent hits kept for tails that resume, with overhead',
      () => rings.bytes,
    );
    metrics.gauge('estrom_ring_hits', 'Recent hits kept for tails that resume', () => rings.hits);
    metrics.observedCounter(
      'estrom_ring_evicted_hits_total',
      'Hits that made room for newer ones',
      () => rings.evicted,
    );
    metrics.observedCounter(
      'estrom_resumes_total',
      'Tails that asked to resume from a position',
      () => this.resumed,
    );
    metrics.observedCounterBy(
      'estrom_gap_records_total',
      'Gap records written',
      'reason',
      GAP_REASONS,
      (reason) => this.gaps[reason],
    );
    metrics.gauge(
      'estrom_outbox_bytes',
      'Bytes that wait for slow tails',
      () => this.outboxes.bytes,
    );
    metrics.gauge(
      'estrom_subscribers_blocked',
      'Tails with on_slow=block that ingest waits for',
      () => pressure.blocked,
    );
    metrics.observedCounter(
      'estrom_hits_delivered_total',
      'Hits handed to the connections of tails',
      () => this.delivered,
    );
    metrics.observedCounterBy(
      'estrom_hits_shed_total',
      'Hits that tails lost and are told of by a gap record',
      'reason',
      SHED_REASONS,
      (reason) => this.outboxes.shed[reason],
    );
    metrics.observedCounter(
      'estrom_hits_left_total',
      'Hits that waited, or were over the limit, when their tail ended',
      () => this.left,
    );
    metrics.observedCounter(
      'estrom_tail_written_bytes_total',
      'Bytes handed to the connections of tails',
      () => this.bytesWritten,
    );
    metrics.observedCounterBy(
      'estrom_disconnects_total',
      'Tails that ended',
      'reason',
      DISCONNECT_REASONS,
      (reason) => this.#disconnects[reason],
    );
  }

  disconnected(reason: DisconnectReason): void {
    this.#disconnects[reason]++;
  }
}
