import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** These take minutes: begun last, they would be waited for alone. */
const FIRST = ['faults/faults', 'engines-agree', 'compile-dsl'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = FIRST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return place < 0 ? FIRST.length : place;
    };
    return files.sort((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

export default defineConfig({
  test: {
    include: ['test/engines/**/*.test.ts'],
    globalSetup: ['test/engines/global-setup.ts'],
    testTimeout: 600_000,
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 120_000,
    // Most of them wait most of the time: for a server that starts, for one that is away.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Of tests that wait most of the time, and say so.
    maxConcurrency: 3,
  },
});
