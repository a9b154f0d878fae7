import type { Config } from './config.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import { isRestorable } from './percolate/engine.ts';
import { CANONICAL_VERSION } from './query/canonical.ts';
import type { QueryRegistry } from './query/registry.ts';
import { SqliteStore } from './store/sqlite-store.ts';

/**
 * The store in `config.data`, or undefined where nothing is to be kept.
 * @throws ConfigError when the folder cannot be used
 */
export async function openStore(
  { data }: Pick<Config, 'data'>,
  metrics: Metrics,
  log: Logger,
): Promise<SqliteStore | undefined> {
  if (data === '') return undefined;
  return SqliteStore.open({ folder: data, canonicalVersion: CANONICAL_VERSION, metrics, log });
}

export interface RestoreParts {
  readonly store: SqliteStore;
  readonly engine: object;
  readonly registry: QueryRegistry;
  readonly log: Logger;
}

/**
 * Brings back what an earlier run kept: types of fields, segments as they are, entries of queries, and
 * compiles the queries that no segment holds.
 */
export async function restoreState({ store, engine, registry, log }: RestoreParts): Promise<void> {
  const began = performance.now();
  const restorable = isRestorable(engine) ? engine : undefined;
  restorable?.restoreFields(store.fields);
  await restorable?.restoreSegments(store.segments);
  const restoration = registry.restoration();
  let serials = new Float64Array(1024);
  for await (const group of store.queries()) {
    const top = group.at(-1)!.ordinal;
    if (top >= serials.length) serials = grown(serials, top + 1);
    for (const query of restoration.take(group)) serials[query.ordinal] = query.serial;
    // The event loop has requests about readiness to answer.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const adopted = restorable?.adopt((ordinal) => serials[ordinal] ?? 0);
  const compiled = await restoration.finish(adopted ?? (() => false));
  for (const { id, reason } of restoration.unreadable) {
    log.error({ id, reason }, 'a kept query cannot be read by this version: it does not match');
  }
  const seconds = Math.round(performance.now() - began) / 1000;
  const { size } = registry;
  if (size > 0) log.info({ queries: size, compiled, seconds }, 'kept state is loaded');
}

function grown(from: Float64Array<ArrayBuffer>, least: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(Math.max(least, from.length * 2));
  to.set(from);
  return to;
}
