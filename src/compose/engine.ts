import type { QueryOrdinal } from '../document.ts';
import type { ElasticsearchConnection } from '../elasticsearch/connection.ts';
import type { MappingRules } from '../mapping/explicit-mappings.ts';
import { ElasticsearchEngine } from '../percolate/elasticsearch/elasticsearch-engine.ts';
import {
  EmbeddedEngine,
  type EmbeddedEngineOptions,
} from '../percolate/embedded/embedded-engine.ts';
import type { Engine, OnDemandEngine, QueryNames, QuerySupply } from '../percolate/engine.ts';
import type { RegisteredQuery } from '../query/registry/registered-query.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import type { Base } from './base.ts';
import type { PausedTopics } from './paused-topics.ts';
import { usesElasticsearchEngine } from './roles.ts';

/** Makes the engine that the stages are built around. */
export type MakeEngine = (options: EmbeddedEngineOptions) => Engine & OnDemandEngine;

export interface EngineParts {
  readonly store: SqliteStore | undefined;
  readonly elasticsearch: ElasticsearchConnection | undefined;
  readonly names: QueryNames | undefined;
  readonly supply: QuerySupply | undefined;
  /** Told of queries that are matched no more, because the engine fails on them. */
  readonly paused: Pick<PausedTopics, 'add' | 'addOrdinal'>;
  readonly makeEngine: MakeEngine | undefined;
  /** Explicit mappings, for an engine that has none of its own. */
  readonly mappings: MappingRules | undefined;
  /** A registered query by its number. */
  readonly queryOf: (ordinal: QueryOrdinal) => RegisteredQuery | undefined;
}

/** The engine that the settings ask for. */
export function openEngine(base: Base, parts: EngineParts): Engine & OnDemandEngine {
  const { config, log, metrics, readiness } = base;
  const { store, elasticsearch: connection, names, supply, paused, makeEngine } = parts;
  const onPaused = (ordinal: QueryOrdinal): void => paused.addOrdinal(ordinal);
  const { mappings, queryOf } = parts;
  const { strictMapping } = config;
  const embedded = { config, metrics, log, store, onPaused, mappings, queryOf, strictMapping };
  if (makeEngine !== undefined) return makeEngine(embedded);
  if (!usesElasticsearchEngine(config)) return new EmbeddedEngine(embedded);
  const engine = new ElasticsearchEngine({
    config,
    // With Elasticsearch there is one of each.
    connection: connection!,
    names: names!,
    supply: supply!,
    onPaused: (id) => paused.add(id),
    metrics,
    log,
  });
  readiness.watch(() =>
    engine.problem === undefined ? undefined : `waiting for Elasticsearch: ${engine.problem}`,
  );
  return engine;
}
