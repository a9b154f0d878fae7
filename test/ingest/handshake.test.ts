import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { request } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { handshakeRoutes } from '../../src/ingest/handshake.ts';
import { Metrics } from '../../src/metrics.ts';

let app: FastifyInstance;
let host = '';

beforeAll(async () => {
  app = fastify();
  const log = pino({ level: 'silent' });
  await handshakeRoutes(app, { nodeId: 'n1', metrics: new Metrics(), log });
  await app.listen({ port: 0, host: '127.0.0.1' });
  host = `127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});

afterAll(() => app.close());

it('says what it is as Elasticsearch does', async () => {
  const { body } = await request(`http://${host}/`);
  expect(await body.json()).toMatchObject({
    tagline: 'You Know, for Search',
    cluster_name: 'estrom',
    cluster_uuid: 'n1',
    version: { number: expect.stringMatching(/^8\.\d+\.\d+$/), build_flavor: 'default' },
  });
});

it('answers HEAD / without a body', async () => {
  const { statusCode, body } = await request(`http://${host}/`, { method: 'HEAD' });
  expect(statusCode).toBe(200);
  expect(await body.text()).toBe('');
});

it('has an active license', async () => {
  const { body } = await request(`http://${host}/_license?human=false`);
  expect(await body.json()).toMatchObject({
    license: { status: 'active', type: 'basic', uid: 'n1' },
  });
});

it('names the address that the client came by to those that sniff', async () => {
  const { body } = await request(`http://${host}/_nodes/http`);
  expect(await body.json()).toMatchObject({ nodes: { n1: { http: { publish_address: host } } } });
});

it.each([
  ['GET', '/_cat/health'],
  ['GET', '/_cluster/health'],
  ['GET', '/_xpack'],
  ['GET', '/_cat/indices'],
  ['GET', '/_cat/nodes?v&h=name'],
  ['GET', '/_cluster/health/logs-*'],
  ['GET', '/_nodes/_all/http'],
  ['POST', '/_flush'],
  ['POST', '/logs/_flush'],
  ['POST', '/logs/_refresh'],
  ['GET', '/logs-*/_refresh'],
] as const)('answers %s %s', async (method, path) => {
  const { statusCode, body } = await request(`http://${host}${path}`, { method });
  await body.dump();
  expect(statusCode).toBe(200);
});
