import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineContract } from '../contract/engine-contract.ts';
import { KQL_GROUP_NAMES, kqlVerdicts, wrongOf } from '../percolate/kql-verdicts.ts';
import { ElasticsearchNode } from './elasticsearch-nodes.ts';
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
  if (server) expect(await server.stop()).toBe(0);
});

engineContract('opensearch', async () => new ElasticsearchNode({ url, prefix }));

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
