import { pino } from 'pino';
import type { MappingRules } from '../../src/mapping/explicit-mappings.ts';
import { Metrics } from '../../src/metrics.ts';
import { EmbeddedEngine } from '../../src/percolate/embedded/embedded-engine.ts';

export const ENGINE_CONFIG = {
  workers: 2,
  arena: 256 * 1024 * 1024,
  maxFields: 1000,
  maxIndices: 20_000,
  maxJsonDepth: 100,
  queryBudget: 100,
  queryAverageBudget: 5,
};

/** An embedded engine with threads of its own; close it. */
export function embeddedEngine(
  config: Partial<typeof ENGINE_CONFIG> = {},
  mappings?: MappingRules,
): EmbeddedEngine {
  return new EmbeddedEngine({
    config: { ...ENGINE_CONFIG, ...config },
    mappings,
    metrics: new Metrics(),
    log: pino({ level: 'silent' }),
  });
}
