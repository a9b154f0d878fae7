import { expect, inject, test } from 'vitest';
import { loadConfig } from '../../src/config-load.ts';
import { startEstrom } from '../../src/estrom.ts';
import { createLogger } from '../../src/log.ts';
import { FaultProxy } from './faults/fault-proxy.ts';

test('percolation on demand is refused while Elasticsearch is away, and works again afterwards', async () => {
  const name = `on-demand-${Date.now().toString(36)}`;
  const proxy = await FaultProxy.open(inject('elasticsearch'));
  const settings = {
    ...{ port: '0', workers: '1', drainTimeout: '1s', hold: '500ms' },
    ...{ elasticsearch: proxy.url, elasticsearchPrefix: name },
  };
  const estrom = await startEstrom(loadConfig(settings, {}).config, createLogger('silent'));
  const post = (path: string, body: object | string) =>
    fetch(estrom.url + path, {
      ...{ method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) },
      headers: { 'content-type': 'application/x-ndjson' },
    });
  const index = name;
  const ask = () => post('/api/v0.1/percolate', { index, documents: [{ a: 1 }] });
  expect((await post('/api/v0.1/queries', { index, query: 'a:1' })).status).toBe(201);
  expect((await post(`/${index}/_bulk`, '{"index":{}}\n{"a":1}\n')).status).toBe(200);
  const before = await ask();
  expect(before.status).toBe(200);
  const matches = await before.json();

  await proxy.leave();
  const refused = await Promise.all([ask(), ask(), ask()]);
  expect(refused.map(({ status }) => status)).toEqual([503, 503, 503]);
  expect(await refused[0]!.text()).toContain('UNAVAILABLE');
  await proxy.pass();
  await expect.poll(async () => (await ask()).status, { timeout: 20_000 }).toBe(200);
  expect(await (await ask()).json()).toEqual(matches);
  await estrom.close();
  await proxy.close();
});
