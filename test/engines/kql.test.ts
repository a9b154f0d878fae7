import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { KQL_GROUP_NAMES, kqlVerdicts, wrongOf } from '../percolate/kql-verdicts.ts';
import { ElasticsearchNode, sweep } from './elasticsearch-nodes.ts';

describe('with Elasticsearch as the engine, queries in KQL match as those do that Kibana makes of them', () => {
  const url = inject('elasticsearch');
  const prefix = `kql-${process.pid}`;
  const node = new ElasticsearchNode({ url, prefix });
  let verdicts: readonly boolean[];

  beforeAll(async () => {
    verdicts = await kqlVerdicts(node, prefix);
  });
  afterAll(async () => {
    await node.close();
    await sweep(url, `${prefix}*`);
  });

  test.each(KQL_GROUP_NAMES)('%s', (name) => {
    expect(wrongOf(name, verdicts)).toEqual([]);
  });
});
