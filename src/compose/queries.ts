import { SharedRegistry } from '../cluster/shared-registry.ts';
import type { Config } from '../config.ts';
import type { ElasticsearchConnection } from '../elasticsearch/connection.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { ElasticsearchEngine } from '../percolate/elasticsearch/elasticsearch-engine.ts';
import {
  EmbeddedEngine,
  type EmbeddedEngineOptions,
} from '../percolate/embedded/embedded-engine.ts';
import type { Engine, OnDemandEngine, QueryNames, QuerySupply } from '../percolate/engine.ts';
import type { SqliteStore } from '../store/sqlite-store.ts';
import { type Roles, usesElasticsearchEngine } from './roles.ts';

/** What all parts of a node are made from. */
export interface Base {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly roles: Roles;
  /** Names this run of this node, and no other. */
  readonly epoch: string;
}

/** Makes the engine that the stages are built around. */
export type MakeEngine = (options: EmbeddedEngineOptions) => Engine & OnDemandEngine;

/** The registry that all nodes with the same Elasticsearch share. */
export function openShared(base: Base, elasticsearch: ElasticsearchConnection): SharedRegistry {
  const { config, log, metrics, roles, epoch } = base;
  return new SharedRegistry({
    elasticsearch,
    node: epoch,
    roles: roles.names,
    isEngineShared: usesElasticsearchEngine(config),
    metrics,
    log,
  });
}

export interface EngineParts {
  readonly store: SqliteStore | undefined;
  readonly elasticsearch: ElasticsearchConnection | undefined;
  readonly names: QueryNames | undefined;
  readonly supply: QuerySupply | undefined;
  readonly makeEngine: MakeEngine | undefined;
}

/** The engine that the settings ask for. */
export function openEngine(base: Base, parts: EngineParts): Engine & OnDemandEngine {
  const { config, log, metrics } = base;
  const { store, elasticsearch: connection, names, supply, makeEngine } = parts;
  if (makeEngine !== undefined) return makeEngine({ config, metrics, log, store });
  if (!usesElasticsearchEngine(config)) return new EmbeddedEngine({ config, metrics, log, store });
  // With Elasticsearch there is one of each.
  return new ElasticsearchEngine({
    config,
    connection: connection!,
    names: names!,
    supply: supply!,
    metrics,
    log,
  });
}
