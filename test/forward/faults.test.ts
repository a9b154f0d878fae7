import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { lines } from '../engines/forward/proxy.ts';
import { ForwardServer } from './forward-server.ts';
import { reply, Stub, storing } from './stub.ts';

let server: ForwardServer;
afterEach(() => server.close());

const one = lines({ index: { _index: 'idx', _id: '1' } }, { a: 1 });
const bulk = (userAgent: string, body = one) =>
  server.ask('/_bulk', { body, headers: { 'user-agent': userAgent } });

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const stub = await Stub.start(() => {});
  const { port } = stub;
  await stub.close();
  return port;
}

describe('a server that is not there', () => {
  const hold = '500ms';

  async function startWithout(): Promise<number> {
    const port = await closedPort();
    const elasticsearch = `http://127.0.0.1:${port}`;
    server = await ForwardServer.start(() => {}, { elasticsearch, hold });
    return port;
  }

  test('holds a bulk request, then refuses it in the form that its sender can use', async () => {
    await startWithout();
    const started = performance.now();
    const whole = await bulk('Filebeat/7.17');
    expect(performance.now() - started).toBeGreaterThan(250);
    expect([whole.status, whole.headers.get('retry-after')]).toEqual([429, '1']);
    const { json, status } = await bulk(
      'elasticsearch-js/8',
      one + lines({ delete: { _index: 'idx', _id: '2' } }),
    );
    expect(status).toBe(200);
    expect(json.errors).toBe(true);
    expect(json.items).toMatchObject([
      { index: { _id: '1', status: 429 } },
      { delete: { _id: '2', status: 429 } },
    ]);
    await expect(bulk('')).rejects.toThrow();
    expect(server.received).toEqual([]);
    expect(
      await server.metric('estrom_forward_requests_total{kind="bulk",outcome="unreachable"}'),
    ).toBe(3);
  });

  test('a document gets 503 after the hold', async () => {
    await startWithout();
    const { status, json } = await server.ask('/idx/_doc/1', { method: 'PUT', body: '{}' });
    expect([status, json.error.type]).toEqual([503, 'unavailable_exception']);
  });

  test('that comes back within the hold gets what was held', async () => {
    const port = await closedPort();
    const elasticsearch = `http://127.0.0.1:${port}`;
    server = await ForwardServer.start(() => {}, { elasticsearch, hold: '20s' });
    const answer = bulk('Filebeat');
    await expect.poll(() => server.metric('estrom_ingest_buffer_bytes')).toBeGreaterThan(0);
    const back = await Stub.start(storing, port);
    expect((await answer).status).toBe(200);
    expect(server.received).toEqual(['idx/1 {"a":1}']);
    await back.close();
  });

  test('one of two nodes is enough', async () => {
    server = await ForwardServer.start(storing);
    const { stub } = server;
    const elasticsearch = `http://127.0.0.1:${await closedPort()},${stub.url}`;
    const other = await ForwardServer.start(() => {}, { elasticsearch, hold: '0' });
    for (let i = 0; i < 4; i++) {
      expect((await other.ask('/_bulk', { body: one })).status).toBe(200);
      expect((await other.ask('/idx/_search', { body: '{}' })).status).toBe(200);
    }
    expect(other.received).toHaveLength(4);
    await other.close();
  });
});

test('a server that dies between its work and its answer: the connection is cut, and the retry is percolated', async () => {
  let stored = false;
  server = await ForwardServer.start((seen, response) => {
    if (seen.url === '/_bulk' && !stored) {
      stored = true;
      response.destroy();
    } else if (seen.url === '/_bulk') {
      const error = { type: 'version_conflict_engine_exception', reason: 'exists', index: 'idx' };
      const items = [{ create: { _index: 'idx', _id: '1', status: 409, error } }];
      reply(response, { took: 1, errors: true, items });
    } else if (seen.url.startsWith('/_mget')) {
      const found = { _index: 'idx', _id: '1', _seq_no: 7, found: true, _source: { a: 1 } };
      reply(response, { docs: [found] });
    } else storing(seen, response);
  });
  const body = lines({ create: { _index: 'idx', _id: '1' } }, { a: 1 });
  await expect(bulk('Filebeat', body)).rejects.toThrow();
  expect(server.received).toEqual([]);
  expect((await bulk('Filebeat', body)).json.items[0].create.status).toBe(409);
  expect((await bulk('Filebeat', body)).json.items[0].create.status).toBe(409);
  expect(server.received).toEqual(['idx/1 {"a":1}']);
  expect(await server.metric('estrom_forward_requests_total{kind="bulk",outcome="broken"}')).toBe(
    1,
  );
});

