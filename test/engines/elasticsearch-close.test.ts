import { expect, inject, test } from 'vitest';
import { loadConfig } from '../../src/config-load.ts';
import { startEstrom } from '../../src/estrom.ts';
import { createLogger } from '../../src/log.ts';
import { FaultProxy } from './faults/fault-proxy.ts';

test('a node ends in time while Elasticsearch is away, and answers nothing falsely', async () => {
  const proxy = await FaultProxy.open(inject('elasticsearch'));
  const settings = {
    ...{ port: '0', workers: '1', drainTimeout: '1s' },
    ...{ elasticsearch: proxy.url, elasticsearchPrefix: 'close-away' },
  };
  const estrom = await startEstrom(loadConfig(settings, {}).config, createLogger('silent'));
  const post = (path: string, body: string) =>
    fetch(estrom.url + path, {
      ...{ method: 'POST', body },
      headers: { 'content-type': 'application/x-ndjson' },
    });
  const register = async (query: string) =>
    (await post('/api/v0.1/queries', JSON.stringify({ index: 'close-away', query }))).status;
  const document = '{"index":{}}\n{"a":1}\n';
  expect(await register('a:1')).toBe(201);
  expect((await post('/close-away/_bulk', document)).status).toBe(200);
  await proxy.leave();
  const waiting = post('/close-away/_bulk', document).then(({ status }) => status);
  const cut = expect(waiting).rejects.toThrow(TypeError);
  // Its removal waits for the batch, which waits for Elasticsearch.
  expect(await register('a:2')).toBe(503);
  const began = performance.now();
  await estrom.close();
  // What `serve` gives it before it says that closing is stuck.
  expect(performance.now() - began).toBeLessThan(1000 + 5000);
  await cut;
  await proxy.close();
});
