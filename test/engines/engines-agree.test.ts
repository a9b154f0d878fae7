import fc from 'fast-check';
import { afterAll, expect, inject, test } from 'vitest';
import { EstromError } from '../../src/errors.ts';
import type { Engine } from '../../src/percolate/engine.ts';
import { canonicalise } from '../../src/query/canonical.ts';
import type { Ir } from '../../src/query/ir.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import type { GoldenCase } from '../golden/case.ts';
import { loadCases, sourceText } from '../golden/load.ts';
import { ElasticsearchServer } from '../golden/server.ts';
import { batchOf, ordinalsBySlot } from '../percolate/batches.ts';
import { embeddedEngine } from '../percolate/engines.ts';
import { documentOf, fields } from './differential/documents.ts';
import { ANALYSIS, mappingFor } from './differential/mappings.ts';
import { queryAnalyzersOf } from './differential/query-analyzers.ts';
import { queryDslOf } from './differential/query-dsl.ts';
import { type Question, queryTextOf } from './differential/query-strings.ts';
import { type Answer, askElasticsearch, store } from './differential/round.ts';
import { verdictOf } from './differential/verdict.ts';
import { ElasticsearchNode, sweep } from './elasticsearch-nodes.ts';

const SEED = Number(process.env['ESTROM_SEED'] ?? Date.now() % 2 ** 31);
const ROUNDS = Number(process.env['ESTROM_ROUNDS'] ?? 3);
const DOCUMENTS = 40;
const QUESTIONS = 120;
/** Of each area of golden cases, the document with the most questions. */
const GROUPS_PER_AREA = 1;

const url = inject('elasticsearch');
const server = new ElasticsearchServer(url);
const prefix = `agree-${process.pid}`;
const embedded = embeddedEngine();
const node = new ElasticsearchNode({ url, prefix });
const engines: Readonly<Record<string, Engine>> = { embedded, elasticsearch: node };

afterAll(async () => {
  await Promise.all([embedded.close(), node.close()]);
  await sweep(url, `${prefix}*`);
});

function parsed(query: Question['query']): Ir | null {
  try {
    return canonicalise(parseQuery(query)).query;
  } catch (error) {
    if (error instanceof EstromError) return null;
    throw error;
  }
}

/** Standing in Elasticsearch, queries cannot ask for metadata: see docs/elasticsearch-differences.md. */
function isAskable(query: Question['query']): boolean {
  return parsed(query) !== null && !/\b_id|_index|"ids"/.test(JSON.stringify(query));
}

interface Asked {
  readonly index: string;
  readonly query: Ir;
}

/**
 * Fixes the types of fields by `before` and the documents, then percolates the documents with the queries.
 * @returns for each query the slots of the documents that it matched, in each engine
 */
async function found(
  asking: readonly (keyof typeof engines)[],
  asked: readonly Asked[],
  before: readonly (readonly [index: string, document: string])[],
  documents: readonly (readonly [index: string, document: string])[],
): Promise<Record<string, number[][]>> {
  const batch = (given: typeof documents) =>
    batchOf(
      given.map(([, document]) => document),
      given.map(([index]) => index),
    );
  const queries = asked.map(({ index, query }, ordinal) => ({
    id: `${index}-${ordinal}`,
    ordinal,
    index,
    query,
  }));
  const answers: Record<string, number[][]> = {};
  for (const name of asking) {
    const engine = engines[name]!;
    for (const given of [before, documents]) {
      if (given.length === 0) continue;
      const { failures } = await engine.percolate(batch(given));
      expect(failures, `${name} refuses documents`).toEqual([]);
    }
    await engine.register(queries);
    const { pairs, failures } = await engine.percolate(batch(documents));
    expect(failures, `${name} refuses documents`).toEqual([]);
    await engine.unregister(queries.map(({ ordinal }) => ordinal));
    const slots: number[][] = queries.map(() => []);
    for (const [slot, ordinals] of ordinalsBySlot(pairs, documents.length).entries()) {
      for (const ordinal of ordinals) slots[ordinal]!.push(slot);
    }
    answers[name] = slots;
  }
  return answers;
}

/** Of every area, the cases about the documents with the most questions. */
function chosenGroups(): GoldenCase[][] {
  // Explicit mappings have tests of their own: here each engine derives the types itself.
  const cases = loadCases().filter(
    ({ expected, mapping }) => expected !== 'rejected' && mapping === undefined,
  );
  return [...Map.groupBy(cases, ({ area }) => area).values()].flatMap((members) =>
    [...Map.groupBy(members, ({ seed, document }) => JSON.stringify([seed, document])).values()]
      .toSorted((a, b) => b.length - a.length)
      .slice(0, GROUPS_PER_AREA),
  );
}

