import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, startServer } from './running.ts';

const ALL = ['ingest', 'tail', 'register'];
const TOKENS = [
  { name: 'root', token: 'root', roles: [...ALL, 'metrics'] },
  { name: 'logs', token: 'logs', roles: ALL, index: 'logs-*' },
  { name: 'acme', token: 'acme', roles: ALL, index: 'logs-*,-logs-secret', filter: 'tenant:acme' },
  // The same bounds, written otherwise.
  {
    name: 'acme-too',
    token: 'acme-too',
    roles: ALL,
    index: 'logs-*,-logs-secret',
    filter: { bool: { must: [{ match: { tenant: { query: 'acme' } } }] } },
  },
];

let folder: string;
let server: Running;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'estrom-rows-'));
  const tokens = join(folder, 'tokens.yml');
  writeFileSync(tokens, JSON.stringify(TOKENS));
  server = await startServer({ tokens });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const as = (name: string) => ({ authorization: `Bearer ${name}` });

async function api(name: string, method: string, path: string, body?: unknown) {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: as(name),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}

const register = async (name: string, query: unknown, index = '*') =>
  (await api(name, 'POST', '/api/v0.1/queries', { index, query })).body.subscription_id as string;

/** Resolves when the tail of so many hits is open, with the numbers of the documents that it gets. */
async function tail(
  name: string,
  query: string,
  count: number,
): Promise<{ hits: Promise<number[]> }> {
  const path = `/api/v0.1/docs?format=ndjson&limit=${count}&${query}`;
  const answer = await fetch(`${server.url}${path}`, { headers: as(name) });
  expect(answer.status).toBe(200);
  const read = async () => {
    const lines = (await answer.text()).split('\n').filter((line) => line.includes('_source'));
    return lines.map((line) => JSON.parse(line)._source.n as number);
  };
  return { hits: read() };
}

const DOCUMENTS = [
  ['logs-a', { n: 1, tenant: 'acme', level: 'error' }],
  ['logs-a', { n: 2, tenant: 'other', level: 'error' }],
  ['logs-secret', { n: 3, tenant: 'acme', level: 'error' }],
  ['metrics', { n: 4, tenant: 'acme', level: 'error' }],
  ['logs-a', { n: 5, tenant: ['other', 'acme'], level: 'info' }],
  ['logs-a', { n: 6, level: 'error' }],
  ['logs-b', { n: 7, tenant: 'acme', level: 'error' }],
] as const;

async function send(): Promise<void> {
  const body = DOCUMENTS.map(
    ([index, source]) =>
      `${JSON.stringify({ index: { _index: index } })}\n${JSON.stringify(source)}\n`,
  ).join('');
  const answer = await api('root', 'POST', '/_bulk', body);
  expect(answer.body.errors).toBe(false);
}

