/**
 * Asks a running Elasticsearch what texts mean in fields of each type of number and writes the answers to
 * `numbers.json`: `node test/golden/make-numbers.ts --elasticsearch http://127.0.0.1:9200`
 *
 * One line: `[type, text, documents, term, bounds]`. `documents` are the values of a JSON string and of a
 * JSON number, each with `coerce` and without (`missing` where no value is stored, null where it is
 * refused, `none` where JSON has no such number); `term` and `bounds` (gte, gt, lte, lt) are the ranges
 * that queries ask for, as Lucene writes them; null where nothing can match.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { NUMBER_TEXTS } from './number-texts.ts';
import { ElasticsearchServer } from './server.ts';

const { values } = parseArgs({
  options: { elasticsearch: { type: 'string', default: 'http://127.0.0.1:9200' } },
});

const KINDS = ['byte', 'short', 'integer', 'long', 'half_float', 'float', 'double'];
const WHOLE = KINDS.slice(0, 4);
const INDEX = 'golden-numbers';
const server = new ElasticsearchServer(values.elasticsearch);

const properties: Record<string, unknown> = {};
for (const type of KINDS) {
  properties[type] = { type };
  properties[`${type}_plain`] = { type, coerce: false };
}
await server.ask('DELETE', INDEX);
await server.ask('PUT', INDEX, JSON.stringify({ mappings: { properties } }));

const isJson = (text: string): boolean => /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text);

async function stored(type: string, field: string, value: string): Promise<string | number | null> {
  const put = await server.ask('PUT', `${INDEX}/_doc/probe?refresh=true`, `{"${field}":${value}}`);
  if (put.error) return null;
  const format = WHOLE.includes(type) ? { format: '0' } : {};
  const { hits } = await server.ask<{
    hits: { hits: { fields?: Record<string, (string | number)[]> }[] };
  }>('POST', `${INDEX}/_search`, JSON.stringify({ docvalue_fields: [{ field, ...format }] }));
  const found = hits.hits[0]?.fields?.[field]?.[0];
  return found === undefined ? 'missing' : found;
}

async function explain(query: unknown): Promise<string | null> {
  const answer = await server.ask<{ explanations?: { explanation?: string }[] }>(
    'POST',
    `${INDEX}/_validate/query?explain=true`,
    JSON.stringify({ query }),
  );
  return /:(\[.* TO .*\])$/.exec(answer.explanations?.[0]?.explanation ?? '')?.[1] ?? null;
}

const lines: string[] = [];
for (const type of KINDS) {
  for (const text of new Set(NUMBER_TEXTS)) {
    const documents: (string | number | null)[] = [];
    for (const value of [JSON.stringify(text), text]) {
      for (const field of [type, `${type}_plain`]) {
        const asked = value !== text || isJson(text);
        documents.push(asked ? await stored(type, field, value) : 'none');
      }
    }
    const term = await explain({ term: { [type]: text } });
    const bounds: (string | null)[] = [];
    for (const name of ['gte', 'gt', 'lte', 'lt'])
      bounds.push(await explain({ range: { [type]: { [name]: text } } }));
    lines.push(JSON.stringify([type, text, documents, term, bounds]));
  }
}
await server.ask('DELETE', INDEX);
await writeFile(new URL('numbers.json', import.meta.url), `[\n${lines.join(',\n')}\n]\n`);
console.log(`${lines.length} texts`);
