import { expect, test } from 'vitest';
import type { ElasticsearchConnection } from '../../../../src/elasticsearch/connection.ts';
import { createLogger } from '../../../../src/log.ts';
import { writeIndexOf } from '../../../../src/percolate/elasticsearch/mapping/describe-index.ts';
import { Patience } from '../../../../src/percolate/elasticsearch/patience.ts';

/** Data streams are not in the build of Elasticsearch that the engines' tests have. */
function resolvingTo(body: object): Patience {
  const connection = { ask: async () => ({ status: 200, body }) };
  return new Patience(connection as unknown as ElasticsearchConnection, createLogger('silent'));
}

test('a data stream is written into its newest backing index', async () => {
  const backing_indices = ['.ds-logs-2026.11.20-000001', '.ds-logs-2026.11.21-000002'];
  const patience = resolvingTo({
    indices: [],
    aliases: [],
    data_streams: [{ name: 'logs', backing_indices, timestamp_field: '@timestamp' }],
  });
  expect(await writeIndexOf(patience, 'logs')).toBe(backing_indices[1]);
});
