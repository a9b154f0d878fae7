import { expect, test } from 'vitest';
import { lines } from './proxy.ts';
import { type Round, useTwins } from './twins.ts';

const twins = useTwins();
const both = (round: Round) => twins.both(round);

test('searches, scrolls and what is not there', async () => {
  const documents = Array.from({ length: 25 }, (_, n) => lines({ index: {} }, { n })).join('');
  await twins.prepare({ path: '/INDEX/_bulk?refresh=true', body: documents });
  const asked: Round[] = [
    { method: 'GET', path: '/INDEX/_search?q=n:7&filter_path=hits.total,hits.hits._source' },
    { path: '/INDEX/_count', body: '{"query":{"range":{"n":{"gte":20}}}}' },
    { path: '/INDEX/_search?size=0', body: '{"aggs":{"s":{"sum":{"field":"n"}}}}' },
    { path: '/INDEX/_msearch', body: '{}\n{"size":0,"query":{"term":{"n":3}}}\n' },
    { method: 'GET', path: '/INDEX-none/_search' },
    { method: 'GET', path: '/INDEX/_doc/none' },
    { method: 'GET', path: '/INDEX/_mapping?pretty' },
    { method: 'GET', path: '/%3CINDEX-%7Bnow%2Fd%7D%3E/_search?ignore_unavailable=true' },
    { path: '/INDEX/_nonsense' },
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
  expect((await both({ method: 'HEAD', path: '/' })).headers.get('content-length')).not.toBeNull();
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
