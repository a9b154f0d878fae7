import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // These need more than Node and npm, or more than a minute: scripts of their own run them.
    exclude: [
      'test/clients/**',
      'test/soak/**',
      'test/pack/**',
      'test/grafana/**',
      'test/engines/**',
    ],
    // A bound for what hangs, not a measure of speed: two busy cores run several files at once.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
