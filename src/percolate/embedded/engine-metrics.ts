import type { IndexMappings } from '../../mapping/index-mappings.ts';
import type { Metrics } from '../../metrics.ts';
import * as A from './memory/arena.ts';
import type { SegmentSet } from './segments/segment-set.ts';

/** Figures of the workers and of the segments; the workers count in shared memory. */
export function observeEngine(
  metrics: Metrics,
  arena: A.Arena,
  segments: SegmentSet,
  mappings: IndexMappings,
): void {
  const counters: [string, string, number][] = [
    ['documents', 'Documents that workers looked at, repetitions included', A.STAT_DOCUMENTS],
    ['bytes', 'Bytes of documents that workers looked at', A.STAT_BYTES],
    ['candidates', 'Queries that presearch brought up', A.STAT_CANDIDATES],
    ['matches', 'Queries that matched', A.STAT_MATCHES],
    [
      'field_conflicts',
      'Values that contradict the type of a field that queries ask for',
      A.STAT_CONFLICTS,
    ],
    [
      'malformed_documents',
      'Documents refused: no valid JSON objects, against the mapping, or no room for their index',
      A.STAT_MALFORMED,
    ],
  ];
  for (const [name, help, stat] of counters) {
    metrics.observedCounter(`estrom_percolate_${name}_total`, help, () => arena.stat(stat));
  }
  const workers = (): string[] =>
    Array.from({ length: arena.workers }, (_, worker) => worker)
      .filter((worker) => arena.statOf(worker, A.STAT_HEAP_BYTES) > 0)
      .map(String);
  metrics.observedCounterBy(
    'estrom_percolate_busy_seconds_total',
    'Time that each worker spent matching',
    'worker',
    workers,
    (worker) => arena.statOf(Number(worker), A.STAT_BUSY_SECONDS),
  );
  metrics.gaugeBy(
    'estrom_percolate_heap_bytes',
    "Each worker's own memory: heap and buffers",
    'worker',
    workers,
    (worker) => arena.statOf(Number(worker), A.STAT_HEAP_BYTES),
  );
  metrics.gauge('estrom_percolate_queries', 'Registered queries', () => segments.size);
  metrics.gauge('estrom_percolate_segments', 'Query segments', () => segments.segments.length);
  metrics.gauge(
    'estrom_percolate_always_verified_queries',
    'Queries that presearch cannot narrow down',
    () => segments.alwaysVerified,
  );
  metrics.gauge(
    'estrom_percolate_weakly_anchored_queries',
    'Queries verified against every document that has their field, or is in their index',
    () => segments.weaklyAnchored,
  );
  metrics.gauge('estrom_percolate_arena_used_bytes', 'Shared memory in use', () => arena.usedBytes);
  metrics.gauge(
    'estrom_percolate_arena_touched_bytes',
    'Shared memory that was ever used, during merges for instance: it stays in the process',
    () => arena.touchedBytes,
  );
  metrics.gauge(
    'estrom_percolate_arena_reserved_bytes',
    'Shared memory that there is for queries and field types',
    () => arena.memory.byteLength,
  );
  metrics.gauge('estrom_mapping_indices', 'Indices with a mapping', () => mappings.indexCount);
}
