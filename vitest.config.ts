import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // These need more than Node and npm, or more than a minute: scripts of their own run them.
    exclude: ['test/clients/**', 'test/soak/**'],
  },
});
