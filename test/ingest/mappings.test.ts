import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handshakeRoutes } from '../../src/ingest/handshake.ts';
import { MappingState } from '../../src/mapping/mapping-state.ts';
import { Metrics } from '../../src/metrics.ts';

const log = pino({ level: 'silent' });
const open: FastifyInstance[] = [];

async function start(state?: MappingState): Promise<string> {
  const app = fastify({ routerOptions: { ignoreTrailingSlash: true } });
  open.push(app);
  await handshakeRoutes(app, { nodeId: 'n1', metrics: new Metrics(), log, mappings: state });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

let url = '';
const state = new MappingState({ log });

beforeAll(async () => {
  url = await start(state);
});

afterAll(() => Promise.all(open.map((app) => app.close())));

async function ask(
  method: 'DELETE' | 'GET' | 'POST' | 'PUT',
  path: string,
  body?: unknown,
  at = url,
): Promise<{ status: number; json: unknown }> {
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await request(`${at}${path}`, { method, ...text });
  return { status: answer.statusCode, json: await answer.body.json() };
}

const long = { type: 'long' };

describe('mappings by HTTP', () => {
  it('are put, extended, shown in every form and deleted', async () => {
    await ask('PUT', '/web-1', { mappings: { properties: { a: long } }, aliases: { web: {} } });
    const b = { type: 'text', fields: { raw: { type: 'keyword' } } };
    expect(await ask('PUT', '/web/_mapping', { properties: { 'o.b': b } })).toEqual({
      status: 200,
      json: { acknowledged: true },
    });
    const mappings = { properties: { a: long, o: { properties: { b } } } };
    for (const path of ['/web-1/_mapping', '/web/_mapping', '/web-*/_mapping', '/_mapping']) {
      expect((await ask('GET', path)).json).toMatchObject({ 'web-1': { mappings } });
    }
    expect((await ask('GET', '/web-1/_mapping?include_type_name=true')).json).toEqual({
      'web-1': { mappings: { _doc: mappings } },
    });
    expect((await ask('GET', '/web-1/_mapping/field/o.*')).json).toEqual({
      'web-1': {
        mappings: {
          'o.b': { full_name: 'o.b', mapping: { b } },
          'o.b.raw': { full_name: 'o.b.raw', mapping: { raw: { type: 'keyword' } } },
        },
      },
    });
    expect((await ask('GET', '/web-1')).json).toMatchObject({
      'web-1': { aliases: { web: {} }, mappings },
    });
    expect((await ask('DELETE', '/web-1')).status).toBe(200);
    expect((await ask('GET', '/web-1/_mapping')).status).toBe(404);
    expect((await ask('GET', '/_alias/web')).status).toBe(404);
    expect((await ask('GET', '/none-*/_mapping')).json).toEqual({});
  });

  it('are refused whole when one index of several contradicts', async () => {
    await ask('PUT', '/two-1', { mappings: { properties: { a: long } } });
    await ask('PUT', '/two-2', { mappings: { properties: { a: { type: 'ip' } } } });
    const put = await ask('PUT', '/two-*/_mapping', { properties: { a: long, b: long } });
    expect(put).toMatchObject({
      status: 400,
      json: {
        error: {
          type: 'illegal_argument_exception',
          reason: 'mapper [a] cannot be changed from type [ip] to [long]',
        },
      },
    });
    expect([...state.fieldsOf('two-1').keys()]).toEqual(['a']);
  });

  it.each([
    ['PUT', '/absent/_mapping', { properties: {} }, 404],
    ['PUT', '/two-1/_mapping', undefined, 400],
    ['PUT', '/two-1/_mapping/_doc', { properties: {} }, 400],
    ['PUT', '/two-1/_mapping/_doc?include_type_name=true', { _doc: { properties: {} } }, 200],
    ['PUT', '/bad', { mappings: { properties: { a: { type: 'foo' } } } }, 400],
    ['PUT', '/bad', { mappings: 'x' }, 400],
    ['PUT', '/bad', { foo: 1 }, 400],
  ] as const)('%s %s %j is answered %i', async (method, path, body, status) => {
    expect((await ask(method, path, body)).status).toBe(status);
  });

  it('are refused when they are nested to overflow a stack', async () => {
    const body = `${'{"properties":{"a":'.repeat(50_000)}1${'}}'.repeat(50_000)}`;
    const answer = await request(`${url}/deep`, { method: 'PUT', body });
    await answer.body.dump();
    expect(answer.statusCode).toBe(400);
  });

  it('of an index that documents came for are extended when it is made', async () => {
    state.open('grown');
    expect((await ask('PUT', '/grown', { mappings: { properties: { a: long } } })).status).toBe(
      200,
    );
    expect((await ask('PUT', '/grown', {})).status).toBe(400);
    expect([...state.fieldsOf('grown').keys()]).toEqual(['a']);
  });
});

it("where mappings are Elasticsearch's own, whatever is put is taken, and there are no routes for them", async () => {
  const at = await start();
  const mappings = { properties: { a: { type: 'of a plugin' } } };
  expect((await ask('PUT', '/_template/t', { index_patterns: 'x', mappings }, at)).status).toBe(
    200,
  );
  expect((await ask('PUT', '/x', { mappings }, at)).status).toBe(200);
  expect((await ask('GET', '/x', undefined, at)).status).toBe(200);
  expect((await ask('PUT', '/x/_mapping', mappings, at)).status).toBe(404);
});
