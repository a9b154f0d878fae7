import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { Run, startServer } from '../cli/tail-runs.ts';
import { selfSigned } from '../http/certificate.ts';

const elasticsearch = new URL(inject('elasticsearch'));
const folder = mkdtempSync(join(tmpdir(), 'estrom-tls-'));
const authority = join(folder, 'authority.pem');
const prefix = `tls-${randomUUID().slice(0, 8)}`;
const runs: Run[] = [];
let front: tls.Server;
let address: string;

/** The real server behind a certificate that nobody knows. */
beforeAll(async () => {
  const { cert, key } = selfSigned('elasticsearch');
  writeFileSync(authority, cert);
  front = tls.createServer({ cert, key }, (client) => {
    const server = net.connect(Number(elasticsearch.port), elasticsearch.hostname);
    client.pipe(server).pipe(client);
    client.on('error', () => server.destroy());
    server.on('error', () => client.destroy());
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  address = `https://127.0.0.1:${(front.address() as net.AddressInfo).port}`;
});
afterAll(async () => {
  await Promise.all(runs.map((run) => run.stop()));
  front.close();
  rmSync(folder, { recursive: true });
  await fetch(new URL(`/${prefix}*?expand_wildcards=all`, elasticsearch), { method: 'DELETE' });
});

async function start(...flags: string[]): Promise<string> {
  const [run, url] = await startServer([
    ...['--elasticsearch', address, '--elasticsearch-prefix', prefix, '--forward', ...flags],
  ]);
  runs.push(run);
  return url;
}

it('an authority of its own lets estrom ask, percolate and forward', async () => {
  const url = await start('--elasticsearch-ca', authority);
  const tail = await fetch(
    `${url}/api/v0.1/docs?i=${prefix}-logs&q=level:error&format=ndjson&limit=1`,
  );
  const sent = await fetch(`${url}/${prefix}-logs/_bulk`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: '{"index":{}}\n{"level":"error"}\n',
  });
  expect(await sent.json()).toMatchObject({ errors: false });
  expect(await tail.text()).toContain('"_source":{"level":"error"}');
});

it('without it, the server says what is wrong and what to do', async () => {
  const run = new Run(['--port', '0', '--elasticsearch', address]);
  runs.push(run);
  await run.said(/self-signed certificate.*--elasticsearch-ca/);
});
