import type { Metrics } from '../metrics.ts';
import type { ConsumerGroup } from './consumer-group.ts';

/** What becomes of records, in the order in which it is shown. */
export interface GroupMetrics<R extends string> {
  /** `estrom_kafka` for documents, `estrom_kafka_event` for events. */
  readonly prefix: 'estrom_kafka' | 'estrom_kafka_event';
  /** What records are, in words. */
  readonly what: string;
  readonly results: readonly R[];
  readonly count: (result: R) => number;
}

/** Makes the metrics of who reads topics. */
export function watchGroup<R extends string>(
  metrics: Metrics,
  group: Pick<ConsumerGroup, 'rewinds' | 'assigned' | 'bytes' | 'lag'>,
  { prefix, what, results, count }: GroupMetrics<R>,
): void {
  metrics.observedCounterBy(
    `${prefix}_records_total`,
    `Records of Kafka with ${what}, by what became of them`,
    'result',
    results,
    count,
  );
  metrics.observedCounter(
    `${prefix}_rewinds_total`,
    `How often reading ${what} from Kafka went back to what is committed, after a failure`,
    () => group.rewinds,
  );
  metrics.gauge(`${prefix}_partitions`, `Partitions with ${what} that this node reads`, () => {
    return group.assigned;
  });
  metrics.gauge(
    `${prefix}_lag_records`,
    `Records with ${what} in these partitions that were not read yet`,
    () => group.lag,
  );
  metrics.gauge(`${prefix}_buffer_bytes`, `Bytes of ${what} from Kafka that are in work`, () => {
    return group.bytes;
  });
}
