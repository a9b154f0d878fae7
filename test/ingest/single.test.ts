import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type IngestServer, metric, startIngest } from './ingest-server.ts';

let server: IngestServer;
beforeAll(async () => {
  server = await startIngest();
});
afterAll(() => server.app.close());

type Method = 'DELETE' | 'GET' | 'POST' | 'PUT';

async function ask(
  method: Method,
  path: string,
  body?: string | Buffer,
  headers: Record<string, string> = {},
): Promise<{ status: number; json: Record<string, unknown>; location: unknown }> {
  const answer = await request(`${server.url}${path}`, {
    method,
    body: body ?? null,
    headers: { 'content-type': 'application/json', ...headers },
  });
  const json = (await answer.body.json()) as Record<string, unknown>;
  return { status: answer.statusCode, json, location: answer.headers['location'] };
}

const last = () => server.received.at(-1);

describe('one document a request', () => {
  it('gets an id when it has none', async () => {
    const { status, json, location } = await ask('POST', '/logs/_doc', '{"a":1}');
    expect(status).toBe(201);
    expect(json).toMatchObject({
      _index: 'logs',
      _version: 1,
      result: 'created',
      _shards: { total: 1, successful: 1, failed: 0 },
      _primary_term: 1,
    });
    expect(location).toBe(`/logs/_doc/${json['_id']}`);
    expect(last()).toEqual({ index: 'logs', id: json['_id'], source: '{"a":1}' });
  });

  it.each([
    ['PUT', '_doc'],
    ['POST', '_doc'],
    ['PUT', '_create'],
    ['POST', '_create'],
  ] as const)('is taken by %s /logs/%s/{id}', async (method, route) => {
    const { status, json } = await ask(method, `/logs/${route}/a%2Fb%20c`, '{"a":\n 2}\n');
    expect(status).toBe(201);
    expect(json).toMatchObject({ _id: 'a/b c', result: 'created' });
    expect(last()).toEqual({ index: 'logs', id: 'a/b c', source: '{"a":\n 2}\n' });
  });

  it('is what an update would create', async () => {
    const upsert = '{"doc":{"a":3},"doc_as_upsert":true}';
    expect(await ask('POST', '/logs/_update/7', upsert)).toMatchObject({
      status: 201,
      json: { _id: '7', result: 'created' },
    });
    expect(last()).toEqual({ index: 'logs', id: '7', source: '{"a":3}' });
    expect((await ask('POST', '/logs/_update/7', '{"script":"x","upsert":{"b":1}}')).status).toBe(
      201,
    );
    expect(last()?.source).toBe('{"b":1}');
  });

  it('is missing for an update of what is not there', async () => {
    expect(await ask('POST', '/logs/_update/7', '{"doc":{"a":3}}')).toMatchObject({
      status: 404,
      json: {
        error: { type: 'document_missing_exception', reason: '[7]: document missing' },
        status: 404,
      },
    });
  });

  it('is not found by a delete or a get', async () => {
    expect(await ask('DELETE', '/logs/_doc/7')).toMatchObject({
      status: 404,
      json: { _index: 'logs', _id: '7', result: 'not_found' },
    });
    expect(await ask('GET', '/logs/_doc/7')).toMatchObject({ status: 404, json: { found: false } });
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)('may be compressed by %s', async (encoding, compress) => {
    const { status } = await ask('POST', '/logs/_doc', compress('{"z":1}'), {
      'content-encoding': encoding,
    });
    expect(status).toBe(201);
    expect(last()?.source).toBe('{"z":1}');
  });

  it('may be longer than a shared batch or a slab', async () => {
    for (const length of [20_000, 300_000, 2_000_000]) {
      const source = `{"a":"${'x\n'.repeat(length / 2)}"}`;
      expect((await ask('POST', '/logs/_doc', source)).status).toBe(201);
      expect(last()?.source).toBe(source);
    }
  });

  it('is refused when it is empty, too long, or badly named', async () => {
    expect((await ask('POST', '/logs/_doc', '')).status).toBe(400);
    expect((await ask('POST', '/LOGS/_doc', '{}')).status).toBe(400);
    expect((await ask('PUT', `/logs/_doc/${'x'.repeat(600)}`, '{}')).status).toBe(400);
    const small = await startIngest({ maxDocumentBytes: 1024 });
    onTestFinished(() => small.app.close());
    for (const length of [2000, 20_000, 100_000]) {
      const { statusCode, body } = await request(`${small.url}/logs/_doc`, {
        method: 'POST',
        body: `{"a":"${'x'.repeat(length)}"}`,
      });
      await body.dump();
      expect(statusCode).toBe(413);
    }
  });
});

describe('many documents at a time', () => {
  it('share batches, and each gets its own answer', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const many = await startIngest({
      percolate: async (batch) => {
        await promise;
        return Array.from({ length: batch.count }, (_, slot) => slot)
          .filter((slot) => Number(batch.ids.at(slot)) % 7 === 0)
          .map((slot) => ({ slot, status: 400, type: 'bad', reason: `bad ${batch.ids.at(slot)}` }));
      },
    });
    onTestFinished(() => many.app.close());
    let arrived = 0;
    many.app.server.on('request', () => {
      if (++arrived === 200) setImmediate(resolve);
    });
    const dispatcher = new Agent({ connections: 200 });
    onTestFinished(() => dispatcher.close());
    const answers = Array.from({ length: 200 }, async (_, n) => {
      const path = n % 10 === 3 ? `_update/${n}` : `_doc/${n}`;
      const { statusCode, body } = await request(`${many.url}/logs/${path}`, {
        method: 'POST',
        body: '{"doc":{"a":1}}',
        dispatcher,
      });
      const json = (await body.json()) as { _id?: string; error?: { reason: string } };
      return { n, status: statusCode, said: json._id ?? json.error?.reason };
    });
    for (const { n, status, said } of await Promise.all(answers)) {
      if (n % 10 === 3) expect([status, said]).toEqual([404, `[${n}]: document missing`]);
      else if (n % 7 === 0) expect([status, said]).toEqual([400, `bad ${n}`]);
      else expect([status, said]).toEqual([201, String(n)]);
    }
    expect(many.batchSizes.length).toBeLessThan(100);
    expect(await metric(many.metrics, 'estrom_ingest_buffer_bytes')).toBe(0);
  });

  it('wait for room and are then refused', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const full = await startIngest({
      ingestBuffer: 1024 * 1024,
      hold: 100,
      percolate: async () => {
        await promise;
        return [];
      },
    });
    onTestFinished(() => full.app.close());
    const dispatcher = new Agent({ connections: 20 });
    onTestFinished(() => dispatcher.close());
    const send = async (body: string) => {
      const answer = await request(`${full.url}/logs/_doc`, { method: 'POST', body, dispatcher });
      await answer.body.dump();
      return answer.statusCode;
    };
    const long = Array.from({ length: 10 }, () => send(`{"a":"${'x'.repeat(100_000)}"}`));
    const refused = await Promise.race(long);
    expect(refused).toBe(429);
    expect(await send('{"a":1}')).toBe(429);
    resolve();
    await Promise.all(long);
    expect(await send('{"a":1}')).toBe(201);
  });
});
