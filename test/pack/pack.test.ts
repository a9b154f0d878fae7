import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Program } from '../cli/program.ts';
import { send, watched } from '../cli/tail-runs.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const { version, devDependencies } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
) as { version: string; devDependencies: Record<string, string> };

/** Where somebody installed the package. */
const folder = mkdtempSync(join(tmpdir(), 'estrom-pack-'));
let files: string[];

beforeAll(async () => {
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
  // What prepack prints may come before.
  const [tarball] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[')));
  files = tarball.files.map(({ path }: { path: string }) => path);
  const project = { private: true, type: 'module', allowScripts: { node: true } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project));
  const packages = [
    join(folder, tarball.filename),
    'node@22',
    `@types/node@${devDependencies['@types/node']}`,
  ];
  await run('npm', ['install', '--no-audit', '--no-fund', ...packages], { cwd: folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const node22 = join(folder, 'node_modules/node/bin/node');

/** With this Node first in the path, as somebody who has no other one. */
function pathOf(node: string): string {
  return [dirname(node), process.env['PATH']].join(delimiter);
}

it('the package holds what runs, and neither sources nor tests', () => {
  expect(files).toEqual(
    expect.arrayContaining(['dist/main.js', 'dist/index.d.ts', 'README.md', 'LICENSE']),
  );
  const strangers = files.filter(
    (file) => /^(src|test|bench)\//.test(file) || /(?<!\.d)\.ts$/.test(file),
  );
  expect(strangers).toEqual(['src/cli/estrom.js']);
});

it('a TypeScript program finds the types', async () => {
  copyFileSync(join(root, 'test/pack/consumer.ts'), join(folder, 'consumer.ts'));
  const options = {
    compilerOptions: {
      ...{ module: 'nodenext', target: 'es2024', types: ['node'], strict: true, noEmit: true },
      // The package's own declarations count too.
      skipLibCheck: false,
    },
    files: ['consumer.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const checked = await run(process.execPath, [tsc, '-p', folder]).catch((error) => error);
  expect(checked.stdout).toBe('');
});

describe.each([
  ['22', () => node22],
  ['24', () => process.execPath],
])('the installed package on Node %s', (major, node) => {
  const options = () => ({ cwd: folder, env: { PATH: pathOf(node()) } });

  it('tells its version', async () => {
    const said = await run('npx', ['estrom', '--version'], {
      ...options(),
      env: { ...process.env, ...options().env },
    });
    // npm may have something of its own to say on standard error.
    expect(said.stdout).toBe(`${version}\n`);
  });

  it('takes a document and shows it at a tail', async () => {
    const bin = join(folder, 'node_modules/.bin/estrom');
    const args = ['--port', '0', '--data', join(folder, `data-${major}`), '--log-level', 'warn'];
    const server = new Program(bin, args, options());
    const [, url] = await server.said(/listens on (http:\S+)\n/);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain(`estrom_nodejs_version_info{version="v${major}.`);
    const tail = new Program(
      bin,
      ['tail', 'level:error', '--url', url!, '--limit', '1'],
      options(),
    );
    await watched(url!, 1);
    await send(url!, [{ level: 'info' }, { level: 'error', message: 'it works' }]);
    expect(await tail.code()).toBe(0);
    expect(tail.out).toBe('ERROR logs it works\n');
    expect(tail.err).toBe('');
    expect(await server.stop()).toBe(0);
    expect(server.err).toBe('');
  });

  it('starts inside another program', async () => {
    const { stdout } = await run(node(), [join(folder, 'consumer.ts')], { cwd: folder });
    expect(stdout).toMatch(new RegExp(`^200 v${major}\\.`));
  });
});
