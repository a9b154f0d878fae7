import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/grafana/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
