import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { loadConfig } from '../../src/config-load.ts';
import { lines } from '../engines/forward/proxy.ts';
import { ForwardServer } from './forward-server.ts';
import { reply, storing } from './stub.ts';

let server: ForwardServer;
const folder = mkdtempSync(join(tmpdir(), 'estrom-forward-'));
afterEach(() => server?.close());
afterAll(() => rmSync(folder, { recursive: true }));

test('forwarding needs an Elasticsearch', () => {
  expect(() => loadConfig({ forward: 'true' }, {})).toThrow(
    '--forward is given without --elasticsearch',
  );
});

test('with tokens Elasticsearch decides about what is passed on, estrom about its own', async () => {
  const tokens = join(folder, 'tokens.yml');
  writeFileSync(tokens, '- {name: shipper, token: secret, roles: [ingest]}\n');
  server = await ForwardServer.start(
    (seen, response) => {
      if (seen.headers.authorization === 'ApiKey theirs') storing(seen, response);
      else if (seen.headers.authorization === 'ApiKey ours') storing(seen, response);
      else reply(response, { status: 401 }, 401);
    },
    { tokens, elasticsearchApiKey: 'ours' },
  );
  const body = lines({ index: { _index: 'idx', _id: '1' } }, { a: 1 });
  const ask = (path: string, authorization: string) =>
    server.ask(path, { body, headers: { authorization } });
  expect((await ask('/_bulk', 'ApiKey theirs')).status).toBe(200);
  expect((await ask('/_bulk', 'Bearer secret')).status).toBe(401);
  expect((await ask('/api/v0.1/docs?i=idx', 'ApiKey theirs')).status).toBe(401);
  expect((await ask('/api/v0.1/docs?i=idx', 'Bearer secret')).status).toBe(200);
  // What estrom asks for itself, and only that, has its own key.
  const own = server.stub.seen.filter(({ headers }) => headers.authorization === 'ApiKey ours');
  expect(new Set(own.map(({ url }) => url.split('?')[0]))).toEqual(
    new Set([
      `/idx/_settings/index.uuid,index.default_pipeline,index.final_pipeline`,
      '/idx/_bulk',
    ]),
  );
});

test('where estrom may not read, what a pipeline may have changed is percolated as it was sent', async () => {
  server = await ForwardServer.start((seen, response) => {
    if (seen.url.startsWith('/_mget')) reply(response, { status: 403 }, 403);
    else storing(seen, response);
  });
  const body = lines({ index: { _index: 'idx', _id: '1' } }, { a: 1 });
  expect((await server.ask('/_bulk?pipeline=p', { body })).status).toBe(200);
  expect(server.received).toEqual(['idx/1 {"a":1}']);
  expect(await server.metric('estrom_forward_items_total{result="as_sent"}')).toBe(1);
});
