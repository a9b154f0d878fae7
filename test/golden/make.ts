/**
 * Asks a running Elasticsearch all golden cases and writes `cases.json` and `kql.json`:
 * `node test/golden/make.ts --elasticsearch http://127.0.0.1:9200`. With `--area NAME`, once for each, only those
 * are asked again.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { askAll, askKql, casesText } from './ask.ts';
import { loadCases } from './load.ts';
import { ElasticsearchServer } from './server.ts';

const { values } = parseArgs({
  options: {
    elasticsearch: { type: 'string', default: 'http://127.0.0.1:9200' },
    area: { type: 'string', multiple: true },
  },
});

const server = new ElasticsearchServer(values.elasticsearch);
const { area: areas } = values;
if (areas === undefined) {
  const kql = await askKql(server);
  await writeFile(new URL('kql.json', import.meta.url), casesText(kql));
  console.log(`${kql.length} cases of KQL`);
}
const asked = await askAll(server, areas);
const kept = areas === undefined ? [] : loadCases().filter(({ area }) => !areas.includes(area));
const all = [...kept, ...asked].sort((a, b) => (a.area < b.area ? -1 : a.area > b.area ? 1 : 0));
for (const [area, cases] of Map.groupBy(asked, (one) => one.area)) {
  const counts = Map.groupBy(cases, ({ expected }) => String(expected));
  console.log(area, Object.fromEntries([...counts].map(([name, { length }]) => [name, length])));
}
await writeFile(new URL('cases.json', import.meta.url), casesText(all));
console.log(`${all.length} cases`);
