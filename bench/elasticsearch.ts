import { loadConfig } from '../src/config-load.ts';
import type { Batch } from '../src/document.ts';
import { createLogger } from '../src/log.ts';
import { Metrics } from '../src/metrics.ts';
import { PercolatePool } from '../src/percolate/elasticsearch/search/percolate-pool.ts';
import type { PercolateAnswer } from '../src/percolate/elasticsearch/search/percolate-task.ts';
import { Elasticsearch } from '../test/engines/elasticsearch.ts';
import { batchesOf, batchOf } from './batches.ts';
import { DirectCalls } from './elasticsearch-direct.ts';
import { StoredWorkload } from './elasticsearch-queries.ts';
import { checkMatches } from './oracle.ts';
import { median, significant } from './statistics.ts';
import type { BenchOptions, Row, Suite } from './suite.ts';
import { makeWorkload, type Workload } from './workload.ts';
import { SIZES } from './workloads/kinds.ts';

const DOCUMENTS = [1, 8, 24, 50, 100, 400];
const CONCURRENCY = [1, 2, 4];
/** Documents in a batch at least, and searches: whole ones, and not so many that one batch takes long. */
const LEAST_BATCH = 48;
const SEARCHES = 2;
/** Searches of the last size before the clock starts. */
const WARM_UP_SECONDS = 1;
/** How much longer the tuners get to find their place than each fixed number is measured. */
const CONVERGING = 10;
/** Batches under way: there is always a document that waits. */
const IN_FLIGHT = 4;
/** Turns of what is compared. */
const TURNS = 5;
/** Documents in a search of the comparison with direct calls, and requests under way. */
const DIRECT = [
  [1, 1],
  [24, 2],
] as const;

type Fixed = { readonly documents: number; readonly concurrency: number };

/**
 * The pool alone, against an Elasticsearch of its own on the same machine, or against that which
 * `ESTROM_TEST_ELASTICSEARCH` names.
 */
export const elasticsearch: Suite = {
  about: 'percolation by Elasticsearch: documents in a search × requests under way, and adaptive',
  cases: ['1k', '10k', '100k'].flatMap((size) => [`sweep ${size}`, `overhead ${size}`]),
  run: async (name, options) => {
    const running = process.env['ESTROM_TEST_ELASTICSEARCH'];
    const server =
      running === undefined
        ? await Elasticsearch.start({ heap: '2g', isMeasured: true })
        : undefined;
    const [kind, size = ''] = name.split(' ');
    const workload = makeWorkload(SIZES[size]!, false);
    const stored = await StoredWorkload.create(running ?? server!.url, workload);
    try {
      const bench = new Bench(stored, workload, size, options);
      await checkStored(stored, workload);
      return kind === 'sweep' ? await bench.sweep() : await bench.overhead();
    } finally {
      await stored.delete();
      await server?.stop();
    }
  },
};

/** @throws Error where the pool's answer is not what was counted apart from it */
export async function checkStored(stored: StoredWorkload, workload: Workload): Promise<void> {
  const measured = new Measured(stored);
  const matches: number[][] = [];
  for (const batch of batchesOf(workload.documents, 'logs')) {
    matches.push(...numbersBySlot(await measured.percolate(batch), batch.count));
  }
  await measured.close();
  checkMatches(workload, matches);
}

class Bench {
  readonly #stored: StoredWorkload;
  readonly #workload: Workload;
  readonly #size: string;
  readonly #seconds: number;

  constructor(stored: StoredWorkload, workload: Workload, size: string, options: BenchOptions) {
    this.#stored = stored;
    this.#workload = workload;
    this.#size = size;
    this.#seconds = options.seconds;
  }

