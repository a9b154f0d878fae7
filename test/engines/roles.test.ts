import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { steadyPort } from '../steady-port.ts';
import { Process } from '../store/process.ts';
import { HitTail } from './cluster/hit-tail.ts';
import { RetryingSender } from './cluster/retrying-sender.ts';
import { Crossbar } from './crossbar.ts';

const elasticsearch = inject('elasticsearch');
const prefix = `roles-${randomUUID().slice(0, 8)}`;
const index = `${prefix}-logs`;

let crossbar: Crossbar;
const processes: Process[] = [];
const tails: HitTail[] = [];

function spawn(roles: string, flags: readonly string[] = []): Process {
  const process = new Process([
    ...['--roles', roles, '--port', '0', '--workers', '1', '--log-level', 'info'],
    ...['--elasticsearch', elasticsearch, '--elasticsearch-prefix', prefix],
    ...['--crossbar', crossbar.backend, '--crossbar-auth', 'ticket'],
    ...['--crossbar-secret', Crossbar.secret, '--drain-timeout', '2s', ...flags],
  ]);
  processes.push(process);
  return process;
}

async function tail(url: string, search: Record<string, string>): Promise<HitTail> {
  const one = await HitTail.open(url, { i: index, ...search });
  tails.push(one);
  return one;
}

interface Cluster {
  readonly beaters: Process[];
  readonly ports: number[];
  readonly beaterUrls: string[];
  readonly tailors: Process[];
  readonly tailor: string;
  readonly endless: string[];
}

let cluster: Cluster;

beforeAll(async () => {
  await Crossbar.install();
  crossbar = await Crossbar.start({ auth: 'ticket' });
  const ports = [await steadyPort(), await steadyPort()];
  const beaters = ports.map((port) => spawn('beater', ['--port', String(port)]));
  const tailors = [spawn('tailor'), spawn('tailor')];
  const [one, two, tailor, , ...endless] = await Promise.all(
    [...beaters, ...tailors, spawn('endless'), spawn('endless')].map((process) =>
      process.listening(),
    ),
  );
  cluster = { beaters, ports, beaterUrls: [one!, two!], tailors, tailor: tailor!, endless };
}, 300_000);

afterEach(async () => {
  await Promise.all(tails.splice(0).map((one) => one.close()));
});

afterAll(async () => {
  await Promise.all(processes.map((process) => process.end('SIGTERM')));
  await crossbar.stop();
  await fetch(`${elasticsearch}/${prefix}-*?expand_wildcards=all`, { method: 'DELETE' });
});

describe('roles apart', () => {
  it('say who serves what', async () => {
    const { beaterUrls, tailor, endless } = cluster;
    const [beater = ''] = beaterUrls;
    const wrong: [string, string, string][] = [
      [`${beater}/api/v0.1/docs?q=x`, 'GET', 'endless'],
      [`${beater}/api/v0.1/queries`, 'POST', 'tailor'],
      [`${tailor}/_bulk`, 'POST', 'beater'],
      [`${tailor}/api/v0.1/docs`, 'GET', 'endless'],
      [`${endless[0]}/x/_bulk`, 'POST', 'beater'],
      [`${endless[0]}/api/v0.1/queries`, 'GET', 'tailor'],
    ];
    for (const [url, method, role] of wrong) {
      const answer = await fetch(url, { method, ...(method === 'POST' && { body: '{}\n' }) });
      expect(answer.status, url).toBe(404);
      expect(await answer.text()).toContain(`ask a node with the role ${role}`);
    }
    for (const url of [beater, tailor, ...endless]) {
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      expect((await fetch(`${url}/metrics`)).status).toBe(200);
    }
  });

  it('bring every document of both beaters to the tails of both endless nodes', async () => {
    const { beaterUrls, endless, tailor } = cluster;
    const registered = await fetch(`${tailor}/api/v0.1/queries`, {
      method: 'POST',
      body: JSON.stringify({ index, query: 'sender:a OR sender:b' }),
    });
    const { subscription_id: id } = (await registered.json()) as { subscription_id: string };
    const open = [
      await tail(endless[0]!, { q: 'level:error' }),
      await tail(endless[1]!, { q: 'level:error' }),
      await tail(endless[0]!, {}),
      await tail(endless[1]!, { s: id }),
    ];
    const senders = ['a', 'b'].map(
      (name, at) => new RetryingSender([beaterUrls[at]!], index, name),
    );
    await Promise.all(senders.map((sender) => sender.send(500, 50)));
    const sent = new Set(senders.flatMap((sender) => sender.sent));
    for (const one of open) {
      await vi.waitFor(() => expect(one.ids.size).toBe(sent.size), { timeout: 10_000 });
      expect(one.ids).toEqual(sent);
      expect(one.duplicates).toBe(0);
      expect(one.gaps).toEqual([]);
    }
  });

  it('lose nothing when a beater is killed and its client sends again', async () => {
    const { beaters, ports, beaterUrls, endless } = cluster;
    const open = [
      await tail(endless[0]!, { q: 'level:error' }),
      await tail(endless[1]!, { q: 'level:error' }),
    ];
    const [one, two] = beaterUrls as [string, string];
    const senders = [
      new RetryingSender([one, two], index, 'kill-a'),
      new RetryingSender([one], index, 'kill-b'),
      new RetryingSender([two, one], index, 'kill-c'),
      new RetryingSender([one, two], index, 'kill-d'),
    ];
    const sending = Promise.all(
      senders.map((sender, at) => sender.send(4000, [20, 100, 200, 400][at]!)),
    );
    let [beater] = beaters;
    for (let kills = 0; kills < 3; kills++) {
      const before = senders[1]!.sent.length;
      await vi.waitFor(() => expect(senders[1]!.sent.length).toBeGreaterThan(before), {
        timeout: 60_000,
      });
      await beater!.end('SIGKILL');
      await wait(300);
      beater = spawn('beater', ['--port', String(ports[0])]);
      await beater.listening();
    }
    await sending;
    const sent = new Set(senders.flatMap((sender) => sender.sent));
    for (const [at, each] of open.entries()) {
      await vi.waitFor(() => expect(each.ids.size).toBe(sent.size), { timeout: 30_000 });
      expect(each.ids).toEqual(sent);
      const retries = senders.map((sender) => sender.retries).reduce((a, b) => a + b, 0);
      console.log(
        `endless ${at}: sent ${sent.size}, distinct ${each.ids.size}, duplicates ${each.duplicates}, gaps ${each.gaps.length}, requests sent again ${retries}`,
      );
      expect(retries).toBeGreaterThan(0);
    }
  }, 300_000);

  it('go on when a tailor is killed', async () => {
    const { tailors, tailor, beaterUrls, endless } = cluster;
    const before = await tail(endless[0]!, { q: 'level:error AND sender:tailor' });
    await tailors[1]!.end('SIGKILL');
    // The router has to notice, and its lease counts until it is over: 30 seconds at most.
    await vi.waitFor(
      async () => {
        const query = JSON.stringify({ index, query: 'after the kill' });
        const answer = await fetch(`${tailor}/api/v0.1/queries`, { method: 'POST', body: query });
        expect(answer.ok).toBe(true);
      },
      { timeout: 45_000, interval: 500 },
    );
    const after = await tail(endless[1]!, { q: 'sender:tailor' });
    const sender = new RetryingSender(beaterUrls, index, 'tailor');
    await sender.send(100, 10);
    for (const one of [before, after]) {
      await vi.waitFor(() => expect(one.ids.size).toBe(100), { timeout: 10_000 });
    }
  });
});
