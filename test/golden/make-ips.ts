/**
 * Asks a running Elasticsearch which addresses and blocks it takes and writes the answers to `ips.json`:
 * `node test/golden/make-ips.ts --elasticsearch http://127.0.0.1:9200`
 *
 * One line a text: `[text, document, term]`: the address that a document's value stands for, as
 * Elasticsearch writes it, and the range `[from, to]` that a term covers; null where it is refused.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { IP_TEXTS, ipText } from './ip-texts.ts';
import { ElasticsearchServer } from './server.ts';
import { randomNumbers } from './strings.ts';

const { values } = parseArgs({
  options: { elasticsearch: { type: 'string', default: 'http://127.0.0.1:9200' } },
});

const INDEX = 'golden-ips';
const server = new ElasticsearchServer(values.elasticsearch);
const random = randomNumbers(20_240_801);
const texts = [...new Set([...IP_TEXTS, ...Array.from({ length: 400 }, () => ipText(random))])];

await server.ask('DELETE', INDEX);
const properties = { ip: { type: 'ip', ignore_malformed: true } };
await server.ask('PUT', INDEX, JSON.stringify({ mappings: { properties } }));
// Without far away neighbours a range is rewritten to "all" or "none" before it is explained.
const lines = ['::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', ...texts].flatMap((ip, at) => [
  JSON.stringify({ index: { _id: String(at - 2) } }),
  JSON.stringify({ ip }),
]);
await server.ask('POST', `${INDEX}/_bulk?refresh=true`, `${lines.join('\n')}\n`);
const { hits } = await server.ask<{
  hits: { hits: { _id: string; fields?: { ip: string[] } }[] };
}>('POST', `${INDEX}/_search`, JSON.stringify({ size: 9999, docvalue_fields: ['ip'] }));
const stored = new Map(hits.hits.map((hit) => [hit._id, hit.fields?.ip[0] ?? null]));

async function term(text: string): Promise<string[] | null> {
  const answer = await server.ask<{ explanations?: { explanation?: string }[] }>(
    'POST',
    `${INDEX}/_validate/query?explain=true`,
    JSON.stringify({ query: { term: { ip: text } } }),
  );
  const found = /ip:\[(\S+) TO (\S+)\]/.exec(answer.explanations?.[0]?.explanation ?? '');
  return found ? [found[1]!, found[2]!] : null;
}

const rows: string[] = [];
for (const [at, text] of texts.entries())
  rows.push(JSON.stringify([text, stored.get(String(at)), await term(text)]));
await server.ask('DELETE', INDEX);
await writeFile(new URL('ips.json', import.meta.url), `[\n${rows.join(',\n')}\n]\n`);
console.log(`${rows.length} texts`);
