import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describeMachine } from './machine.ts';

/**
 * How long a start with kept queries takes: registers them in bulk, stops in order, starts again and
 * waits for `/readyz`. `node bench/load.ts [count] [workers] [entry]`; the entry of a build takes 50 MiB less than that
 * of the sources, whose types every thread strips.
 */
const COUNT = Number(process.argv[2] ?? 1_000_000);
const WORKERS = process.argv[3] ?? '2';
const PORT = process.env['BENCH_PORT'] ?? '19283';
const URL_BASE = `http://127.0.0.1:${PORT}`;
const ENTRY = process.argv[4] ?? fileURLToPath(new URL('../src/cli/estrom.js', import.meta.url));
const PER_REQUEST = 50_000;

interface Server {
  readonly ready: number;
  readonly pid: number;
  readonly log: () => string;
  stop(): Promise<void>;
}

async function start(flags: readonly string[]): Promise<Server> {
  const began = performance.now();
  const args = [ENTRY, '--port', PORT, '--workers', WORKERS, ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log += text;
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  for (;;) {
    const response = await fetch(`${URL_BASE}/readyz`).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.status === 200) break;
    if (child.exitCode !== null) throw new Error(log);
    await sleep(5);
  }
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { ready: performance.now() - began, pid: child.pid!, log: () => log, stop };
}

async function register(): Promise<number> {
  const began = performance.now();
  for (let from = 0; from < COUNT; from += PER_REQUEST) {
    const lines: string[] = [];
    for (let n = from; n < Math.min(COUNT, from + PER_REQUEST); n++) {
      const query = `word${(n * 7919) % 50_021} AND term${(n * 104_729) % 500_009}`;
      lines.push(
        JSON.stringify({ index: 'logs', query: `${query}${n >= 500_009 ? ' AND x' : ''}` }),
      );
    }
    const response = await fetch(`${URL_BASE}/api/v0.1/queries/_bulk`, {
      method: 'POST',
      body: `${lines.join('\n')}\n`,
    });
    const answer = (await response.json()) as { errors: boolean };
    if (answer.errors !== false) throw new Error('a registration failed');
  }
  return (performance.now() - began) / 1000;
}

function memory(pid: number): string {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mebibytes = (name: string) =>
    Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
  return `${mebibytes('VmRSS')} MiB resident, ${mebibytes('VmHWM')} MiB at most`;
}

async function total(): Promise<number> {
  const response = await fetch(`${URL_BASE}/api/v0.1/queries?size=1`);
  return ((await response.json()) as { total: number }).total;
}

function folderMiB(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .map((name) => `${name} ${Math.round(statSync(join(folder, name)).size / 2 ** 20)} MiB`)
    .join(', ');
}

const say = (text: string) => process.stdout.write(`${text}\n`);
say(Object.values(describeMachine()).join(' · '));
const folder = mkdtempSync(join(tmpdir(), 'estrom-load-'));
try {
  const bare = await start([]);
  say(`empty start, nothing kept: ready in ${Math.round(bare.ready)} ms, ${memory(bare.pid)}`);
  const unkept = await register();
  say(`without --data: ${COUNT} registered in ${unkept.toFixed(1)} s, ${memory(bare.pid)}`);
  await bare.stop();

  const first = await start(['--data', folder]);
  const seconds = await register();
  say(`with --data: ${COUNT} registered in ${seconds.toFixed(1)} s, ${memory(first.pid)}`);
  await sleep(3000);
  const stopping = performance.now();
  await first.stop();
  say(`stopped in ${Math.round(performance.now() - stopping)} ms; ${folderMiB(folder)}`);
  for (let run = 0; run < 3; run++) {
    const again = await start(['--data', folder]);
    if ((await total()) !== COUNT) throw new Error('queries are missing');
    say(`started again: ready in ${Math.round(again.ready)} ms, ${memory(again.pid)}`);
    say(
      again
        .log()
        .split('\n')
        .find((line) => line.includes('is loaded')) ?? 'nothing loaded',
    );
    await again.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
