import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { queryRoutes } from '../../../src/query/registry/routes.ts';
import { makeRegistry } from './fake-engine.ts';

test('bulk registration takes 100,000 queries through a real socket', async () => {
  const { registry } = makeRegistry({ maxQueries: 200_000 });
  // Clients keep their connections; nobody is to wait for that.
  const app = fastify({ forceCloseConnections: true });
  await app.register(queryRoutes, { registry });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const client = httpRequest({ port, method: 'POST', path: '/api/v0.1/queries/_bulk' });
  for (let n = 0; n < 100_000; n += 1000) {
    let chunk = '';
    for (let k = n; k < n + 1000; k += 1) chunk += `{"index":"logs-*","query":"f:v${k} AND g:w"}\n`;
    if (!client.write(chunk)) await once(client, 'drain');
  }
  client.end();
  const [response] = await once(client, 'response');
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  const body = JSON.parse(Buffer.concat(parts).toString());
  expect(response.statusCode).toBe(200);
  expect(body.errors).toBe(false);
  expect(body.items).toHaveLength(100_000);
  expect(registry.size).toBe(100_000);
  await app.close();
  await registry.close();
});
