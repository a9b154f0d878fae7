import { readFileSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import { askAll, askKql, casesText } from '../golden/ask.ts';
import { ElasticsearchServer } from '../golden/server.ts';

test('the golden cases are what Elasticsearch answers', async () => {
  const cases = await askAll(new ElasticsearchServer(inject('elasticsearch')));
  const kept = readFileSync(new URL('../golden/cases.json', import.meta.url), 'utf8');
  expect(casesText(cases)).toBe(kept);
});

test('so are those of KQL', async () => {
  const cases = await askKql(new ElasticsearchServer(inject('elasticsearch')));
  const kept = readFileSync(new URL('../golden/kql.json', import.meta.url), 'utf8');
  expect(casesText(cases)).toBe(kept);
});
