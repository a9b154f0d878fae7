import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/soak/**/*.test.ts'],
    testTimeout: 600_000,
    expect: { poll: { timeout: 20_000 } },
    // One at a time: they measure memory.
    fileParallelism: false,
  },
});
