/**
 * Hours of everything at once, paced so that the machine is about half busy, and what that does to
 * memory: `node test/soak/mixed-load.ts --minutes 60`. Bulk and NDJSON senders, steady tails in every
 * format, tails that come and go, tails that never read, queries that are registered and deleted, new
 * indices and fields, malformed documents. Prints resident memory once a minute; exits with 1 when a
 * request failed, a steady tail lost count, or the last third needs a tenth more memory than the one before.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    rate: { type: 'string', default: '1000' },
  },
});
const MINUTES = Number(values.minutes);
/** Documents per second. */
const RATE = Number(values.rate);
const BODY = 100;

const data = mkdtempSync(join(tmpdir(), 'estrom-soak-'));
const entry = new URL('../../src/cli/estrom.js', import.meta.url).pathname;
const server = spawn(process.execPath, [entry, '--port', '0', '--data', data], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await new Promise<string>((resolve) => {
  let text = '';
  server.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    const found = /listens on (\S+)/.exec(text);
    if (found !== null) resolve(found[1]!);
  });
});

const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
const failures: string[] = [];
let sent = 0;
let refused = 0;

async function post(path: string, body: string, method = 'POST'): Promise<unknown> {
  const request = http.request(`${url}${path}`, { method, agent });
  request.end(body);
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.on('response', resolve).on('error', reject);
  });
  let text = '';
  for await (const chunk of response) text += String(chunk);
  if ((response.statusCode ?? 500) >= 400)
    throw new Error(`${path}: ${response.statusCode} ${text.slice(0, 200)}`);
  return JSON.parse(text) as unknown;
}

/** An NDJSON tail that counts its hits and what it was told it missed. */
class Counter {
  hits = 0;
  shed = 0;
  readonly #request: http.ClientRequest;

  constructor(query: string) {
    this.#request = http.get(`${url}/api/v0.1/docs?format=ndjson&${query}`, (response) => {
      let rest = '';
      response.on('data', (chunk: Buffer) => {
        const lines = (rest + chunk.toString()).split('\n');
        rest = lines.pop()!;
        for (const line of lines) this.#count(line);
      });
      response.on('error', () => {});
    });
    this.#request.on('error', () => {});
  }

  #count(line: string): void {
    if (line === '') return;
    const gap = /^\{"_gap":\{"count":(\d+)/.exec(line);
    if (gap === null) this.hits++;
    else this.shed += Number(gap[1]);
  }

  close(): void {
    this.#request.destroy();
  }
}

const LEVELS = ['debug', 'info', 'info', 'info', 'warn', 'error'];
const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)]!;
const word = () => Math.floor(Math.random() ** 3 * 20_000).toString(36);

function document(): string {
  return JSON.stringify({
    '@timestamp': new Date().toISOString(),
    level: pick(LEVELS),
    host: `host-${Math.floor(Math.random() * 50)}`,
    message: Array.from({ length: 12 }, word).join(' '),
    status: pick([200, 200, 200, 404, 500]),
    duration: Math.random() * 100,
    [`extra.f${Math.floor(Math.random() * 200)}`]: Math.random() < 0.5 ? word() : Math.random(),
  });
}

async function sender(): Promise<void> {
  const index = `logs-${Math.floor(Date.now() / 60_000) % 50}`;
  const documents = Array.from({ length: BODY }, document);
  if (Math.random() < 0.5) {
    const body = documents.map((source) => `{"index":{"_index":"${index}"}}\n${source}\n`).join('');
    const broken = Math.random() < 0.1 ? '{"index":{"_index":"logs-bad"}}\n{"broken":\n' : '';
    const answer = (await post('/_bulk', body + broken)) as { items: unknown[] };
    if (answer.items.length < BODY) failures.push('an answer misses items');
  } else await post(`/api/v0.1/docs?i=${index}`, documents.join('\n'));
  sent += BODY;
}

async function queryChurn(): Promise<void> {
  const lines = Array.from({ length: 20 }, () =>
    JSON.stringify({
      index: 'logs-*',
      query: `message:${word()} AND level:${pick(LEVELS)}`,
      ttl: 60,
    }),
  );
  await post('/api/v0.1/queries/_bulk', lines.join('\n'));
  const { subscription_id: id } = (await post(
    '/api/v0.1/queries',
    JSON.stringify({ index: 'logs-*', query: `host:host-1 AND message:${word()}` }),
  )) as { subscription_id: string };
  await post(`/api/v0.1/queries/${id}`, '', 'DELETE');
}

async function tailChurn(): Promise<void> {
  const tails = Array.from({ length: 5 }, () => new Counter(`i=logs-*&q=message:${word()}`));
  await sleep(5000);
  for (const tail of tails) tail.close();
}

/** Connections that never read: their outboxes must stay where they are. */
function stuck(): void {
  http.get(`${url}/api/v0.1/docs?i=logs-*`, (response) => response.pause()).on('error', () => {});
}

const residentMiB = () =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))![1]) / 1024;

const everything = new Counter('i=logs-*&on_slow=block');
const errors = new Counter('i=logs-*&q=level:error');
for (let n = 0; n < 5; n++) stuck();
await sleep(1000);

const samples: number[] = [];
const until = performance.now() + MINUTES * 60_000;
const guarded = (what: () => Promise<void>) => {
  what().catch((error: Error) => {
    if (error.message.includes(' 429 ')) refused++;
    else failures.push(error.message);
  });
};
const timers = [
  setInterval(() => guarded(sender), (1000 * BODY) / RATE),
  setInterval(() => guarded(queryChurn), 1000),
  setInterval(() => guarded(tailChurn), 3000),
  setInterval(() => {
    samples.push(residentMiB());
    if (samples.length % 6 === 0) {
      console.log(
        `${samples.length / 6} min: ${samples.at(-1)!.toFixed(0)} MiB, ${sent} sent, ${refused} refused, ${failures.length} failures`,
      );
    }
  }, 10_000),
];
while (performance.now() < until) await sleep(1000);
for (const timer of timers) clearInterval(timer);
await sleep(10_000);

if (everything.hits !== sent) failures.push(`the blocking tail got ${everything.hits} of ${sent}`);
server.kill('SIGTERM');
const code = await new Promise<number | null>((resolve) => server.on('exit', resolve));
if (code !== 0) failures.push(`the server exited with ${code}`);
rmSync(data, { recursive: true });

const third = Math.floor(samples.length / 3);
const mean = (part: number[]) => part.reduce((sum, value) => sum + value, 0) / part.length;
const [first, second, last] = [0, 1, 2].map((n) => mean(samples.slice(n * third, (n + 1) * third)));
console.log(
  `${MINUTES} minutes, ${sent} documents, errors tail ${errors.hits} hits and ${errors.shed} shed`,
  `\nresident MiB: mean of thirds ${first!.toFixed(0)}, ${second!.toFixed(0)}, ${last!.toFixed(0)}; most ${Math.max(...samples).toFixed(0)}`,
);
if (last! > second! * 1.1) failures.push('memory grows');
for (const failure of new Set(failures.slice(0, 20))) console.error(failure);
console.log(failures.length === 0 ? 'passed' : `failed: ${failures.length}`);
process.exit(failures.length === 0 ? 0 : 1);
