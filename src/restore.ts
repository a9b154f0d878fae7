import type { Config } from './config.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import { isRestorable } from './percolate/engine.ts';
import { CANONICAL_VERSION } from './query/canonical.ts';
import { QueryImages } from './query/registry/query-images.ts';
import type { QueryRegistry } from './query/registry/registry.ts';
import type { QueryRestoration } from './query/registry/restore-queries.ts';
import { type LoadedImage, serialsOf } from './query/registry/table-image.ts';
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
 * Brings back what an earlier run kept: types of fields, segments as they are, queries from their image and
 * the rows that have changed since, and compiles the queries that no segment holds.
 * @returns what keeps the image from now on
 */
export async function restoreState({
  store,
  engine,
  registry,
  log,
}: RestoreParts): Promise<QueryImages> {
  const began = performance.now();
  const restorable = isRestorable(engine) ? engine : undefined;
  restorable?.restoreFields(store.fields);
  const restoration = registry.restoration();
  const images = new QueryImages({ store, table: restoration.table, log });
  const [loaded] = await Promise.all([images.load(), restorable?.restoreSegments(store.segments)]);
  const isImaged = loaded !== undefined && takeImage(store, restoration, images, loaded);
  for await (const group of store.queries(isImaged)) {
    const taken = new Set(restoration.take(group));
    for (const query of group) if (!taken.has(query)) store.serials.set(query.ordinal, 0);
    // The event loop has requests about readiness to answer.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { table } = restoration;
  const serialOf = (ordinal: number) => (table.has(ordinal) ? store.serials.get(ordinal) : 0);
  const compiled = await restoration.finish(restorable?.adopt(serialOf) ?? (() => false));
  for (const { id, reason } of restoration.unreadable) {
    log.error({ id, reason }, 'a kept query cannot be read by this version: it does not match');
  }
  const seconds = Math.round(performance.now() - began) / 1000;
  const { size } = registry;
  if (size > 0) log.info({ queries: size, compiled, seconds }, 'kept state is loaded');
  images.start(restoration.unreadable.length === 0);
  return images;
}

function takeImage(
  store: SqliteStore,
  restoration: QueryRestoration,
  images: QueryImages,
  loaded: LoadedImage,
): boolean {
  try {
    restoration.takeImage(loaded, store.changed);
    store.serials.restore(serialsOf(loaded));
    return true;
  } catch (error) {
    images.refuse(store.image, (error as Error).message);
    return false;
  }
}
