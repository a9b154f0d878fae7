import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handshakeRoutes } from '../../src/ingest/handshake.ts';
import { MappingState } from '../../src/mapping/mapping-state.ts';
import { Metrics } from '../../src/metrics.ts';

let app: FastifyInstance;
let url = '';
const log = pino({ level: 'silent' });

beforeAll(async () => {
  app = fastify({ routerOptions: { ignoreTrailingSlash: true } });
  await handshakeRoutes(app, {
    nodeId: 'n1',
    metrics: new Metrics(),
    log,
    mappings: new MappingState({ log }),
    limits: { bytes: 300_000, entries: 20 },
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});

afterAll(() => app.close());

type Method = 'DELETE' | 'GET' | 'HEAD' | 'POST' | 'PUT';

async function ask(
  method: Method,
  path: string,
  body?: unknown,
): Promise<{ status: number; json: unknown }> {
  const answer = await request(`${url}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await answer.body.text();
  return { status: answer.statusCode, json: text === '' ? null : JSON.parse(text) };
}

const ACKNOWLEDGED = { status: 200, json: { acknowledged: true } };

describe('the set-up of shippers', () => {
  it.each([
    ['/_ilm/policy/filebeat', { policy: { phases: { hot: {} } } }],
    ['/_index_template/filebeat-7.17.29', { index_patterns: ['filebeat-*'], priority: 150 }],
    ['/_component_template/logs@custom', { template: { settings: {} } }],
    ['/_template/logstash', { index_patterns: ['logstash-*'], order: 0 }],
    ['/_ingest/pipeline/nginx', { processors: [{ set: { field: 'a', value: 1 } }] }],
  ])('finds %s again after it was put, and not before', async (path, body) => {
    expect((await ask('HEAD', path)).status).toBe(404);
    expect((await ask('GET', path)).status).toBe(404);
    expect(await ask('PUT', path, body)).toEqual(ACKNOWLEDGED);
    expect((await ask('HEAD', path)).status).toBe(200);
    const shown = await ask('GET', path);
    expect(shown.status).toBe(200);
    // Each kind is shown in a wrapping of its own.
    expect(JSON.stringify(shown.json)).toContain(JSON.stringify(body).slice(1, -1));
    expect((await ask('DELETE', path)).status).toBe(200);
    expect((await ask('GET', path)).status).toBe(404);
  });

  it('makes the first index of an alias from a name with date math', async () => {
    const alias = 'filebeat-7.17.29';
    expect(await ask('GET', `/_alias/${alias}`)).toMatchObject({
      status: 404,
      json: { error: `alias [${alias}] missing` },
    });
    expect((await ask('HEAD', `/${alias}`)).status).toBe(404);
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '.');
    const index = `${alias}-${today}-000001`;
    const path = '/%3Cfilebeat-7.17.29-%7Bnow%2Fd%7D-000001%3E';
    const body = { aliases: { [alias]: { is_write_index: true } } };
    expect(await ask('PUT', path, body)).toEqual({
      status: 200,
      json: { acknowledged: true, shards_acknowledged: true, index },
    });
    expect((await ask('HEAD', `/${alias}`)).status).toBe(200);
    expect((await ask('HEAD', `/${index}`)).status).toBe(200);
    expect((await ask('GET', `/_alias/${alias}`)).json).toEqual({
      [index]: { aliases: { [alias]: { is_write_index: true } } },
    });
    expect(await ask('PUT', path, body)).toMatchObject({
      status: 400,
      json: { error: { type: 'resource_already_exists_exception' } },
    });
  });

  it('keeps the mappings of an index and shows them', async () => {
    const mappings = { properties: { status: { type: 'integer' } } };
    await ask('PUT', '/events', { mappings, settings: { number_of_shards: 3 } });
    expect((await ask('GET', '/events')).json).toMatchObject({
      events: { aliases: {}, mappings, settings: { index: { number_of_shards: '3' } } },
    });
  });

  it('knows data streams that were made', async () => {
    expect((await ask('GET', '/_data_stream/logs-a-b')).status).toBe(404);
    expect(await ask('PUT', '/_data_stream/logs-a-b')).toEqual(ACKNOWLEDGED);
    expect((await ask('GET', '/_data_stream/logs-*')).json).toMatchObject({
      data_streams: [{ name: 'logs-a-b' }],
    });
    expect((await ask('HEAD', '/logs-a-b')).status).toBe(200);
  });

  it('says index_not_found_exception for what was never made', async () => {
    expect(await ask('GET', '/nothing')).toMatchObject({
      status: 404,
      json: { error: { type: 'index_not_found_exception' }, status: 404 },
    });
  });

  it('takes compressed bodies, as Filebeat sends them', async () => {
    const { statusCode, body } = await request(`${url}/_index_template/zipped`, {
      method: 'PUT',
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync('{"index_patterns":["x"]}'),
    });
    await body.dump();
    expect(statusCode).toBe(200);
    expect((await ask('HEAD', '/_index_template/zipped')).status).toBe(200);
  });

  it('refuses bodies that are too long, compressed or not, and keeps the connection usable', async () => {
    const long = `{"x":"${'y'.repeat(3_000_000)}"}`;
    for (const [body, headers] of [
      [long, {}],
      [gzipSync(long), { 'content-encoding': 'gzip' }],
    ] as const) {
      const answer = await request(`${url}/_template/long`, { method: 'PUT', body, headers });
      await answer.body.dump();
      expect(answer.statusCode).toBe(413);
    }
    expect((await ask('GET', '/')).status).toBe(200);
  });

  it('refuses what is no JSON object, and names that are none', async () => {
    const answer = await request(`${url}/_template/x`, { method: 'PUT', body: '[1' });
    expect(await answer.body.json()).toMatchObject({ error: { type: 'parsing_exception' } });
    expect((await ask('PUT', '/_template/a*', {})).status).toBe(400);
    expect((await ask('PUT', '/_template/x', { x: 1 })).status).toBe(400);
    expect((await ask('PUT', '/UPPER', {})).status).toBe(400);
    expect((await ask('PUT', '/%3Cx-%7Bnever%7D%3E', {})).status).toBe(400);
  });

  it('forgets the oldest when there is no room for more', async () => {
    const big = { x: 'y'.repeat(90_000) };
    for (let n = 0; n < 5; n++) await ask('PUT', `/_ingest/pipeline/big${n}`, big);
    const statuses = [];
    for (let n = 0; n < 5; n++)
      statuses.push((await ask('HEAD', `/_ingest/pipeline/big${n}`)).status);
    expect(statuses).toEqual([404, 404, 200, 200, 200]);
    for (let n = 0; n < 30; n++) await ask('PUT', `/_ingest/pipeline/small${n}`, {});
    expect(Object.keys((await ask('GET', '/_ingest/pipeline/small*')).json as object)).toHaveLength(
      20,
    );
  });
});
