import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** These start servers and engines of their own, stop and kill them, and measure: minutes, not seconds. */
const SYSTEM = [
  'test/cli/**/*.test.ts',
  'test/e2e/**/*.test.ts',
  'test/fanout/{crowd,event-source,policies,resume,slow-tails}.test.ts',
  'test/fanout/wamp/**/*.test.ts',
  'test/forward/**/*.test.ts',
  'test/http/{limits,tls}.test.ts',
  'test/ingest/{analyze,bulk-memory}.test.ts',
  'test/percolate/{begun-anew,bodies-under-way,chain-queries,constant-keyword,embedded-engine,flattened,held-values,nested}.test.ts',
  'test/percolate/doc-ranges/range-presearch.test.ts',
  'test/percolate/geo/shape-engine.test.ts',
  'test/query/registry/bulk-registration.test.ts',
  'test/store/**/*.test.ts',
  'test/subscriptions/matching/matching-law.test.ts',
  'test/subscriptions/{orders,rest,sqlite}/**/*.test.ts',
];

/** These need more than Node and npm, or more than a few minutes: scripts of their own run them. */
const APART = ['clients', 'engines', 'grafana', 'pack', 'soak'].map((name) => `test/${name}/**`);

// As in the entry: each engine's threads load a hundred modules, without this in a second of CPU time.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('.cache/modules', import.meta.url));

/** `vitest run` runs both; `npm run check`, before each commit, the first. */
export default defineConfig({
  test: {
    // Bounds for what hangs, not a measure of speed: two busy cores run several files at once.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    // Many wait for what others do; one core would be left over otherwise.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...APART, ...SYSTEM],
          // Modules keep no state of their own, and loading them anew for each file takes a third of the time.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'system', include: SYSTEM } },
    ],
  },
});
