import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { EstromProxy, lines } from './proxy.ts';
import { reply, Stub } from './stub.ts';
import { type Round, useTwins } from './twins.ts';

describe('on the real server', () => {
  const twins = useTwins();
  const both = (round: Round) => twins.both(round);

  test('searches, scrolls and what is not there', async () => {
    const documents = Array.from({ length: 25 }, (_, n) => lines({ index: {} }, { n })).join('');
    await twins.prepare({ path: '/INDEX/_bulk?refresh=true', body: documents });
    const asked: Round[] = [
      { method: 'GET', path: '/INDEX/_search?q=n:7&filter_path=hits.total,hits.hits._source' },
      { method: 'GET', path: '/INDEX/_count', body: '{"query":{"range":{"n":{"gte":20}}}}' },
      { path: '/INDEX/_search?size=0', body: '{"aggs":{"s":{"sum":{"field":"n"}}}}' },
      { path: '/INDEX/_msearch', body: '{}\n{"size":0,"query":{"term":{"n":3}}}\n' },
      { method: 'GET', path: '/INDEX-none/_search' },
      { method: 'GET', path: '/INDEX/_doc/none' },
      { method: 'GET', path: '/INDEX/_mapping?pretty' },
      { method: 'GET', path: '/%3CINDEX-%7Bnow%2Fd%7D%3E/_search?ignore_unavailable=true' },
      { path: '/INDEX/_nonsense' },
      { method: 'GET', path: '/_nonsense/%zz' },
      { method: 'DELETE', path: '/INDEX-none' },
      { path: '/INDEX/_refresh' },
    ];
    for (const round of asked) await both(round);
    const first = await twins.proxy.through(`/${twins.here}/_search?scroll=1m&size=10`);
    const found = [...first.json.hits.hits];
    let id = first.json._scroll_id;
    for (;;) {
      const body = JSON.stringify({ scroll: '1m', scroll_id: id });
      const { json } = await twins.proxy.through('/_search/scroll', { body });
      if (json.hits.hits.length === 0) break;
      found.push(...json.hits.hits);
      id = json._scroll_id;
    }
    expect(found).toHaveLength(25);
    const body = JSON.stringify({ scroll_id: id });
    const { status } = await twins.proxy.through('/_search/scroll', { method: 'DELETE', body });
    expect(status).toBe(200);
    expect(await twins.tail()).toEqual([]);
  });

  test('HEAD, templates, aliases, settings and what only shippers ask', async () => {
    expect(
      (await both({ method: 'HEAD', path: '/' })).headers.get('content-length'),
    ).not.toBeNull();
    const template = JSON.stringify({ index_patterns: ['INDEX-*'], priority: 400, template: {} });
    const asked: Round[] = [
      { method: 'HEAD', path: '/_index_template/INDEX' },
      { method: 'PUT', path: '/_index_template/INDEX', body: template },
      { method: 'HEAD', path: '/_index_template/INDEX' },
      { method: 'GET', path: '/_index_template/INDEX' },
      { method: 'DELETE', path: '/_index_template/INDEX' },
      { method: 'HEAD', path: '/INDEX' },
      {
        method: 'PUT',
        path: '/%3CINDEX-%7Bnow%2Fd%7D-000001%3E',
        body: '{"aliases":{"INDEX-a":{"is_write_index":true}}}',
      },
      { method: 'GET', path: '/_alias/INDEX-a' },
      { method: 'PUT', path: '/INDEX-a/_settings', body: '{"index.refresh_interval":"5s"}' },
      { method: 'PUT', path: '/_ilm/policy/INDEX', body: '{"policy":{}}' },
      { method: 'GET', path: '/_license?human=false' },
      { method: 'GET', path: '/_cat/health?h=cluster,status&v' },
      { method: 'OPTIONS', path: '/INDEX' },
    ];
    for (const round of asked) await both(round);
  });

  test('what is estrom’s own stays here', async () => {
    for (const path of ['/healthz', '/metrics', '/api/v0.1/queries']) {
      expect((await twins.proxy.through(path)).status).toBe(200);
    }
    const unknown = await twins.proxy.through('/api/v0.1/unknown');
    expect(unknown.json.error.code).toBe('NOT_FOUND');
    const wrong = await twins.proxy.through('/healthz', { method: 'DELETE' });
    expect(wrong.status).toBe(405);
  });
});

