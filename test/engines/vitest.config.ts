import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/engines/**/*.test.ts'],
    globalSetup: ['test/engines/global-setup.ts'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    // The server has one machine with its clients: suites side by side only disturb each other.
    fileParallelism: false,
    // Of tests that wait most of the time, and say so.
    maxConcurrency: 3,
  },
});
