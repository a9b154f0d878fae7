import { once } from 'node:events';
import http from 'node:http';
import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { type IngestServer, startIngest } from './ingest-server.ts';

let server: IngestServer;

afterEach(() => server.app.close());

async function post(path: string, body: string): Promise<{ status: number; json: unknown }> {
  const headers = { 'content-type': 'text/plain' };
  const answer = await request(server.url + path, { method: 'POST', body, headers });
  return { status: answer.statusCode, json: await answer.body.json() };
}

describe('POST /api/v0.1/docs', () => {
  it('takes one document a line', async () => {
    server = await startIngest();
    const { status, json } = await post('/api/v0.1/docs?i=logs', '{"n":1}\r\n\n{"n":2}');
    expect(status).toBe(200);
    expect(json).toMatchObject({ errors: false, accepted: 2, failed: 0 });
    expect(server.received.map(({ index, source }) => [index, source])).toEqual([
      ['logs', '{"n":1}'],
      ['logs', '{"n":2}'],
    ]);
  });

  it('names the documents that were refused', async () => {
    server = await startIngest({
      maxDocumentBytes: 1024,
      percolate: async () => [{ slot: 1, status: 400, type: 't', reason: 'r' }],
    });
    const { json } = await post('/api/v0.1/docs?i=logs', `{}\n"${'x'.repeat(2000)}"\n{}\n{}`);
    expect(json).toMatchObject({
      errors: true,
      accepted: 2,
      failed: 2,
      items: [
        { document: 2, status: 413 },
        { document: 3, status: 400, error: { type: 't', reason: 'r' } },
      ],
    });
  });

  it('needs the name of an index', async () => {
    server = await startIngest();
    expect((await post('/api/v0.1/docs', '{}')).status).toBe(400);
    expect((await post('/api/v0.1/docs?i=Bad', '{}')).status).toBe(400);
  });

  it('acknowledges an endless upload as it goes', async () => {
    server = await startIngest();
    const upload = http.request(`${server.url}/api/v0.1/docs?i=logs&progress=true`, {
      method: 'POST',
    });
    upload.write('{"n":1}\n{"n":2}\n{"n":');
    const [response] = (await once(upload, 'response')) as [http.IncomingMessage];
    let text = '';
    response.on('data', (chunk) => {
      text += chunk;
    });
    await expect.poll(() => text).toContain('{"acknowledged":2}\n');
    expect(server.received).toHaveLength(2);
    upload.write('3}\n');
    await expect.poll(() => text).toContain('{"acknowledged":3}\n');
    upload.end('{"n":4}');
    await once(response, 'end');
    const lines = text.trimEnd().split('\n');
    expect(lines.at(-2)).toBe('{"acknowledged":4}');
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ accepted: 4, failed: 0, errors: false });
  });

  it('ends an endless upload with a last word when the server stops', async () => {
    server = await startIngest();
    const upload = http.request(`${server.url}/api/v0.1/docs?i=logs&progress=true`, {
      method: 'POST',
    });
    upload.on('error', () => {});
    upload.write('{"n":1}\n{"n":');
    const [response] = (await once(upload, 'response')) as [http.IncomingMessage];
    let text = '';
    response.on('data', (chunk) => {
      text += chunk;
    });
    await expect.poll(() => text).toContain('{"acknowledged":1}\n');
    const closed = server.app.close();
    await once(response, 'end');
    expect(JSON.parse(text.trimEnd().split('\n').at(-1)!)).toMatchObject({ status: 503 });
    upload.destroy();
    await closed;
  });
});
