/**
 * Asks a running Elasticsearch what texts mean in each date format and writes the answers to
 * `date-formats.json`: `node test/golden/make-formats.ts --elasticsearch http://127.0.0.1:9200`
 *
 * One line a text: `[format, text, document, from, to, zonedFrom, zonedTo]`, in epoch milliseconds, null
 * where it is refused. `document` is what a document's value stands for, `from` and `to` what a query's
 * value covers; the last two with the query's time zone {@link ZONE}.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { dateText, FORMATS } from './format-texts.ts';
import { ElasticsearchServer } from './server.ts';
import { randomNumbers } from './strings.ts';

const { values } = parseArgs({
  options: { elasticsearch: { type: 'string', default: 'http://127.0.0.1:9200' } },
});

const ZONE = 'America/New_York';
const EACH = 14;
const LANES = 8;
const INDEX = 'golden-date-formats';
const server = new ElasticsearchServer(values.elasticsearch);
const random = randomNumbers(20_240_703);

const texts = FORMATS.map((format) => [
  ...new Set(Array.from({ length: EACH }, () => dateText(random, format))),
]);

function mappings(): string {
  const properties: Record<string, unknown> = { at: { type: 'date' } };
  FORMATS.forEach((format, number) => {
    properties[`f${number}`] = { type: 'date', format, ignore_malformed: true };
  });
  return JSON.stringify({ mappings: { properties } });
}

await server.ask('DELETE', INDEX);
const made = await server.ask('PUT', INDEX, mappings());
if (made.error) throw new Error(JSON.stringify(made.error));
// Without far away neighbours a range is rewritten to "all" or "none" before it is explained.
for (const at of ['-9999-01-01', '99999999999999999'])
  await server.ask('POST', `${INDEX}/_doc?refresh=true`, JSON.stringify({ at }));

/** What documents of the format stand for, in the order of its texts. */
async function documents(number: number): Promise<(number | null)[]> {
  const lines = texts[number]!.flatMap((text, at) => [
    JSON.stringify({ index: { _id: `${number}-${at}` } }),
    JSON.stringify({ [`f${number}`]: text }),
  ]);
  await server.ask('POST', `${INDEX}/_bulk?refresh=true`, `${lines.join('\n')}\n`);
  const { hits } = await server.ask<{
    hits: { hits: { _id: string; fields?: Record<string, string[]> }[] };
  }>(
    'POST',
    `${INDEX}/_search`,
    JSON.stringify({
      size: EACH,
      query: { ids: { values: texts[number]!.map((_, at) => `${number}-${at}`) } },
      docvalue_fields: [{ field: `f${number}`, format: 'epoch_millis' }],
    }),
  );
  const found = new Map(hits.hits.map((hit) => [hit._id, hit.fields?.[`f${number}`]?.[0]]));
  return texts[number]!.map((_, at) => {
    const value = found.get(`${number}-${at}`);
    return value === undefined ? null : Number(value);
  });
}

async function bound(format: string, text: string, name: 'gte' | 'lte', zone?: string) {
  const range = { at: { [name]: text, format, ...(zone ? { time_zone: zone } : {}) } };
  const answer = await server.ask<{ explanations?: { explanation?: string }[] }>(
    'POST',
    `${INDEX}/_validate/query?explain=true`,
    JSON.stringify({ query: { range } }),
  );
  const found = /at:\[(-?\d+) TO (-?\d+)\]/.exec(answer.explanations?.[0]?.explanation ?? '');
  return found ? Number(found[name === 'gte' ? 1 : 2]) : null;
}

const lines: string[][] = FORMATS.map(() => []);
let next = 0;
async function lane(): Promise<void> {
  for (let number = next++; number < FORMATS.length; number = next++) {
    const format = FORMATS[number]!;
    const stored = await documents(number);
    for (const [at, text] of texts[number]!.entries()) {
      // Beyond the far away neighbours, and what doubles hold.
      if (text.includes('29227899') || text.startsWith('-9999') || Math.abs(stored[at] ?? 0) > 9e15)
        continue;
      const bounds = [await bound(format, text, 'gte'), await bound(format, text, 'lte')];
      bounds.push(await bound(format, text, 'gte', ZONE), await bound(format, text, 'lte', ZONE));
      lines[number]!.push(JSON.stringify([format, text, stored[at], ...bounds]));
    }
  }
}
await Promise.all(Array.from({ length: LANES }, lane));
await server.ask('DELETE', INDEX);
await writeFile(
  new URL('date-formats.json', import.meta.url),
  `[\n${lines.flat().join(',\n')}\n]\n`,
);
console.log(`${lines.flat().length} texts`);