describe('before a server that shows what it gets', () => {
  let proxy: EstromProxy | null = null;
  let stub: Stub;
  afterEach(async () => {
    await proxy?.close();
    await stub.close();
  });

  async function start(answer: Stub['answer']): Promise<EstromProxy> {
    stub = await Stub.start(answer);
    proxy = await EstromProxy.start({}, stub.url);
    return proxy;
  }

  test('headers and address come as they were sent, those of the connection do not', async () => {
    const { port } = await start((_, response) => {
      response.setHeader('connection', 'x-private');
      response.setHeader('x-private', '1');
      response.appendHeader('warning', '299 one');
      response.appendHeader('warning', '299 two');
      response.statusCode = 418;
      response.end('tea');
    });
    const path = '/a%2Fb/_search?q=%20+x&&y=%zz&q=2';
    const sent = httpRequest({
      port,
      path,
      headers: {
        authorization: 'ApiKey abc==',
        connection: 'x-mine',
        'x-mine': '1',
        te: 'trailers',
        'x-opaque-id': 'Ü'.normalize(),
        'x-forwarded-for': '10.0.0.1',
        'accept-encoding': 'gzip',
      },
    }).end();
    const [answer] = await once(sent, 'response');
    expect([answer.statusCode, answer.headers['x-private']]).toEqual([418, undefined]);
    expect(answer.headers.warning).toBe('299 one, 299 two');
    const [seen] = stub.seen;
    expect(seen!.url).toBe(path);
    expect(seen!.headers).toMatchObject({
      authorization: 'ApiKey abc==',
      'x-opaque-id': 'Ü',
      'x-forwarded-for': '10.0.0.1, 127.0.0.1',
      'accept-encoding': 'gzip',
      host: new URL(stub.url).host,
    });
    expect(seen!.headers).not.toHaveProperty('x-mine');
    expect(seen!.headers).not.toHaveProperty('te');
    answer.resume();
  });

  test('bodies are streams both ways: a slow reader slows the server down', async () => {
    let written = 0;
    const piece = Buffer.alloc(64 * 1024, 'x');
    const { port } = await start((_, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (written < 512 * piece.length) {
          written += piece.length;
          if (!response.write(piece)) {
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      more();
    });
    const sent = httpRequest({ port, path: '/x/_search' }).end();
    const [answer] = await once(sent, 'response');
    answer.pause();
    let before = -1;
    while (before !== written) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(written).toBeLessThan(16 * 1024 * 1024);
    let read = 0;
    for await (const chunk of answer) read += chunk.length;
    expect(read).toBe(512 * piece.length);
  });

  test('a chunked upload arrives whole; 100-continue is answered', async () => {
    const { port } = await start(({ body }, response) => reply(response, { got: body.length }));
    const sent = httpRequest({
      port,
      path: '/x/_search',
      method: 'POST',
      headers: { expect: '100-continue' },
    });
    sent.flushHeaders();
    await once(sent, 'continue');
    for (let i = 0; i < 20; i++) sent.write('y'.repeat(50_000));
    sent.end();
    const [answer] = await once(sent, 'response');
    expect(JSON.parse(String(await answer.toArray()))).toEqual({ got: 1_000_000 });
  });

  test('who goes away ends the request at the server', async () => {
    const ended = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const { port } = await start((_, response) => {
      response.on('close', ended.resolve);
      asked.resolve();
    });
    const sent = httpRequest({ port, path: '/x/_search' }).end();
    sent.on('error', () => {});
    await asked.promise;
    sent.destroy();
    await ended.promise;
    await expect
      .poll(() => proxy!.metric('estrom_forward_requests_total{kind="other",outcome="aborted"}'))
      .toBe(1);
  });

  test('a server that is not there, and one that breaks off', async () => {
    const { port } = await start((_, response) => response.destroy());
    const broken = await proxy!.through('/x/_search', { body: '{}' });
    expect([broken.status, broken.json.error.type]).toEqual([502, 'bad_gateway_exception']);
    await stub.close();
    const gone = await proxy!.through('/x/_search', { body: '{}' });
    expect([gone.status, gone.json.error.type]).toEqual([503, 'unavailable_exception']);
    expect(port).toBeGreaterThan(0);
  });
});
