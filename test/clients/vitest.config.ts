import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those whose programs are built on first use come last: the builds go on meanwhile. */
const LATE = ['opentelemetry', 'filebeat', 'go'];

class BuildsLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number =>
      LATE.findIndex((name) => moduleId.includes(`/${name}.test`));
    return files.sort((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

export default defineConfig({
  test: {
    include: ['test/clients/**/*.test.ts'],
    globalSetup: ['test/clients/report.ts'],
    maxWorkers: 2,
    sequence: { sequencer: BuildsLast },
    testTimeout: 150_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
