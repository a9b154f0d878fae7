import fc from 'fast-check';
import { afterAll, inject } from 'vitest';
import { ElasticsearchServer, reasonOf } from '../../golden/server.ts';
import { fixedMappings } from '../../percolate/case-mappings.ts';
import { embeddedEngine } from '../../percolate/engines.ts';
import { askEngine, described, type MappedRound } from './mapped-round.ts';
import type { Question } from './query-strings.ts';
import { askElasticsearch, store } from './round.ts';
import { Tally } from './tally.ts';
import { verdictOf } from './verdict.ts';

/** The first round is drawn with it, each further one with the next number. */
export const SEED = Number(process.env['ESTROM_SEED'] ?? Date.now() % 2 ** 31);
/** Disputes that are shown. */
const SHOWN = Number(process.env['ESTROM_DISPUTES'] ?? 5);

/** What of settings differs between tests: analysis, and what bounds it. */
type Settings = Readonly<Record<string, unknown>>;

interface Comparison {
  /** Of the indices that are made. */
  readonly name: string;
  /** Pairs of a query and a document, unless ESTROM_PAIRS says how many. */
  readonly pairs?: number;
  round(number: number): fc.Arbitrary<MappedRound>;
  /** Whether the engines have to agree: what differs on purpose is in docs/elasticsearch-differences.md. */
  isComparable?(question: Question, mapping: object): boolean;
  /** More of a dispute, or less. */
  shown?(dispute: object, question: Question, mapping: MappedRound['mapping']): object;
}

/** Elasticsearch and the embedded engine, which are asked the same. */
export class Compared {
  readonly server = new ElasticsearchServer(inject('elasticsearch'));
  /** By index: what the embedded engine takes for its mapping. */
  readonly mappings = new Map<string, Record<string, unknown>>();
  readonly engine;
  readonly #settings: Settings;

  /** Is closed behind the file's tests. */
  constructor(settings: Settings = {}) {
    this.#settings = settings;
    this.engine = embeddedEngine({}, fixedMappings(this.mappings, new Map(), settings));
    afterAll(() => this.engine.close());
  }

  /**
   * Puts generated queries about generated documents to both, one index after the other, and prints how
   * often each kind of query matched.
   * @returns on how many queries they disagree; some of them are printed
   */
  async disputes(comparison: Comparison): Promise<number> {
    const pairs = Number(process.env['ESTROM_PAIRS'] ?? comparison.pairs ?? 20_000);
    const tally = new Tally();
    const disputes: object[] = [];
    for (let number = 0; tally.pairs < pairs; number += 1) {
      const round = fc.noBias(comparison.round(number));
      const given = fc.sample(round, { seed: SEED + number, numRuns: 1 })[0]!;
      const index = `${comparison.name}-${process.pid}-${number}`;
      disputes.push(...(await this.#disputed(comparison, index, given, tally)));
    }
    console.log(`ESTROM_SEED=${SEED}: ${tally.pairs} pairs, ${disputes.length} disputes\n${tally}`);
    for (const dispute of disputes.slice(0, SHOWN)) console.log(JSON.stringify(dispute, null, 1));
    return disputes.length;
  }

  async #disputed(
    { isComparable = () => true, shown = (dispute) => dispute }: Comparison,
    index: string,
    given: MappedRound,
    tally: Tally,
  ): Promise<object[]> {
    const { mapping } = given;
    const own = { number_of_shards: 1, number_of_replicas: 0, refresh_interval: -1 };
    const body = JSON.stringify({ settings: { ...this.#settings, ...own }, mappings: mapping });
    const created = await this.server.ask('PUT', index, body);
    if (created.error) throw new Error(`${reasonOf(created, index)}: ${body}`);
    this.mappings.set(index, mapping);
    try {
      const questions = given.questions.filter((question) => isComparable(question, mapping));
      const documents = await store(this.server, index, given.documents);
      const [elasticsearch, estrom] = await Promise.all([
        askElasticsearch(this.server, index, documents, questions),
        askEngine(this.engine, index, documents, questions),
      ]);
      return questions.flatMap((question, at) => {
        const { kind, query } = question;
        const [theirs, ours] = [elasticsearch[at]!, estrom[at]!];
        const verdict = verdictOf(theirs, ours);
        tally.add(kind, verdict, theirs, documents.length);
        if (verdict !== 'different' && verdict !== 'refusal') return [];
        return [shown(described(kind, query, mapping, documents, theirs, ours), question, mapping)];
      });
    } finally {
      await this.server.ask('DELETE', index);
    }
  }
}
