/**
 * Asks a running Elasticsearch whether each document matches each query and writes `cases.json`:
 * `node test/golden/make.ts --elasticsearch http://127.0.0.1:9200`
 *
 * Every group of cases gets a fresh index without explicit mapping. The seed documents, then the
 * document are indexed, the seed documents are deleted, and `_search` is asked for each query.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { CaseGroup, GoldenCase, Source } from './case.ts';
import { AREAS } from './cases/index.ts';

const { values } = parseArgs({
  options: { elasticsearch: { type: 'string', default: 'http://127.0.0.1:9200' } },
});

const INDEX = 'golden-cases';

interface Failure {
  readonly error?: {
    readonly type: string;
    readonly reason: string;
    readonly root_cause?: readonly { readonly reason: string }[];
    readonly failed_shards?: readonly { readonly reason: { readonly reason: string } }[];
  };
}

async function ask<T>(method: string, path: string, body = ''): Promise<T & Failure> {
  const response = await fetch(`${values.elasticsearch}/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === '' ? {} : { body }),
  });
  return (await response.json()) as T & Failure;
}

const jsonText = (source: Source): string =>
  typeof source === 'string' ? source : JSON.stringify(source);

/** The first line of the reason, without what differs from run to run. */
function reasonOf({ error }: Failure): string {
  const reason =
    error?.failed_shards?.[0]?.reason.reason ?? error?.root_cause?.[0]?.reason ?? error?.reason;
  return (reason ?? 'unknown').replace(/^\[?golden-cases[^\]]*\] ?/, '').split('\n')[0]!;
}

async function put(id: string, source: Source): Promise<Failure> {
  return ask('PUT', `${INDEX}/_doc/${id}`, jsonText(source));
}

interface Found {
  readonly hits?: { readonly total: { readonly value: number } };
}

/** One by one where a query that cannot be parsed fails the whole request. */
async function search(queries: CaseGroup['queries']): Promise<(Found & Failure)[]> {
  const bodies = queries.map((query) => {
    const dsl = typeof query === 'string' ? { query_string: { query } } : query;
    return JSON.stringify({ query: dsl, size: 0 });
  });
  const { responses } = await ask<{ responses?: (Found & Failure)[] }>(
    'POST',
    `${INDEX}/_msearch`,
    bodies.map((body) => `{}\n${body}\n`).join(''),
  );
  if (responses) return responses;
  const single: (Found & Failure)[] = [];
  for (const body of bodies) single.push(await ask<Found>('POST', `${INDEX}/_search`, body));
  return single;
}

async function answer(area: string, group: CaseGroup): Promise<GoldenCase[]> {
  const { name, seed, document, queries } = group;
  await ask('DELETE', INDEX);
  await ask('PUT', INDEX, '{"settings":{"number_of_shards":1,"number_of_replicas":0}}');
  for (const [number, source] of (seed ?? []).entries()) {
    const stored = await put(`seed-${number}`, source);
    if (stored.error) throw new Error(`seed of ${area}/${name}: ${reasonOf(stored)}`);
  }
  const stored = await put('document', document);
  for (const number of (seed ?? []).keys()) await ask('DELETE', `${INDEX}/_doc/seed-${number}`);
  await ask('POST', `${INDEX}/_refresh`);
  const responses = await search(queries);
  const answered = stored.error ? queries.slice(0, 1) : queries;
  return answered.map((query, number) => {
    const found = responses[number]!;
    const common = { area, name, ...(seed ? { seed } : {}), document, query };
    if (stored.error) return { ...common, expected: 'rejected', reason: reasonOf(stored) };
    if (found.error) return { ...common, expected: 'error', reason: reasonOf(found) };
    return { ...common, expected: found.hits!.total.value > 0 };
  });
}

const lines: string[] = [];
for (const [area, groups] of Object.entries(AREAS).sort(([a], [b]) => (a < b ? -1 : 1))) {
  const counts = new Map<string, number>();
  for (const group of groups) {
    for (const found of await answer(area, group)) {
      lines.push(JSON.stringify(found));
      const expected = String(found.expected);
      counts.set(expected, (counts.get(expected) ?? 0) + 1);
    }
  }
  console.log(area, Object.fromEntries(counts));
}
await ask('DELETE', INDEX);
if (new Set(lines).size < lines.length) throw new Error('a case stands twice');
await writeFile(new URL('cases.json', import.meta.url), `[\n${lines.join(',\n')}\n]\n`);
console.log(`${lines.length} cases`);
