import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/pack/**/*.test.ts'],
    // npm may have to fetch packages.
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