test.each([429, 503, 413, 401, 403, 500])(
  '%i for the whole request is the answer',
  async (status) => {
    const error = { error: { root_cause: [], type: 'x', reason: 'y' }, status };
    server = await ForwardServer.start((_, response) => {
      response.setHeader('x-theirs', '1');
      reply(response, error, status);
    });
    const answer = await bulk('Filebeat');
    expect([answer.status, answer.json, answer.headers.get('x-theirs')]).toEqual([
      status,
      error,
      '1',
    ]);
    const document = await server.ask('/idx/_doc', { body: '{}' });
    expect([document.status, document.json]).toEqual([status, error]);
    expect(server.received).toEqual([]);
  },
);

test('items that are refused for a while are not percolated', async () => {
  server = await ForwardServer.start((seen, response) => {
    if (seen.url !== '/_bulk') return storing(seen, response);
    const error = { type: 'es_rejected_execution_exception', reason: 'full' };
    const items = [
      { index: { _index: 'idx', _id: '1', status: 429, error } },
      { index: { _index: 'idx', _id: '2', result: 'created', _seq_no: 1, status: 201 } },
    ];
    reply(response, { took: 1, errors: true, items });
  });
  const body = one + lines({ index: { _index: 'idx', _id: '2' } }, { a: 2 });
  expect((await bulk('Filebeat', body)).json.items[0].index.status).toBe(429);
  expect(server.received).toEqual(['idx/2 {"a":2}']);
});

test('a scripted update, which the real server of these tests cannot do, is percolated as what it results in', async () => {
  const answer = (get: object) => ({
    _index: 'idx',
    _id: '1',
    result: 'updated',
    _seq_no: 3,
    ...get,
    status: 200,
  });
  server = await ForwardServer.start((seen, response) => {
    if (!seen.url.startsWith('/_bulk')) return storing(seen, response);
    const get = seen.url.includes('_source=true')
      ? { get: { found: true, _source: { n: 2 } } }
      : {};
    const deleted = {
      update: { _index: 'idx', _id: '2', result: 'deleted', _seq_no: 4, status: 200 },
    };
    reply(response, { took: 1, errors: false, items: [{ update: answer(get) }, deleted] });
  });
  const script = { script: { source: 'ctx._source.n++' } };
  const body = lines(
    { update: { _index: 'idx', _id: '1' } },
    script,
    { update: { _index: 'idx', _id: '2' } },
    { script: "ctx.op = 'delete'" },
  );
  expect((await bulk('Filebeat', body)).json.items[0]).toEqual({ update: answer({}) });
  expect(server.received).toEqual(['idx/1 {"n":2}']);
});

test('percolation that fails cuts the connection: the documents are stored, but not answered for', async () => {
  const percolate = async () => {
    throw new Error('the engine is gone');
  };
  server = await ForwardServer.start(storing, {}, percolate);
  await expect(bulk('Filebeat')).rejects.toThrow();
  expect(await server.metric('estrom_forward_requests_total{kind="bulk",outcome="failed"}')).toBe(
    1,
  );
  expect(await server.metric('estrom_ingest_buffer_bytes')).toBe(0);
});

test('the answer waits until everything is percolated', async () => {
  const percolated = Promise.withResolvers<readonly never[]>();
  const begun = Promise.withResolvers<void>();
  server = await ForwardServer.start(storing, {}, () => {
    begun.resolve();
    return percolated.promise;
  });
  let answered = false;
  const answer = bulk('Filebeat').finally(() => {
    answered = true;
  });
  await begun.promise;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(answered).toBe(false);
  percolated.resolve([]);
  expect((await answer).status).toBe(200);
});

test('a sender that breaks off in the middle has stored nothing', async () => {
  server = await ForwardServer.start(storing);
  const sent = httpRequest({
    port: server.port,
    path: '/_bulk',
    method: 'POST',
    headers: { 'content-length': 1000 },
  });
  sent.on('error', () => {});
  sent.write(one);
  await expect.poll(() => server.metric('estrom_ingest_buffer_bytes')).toBeGreaterThan(0);
  sent.destroy();
  await expect
    .poll(() => server.metric('estrom_forward_requests_total{kind="bulk",outcome="aborted"}'))
    .toBe(1);
  expect(server.stub.seen).toEqual([]);
  expect(await server.metric('estrom_ingest_buffer_bytes')).toBe(0);
});

test('a sender that goes away while the server works: what is stored is percolated', async () => {
  const asked = Promise.withResolvers<() => void>();
  server = await ForwardServer.start((seen, response) => {
    if (seen.url !== '/_bulk') storing(seen, response);
    else asked.resolve(() => storing(seen, response));
  });
  const sent = httpRequest({ port: server.port, path: '/_bulk', method: 'POST' });
  sent.on('error', () => {});
  sent.end(one);
  const answer = await asked.promise;
  const closed = new Promise((resolve) => sent.once('close', resolve));
  sent.destroy();
  await closed;
  answer();
  await expect.poll(() => server.received).toEqual(['idx/1 {"a":1}']);
});
