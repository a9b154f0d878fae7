/**
 * Asks a running Elasticsearch about custom analyzers: `chains.json` has the tokens that chains make of texts, as
 * `[number of the chain, text, tokens]`; `chain-queries.json` generated queries on fields with custom analyzers, and
 * which documents they find. `node test/golden/make-chains.ts --elasticsearch http://127.0.0.1:9200`
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import {
  analysisOf,
  chainDocument,
  chainQuestion,
  mappingOf,
} from '../engines/differential/chains.ts';
import { askElasticsearch, store } from '../engines/differential/round.ts';
import { CHAINS, textsFor } from './chain-cases.ts';
import { chainsAnalysis, chainsLive } from './chains.ts';
import { ElasticsearchServer } from './server.ts';

const { values } = parseArgs({
  options: { elasticsearch: { type: 'string', default: 'http://127.0.0.1:9200' } },
});
const server = new ElasticsearchServer(values.elasticsearch);
const INDEX = 'golden-chains';
const LIMITS = { max_ngram_diff: 10, max_shingle_diff: 10 };
const ANALYZERS = 40;
const ROUNDS = 6;

async function make(settings: object, mappings?: object): Promise<void> {
  await server.ask('DELETE', INDEX);
  const shards = { number_of_shards: 1, number_of_replicas: 0 };
  const body = JSON.stringify({ settings: { ...shards, ...settings }, mappings });
  const { error } = await server.ask('PUT', INDEX, body);
  if (error) throw new Error(`${error.reason}: ${body}`);
}

async function tokens(): Promise<string[]> {
  await make({ ...LIMITS, analysis: chainsAnalysis(CHAINS) });
  const asked = CHAINS.flatMap((chain, n) => textsFor(chain).map((text) => [n, text] as const));
  const named = asked.map(([n, text]) => [`x${n}`, text] as const);
  const answers = await chainsLive(server, INDEX, named);
  return asked.map(([n, text], at) => JSON.stringify([n, text, answers[at]]));
}

async function queries(): Promise<string[]> {
  const sample = <T>(arbitrary: fc.Arbitrary<T>, seed: number): T =>
    fc.sample(fc.noBias(arbitrary), { seed, numRuns: 1 })[0]!;
  const lines: string[] = [];
  for (let seed = 1; seed <= ROUNDS; seed += 1) {
    const analysis = sample(analysisOf(ANALYZERS), seed);
    const settings = { ...LIMITS, analysis };
    const mapping = sample(mappingOf(ANALYZERS), seed);
    const given = sample(fc.array(chainDocument, { minLength: 8, maxLength: 8 }), seed);
    const questions = sample(fc.array(chainQuestion, { minLength: 60, maxLength: 60 }), seed);
    await make(settings, mapping);
    const documents = await store(server, INDEX, given);
    const answers = await askElasticsearch(server, INDEX, documents, questions);
    const expected = answers.map((answer, at) => [
      questions[at]!.query,
      'ids' in answer ? [...answer.ids].sort() : answer.reason,
    ]);
    lines.push(JSON.stringify({ settings, mapping, documents, expected }));
  }
  return lines;
}

for (const [file, lines] of [
  ['chains.json', await tokens()],
  ['chain-queries.json', await queries()],
] as const) {
  await writeFile(new URL(file, import.meta.url), `[\n${lines.join(',\n')}\n]\n`);
  console.log(`${file}: ${lines.length} lines`);
}
await server.ask('DELETE', INDEX);
