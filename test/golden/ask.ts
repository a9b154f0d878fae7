import type { CaseGroup, GoldenCase, Source } from './case.ts';
import { AREAS } from './cases/index.ts';
import { KQL_GROUPS, type Kql } from './kql-cases.ts';
import { sourceText } from './load.ts';
import { type ElasticsearchServer, type Failure, reasonOf } from './server.ts';

const INDEX = `golden-cases-${process.pid}`;
/** Groups that are asked at the same time, each in an index of its own. */
const LANES = 8;

/** One line of `kql.json`. */
export interface KqlCase extends GoldenCase {
  readonly kql: Kql;
}

interface Found {
  readonly hits?: { readonly total: { readonly value: number } };
}

/**
 * Asks whether each document matches each query; answers area by area. Every group of cases gets a
 * fresh index, all dynamic unless it has a mapping: the seed documents, then the document are indexed, the seed
 * documents are deleted, and `_search` is asked for each query.
 */
export async function askAll(
  server: ElasticsearchServer,
  areas: readonly string[] = Object.keys(AREAS),
): Promise<GoldenCase[]> {
  const groups = Object.entries(AREAS)
    .filter(([area]) => areas.includes(area))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([area, members]) => members.map((group) => ({ area, group })));
  return askGroups(server, groups, INDEX);
}

/** The cases of texts in KQL: what Elasticsearch answers to the queries that Kibana makes of them. */
export async function askKql(server: ElasticsearchServer): Promise<KqlCase[]> {
  const groups = KQL_GROUPS.map((group) => {
    const queries = group.queries.map(([, dsl]) => dsl);
    return { area: 'kql', group: { ...group, queries } };
  });
  const answers = await askGroups(server, groups, `${INDEX}-kql`);
  const texts = KQL_GROUPS.flatMap(({ queries }) => queries.map(([kql]) => kql));
  return answers.map((answer, number) => ({ kql: texts[number]!, ...answer }));
}

async function askGroups(
  server: ElasticsearchServer,
  groups: readonly { readonly area: string; readonly group: CaseGroup }[],
  prefix: string,
): Promise<GoldenCase[]> {
  const answers: GoldenCase[][] = [];
  let next = 0;
  const lane = async (number: number): Promise<void> => {
    const index = `${prefix}-${number}`;
    for (let at = next++; at < groups.length; at = next++) {
      const { area, group } = groups[at]!;
      answers[at] = await answer(server, index, area, group);
    }
    await server.ask('DELETE', index);
  };
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
  return answers.flat();
}

/** The cases as they stand in `cases.json`. */
export function casesText(cases: readonly GoldenCase[]): string {
  const lines = cases.map((one) => JSON.stringify(one));
  if (new Set(lines).size < lines.length) throw new Error('a case stands twice');
  return `[\n${lines.join(',\n')}\n]\n`;
}

async function answer(
  server: ElasticsearchServer,
  index: string,
  area: string,
  group: CaseGroup,
): Promise<GoldenCase[]> {
  const put = (id: string, source: Source): Promise<Failure> =>
    server.ask('PUT', `${index}/_doc/${id}`, sourceText(source));
  const { name, mapping, seed, document, queries } = group;
  await server.ask('DELETE', index);
  const settings = { number_of_shards: 1, number_of_replicas: 0 };
  const created = await server.ask('PUT', index, JSON.stringify({ settings, mappings: mapping }));
  if (created.error) throw new Error(`mapping of ${area}/${name}: ${reasonOf(created, INDEX)}`);
  for (const [number, source] of (seed ?? []).entries()) {
    const stored = await put(`seed-${number}`, source);
    if (stored.error) throw new Error(`seed of ${area}/${name}: ${reasonOf(stored, INDEX)}`);
  }
  const stored = await put('document', document);
  for (const number of (seed ?? []).keys())
    await server.ask('DELETE', `${index}/_doc/seed-${number}`);
  await server.ask('POST', `${index}/_refresh`);
  const responses = await server.search<Found>(index, queries.map(searchBody));
  const answered = stored.error ? queries.slice(0, 1) : queries;
  return answered.map((query, number) => {
    const found = responses[number]!;
    const common = {
      area,
      name,
      ...(mapping ? { mapping } : {}),
      ...(seed ? { seed } : {}),
      document,
      query,
    };
    if (stored.error) return { ...common, expected: 'rejected', reason: reasonOf(stored, INDEX) };
    if (found.error) return { ...common, expected: 'error', reason: reasonOf(found, INDEX) };
    return { ...common, expected: found.hits!.total.value > 0 };
  });
}

function searchBody(query: CaseGroup['queries'][number]): string {
  const dsl = typeof query === 'string' ? { query_string: { query } } : query;
  return JSON.stringify({ query: dsl, size: 0 });
}
