import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ElasticsearchConnection } from '../../src/elasticsearch/connection.ts';

const open: (Server | ElasticsearchConnection)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** A server that says so what it is, and whom it was asked by. */
async function serve(
  product: Record<string, string>,
  statusOf: (headers: IncomingHttpHeaders) => number = () => 200,
): Promise<{ connection: ElasticsearchConnection; asked: IncomingHttpHeaders[] }> {
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers);
    request.resume();
    const status = statusOf(request.headers);
    response.writeHead(status, { 'content-type': 'application/json', ...product });
    response.end(JSON.stringify({ status }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connection = new ElasticsearchConnection({
    elasticsearch: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    elasticsearchApiKey: '',
    elasticsearchPrefix: 'estrom',
    elasticsearchTimeout: 5000,
  });
  open.push(connection, server);
  return { connection, asked };
}

const ELASTICSEARCH = { 'x-elastic-product': 'Elasticsearch' };
const OPENSEARCH = { 'x-opensearch-version': 'OpenSearch/3.2.0 (opensearch)' };
const isVendored = ({ accept, 'content-type': type = '' }: IncomingHttpHeaders): boolean =>
  /vnd\.elasticsearch/.test(`${accept} ${type}`);

describe('requests to Elasticsearch', () => {
  it('tell by their media types which version the client knows', async () => {
    const { connection, asked } = await serve(ELASTICSEARCH);
    await connection.ask('PUT', '/a', { body: {} });
    await connection.ask('POST', '/_bulk', { body: '{}\n', isNdjson: true });
    expect(asked.map(isVendored)).toEqual([true, true]);
  });
});

describe('requests to OpenSearch', () => {
  it('have plain media types once it is known, and one that was refused for its own is sent again', async () => {
    const refusing = (headers: IncomingHttpHeaders) => (isVendored(headers) ? 406 : 200);
    const { connection, asked } = await serve(OPENSEARCH, refusing);
    const { status } = await connection.ask('POST', '/_bulk', { body: '{}\n', isNdjson: true });
    expect(status).toBe(200);
    expect((await connection.ask('PUT', '/a', { body: {} })).status).toBe(200);
    expect((await connection.ask('GET', '/a')).status).toBe(200);
    expect((await connection.askRaw('GET', '/a', 1000)).bytes.toString()).toBe('{"status":200}');
    expect(asked.map(isVendored)).toEqual([true, false, false, false, false]);
    const types = ['application/x-ndjson', 'application/json', undefined, undefined];
    expect(asked.slice(1).map((headers) => headers['content-type'])).toEqual(types);
  });

  it('are answered 406 where that has another reason', async () => {
    const { connection, asked } = await serve(OPENSEARCH, () => 406);
    expect((await connection.ask('PUT', '/a', { body: {} })).status).toBe(406);
    expect(asked).toHaveLength(2);
    expect((await connection.ask('PUT', '/a', { body: {} })).status).toBe(406);
    expect(asked).toHaveLength(3);
  });
});

describe('an answer that does not say whose it is', () => {
  it('is none, unless any will do', async () => {
    const { connection } = await serve({});
    const unknown = { code: 'UNAVAILABLE', message: expect.stringContaining('does not say that') };
    await expect(connection.ask('GET', '/a')).rejects.toMatchObject(unknown);
    await expect(connection.askRaw('GET', '/a', 1000)).rejects.toMatchObject(unknown);
    const { status, body } = await connection.ask('GET', '/a', { isAnyProduct: true });
    expect([status, body]).toEqual([200, undefined]);
  });

  it('is data where it tells of a fault', async () => {
    const { connection } = await serve({}, () => 404);
    const { status, body } = await connection.ask('GET', '/a');
    expect([status, body]).toEqual([404, { status: 404 }]);
  });
});
