import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineContract } from '../contract/engine-contract.ts';
import { KQL_GROUP_NAMES, kqlVerdicts, wrongOf } from '../percolate/kql-verdicts.ts';
import { ElasticsearchNode, sweep } from './elasticsearch-nodes.ts';
import { EstromProxy, lines } from './forward/proxy.ts';
import { OpenSearch } from './opensearch.ts';

/** `ESTROM_TEST_OPENSEARCH` names one that runs already. */
const running = process.env['ESTROM_TEST_OPENSEARCH'];
const prefix = `contract-${process.pid}`;
let server: OpenSearch | undefined;
let url: string;

beforeAll(async () => {
  server = running === undefined ? await OpenSearch.start() : undefined;
  url = running ?? server!.url;
}, 600_000);
afterAll(async () => {
  await sweep(url, `${prefix}*`);
  if (server) expect(await server.stop()).toBe(0);
});

engineContract('opensearch', async () => new ElasticsearchNode({ url, prefix }));

test('estrom in front of it passes writes on, and what was stored is percolated there', async () => {
  const flags = { engine: 'elasticsearch', elasticsearchPrefix: `${prefix}-forward` };
  const proxy = await EstromProxy.start(flags, url);
  const hits = await proxy.tail('*', 'n:[2 TO *]');
  const { json, status } = await proxy.through('/_bulk', {
    body: lines(
      ...[1, 2].flatMap((n) => [{ index: { _index: `${proxy.prefix}-a`, _id: `${n}` } }, { n }]),
      { create: { _index: `${proxy.prefix}-a`, _id: '2' } },
      { n: 3 },
    ),
  });
  expect(status).toBe(200);
  expect(
    json.items.map((item: Record<string, { status: number }>) => Object.values(item)[0]!.status),
  ).toEqual([201, 201, 409]);
  expect(await hits.texts()).toEqual(['-a/2 {"n":2}']);
  await proxy.close();
  await sweep(url, `${prefix}-forward*`);
});

describe('queries in OpenSearch match as in Elasticsearch', () => {
  let verdicts: readonly boolean[];

  beforeAll(async () => {
    const node = new ElasticsearchNode({ url, prefix: `${prefix}-kql` });
    verdicts = await kqlVerdicts(node, `${prefix}-kql`);
    await node.close();
  });

  test.each(KQL_GROUP_NAMES)('%s', (name) => {
    expect(wrongOf(name, verdicts)).toEqual([]);
  });
});