test('both engines answer the golden cases alike, and as a search does', async () => {
  const groups = chosenGroups();
  const indexOf = (group: number) => `${prefix}-golden-${group}`;
  const asked = groups.flatMap((group, number) =>
    group.flatMap((one) => {
      const query = parsed(one.query);
      return query === null ? [] : [{ one, number, index: indexOf(number), query }];
    }),
  );
  const answers = await found(
    ['embedded', 'elasticsearch'],
    asked,
    groups.flatMap(([first], number) =>
      (first!.seed ?? []).map((source) => [indexOf(number), sourceText(source)] as const),
    ),
    groups.map(([first], number) => [indexOf(number), sourceText(first!.document)] as const),
  );
  const wrong = asked.flatMap(({ one, number }, at) => {
    const [ours, theirs] = [answers['embedded']![at]!, answers['elasticsearch']![at]!];
    const expected = one.expected === true ? [number] : [];
    const agree = String(ours) === String(theirs) && String(ours) === String(expected);
    return agree ? [] : [{ one, ours, theirs }];
  });
  expect(asked.length).toBeGreaterThan(900);
  expect(wrong).toEqual([]);
});

const exactly = (count: number) => ({ minLength: count, maxLength: count });
/** @param own analyzers that the settings of the index define */
const roundOf = (own: readonly string[]) =>
  fields.chain((all) =>
    fc.record({
      mapping: mappingFor(all),
      documents: fc.array(documentOf(all), exactly(DOCUMENTS)),
      questions: fc.array(
        fc.oneof(
          queryTextOf(all).map(({ kind, text }): Question => ({ kind, query: text })),
          queryDslOf(all),
          queryAnalyzersOf(all, own),
        ),
        exactly(QUESTIONS),
      ),
    }),
  );

/** A round in an index with that mapping: documents that it takes, and what searches find there. */
async function searched(
  index: string,
  mappings: object,
  given: readonly string[],
  questions: readonly Question[],
): Promise<{ documents: readonly string[]; answers: Answer[] }> {
  const settings = { number_of_replicas: 0, refresh_interval: -1, analysis: ANALYSIS };
  const made = await server.ask('PUT', index, JSON.stringify({ settings, mappings }));
  if (made.error) throw new Error(made.error.reason);
  const documents = await store(server, index, given);
  return { documents, answers: await askElasticsearch(server, index, documents, questions) };
}

interface Dispute {
  readonly seed: number;
  readonly query: Question['query'];
  readonly mapping: object;
  /** Where a search fails on a value, what the other engine finds. */
  readonly expected: readonly number[];
  readonly received: readonly number[];
  readonly documents: readonly string[];
}

/**
 * Rounds of generated documents and questions.
 * @param dynamic whether dynamic mapping decides all types; then the embedded engine is asked as well
 */
async function disputes(dynamic: boolean): Promise<{ pairs: number; found: Dispute[] }> {
  const all: Dispute[] = [];
  const round = roundOf(dynamic ? [] : Object.keys(ANALYSIS.analyzer));
  let pairs = 0;
  for (let number = 0; number < ROUNDS; number++) {
    const seed = SEED + number;
    const {
      mapping,
      documents: given,
      questions,
    } = fc.sample(fc.noBias(round), {
      seed,
      numRuns: 1,
    })[0]!;
    const mappings = dynamic ? {} : mapping;
    const index = `${prefix}-${dynamic ? 'dynamic' : 'explicit'}-${number}`;
    const readable = questions.filter(({ query }) => isAskable(query));
    const { documents, answers } = await searched(index, mappings, given, readable);
    // Where there is no such index, each engine derives the types itself.
    if (dynamic) await server.ask('DELETE', index);
    const asked = readable.map(({ query }) => ({ index, query: parsed(query)! }));
    const each = documents.map((document) => [index, document] as const);
    const names = dynamic ? ['embedded', 'elasticsearch'] : ['elasticsearch'];
    const received = await found(names, asked, [], each);
    for (const [at, { query }] of readable.entries()) {
      const theirs = received['elasticsearch']![at]!;
      const ours = received['embedded']?.[at];
      const answer = answers[at]!;
      const verdict = verdictOf(answer, { ids: new Set(theirs) });
      const expected = 'ids' in answer ? [...answer.ids].sort((a, b) => a - b) : (ours ?? []);
      pairs += documents.length;
      if (verdict === 'refusal') throw new Error(`only a search refuses ${JSON.stringify(query)}`);
      const same = ours === undefined || String(ours) === String(theirs);
      if (verdict !== 'different' && same) continue;
      const suspects = [...new Set([...expected, ...theirs, ...(ours ?? [])])].filter(
        (slot) => !(expected.includes(slot) && theirs.includes(slot)),
      );
      all.push({
        seed,
        query,
        mapping: mappings,
        expected,
        received: theirs,
        documents: suspects.slice(0, 2).map((slot) => documents[slot]!),
      });
    }
  }
  console.log(`ESTROM_SEED=${SEED}: ${pairs} pairs, ${all.length} disputes`);
  return { pairs, found: all };
}

test('both engines find the same generated documents by generated queries', async () => {
  const { pairs, found: wrong } = await disputes(true);
  expect(pairs).toBeGreaterThan(ROUNDS * 1000);
  expect(wrong).toEqual([]);
});

test('under explicit mappings, the Elasticsearch engine finds what a search finds', async () => {
  const { pairs, found: wrong } = await disputes(false);
  expect(pairs).toBeGreaterThan(ROUNDS * 1000);
  expect(wrong).toEqual([]);
});
