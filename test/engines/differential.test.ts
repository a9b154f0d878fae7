import fc from 'fast-check';
import { afterAll, expect, inject, test } from 'vitest';
import { ElasticsearchServer } from '../golden/server.ts';
import { embeddedEngine } from '../percolate/engines.ts';
import { documentOf, fields } from './differential/documents.ts';
import { nearDslOf, nearSimpleOf, nearTextOf } from './differential/near-terms.ts';
import { queryAnalyzersOf } from './differential/query-analyzers.ts';
import { queryDslOf } from './differential/query-dsl.ts';
import { type Question, queryTextOf } from './differential/query-strings.ts';
import { type Answer, askBoth } from './differential/round.ts';
import { type Dispute, shrink } from './differential/shrink.ts';
import { Tally } from './differential/tally.ts';
import { type Verdict, verdictOf } from './differential/verdict.ts';

const PAIRS = Number(process.env['ESTROM_PAIRS'] ?? 200_000);
const SEED = Number(process.env['ESTROM_SEED'] ?? Date.now() % 2 ** 31);
const DOCUMENTS = 50;
const QUESTIONS = 150;
/** Disputes that are shrunk and shown; each takes up to a minute. */
const SHOWN = Number(process.env['ESTROM_DISPUTES'] ?? 3);

/** The one kind of clause that matches every document. */
const ALWAYS = 'string: *:*';

const exactly = (count: number) => ({ minLength: count, maxLength: count });
const asQuestion = ({ kind, text }: { kind: string; text: string }): Question => {
  return { kind, query: text };
};
const round = fields.chain((all) =>
  fc.record({
    documents: fc.array(documentOf(all), exactly(DOCUMENTS)),
    questions: fc.array(
      fc.oneof(
        { weight: 4, arbitrary: queryTextOf(all).map(asQuestion) },
        { weight: 4, arbitrary: queryDslOf(all) },
        { weight: 1, arbitrary: nearTextOf(all).map(asQuestion) },
        { weight: 2, arbitrary: nearDslOf(all) },
        { weight: 1, arbitrary: nearSimpleOf(all) },
        { weight: 2, arbitrary: queryAnalyzersOf(all) },
      ),
      exactly(QUESTIONS),
    ),
  }),
);

const server = new ElasticsearchServer(inject('elasticsearch'));
const engine = embeddedEngine();
afterAll(() => engine.close());

interface Found extends Dispute {
  readonly kind: string;
  readonly verdict: Verdict;
}

/** A document that only one of them found. */
function suspectOf(one: Answer, other: Answer): { suspect: number } | undefined {
  if (!('ids' in one && 'ids' in other)) return undefined;
  const [suspect] = [
    ...[...one.ids].filter((id) => !other.ids.has(id)),
    ...[...other.ids].filter((id) => !one.ids.has(id)),
  ];
  return suspect === undefined ? undefined : { suspect };
}

const described = (answer: Answer): string =>
  'ids' in answer ? `documents ${[...answer.ids].join(', ') || 'none'}` : answer.reason;

async function report({ verdict, ...dispute }: Found): Promise<string> {
  const { documents, query } = await shrink(dispute, async (smaller) => {
    const { query } = smaller;
    const answers = await askBoth(server, engine, smaller.documents, [{ kind: '', query }]);
    return verdictOf(answers.elasticsearch[0]!, answers.estrom[0]!) === verdict;
  });
  const answers = await askBoth(server, engine, documents, [{ kind: '', query }]);
  return [
    `query          ${JSON.stringify(query)}`,
    ...documents.map((source, id) => `document ${id}     ${source}`),
    `Elasticsearch: ${described(answers.elasticsearch[0]!)}`,
    `estrom:        ${described(answers.estrom[0]!)}`,
  ].join('\n');
}

test('generated queries find the same generated documents as in Elasticsearch', async () => {
  const tally = new Tally();
  const disputes: Found[] = [];
  for (let number = 0; tally.pairs < PAIRS; number += 1) {
    const sample = { seed: SEED + number, numRuns: 1 };
    const { documents, questions } = fc.sample(fc.noBias(round), sample)[0]!;
    const answers = await askBoth(server, engine, documents, questions);
    for (const [at, { kind, query }] of questions.entries()) {
      const elasticsearch = answers.elasticsearch[at]!;
      const verdict = verdictOf(elasticsearch, answers.estrom[at]!);
      tally.add(kind, verdict, elasticsearch, answers.documents.length);
      if (verdict !== 'different' && verdict !== 'refusal') continue;
      const suspect = suspectOf(elasticsearch, answers.estrom[at]!);
      disputes.push({ documents: answers.documents, query, kind, verdict, ...suspect });
    }
  }
  console.log(`ESTROM_SEED=${SEED}: ${tally.pairs} pairs, ${disputes.length} disputes\n${tally}`);
  const byKind = [...Map.groupBy(disputes, ({ kind }) => kind).values()].map(([first]) => first!);
  for (const dispute of byKind.slice(0, SHOWN)) console.log(dispute.kind, await report(dispute));
  // Few queries of a kind say little about its share.
  if (PAIRS >= 60_000) {
    expect(tally.lopsided(0.2), 'clauses that nearly always say the same').toEqual([ALWAYS]);
  }
  expect(disputes.length, 'queries on which the engines disagree').toBe(0);
});