  #batchesFor(documents: number): readonly Batch[] {
    const all = this.#workload.documents;
    const count = Math.max(SEARCHES, Math.ceil(LEAST_BATCH / documents)) * documents;
    return Array.from({ length: Math.floor(all.length / count) }, (_, i) =>
      batchOf(all.slice(i * count, (i + 1) * count), 'logs'),
    );
  }

  async sweep(): Promise<Row[]> {
    const rows: Row[] = [];
    let best: Fixed & { readonly rate: number } = { documents: 1, concurrency: 1, rate: 0 };
    for (const documents of DOCUMENTS) {
      const batches = this.#batchesFor(documents);
      for (const concurrency of CONCURRENCY) {
        const measured = new Measured(this.#stored, { documents, concurrency });
        await measured.load(batches, WARM_UP_SECONDS);
        const figures = await measured.load(batches, this.#seconds);
        await measured.close();
        rows.push(this.#row(documents, concurrency, figures));
        const rate = figures.docsPerSecond;
        if (rate > best.rate) best = { documents, concurrency, rate };
      }
    }
    rows.push(await this.#adaptive(best));
    return rows;
  }

  /** Batches as ingest makes them, at what was best and at what the pool finds, turn by turn. */
  async #adaptive({ documents, concurrency }: Fixed): Promise<Row> {
    const batches = batchesOf(this.#workload.documents, 'logs');
    const fixed = new Measured(this.#stored, { documents, concurrency });
    const adaptive = new Measured(this.#stored);
    await adaptive.load(batches, this.#seconds * CONVERGING);
    const rates: [adaptive: number, fixed: number][] = [];
    let figures: Figures | undefined;
    for (let turn = 0; turn < TURNS; turn++) {
      figures = await adaptive.load(batches, this.#seconds);
      const { docsPerSecond } = await fixed.load(batches, this.#seconds);
      rates.push([figures.docsPerSecond, docsPerSecond]);
    }
    const [found, requests] = await adaptive.settings();
    await Promise.all([adaptive.close(), fixed.close()]);
    return {
      queries: this.#size,
      'best fixed': `${documents} × ${concurrency}`,
      'adaptive came to': `${found} × ${requests}`,
      'docs/s, best fixed': significant(median(rates.map(([, rate]) => rate))),
      'docs/s, adaptive': significant(median(rates.map(([rate]) => rate))),
      'adaptive / best fixed': median(rates.map(([a, b]) => a / b)).toFixed(2),
      'time in estrom': `${(figures!.share * 100).toFixed(2)} %`,
    };
  }

  #row(documents: number, concurrency: number, figures: Figures): Row {
    return {
      queries: this.#size,
      'documents/search': documents,
      'requests under way': concurrency,
      'docs/s': significant(figures.docsPerSecond),
      'ms/request': significant(figures.requestSeconds * 1000),
      'time in estrom': `${(figures.share * 100).toFixed(2)} %`,
      'CPU µs/doc in estrom': significant(figures.cpuEach),
    };
  }

  /** The same bodies sent by the main thread with bare undici, answers read and parsed, turn by turn. */
  async overhead(): Promise<Row[]> {
    const rows: Row[] = [];
    for (const [documents, concurrency] of DIRECT) {
      const batches = this.#batchesFor(documents);
      const pool = new Measured(this.#stored, { documents, concurrency });
      const direct = new DirectCalls(this.#stored, documents, concurrency);
      const seconds = this.#seconds / TURNS;
      await pool.load(batches, WARM_UP_SECONDS);
      await direct.load(batches, WARM_UP_SECONDS);
      const rates: [number, number][] = [];
      for (let turn = 0; turn < TURNS; turn++) {
        const { docsPerSecond } = await pool.load(batches, seconds);
        rates.push([docsPerSecond, await direct.load(batches, seconds)]);
      }
      await Promise.all([pool.close(), direct.close()]);
      rows.push({
        queries: this.#size,
        'documents/search': documents,
        'requests under way': concurrency,
        'docs/s, pool': significant(median(rates.map(([rate]) => rate))),
        'docs/s, direct': significant(median(rates.map(([, rate]) => rate))),
        'pool / direct': median(rates.map(([a, b]) => a / b)).toFixed(2),
      });
    }
    return rows;
  }
}

interface Figures {
  readonly docsPerSecond: number;
  readonly requestSeconds: number;
  /** Of the time that a request takes with all that is done for it here. */
  readonly share: number;
  /** Microseconds of processor time of all threads of this process, for each document. */
  readonly cpuEach: number;
}

/** A pool and what its metrics say. */
class Measured {
  readonly #pool: PercolatePool;
  readonly #metrics = new Metrics();
  readonly #stored: StoredWorkload;

  constructor(stored: StoredWorkload, fixed?: Fixed) {
    const { config } = loadConfig({ elasticsearch: stored.url, workers: '1' }, {});
    this.#stored = stored;
    this.#pool = new PercolatePool({
      config: { ...config, elasticsearchTimeout: 120_000 },
      metrics: this.#metrics,
      log: createLogger('warn'),
      ...(fixed === undefined ? {} : { fixed }),
    });
  }

  percolate(batch: Batch): Promise<PercolateAnswer> {
    return this.#pool.percolate(this.#stored.taskOf(batch));
  }

  /** Keeps requests under way for so long; the last batches are waited for, and counted. */
  async load(batches: readonly Batch[], seconds: number): Promise<Figures> {
    const [spent, requests, waited] = await this.#totals();
    const cpu = process.cpuUsage();
    const began = performance.now();
    let documents = 0;
    let next = 0;
    const one = async () => {
      while (performance.now() - began < seconds * 1000) {
        const batch = batches[next++ % batches.length]!;
        await this.percolate(batch);
        documents += batch.count;
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, one));
    const elapsed = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const [spentNow, requestsNow, waitedNow] = await this.#totals();
    const inEstrom = spentNow - spent;
    const inElasticsearch = waitedNow - waited;
    return {
      docsPerSecond: documents / elapsed,
      requestSeconds: inElasticsearch / (requestsNow - requests),
      share: inEstrom / (inEstrom + inElasticsearch),
      cpuEach: (user + system) / documents,
    };
  }

  async settings(): Promise<[documents: number, concurrency: number]> {
    return [await this.#metric('batch_documents'), await this.#metric('concurrency')];
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #totals(): Promise<[spent: number, requests: number, waited: number]> {
    let spent = 0;
    for (const what of ['check', 'build', 'parse'])
      spent += await this.#metric(`${what}_seconds_total`);
    const text = await this.#text('request_seconds');
    const of = (name: string) => Number(new RegExp(`_${name} (\\S+)`).exec(text)![1]);
    return [spent, of('count'), of('sum')];
  }

  async #metric(name: string): Promise<number> {
    return Number((await this.#text(name)).trim().split(' ').at(-1));
  }

  #text(name: string): Promise<string> {
    return this.#metrics.registry.getSingleMetricAsString(`estrom_elasticsearch_${name}`);
  }
}

/** Numbers of the workload's queries that match each slot. */
function numbersBySlot({ ids, pairs, failures }: PercolateAnswer, count: number): number[][] {
  if (failures.length > 0) throw new Error(failures[0]!.reason);
  const numbers: number[][] = Array.from({ length: count }, () => []);
  for (let k = 0; k < pairs.length; k += 2) {
    numbers[pairs[k]!]!.push(StoredWorkload.numberOf(ids[pairs[k + 1]!]!));
  }
  return numbers;
}
