import type { AddressInfo } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { errorHandler } from '../../../src/http/error-handler.ts';
import { createLogger } from '../../../src/log.ts';
import type { QueryRegistry } from '../../../src/query/registry/registry.ts';
import { queryRoutes } from '../../../src/query/registry/routes.ts';
import { makeRegistry } from './fake-engine.ts';

const PATH = '/api/v0.1/queries';
let app: FastifyInstance;
let registry: QueryRegistry;

async function start(maxBulkItems?: number): Promise<void> {
  ({ registry } = makeRegistry({ maxQueries: 200_000 }));
  // Clients keep their connections; nobody is to wait for that.
  app = fastify({ forceCloseConnections: true });
  app.setErrorHandler(errorHandler(createLogger('silent')));
  await app.register(queryRoutes, { registry, ...(maxBulkItems ? { maxBulkItems } : {}) });
}

afterEach(async () => {
  await app.close();
  await registry.close();
});

const post = (payload: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url: PATH, payload, headers });

describe('POST of a query', () => {
  it('answers 201, and 200 to an equal one', async () => {
    await start();
    const first = await post('{"index":"logs-*","query":"foo AND bar"}');
    expect(first.statusCode).toBe(201);
    const body = first.json();
    expect(body).toEqual({
      subscription_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      topic: `docs-for-${body.subscription_id}`,
      index: 'logs-*',
      query: 'foo AND bar',
      live: true,
    });
    const second = await post('{"index":"logs-*","query":"bar AND foo AND (bar)"}', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(second.statusCode).toBe(200);
    expect(second.json().subscription_id).toBe(body.subscription_id);
  });

  it('gives the Query DSL back to the digit', async () => {
    await start();
    const query = '{"bool":{"must":[{"term":{"f":12345678901234567890}},{"term":{"g":1.10}}]}}';
    const answer = await post(`{"query":${query}}`, { 'content-type': 'application/json' });
    expect(answer.statusCode).toBe(201);
    expect(answer.body).toContain(`"query":${query}`);
  });

  it('takes KQL, and gives text and language back', async () => {
    await start();
    const first = await post('{"query":"f: foo and g >= 5","lang":"kql"}');
    expect(first.statusCode).toBe(201);
    expect(first.json()).toMatchObject({ query: 'f: foo and g >= 5', lang: 'kql' });
    const equal = '{"bool":{"filter":[{"range":{"g":{"gte":5}}},{"match":{"f":"foo"}}]}}';
    const second = await post(`{"query":${equal}}`);
    expect(second.statusCode).toBe(200);
    expect(second.json()).toEqual(first.json());
    const id = first.json().subscription_id;
    const details = await app.inject(`${PATH}/${id}`);
    expect(details.json()).toMatchObject({ query: 'f: foo and g >= 5', lang: 'kql' });
    const { queries } = (await app.inject(PATH)).json();
    expect(queries).toMatchObject([{ query: 'f: foo and g >= 5', lang: 'kql' }]);
  });

  it('tells the position of an error in KQL, and of no clause', async () => {
    await start();
    const answer = await post('{"query":"f: foo and g:","lang":"kql"}');
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatchObject({ code: 'QUERY_SYNTAX', offset: 13 });
    expect(answer.json().error).not.toHaveProperty('clause');
  });

  it.each([
    ['{"query":"a","lang":"sql"}', 'BAD_REQUEST', /known are \[lucene\], \[kql\]/],
    ['{"query":{"match_all":{}},"lang":"kql"}', 'BAD_REQUEST', /\[lang\] is for a query text/],
    ['', 'BAD_JSON', /not valid JSON/],
    ['[]', 'BAD_REQUEST', /found an array/],
    ['{"query":"a","foo":1}', 'BAD_REQUEST', /unknown key \[foo\]/],
    ['{"index":"a"}', 'BAD_REQUEST', /\[query\] is missing/],
    ['{"index":["a"],"query":"a"}', 'BAD_REQUEST', /\[index\] must be a text/],
    ['{"index":"A","query":"a"}', 'BAD_INDEX_NAME', /must be lowercase/],
    ['{"query":"a","ttl":"soon"}', 'BAD_REQUEST', /\[ttl\]/],
    ['{"query":"(a"}', 'QUERY_SYNTAX', /expected a \)/],
    ['{"query":{"has_parent":{}}}', 'QUERY_UNSUPPORTED', /query\.has_parent/],
    ['{"query":5}', 'QUERY_SYNTAX', /found 5/],
  ])('answers 400 to %s', async (payload, code, reason) => {
    await start();
    const answer = await post(payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatchObject({ code, reason: expect.stringMatching(reason) });
  });

  it('tells the position of an error', async () => {
    await start();
    const answer = await post('{"query":"a AND"}');
    expect(answer.json().error).toMatchObject({ offset: 5 });
  });

  it('refuses bodies that are too long or encoded', async () => {
    await start();
    expect((await post(`{"query":"${'a'.repeat(1_100_000)}"}`)).statusCode).toBe(413);
    expect((await post('x', { 'content-encoding': 'gzip' })).statusCode).toBe(415);
  });
});

describe('GET and DELETE of queries', () => {
  it('shows one, and answers 404 for others', async () => {
    await start();
    const { subscription_id: id } = (await post('{"query":"a","ttl":"10m"}')).json();
    const shown = await app.inject(`${PATH}/${id}`);
    expect(shown.statusCode).toBe(200);
    const body = shown.json();
    expect(body).toMatchObject({ subscription_id: id, index: '*', query: 'a', live: true });
    const life = Date.parse(body.expires_at) - Date.parse(body.created_at);
    expect(Math.round(life / 1000)).toBe(600);
    expect((await app.inject(`${PATH}/${'0'.repeat(32)}`)).statusCode).toBe(404);
  });

  it('deletes once', async () => {
    await start();
    const { subscription_id: id } = (await post('{"query":"a"}')).json();
    const first = await app.inject({ method: 'DELETE', url: `${PATH}/${id}` });
    expect([first.statusCode, first.json()]).toEqual([200, { acknowledged: true }]);
    const second = await app.inject({ method: 'DELETE', url: `${PATH}/${id}` });
    expect(second.statusCode).toBe(404);
    expect(second.json().error.code).toBe('QUERY_UNKNOWN');
  });

  it('lists page by page', async () => {
    await start();
    for (const query of ['a', 'b', 'c']) await post(JSON.stringify({ query }));
    const first = (await app.inject(`${PATH}?size=2`)).json();
    expect(first.total).toBe(3);
    expect(first.queries.map((entry: { query: string }) => entry.query)).toEqual(['a', 'b']);
    const second = (await app.inject(`${PATH}?size=2&after=${first.next}`)).json();
    expect(second.queries.map((entry: { query: string }) => entry.query)).toEqual(['c']);
    expect(second.next).toBeNull();
    expect((await app.inject(`${PATH}?size=0`)).statusCode).toBe(400);
    for (const [url, known] of [
      [`${PATH}?index=logs`, '[size], [after]'],
      [`${PATH}/slow?index=logs`, '[size]'],
    ] as const) {
      const reply = await app.inject(url);
      expect(reply.statusCode).toBe(400);
      expect(reply.json().error.reason).toBe(`unknown parameter [index]; known are ${known}`);
    }
    expect((await app.inject(`${PATH}?after=x`)).statusCode).toBe(400);
  });
});

describe('bulk registration', () => {
  const bulk = (payload: string | Buffer) =>
    app.inject({ method: 'POST', url: `${PATH}/_bulk`, payload });

  it('answers each line in its place', async () => {
    await start();
    const lines = [
      '{"query":"a"}',
      '{"query":"(a)"}',
      '',
      '{"query":"(a"}',
      'x',
      '{"index":"logs","query":{"match_all":{}},"ttl":5}\r',
      `{"query":"${'a'.repeat(300_000)}"}`,
      '{"query":"last"}',
    ];
    const body = (await bulk(lines.join('\n'))).json();
    expect(Object.keys(body)).toEqual(['took', 'errors', 'items']);
    expect(body.errors).toBe(true);
    expect(body.items.map(({ status }: { status: number }) => status)).toEqual([
      201, 200, 400, 400, 201, 413, 201,
    ]);
    expect(body.items[2].error).toMatchObject({ code: 'QUERY_SYNTAX', offset: 2 });
    expect(body.items[0].subscription_id).toBe(body.items[1].subscription_id);
  });

  it('takes an empty body', async () => {
    await start();
    expect((await bulk('')).json()).toMatchObject({ errors: false, items: [] });
  });

  it('answers invalid UTF-8 with the error of its line', async () => {
    await start();
    const body = (await bulk(Buffer.from('{"query":"\xff"}\n{"query":"a"}\n', 'latin1'))).json();
    expect(body.items.map(({ status }: { status: number }) => status)).toEqual([400, 201]);
  });

  it('answers over a real socket while the rest of a refused body still comes', async () => {
    await start(5000);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const body = '{"query":"a"}\n'.repeat(100_000);
    const response = await fetch(`http://127.0.0.1:${port}${PATH}/_bulk`, { method: 'POST', body });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { code: 'TOO_LARGE' } });
    expect(registry.size).toBe(1);
  });
});
