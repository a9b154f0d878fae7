import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ENTRY = fileURLToPath(new URL('../../src/cli/estrom.js', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real program; `onOutput` sees standard output as it grows. */
async function estrom(
  args: readonly string[],
  onOutput: (text: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
  nodeArgs: readonly string[] = [],
  entry = ENTRY,
): Promise<Ended> {
  const child = spawn(process.execPath, [...nodeArgs, entry, ...args], {
    env: { PATH: process.env['PATH'] },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    onOutput(stdout, (signal) => child.kill(signal));
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

const ONE_LINE = /^[^\n]+\n$/;

describe('the command line', () => {
  it.each([
    ['an unknown flag', ['--prot', '1'], "unknown option '--prot' (Did you mean --port?)"],
    ['an unknown command', ['serv'], 'unknown command serv (estrom --help lists everything)'],
    ['a command without what it needs', ['ingest'], '(estrom ingest --help lists everything)'],
    ['a bad value', ['--port', '99999'], 'from 0 to 65535'],
    ['a missing file', ['--config', 'none.yml'], 'cannot read the configuration file none.yml'],
    ['an address that others can reach', ['--host', '0.0.0.0'], 'there is no access control'],
    [
      'an address that is not here',
      ['--host', '192.0.2.1', '--insecure'],
      '--host 192.0.2.1 is not',
    ],
    ['a missing tokens file', ['--tokens', 'none.yml'], 'cannot read the tokens file none.yml'],
    [
      'a bad tokens file where others can reach it',
      ['--host', '0.0.0.0', '--tokens', ENTRY],
      `the tokens file ${ENTRY}`,
    ],
    [
      'a certificate without its key',
      ['--tls-cert', 'cert.pem'],
      '--tls-cert is given without --tls-key',
    ],
    [
      'a missing certificate',
      ['--tls-cert', 'cert.pem', '--tls-key', 'key.pem'],
      'cannot read the certificate (--tls-cert) cert.pem',
    ],
    ['ingest without an index', ['ingest'], '--index'],
  ])('answers %s with one line and exit code 2', async (_name, args, line) => {
    const { code, stdout, stderr } = await estrom(args);
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toContain(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('says what to do when the port is in use', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as { port: number };
    const { code, stderr } = await estrom(['--port', String(port)]);
    blocker.close();
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toContain(`port ${port} on 127.0.0.1 is in use`);
    expect(code).toBe(2);
  });

  it('tells an old Node to go', async () => {
    const old =
      'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"22.21.9"}})';
    const { code, stderr } = await estrom([], undefined, ['--import', old]);
    expect(stderr).toMatch(ONE_LINE);
    expect(stderr).toContain('needs Node.js 22.22 or newer, but this is 22.21.9');
    expect(code).toBe(2);
  });

  it('prints its version, its help with defaults, and its settings with their origins', async () => {
    const [version, help, tail, settings] = await Promise.all([
      estrom(['--version']),
      estrom(['--help']),
      estrom(['tail', '--help']),
      estrom(['--port', '1', '--print-config']),
    ]);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(help.stdout).toMatch(/--port <integer> +port to listen on.*\[9280\]/);
    expect(help.stdout).not.toContain('[]');
    expect(tail.stdout).not.toContain('null');
    expect(settings.stdout).toContain('port: 1 # --port\n');
    expect([version.code, help.code, settings.code]).toEqual([0, 0, 0]);
  });
});

/** The entry with a program of one line in a folder of its own, in which `file` stands already. */
async function small(
  file: string,
): Promise<{ stdout: string; kept: string[]; [Symbol.asyncDispose]: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'estrom-entry-'));
  const entry = join(folder, 'src/cli/estrom.js');
  await mkdir(join(folder, 'src/cli'), { recursive: true });
  await mkdir(join(folder, 'dist'));
  await copyFile(ENTRY, entry);
  await writeFile(join(folder, file), '{"type":"module"}');
  await writeFile(
    join(folder, 'dist/main.js'),
    'export const main = () => process.stdout.write("begun");',
  );
  const { stdout } = await estrom([], undefined, [], entry);
  const kept = await readdir(join(folder, '.cache/modules')).catch(() => []);
  return { stdout, kept, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

describe('what Node made of the modules', () => {
  it('is kept beside the program', async () => {
    await using run = await small('package.json');
    expect(run).toMatchObject({ stdout: 'begun', kept: [expect.stringContaining('v')] });
  });

  it('is not kept where it cannot be written', async () => {
    await using run = await small('.cache');
    expect(run).toMatchObject({ stdout: 'begun', kept: [] });
  });
});

describe('the server process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('drains at %s and exits with 0', async (signal) => {
    const { code, stdout, stderr } = await estrom(['serve', '--port', '0'], (text, kill) => {
      if (text.includes('/metrics')) kill(signal);
    });
    expect(stdout).toMatch(/^estrom \S+ listens on http:\/\/127\.0\.0\.1:\d+\n/);
    const log = stderr.trim().split('\n');
    expect(log.map((line) => JSON.parse(line).msg)).toContain('stopped');
    expect(code).toBe(0);
  });

  it('ends at once at a second signal, although a request is still under way', async () => {
    let sender: Socket | undefined;
    const { code } = await estrom(['--port', '0'], (text, kill) => {
      const [, port] = /listens on http:\/\/127\.0\.0\.1:(\d+)\n/.exec(text) ?? [];
      if (port === undefined || sender !== undefined) return;
      sender = connect(Number(port), '127.0.0.1', () => {
        // The answer to the first request says that the second one has been read up to its body.
        const half = 'POST /_bulk HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{';
        sender?.write(`GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n${half}`);
      });
      sender.on('error', () => {});
      sender.once('data', () => {
        kill('SIGTERM');
        // Nobody tells when the first signal was taken in, but two of a kind at once may become one.
        kill('SIGINT');
      });
    });
    sender?.destroy();
    expect(code).toBe(130);
  });

  it('logs an error that nobody caught and exits with 1', async () => {
    const fault =
      'data:text/javascript,process.once("SIGUSR2",()=>{throw new Error("a broken thing")})';
    const { code, stderr } = await estrom(
      ['--port', '0'],
      (text, kill) => {
        if (text.includes('/metrics')) kill('SIGUSR2');
      },
      ['--import', fault],
    );
    const last = JSON.parse(stderr.trim().split('\n').at(-1)!);
    expect(last).toMatchObject({ msg: 'uncaught error', err: { message: 'a broken thing' } });
    expect(code).toBe(1);
  });
});
