/**
 * Asks a running Elasticsearch all golden cases and writes `cases.json` and `kql.json`:
 * `node test/golden/make.ts --elasticsearch http://127.0.0.1:9200`
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { askAll, askKql, casesText } from './ask.ts';
import { ElasticsearchServer } from './server.ts';

const { values } = parseArgs({
  options: { elasticsearch: { type: 'string', default: 'http://127.0.0.1:9200' } },
});

const server = new ElasticsearchServer(values.elasticsearch);
const kql = await askKql(server);
await writeFile(new URL('kql.json', import.meta.url), casesText(kql));
console.log(`${kql.length} cases of KQL`);
const all = await askAll(server);
for (const [area, cases] of Map.groupBy(all, (one) => one.area)) {
  const counts = Map.groupBy(cases, ({ expected }) => String(expected));
  console.log(area, Object.fromEntries([...counts].map(([name, { length }]) => [name, length])));
}
await writeFile(new URL('cases.json', import.meta.url), casesText(all));
console.log(`${all.length} cases`);
