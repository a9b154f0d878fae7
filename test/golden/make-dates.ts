/**
 * Asks a running Elasticsearch what texts mean on date fields and writes the answers to `dates.json`:
 * `node test/golden/make-dates.ts --elasticsearch http://127.0.0.1:9200`
 *
 * One line a text: `[text, iso, slashes, detected]`. `iso` and `slashes` are the meanings under the two
 * formats that dynamic mapping gives: `[document, from, to]`, where `document` is the instant that a
 * document's value stands for and from..to the range that a query's value covers, in epoch
 * milliseconds, null where it is refused. `detected` is what a new field with this
 * text becomes: `iso`, `slashes`, `text`, or `rejected` when the document is refused.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { DATE_TEXTS } from './date-texts.ts';

const { values } = parseArgs({
  options: { elasticsearch: { type: 'string', default: 'http://127.0.0.1:9200' } },
});

type Json = Record<string, unknown>;

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${values.elasticsearch}/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}

const FORMATS = {
  iso: 'strict_date_optional_time||epoch_millis',
  slashes: 'yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis',
};
type Format = keyof typeof FORMATS;

await ask('DELETE', 'golden-*');
for (const [name, format] of Object.entries(FORMATS)) {
  await ask('PUT', `golden-${name}`, {
    mappings: { properties: { at: { type: 'date', format } } },
  });
  // Without far away neighbours a range is rewritten to "all" or "none" before it is explained.
  for (const at of ['-9999-01-01', '0001/01/01', '99999999999999999']) {
    await ask('POST', `golden-${name}/_doc?refresh=true`, { at });
  }
}

async function document(format: Format, text: string): Promise<number | null> {
  const stored = await ask<Json>('PUT', `golden-${format}/_doc/probe?refresh=true`, { at: text });
  if (stored['error']) return null;
  const found = await ask<{ hits: { hits: { fields?: { at: string[] } }[] } }>(
    'POST',
    `golden-${format}/_search`,
    {
      query: { ids: { values: ['probe'] } },
      docvalue_fields: [{ field: 'at', format: 'epoch_millis' }],
    },
  );
  const value = found.hits.hits[0]?.fields?.at[0];
  return value === undefined ? null : Number(value);
}

async function explain(format: Format, query: Json): Promise<[number, number] | null> {
  const answer = await ask<{ explanations?: { explanation?: string }[] }>(
    'POST',
    `golden-${format}/_validate/query?explain=true`,
    { query },
  );
  const found = /at:\[(-?\d+) TO (-?\d+)\]/.exec(answer.explanations?.[0]?.explanation ?? '');
  return found ? [Number(found[1]), Number(found[2])] : null;
}

/** The range of a term query; the four kinds of bounds must follow from it. */
async function range(format: Format, text: string): Promise<[number, number] | null> {
  const term = await explain(format, { term: { at: text } });
  if (!term) return null;
  const bound = async (name: string) => explain(format, { range: { at: { [name]: text } } });
  const bounds = [await bound('gte'), await bound('gt'), await bound('lte'), await bound('lt')];
  const actual = [bounds[0]?.[0], bounds[1]?.[0], bounds[2]?.[1], bounds[3]?.[1]];
  const expected = [term[0], term[1] + 1, term[1], term[0] - 1];
  if (String(actual) !== String(expected)) {
    console.log(`${format} ${text}: bounds gte, gt, lte, lt are ${actual}, not ${expected}`);
  }
  return term;
}

async function detected(text: string): Promise<string> {
  await ask('DELETE', 'golden-dynamic');
  await ask('POST', 'golden-dynamic/_doc', { at: text });
  const answer = await ask<
    Record<string, { mappings?: { properties?: { at: { type: string; format?: string } } } }>
  >('GET', 'golden-dynamic/_mapping');
  const field = answer['golden-dynamic']?.mappings?.properties?.at;
  if (!field) return 'rejected';
  if (field.type !== 'date') return field.type;
  return field.format ? 'slashes' : 'iso';
}

const lines: string[] = [];
for (const text of [...new Set(DATE_TEXTS)]) {
  const meanings: (number | null)[][] = [];
  for (const format of ['iso', 'slashes'] as const) {
    meanings.push([await document(format, text), ...((await range(format, text)) ?? [null, null])]);
  }
  lines.push(JSON.stringify([text, ...meanings, await detected(text)]));
}
await ask('DELETE', 'golden-*');
await writeFile(new URL('dates.json', import.meta.url), `[\n${lines.join(',\n')}\n]\n`);
console.log(`${lines.length} texts`);
