import type { Metrics } from '../../metrics.ts';

const OUTCOMES = ['acknowledged', 'refused', 'resent'] as const;

interface Sizes {
  readonly pendingBytes: number;
  readonly pendingLimit: number;
  readonly pendingCount: number;
  readonly activeTopics: number;
}

/** Totals of what is published at Crossbar.io: plain fields, read at scrape time. */
export class BrokerStats {
  published = 0;
  acknowledged = 0;
  refused = 0;
  resent = 0;
  timedOut = 0;
  shed = 0;

  constructor(metrics: Metrics, sizes: () => Sizes) {
    metrics.observedCounter(
      'estrom_crossbar_published_total',
      'Publications handed to Crossbar.io, each counted once',
      () => this.published,
    );
    metrics.observedCounterBy(
      'estrom_crossbar_publications_total',
      'Publications at Crossbar.io by what became of them; one may be sent again several times',
      'outcome',
      OUTCOMES,
      (outcome) => this[outcome],
    );
    metrics.observedCounter(
      'estrom_crossbar_ack_timeouts_total',
      'Connections given up because Crossbar.io did not acknowledge in time',
      () => this.timedOut,
    );
    metrics.observedCounter(
      'estrom_crossbar_shed_total',
      'Hits shed because their topic had more bytes a second than crossbar-topic-rate',
      () => this.shed,
    );
    metrics.gauge(
      'estrom_crossbar_pending_bytes',
      'Published bytes that Crossbar.io has not acknowledged',
      () => sizes().pendingBytes,
    );
    metrics.gauge(
      'estrom_crossbar_pending_limit_bytes',
      'Published and not acknowledged bytes beyond which ingest waits: crossbar-pending',
      () => sizes().pendingLimit,
    );
    metrics.gauge(
      'estrom_crossbar_pending_publications',
      'Publications that Crossbar.io has not acknowledged',
      () => sizes().pendingCount,
    );
    metrics.gauge(
      'estrom_crossbar_active_topics',
      'Topics that somebody listens to at Crossbar.io, or did a while ago',
      () => sizes().activeTopics,
    );
  }
}
