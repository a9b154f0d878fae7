import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check, Fault } from './fault.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

/** What the tests that look for faults need. */
const PARTS = ['src', 'package.json', 'test/percolate', 'test/golden', 'test/oracle'];

const FILES: Readonly<Record<string, string>> = {
  golden: 'test/percolate/golden.test.ts',
  segments: 'test/percolate/segments.test.ts',
  places: 'test/percolate/geo/geo-presearch.test.ts',
  near: 'test/percolate/near-text.test.ts',
  guards: 'test/percolate/guards.test.ts',
  ranges: 'test/percolate/doc-ranges/range-presearch.test.ts',
};

const CONFIG = `export default {
  cacheDir: '.vite',
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 240_000, bail: 1 },
};
`;

/** What one run of tests said. */
export interface Run {
  readonly passed: number;
  /** Names of the tests that failed. */
  readonly failed: readonly string[];
}

interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** A copy of the sources in which faults are planted. */
export class PlantedCopy {
  readonly #folder: string;

  constructor(name: string) {
    this.#folder = join(ROOT, '.cache/planted', name);
  }

  async make(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await mkdir(this.#folder, { recursive: true });
    for (const part of PARTS) {
      await cp(join(ROOT, part), join(this.#folder, part), { recursive: true });
    }
    await writeFile(join(this.#folder, 'vitest.config.ts'), CONFIG);
  }

  /**
   * Runs what is to find a fault, with it in its place.
   * @throws Error where the text to be replaced does not stand in its file exactly once
   */
  async with({ name, file, find, replace, foundBy }: Fault): Promise<Run> {
    const path = join(this.#folder, 'src', file);
    const text = await readFile(path, 'utf8');
    const count = text.split(find).length - 1;
    if (count !== 1) throw new Error(`${name}: [${find}] stands ${count} times in ${file}`);
    await writeFile(
      path,
      text.replace(find, () => replace),
    );
    try {
      return await this.run(foundBy);
    } finally {
      await writeFile(path, text);
    }
  }

  async run(check: Check): Promise<Run> {
    const report = join(this.#folder, 'report.json');
    await rm(report, { force: true });
    const file = FILES[check] ?? 'test/percolate/presearch.test.ts';
    const only = check in FILES ? [] : ['-t', check];
    const output = await this.#vitest([file, ...only, `--outputFile=${report}`]);
    const text = await readFile(report, 'utf8').catch(() => null);
    if (text === null) throw new Error(`no report of ${file}: ${output}`);
    const { numPassedTests, testResults } = JSON.parse(text) as Report;
    const all = testResults.flatMap(({ assertionResults }) => assertionResults);
    const failed = all.filter(({ status }) => status === 'failed');
    return { passed: numPassedTests, failed: failed.map(({ fullName }) => fullName) };
  }

  #vitest(args: readonly string[]): Promise<string> {
    const child = spawn(process.execPath, [VITEST, 'run', '--reporter=json', ...args], {
      cwd: this.#folder,
      env: { ...process.env, ESTROM_ORACLE_RUNS: '60' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => {
        output = (output + data.toString()).slice(-4000);
      });
    }
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    child.on('error', reject);
    child.on('close', () => resolve(output));
    return promise;
  }
}
