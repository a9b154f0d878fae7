import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, describe, expect, inject, it, vi } from 'vitest';
import { Process } from '../store/process.ts';
import { HitTail } from './cluster/hit-tail.ts';
import { deleteIndices } from './cluster/node.ts';
import { FaultProxy } from './faults/fault-proxy.ts';

const elasticsearch = inject('elasticsearch');
const prefix = `embedded-${randomUUID().slice(0, 8)}`;
const processes: Process[] = [];

function spawn(url: string, port = '0'): Process {
  const process = new Process([
    ...['--engine', 'embedded', '--port', port, '--workers', '1', '--drain-timeout', '1s'],
    ...['--elasticsearch', url, '--elasticsearch-prefix', prefix],
  ]);
  processes.push(process);
  return process;
}

afterEach(async () => {
  await Promise.all(processes.splice(0).map((process) => process.end('SIGTERM')));
});
afterAll(() => deleteIndices(elasticsearch, prefix));

async function register(url: string, query: string): Promise<{ status: number; id: string }> {
  const body = JSON.stringify({ index: 'logs', query });
  const answer = await fetch(`${url}/api/v0.1/queries`, { method: 'POST', body });
  const { subscription_id: id } = (await answer.json()) as { subscription_id: string };
  return { status: answer.status, id };
}

async function send(url: string, id: string, text: string): Promise<void> {
  const answer = await fetch(`${url}/logs/_create/${id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  });
  expect(answer.status).toBe(201);
}

describe('nodes with the embedded engine on one registry', () => {
  it('match what was registered on another from its 201 on, also after a restart of all', async () => {
    const urls = await Promise.all(
      [spawn(elasticsearch), spawn(elasticsearch)].map((one) => one.listening()),
    );
    const [a, b] = urls as [string, string];
    // The tail makes the topic on B before any hit comes.
    const everything = await HitTail.open(b, { i: 'logs' });
    const first = await vi.waitFor(async () => {
      const registered = await register(a, 'text:first');
      expect([200, 201]).toContain(registered.status);
      return registered;
    }, 20_000);
    const tail = await HitTail.open(b, { s: first.id });
    await send(b, '1', 'first');
    await send(b, '2', 'second');
    await vi.waitFor(() => expect([...everything.ids]).toEqual(['1', '2']), 20_000);
    expect([...tail.ids]).toEqual(['1']);
    await Promise.all([tail.close(), everything.close()]);
    const ended = await Promise.all(processes.splice(0).map((process) => process.end('SIGTERM')));
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    const again = await spawn(elasticsearch).listening();
    const after = await HitTail.open(again, { s: first.id });
    await send(again, '3', 'first');
    await vi.waitFor(() => expect([...after.ids]).toEqual(['3']), 20_000);
    await after.close();
  });

  it('wait for an Elasticsearch that is away, say so, and can be stopped meanwhile', async () => {
    const proxy = await FaultProxy.open(elasticsearch);
    await proxy.leave();
    const port = String(proxy.port + 1);
    const waiting = spawn(proxy.url, port);
    await vi.waitFor(
      async () => {
        const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
        expect(answer.status).toBe(503);
        expect(await answer.text()).toContain('waiting for Elasticsearch');
      },
      { timeout: 20_000 },
    );
    expect((await waiting.end('SIGTERM')).code).toBe(0);
    const second = spawn(proxy.url);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await proxy.pass();
    const url = await second.listening();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    await proxy.leave();
    await vi.waitFor(
      async () => {
        const answer = await fetch(`${url}/readyz`);
        expect(await answer.text()).toContain('Elasticsearch does not answer');
      },
      { timeout: 20_000 },
    );
    await proxy.pass();
    await vi.waitFor(
      async () => {
        expect((await fetch(`${url}/readyz`)).status).toBe(200);
      },
      { timeout: 20_000 },
    );
    processes.length = 0;
    expect((await second.end('SIGTERM')).code).toBe(0);
    await proxy.close();
  });
});
