import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** What is worth a line behind the logs of an hour. */
interface Failure {
  readonly name: string;
  readonly errors: readonly SerializedError[];
}

const LINES = 12;
const SLOW_FILES = 8;

/**
 * Writes what a whole run needs to know of one suite into the file `TEST_SUMMARY`: a line `<passed>
 * <failed>`, then each failure with why, then the files that took longest. A hook that fails counts as one
 * failure, and so does a file that cannot be loaded, though none of their tests has failed.
 */
// biome-ignore lint/style/noDefaultExport: Vitest loads reporters so.
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const failures = modules.flatMap(failuresOf);
    if (unhandledErrors.length > 0) {
      failures.push({ name: 'outside of any test', errors: unhandledErrors });
    }
    const passed = modules.reduce(
      (sum, { children }) => sum + [...children.allTests('passed')].length,
      0,
    );
    const file = process.env['TEST_SUMMARY'];
    if (file === undefined) throw new Error('TEST_SUMMARY names no file to write to');
    writeFileSync(
      file,
      [`${passed} ${failures.length}`, ...failures.map(told), ...slowestOf(modules), ''].join('\n'),
    );
  }
}

function failuresOf(module: TestModule): Failure[] {
  const { relativeModuleId: file, children } = module;
  const failures: Failure[] = [{ name: file, errors: module.errors() }];
  for (const suite of children.allSuites()) {
    failures.push({ name: `${file} > ${suite.fullName}`, errors: suite.errors() });
  }
  for (const test of children.allTests('failed')) {
    failures.push({ name: `${file} > ${test.fullName}`, errors: test.result().errors ?? [] });
  }
  return failures.filter(({ errors }) => errors.length > 0);
}

function told({ name, errors }: Failure): string {
  const lines = errors.flatMap(({ message, stacks }) => [
    ...stripVTControlCharacters(message).split('\n').slice(0, LINES),
    ...(stacks ?? [])
      .filter(({ file }) => !file.includes('/node_modules/'))
      .map(({ file, line, method }) => `at ${method} ${file}:${line}`),
  ]);
  return [`FAILED ${name}`, ...lines.slice(0, LINES * 2).map((line) => `    ${line}`)].join('\n');
}

function slowestOf(modules: readonly TestModule[]): string[] {
  const seconds = (module: TestModule) => Math.round(module.diagnostic().duration / 1000);
  return modules
    .toSorted((a, b) => b.diagnostic().duration - a.diagnostic().duration)
    .slice(0, SLOW_FILES)
    .map((module) => `  ${seconds(module)}s ${module.relativeModuleId}`);
}