describe('a caller with bounds', () => {
  it('gets what both its query and its bounds match, and nothing else', async () => {
    const tails = await Promise.all([
      tail('root', 'q=*', 7),
      tail('root', 'q=level:error', 6),
      tail('logs', 'q=*', 6),
      tail('logs', 'i=*,-logs-a&q=*', 2),
      tail('acme', '', 3),
      tail('acme', 'q=level:error', 2),
      tail('acme', 'q=NOT level:info', 2),
      tail('acme', 'q=level:error OR tenant:other', 3),
      tail('acme', 'i=logs-b,metrics,logs-secret', 1),
    ]);
    await send();
    expect(await Promise.all(tails.map(({ hits }) => hits))).toEqual([
      [1, 2, 3, 4, 5, 6, 7],
      [1, 2, 3, 4, 6, 7],
      [1, 2, 3, 5, 6, 7],
      [3, 7],
      [1, 5, 7],
      [1, 7],
      [1, 7],
      [1, 5, 7],
      [7],
    ]);
  });

  it('gives its queries ids of their own, equal only for equal bounds', async () => {
    const ids = await Promise.all(
      ['root', 'logs', 'acme', 'acme-too'].map((name) => register(name, 'x')),
    );
    expect(new Set(ids).size).toBe(3);
    expect(ids[2]).toBe(ids[3]);
  });

  it('attaches by id to queries with its own bounds only; others do not exist for it', async () => {
    const id = await register('acme', 'level:error');
    for (const name of ['root', 'logs']) {
      const paths = [`/api/v0.1/docs?s=${id}`, `/api/v0.1/queries/${id}`];
      for (const path of paths) {
        const unknown = await api(name, 'GET', path.replace(id, '0'.repeat(32)));
        const known = await api(name, 'GET', path);
        expect(known.status).toBe(404);
        // Not told apart from an id that nobody has.
        expect(JSON.stringify(known.body).replaceAll(id, '0'.repeat(32))).toBe(
          JSON.stringify(unknown.body),
        );
      }
      expect((await api(name, 'DELETE', `/api/v0.1/queries/${id}`)).status).toBe(404);
    }
    const { hits } = await tail('acme-too', `s=${id}`, 2);
    await send();
    expect(await hits).toEqual([1, 7]);
  });

  it('sees in lists and on demand what it may attach to', async () => {
    const mine = await register('acme', 'list');
    const theirs = await register('root', 'list');
    const listOf = async (name: string) => {
      const { body } = await api(name, 'GET', '/api/v0.1/queries?size=1000');
      const ids: string[] = body.queries.map(
        (query: { subscription_id: string }) => query.subscription_id,
      );
      expect(body.total).toBe(ids.length);
      return ids;
    };
    expect(await listOf('acme')).toContain(mine);
    expect(await listOf('acme')).not.toContain(theirs);
    expect(await listOf('acme-too')).toContain(mine);
    expect(await listOf('root')).toContain(theirs);
    expect(await listOf('root')).not.toContain(mine);
    const documents = [{ tenant: 'acme', text: 'list' }, { text: 'list' }];
    const onDemand = async (name: string) =>
      (
        await api(name, 'POST', '/api/v0.1/percolate', { index: 'logs-a', documents })
      ).body.slots.map((slot: string[]) => slot.filter((id) => id === mine || id === theirs));
    expect(await onDemand('acme')).toEqual([[mine], []]);
    expect(await onDemand('root')).toEqual([[theirs], [theirs]]);
    expect(await onDemand('logs')).toEqual([[], []]);
  });

  it("withdraws its own claim and nobody else's", async () => {
    const id = await register('acme', 'claimed');
    expect(await register('acme-too', 'claimed')).toBe(id);
    const path = `/api/v0.1/queries/${id}`;
    expect((await api('acme', 'DELETE', path)).status).toBe(200);
    expect((await api('acme', 'GET', path)).status).toBe(200);
    // A second time it takes nothing away from the other.
    await api('acme', 'DELETE', path);
    expect((await api('acme', 'GET', path)).status).toBe(200);
    expect((await api('acme-too', 'DELETE', path)).status).toBe(200);
    expect((await api('acme-too', 'GET', path)).status).toBe(404);
  });

  it('registers in bulk within its bounds', async () => {
    const lines = '{"query":"in bulk"}\n{"index":"logs-b,metrics","query":"in bulk"}\n';
    const { body } = await api('acme', 'POST', '/api/v0.1/queries/_bulk', lines);
    expect(body.errors).toBe(false);
    for (const { subscription_id: id } of body.items) {
      expect((await api('root', 'GET', `/api/v0.1/queries/${id}`)).status).toBe(404);
      expect((await api('acme', 'GET', `/api/v0.1/queries/${id}`)).status).toBe(200);
    }
    const other = { index: 'metrics', query: 'in bulk' };
    expect((await api('acme', 'POST', '/api/v0.1/queries', other)).status).toBe(403);
  });

  it('may not make ingest wait for its tails unless it is allowed to', async () => {
    const answer = await api('acme', 'GET', '/api/v0.1/docs?on_slow=block');
    expect(answer.status).toBe(403);
  });
});

describe('a sender with an index bound', () => {
  it('has the items of other indices refused, and the others taken', async () => {
    const indices = ['logs-a', 'metrics', 'logs-secret', 'logs-b'];
    const lines = indices.flatMap((index) => [
      `{"index":{"_index":"${index}"}}\n{"n":1}\n`,
      `{"create":{"_index":"${index}","_id":"1"}}\n{"n":1}\n`,
      `{"delete":{"_index":"${index}","_id":"1"}}\n`,
    ]);
    const { status, body } = await api('acme', 'POST', '/_bulk', lines.join(''));
    expect(status).toBe(200);
    const statuses = body.items.map(
      (item: Record<string, { status: number }>) => Object.values(item)[0]!.status,
    );
    expect(statuses).toEqual([201, 201, 404, 403, 403, 403, 403, 403, 403, 201, 201, 404]);
    expect(body.items[3].index.error).toMatchObject({ type: 'security_exception' });
  });

  it('has the items that name no index judged by the address', async () => {
    const bulk = async (index: string) => {
      const { body } = await api('logs', 'POST', `/${index}/_bulk`, '{"index":{}}\n{"n":1}\n');
      return body.items[0].index.status;
    };
    expect([await bulk('logs-a'), await bulk('metrics')]).toEqual([201, 403]);
  });

  it.each([
    ['POST', '/metrics-1/_doc'],
    ['PUT', '/metrics-1/_doc/1'],
    ['PUT', '/metrics-1/_create/1'],
    ['POST', '/metrics-1/_update/1'],
    ['DELETE', '/metrics-1/_doc/1'],
    ['POST', '/api/v0.1/docs?i=metrics-1'],
    ['PUT', '/metrics-1'],
    ['PUT', '/%3Cmetrics-%7Bnow%2Fd%7D%3E'],
    ['POST', '/%3Cmetrics-%7Bnow%2Fd%7D%3E/_doc'],
  ])('is refused as a whole where the address names the index: %s %s', async (method, path) => {
    const doc = path.includes('_update') ? { doc: {}, doc_as_upsert: true } : { n: 1 };
    const body = method === 'DELETE' || !path.includes('_') ? undefined : doc;
    const refused = await api('logs', method, path, body);
    expect(refused.status).toBe(403);
    expect(refused.body.error.reason).toContain('only to [logs-*]');
    const allowed = await api('logs', method, path.replace('metrics', 'logs'), body);
    expect(allowed.status).not.toBe(403);
    expect(allowed.status).toBeLessThan(500);
  });
});
