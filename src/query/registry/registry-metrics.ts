import type { Metrics } from '../../metrics.ts';

export type CountRegistration = (result: 'created' | 'known' | 'refused') => void;

/** @returns counts a registration */
export function collectRegistryMetrics(
  metrics: Metrics,
  read: Readonly<Record<'size' | 'watchers' | 'ended' | 'failures', () => number>>,
): CountRegistration {
  const registrations = metrics.counter(
    'estrom_query_registrations_total',
    'Registrations of queries, by what became of them',
    ['result'],
  );
  for (const result of ['created', 'known', 'refused']) registrations.inc({ result }, 0);
  metrics.gauge('estrom_queries', 'Registered queries', read.size);
  metrics.gauge('estrom_query_watchers', 'Live tails that watch a query', read.watchers);
  metrics.observedCounter('estrom_queries_ended_total', 'Queries ended', read.ended);
  metrics.observedCounter(
    'estrom_query_removal_failures_total',
    'Groups of queries that the engine failed to remove',
    read.failures,
  );
  return (result) => registrations.inc({ result });
}
