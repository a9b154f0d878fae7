import type { Metrics } from '../metrics.ts';
import type { FormatName } from './formats.ts';
import type { OutboxTotals } from './outbox.ts';
import type { Pressure } from './pressure.ts';
import { DISCONNECT_REASONS, type DisconnectReason } from './subscriber.ts';

/** The fan-out's totals: plain fields that are read at scrape time. */
export class HubStats {
  readonly subscribers: Record<FormatName, number> = { json: 0, ndjson: 0, sse: 0 };
  readonly outboxes: OutboxTotals = { bytes: 0, shed: 0 };
  topics = 0;
  delivered = 0;
  bytesWritten = 0;
  readonly #disconnects;

  constructor(metrics: Metrics, pressure: Pressure) {
    for (const format of ['json', 'ndjson', 'sse'] as const) {
      metrics.gauge(
        `estrom_subscribers_${format}`,
        `Live ${format} tails`,
        () => this.subscribers[format],
      );
    }
    metrics.gauge('estrom_topics_active', 'Topics that anybody listens to', () => this.topics);
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
      'Hits handed to tails',
      () => this.delivered,
    );
    metrics.observedCounter(
      'estrom_hits_shed_total',
      'Hits that slow tails lost and were told of',
      () => this.outboxes.shed,
    );
    metrics.observedCounter(
      'estrom_tail_bytes_total',
      'Bytes handed to tails',
      () => this.bytesWritten,
    );
    this.#disconnects = metrics.counter('estrom_disconnects_total', 'Tails that ended, by reason', [
      'reason',
    ]);
    for (const reason of DISCONNECT_REASONS) this.#disconnects.inc({ reason }, 0);
  }

  disconnected(reason: DisconnectReason): void {
    this.#disconnects.inc({ reason });
  }
}
