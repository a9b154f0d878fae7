// biome-ignore-all lint/suspicious/noExplicitAny: answers are read as they come.
import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type IngestServer,
  type IngestServerOptions,
  metric,
  startIngest,
} from './ingest-server.ts';

let server: IngestServer;

afterEach(() => server.app.close());

async function start(options?: IngestServerOptions): Promise<void> {
  server = await startIngest(options);
}

async function post(
  path: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
  method: 'POST' | 'PUT' = 'POST',
): Promise<{ status: number; text: string; json: any; headers: Record<string, unknown> }> {
  const answer = await request(server.url + path, { method, body, headers });
  const text = await answer.body.text();
  return { status: answer.statusCode, text, json: JSON.parse(text), headers: answer.headers };
}

describe('_bulk', () => {
  it.each([
    ['POST', '/_bulk'],
    ['PUT', '/_bulk'],
    ['POST', '/_bulk/'],
    ['POST', '/logs/_bulk'],
    ['PUT', '/logs/_bulk'],
    ['PUT', '/logs/_bulk/'],
  ] as const)('takes documents by %s %s', async (method, path) => {
    await start();
    const action = path.includes('logs') ? '{"index":{}}' : '{"index":{"_index":"logs"}}';
    const answer = await post(path, `${action}\n{"a":1}\n${action}\n{"a":2}\n`, {}, method);
    expect(answer.status).toBe(200);
    expect(server.received.map(({ index, source }) => [index, source])).toEqual([
      ['logs', '{"a":1}'],
      ['logs', '{"a":2}'],
    ]);
  });

  it('answers compactly with took, errors and items in this order', async () => {
    await start();
    const { text, headers } = await post('/_bulk', '{"index":{"_index":"a","_id":"x\\"y"}}\n{}\n');
    expect(text.replace(/"took":\d+/, '"took":0')).toBe(
      '{"took":0,"errors":false,"items":[{"index":{"_index":"a","_id":"x\\"y","_version":1,' +
        '"result":"created","_shards":{"total":1,"successful":1,"failed":0},"_seq_no":0,' +
        '"_primary_term":1,"status":201}}]}',
    );
    expect(headers['content-type']).toBe('application/json');
  });

  it('gives back the vendor content type that the client accepts', async () => {
    await start();
    const type = 'application/vnd.elasticsearch+json; compatible-with=9';
    const { headers } = await post('/a/_bulk', '{"index":{}}\n{}\n', { accept: type });
    expect(headers['content-type']).toBe('application/vnd.elasticsearch+json;compatible-with=9');
  });

  it('makes ids that differ where the client gives none', async () => {
    await start();
    const { json } = await post('/a/_bulk', '{"create":{}}\n{}\n'.repeat(2500));
    const ids = json.items.map((item: any) => item.create._id);
    expect(new Set(ids).size).toBe(2500);
    expect(server.received.map(({ id }) => id)).toEqual(ids);
    expect(ids[0]).toMatch(/^[\w-]{3,20}$/);
  });

  it('refuses a malformed line as its own item and loses nothing after it', async () => {
    await start();
    const { json } = await post(
      '/a/_bulk',
      '{"index":{}}\n{"n":1}\nnonsense\n{"index":{}}\n{"n":2}\n{"nope":{}}\n{"n":"its source"}\n{"create":{}}\n{"n":3}\n',
    );
    expect(server.received.map(({ source }) => source)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
    expect(json.errors).toBe(true);
    expect(json.items.map((item: any) => (Object.values(item)[0] as any).status)).toEqual([
      201, 400, 201, 400, 201,
    ]);
    expect(json.items[1].index.error.reason).toContain('Malformed action/metadata line [3]');
    expect(json.items[3].index.error.reason).toContain('found [nope]');
    expect(await metric(server.metrics, 'estrom_ingest_parse_errors_total')).toBe(2);
  });

  it('answers deletes and updates as a store without these documents', async () => {
    await start();
    const { json } = await post(
      '/a/_bulk',
      '{"delete":{"_id":"1"}}\n' +
        '{"update":{"_id":"2"}}\n{"doc":{"x":1}}\n' +
        '{"update":{"_id":"3"}}\n{"doc_as_upsert":true,"doc":{"x":[1,{"y":"}"}]}}\n' +
        '{"update":{"_id":"4"}}\n{"script":{"source":"x"}, "upsert" : {"z":1} }\n',
    );
    expect(json.items[0].delete).toMatchObject({ status: 404, result: 'not_found', _id: '1' });
    expect(json.items[1].update).toMatchObject({
      status: 404,
      error: { type: 'document_missing_exception', reason: '[2]: document missing' },
    });
    expect(json.items[2].update).toMatchObject({ status: 201, _id: '3' });
    expect(server.received.map(({ id, source }) => [id, source])).toEqual([
      ['3', '{"x":[1,{"y":"}"}]}'],
      ['4', '{"z":1}'],
    ]);
  });

  it('reports what percolation refused at the right items', async () => {
    await start({
      percolate: async () => [
        { slot: 1, status: 400, type: 'mapper_parsing_exception', reason: 'failed to parse' },
      ],
    });
    const { json } = await post(
      '/a/_bulk',
      `{"delete":{"_id":"d"}}\n${'{"index":{}}\n{}\n'.repeat(3)}`,
    );
    expect(json.errors).toBe(true);
    expect(json.items.map((item: any) => (Object.values(item)[0] as any).status)).toEqual([
      404, 201, 400, 201,
    ]);
    expect(json.items[2].index.error).toEqual({
      type: 'mapper_parsing_exception',
      reason: 'failed to parse',
    });
  });

  it('refuses items without an index or with a bad one', async () => {
    await start();
    const { json } = await post(
      '/_bulk',
      '{"index":{}}\n{}\n{"index":{"_index":"Bad"}}\n{}\n{"index":{"_index":"ok"}}\n{}\n',
    );
    expect(json.items.map((item: any) => item.index.status)).toEqual([400, 400, 201]);
    expect(json.items[0].index.error.reason).toContain('index is missing');
    expect(json.items[1].index.error.reason).toBe('Invalid index name [Bad], must be lowercase');
    expect((await post('/Bad/_bulk', '{"index":{}}\n{}\n')).status).toBe(400);
  });

  it('takes empty lines, CRLF and a missing final newline', async () => {
    await start();
    const { json } = await post(
      '/_bulk',
      '{"index":{"_index": "a"}}\r\n{"n":1}\r\n\r\n\n{"index":{"_index": "a"}}\n{"n":2}',
    );
    expect(json.items).toHaveLength(2);
    expect(server.received.map(({ source }) => source)).toEqual(['{"n":1}', '{"n":2}']);
  });

  it('refuses an action whose source is missing', async () => {
    await start();
    const { json } = await post('/a/_bulk', '{"index":{}}\n{}\n{"index":{}}\n');
    expect(json.items.map((item: any) => item.index.status)).toEqual([201, 400]);
  });

  it('answers an empty body with 400', async () => {
    await start();
    expect((await post('/_bulk', '')).status).toBe(400);
    expect((await post('/_bulk', '\n\n')).status).toBe(400);
  });

  it('refuses a line that is too long and takes the others', async () => {
    await start({ maxDocumentBytes: 1024 });
    const long = `{"x":"${'y'.repeat(300_000)}"}`;
    const fits = `{"x":"${'y'.repeat(1016)}"}`;
    const { json } = await post(
      '/a/_bulk',
      `{"index":{"_id":"1"}}\n${long}\n{"index":{"_id":"2"}}\n${fits}\n{"index":{"_id":"3"}}\n${fits} \n{"index":{"_id":"4"}}\n{}\n`,
    );
    expect(json.items.map((item: any) => [item.index._id, item.index.status])).toEqual([
      ['1', 413],
      ['2', 201],
      ['3', 413],
      ['4', 201],
    ]);
  });

  it.each([100_000, 300_000, 3_000_000])('takes lines of %i bytes', async (length) => {
    await start();
    const source = `{"x":"${'y'.repeat(length)}"}`;
    await post('/a/_bulk', `{"index":{}}\n{}\n{"index":{}}\n${source}\n{"index":{}}\n{}\n`);
    expect(server.received.map((each) => each.source.length)).toEqual([2, source.length, 2]);
    expect(await metric(server.metrics, 'estrom_ingest_buffer_bytes')).toBe(0);
  });

  it('keeps the items in order though batches are done out of order', async () => {
    const waiting: (() => void)[] = [];
    await start({
      percolate: () =>
        new Promise((resolve) => {
          waiting.unshift(() => resolve([]));
          // The last batch is done first, the first one last.
          if (server.received.length === 3500) for (const go of waiting) go();
        }),
    });
    const body = Array.from({ length: 3500 }, (_, i) => `{"index":{"_id":"${i}"}}\n{}\n`).join('');
    const { json } = await post('/a/_bulk', body);
    expect(server.batchSizes.length).toBeGreaterThan(3);
    expect(json.items.map((item: any) => item.index._id)).toEqual(
      Array.from({ length: 3500 }, (_, i) => String(i)),
    );
  });

  it('answers 20,000 documents exactly, with failures between them', async () => {
    await start({
      percolate: async ({ count }) =>
        count < 900 ? [{ slot: 0, status: 400, type: 't', reason: 'r' }] : [],
    });
    const { json } = await post('/a/_bulk', `${'{"index":{}}\n{}\n'.repeat(20_000)}nonsense\n{}\n`);
    expect(json.items).toHaveLength(20_001);
    const taken = json.items.filter((item: any) => item.index.status === 201);
    const refused = server.batchSizes.filter((size) => size < 900).length;
    expect(taken).toHaveLength(20_000 - refused);
    expect(new Set(taken.map((item: any) => item.index._id)).size).toBe(taken.length);
    const known = new Set(server.received.map(({ id }) => id));
    expect(taken.every((item: any) => known.has(item.index._id))).toBe(true);
  });

  it.each([
    [
      'errors%2Citems.%2A._index%2Citems.%2A.status',
      '{"errors":true,"items":[{"index":{"_index":"a","status":201}},{"index":{"_index":null,"status":400}}]}',
    ],
    [
      'errors,items.*.error.type',
      '{"errors":true,"items":[{"index":{"error":{"type":"illegal_argument_exception"}}}]}',
    ],
    ['errors', '{"errors":true}'],
    ['items.*._id,-items.*._id', '{}'],
  ])('answers filter_path=%s', async (path, expected) => {
    await start();
    const { text } = await post(`/a/_bulk?filter_path=${path}`, '{"index":{}}\n{}\nnonsense\n{}\n');
    expect(text).toBe(expected);
  });
});
