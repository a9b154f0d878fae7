import { Metrics } from '../../../src/metrics.ts';
import type { QuerySink } from '../../../src/query/registry/engine-link.ts';
import type { RegisteredQuery } from '../../../src/query/registry/registered-query.ts';
import { QueryRegistry } from '../../../src/query/registry/registry.ts';
import type { RegistryDeps } from '../../../src/query/registry/registry-deps.ts';

/** An engine that remembers what it was told. */
export class FakeEngine implements QuerySink {
  readonly registered: RegisteredQuery[][] = [];
  readonly unregistered: number[][] = [];
  /** When set, calls wait for it. */
  gate: Promise<void> | null = null;
  fail: Error | null = null;

  async register(queries: readonly RegisteredQuery[]): Promise<void> {
    this.registered.push([...queries]);
    await this.gate;
    if (this.fail !== null) throw this.fail;
  }

  async unregister(ordinals: readonly number[]): Promise<void> {
    this.unregistered.push([...ordinals]);
    await this.gate;
  }
}

export function makeRegistry(
  settings: Partial<RegistryDeps['settings']> = {},
  deps: Partial<Omit<RegistryDeps, 'settings'>> = {},
): { registry: QueryRegistry; engine: FakeEngine; metrics: Metrics } {
  const engine = new FakeEngine();
  const metrics = new Metrics();
  const registry = new QueryRegistry({
    engine,
    metrics,
    settings: {
      queryIdle: 1000,
      maxQueries: 1_000_000,
      registrationsPerSecond: 0,
      ...settings,
    },
    ...deps,
  });
  return { registry, engine, metrics };
}
