import { Client } from '@elastic/elasticsearch';
import fastify from 'fastify';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { handshakeRoutes } from '../../src/ingest/handshake.ts';
import { MappingState } from '../../src/mapping/mapping-state.ts';
import { Metrics } from '../../src/metrics.ts';

async function start() {
  const log = pino({ level: 'silent' });
  const app = fastify();
  onTestFinished(() => app.close());
  const mappings = new MappingState({ log });
  await handshakeRoutes(app, { nodeId: 'n1', metrics: new Metrics(), log, mappings });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return async (path: string, body: object) => {
    const answer = await fetch(`${url}${path}`, { method: 'PUT', body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
    return answer.headers.get('warning');
  };
}

const fields = (count: number, type: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`${type}${n}`, { type }]));

test('fields that nothing matches are told in the answer to who maps them, each time', async () => {
  const put = await start();
  const says =
    '299 Elasticsearch-8.17.0-unknown "estrom: fields with type [shape] are taken, but no query matches them: [shape0]"';
  expect(await put('/a', { mappings: { properties: fields(1, 'shape') } })).toBe(says);
  expect(await put('/b', {})).toBeNull();
  expect(await put('/b/_mapping', { properties: fields(1, 'long') })).toBeNull();
  expect(await put('/b/_mapping', { properties: fields(1, 'shape') })).toBe(says);
  expect(await put('/a,b/_mapping', { properties: fields(1, 'date') })).toBe(says);
});

test('of many fields the first are named, and what a header cannot hold is encoded', async () => {
  const put = await start();
  const many = await put('/a', { mappings: { properties: fields(7, 'shape') } });
  expect(many).toMatch(/: \[shape0\], .*\[shape4\], and 2 more"$/);
  const odd = { 'ä"\\%\n': { type: 'shape' } };
  const told = await put('/b', { mappings: { properties: odd } });
  expect(told).toMatch(/: \[%C3%A4\\"\\\\%25%0A\]"$/);
  const long = await put('/c', {
    mappings: { properties: { ['x'.repeat(5000)]: { type: 'shape' } } },
  });
  expect(long?.length).toBeLessThan(600);
});

test("Elasticsearch's client shows each of them", async () => {
  const app = fastify();
  onTestFinished(() => app.close());
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('x-elastic-product', 'Elasticsearch');
    done();
  });
  const log = pino({ level: 'silent' });
  const mappings = new MappingState({ log });
  await handshakeRoutes(app, { nodeId: 'n1', metrics: new Metrics(), log, mappings });
  const client = new Client({ node: await app.listen({ port: 0, host: '127.0.0.1' }) });
  onTestFinished(() => client.close());
  const properties = { ...fields(2, 'shape'), ...fields(1, 'version') };
  const request = { index: 'x', mappings: { properties } } as never;
  const { warnings } = await client.indices.create(request, { meta: true });
  expect(warnings).toEqual([
    expect.stringMatching(/type \[shape\] .*: \[shape0\], \[shape1\]"$/) as string,
    expect.stringMatching(/type \[version\] .*: \[version0\]"$/) as string,
  ]);
});
