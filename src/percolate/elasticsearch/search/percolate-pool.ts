import { extname } from 'node:path';
import { Piscina } from 'piscina';
import type { Config } from '../../../config.ts';
import { SLOT_WORDS } from '../../../document.ts';
import { EstromError } from '../../../errors.ts';
import type { Logger } from '../../../log.ts';
import type { Metrics } from '../../../metrics.ts';
import { PausedQueries } from '../../paused-queries.ts';
import { RESULT_WINDOW } from '../percolators/stored-fields.ts';
import type { Checked } from '../worker/document-check.ts';
import type {
  CheckTask,
  SearchAnswer,
  SearchTask,
  WorkerOptions,
} from '../worker/worker-messages.ts';
import { ConcurrencyTuner } from './concurrency-tuner.ts';
import { DocumentsTuner } from './documents-tuner.ts';
import { FaultHunt } from './fault-hunt.ts';
import { FoundQueries } from './found-queries.ts';
import type { PausedQuery, PercolateAnswer, PercolateTask } from './percolate-task.ts';
import { Percolation } from './percolation.ts';
import { PoolMetrics } from './pool-metrics.ts';
import { RequestGate } from './request-gate.ts';
import { RequestSender, type SearchTuner } from './request-sender.ts';
import { Retries } from './retries.ts';

export interface PercolatePoolOptions {
  readonly config: Pick<
    Config,
    'elasticsearch' | 'elasticsearchApiKey' | 'elasticsearchTimeout' | 'maxJsonDepth' | 'workers'
  > &
    Partial<Pick<Config, 'elasticsearchCa'>>;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Told of each query that is paused, again when it fails again after it was resumed. */
  readonly onPaused?: (query: PausedQuery) => void;
  /** Most hits of a search: `index.max_result_window` of the indices, unless that is larger. */
  readonly maxHits?: number;
  /** Instead of what turns out best, for measurements: documents in a search, requests under way. */
  readonly fixed?: { readonly documents: number; readonly concurrency: number };
}

/** Documents under way to Elasticsearch, in bytes. */
const MAX_BYTES = 16 * 1024 * 1024;
/** A thread mostly waits for answers. */
const TASKS_PER_WORKER = 64;

/**
 * The way of a batch to Elasticsearch and back. What touches bytes is done by threads: checking the
 * documents, making bodies, sending them, reading the answers. What is asked, how much at a time and
 * what to do when it fails is decided here.
 */
export class PercolatePool {
  readonly #pool: Piscina;
  readonly #sender: RequestSender;
  readonly #gate: RequestGate;
  readonly #retries: Retries;
  readonly #hunt: FaultHunt;
  readonly #metrics: PoolMetrics;
  readonly #onPaused: ((query: PausedQuery) => void) | undefined;
  readonly #paused = new PausedQueries<string>();
  readonly #knownKeys = new WeakMap<SharedArrayBuffer, number>();
  #nextKey = 0;
  #closed = false;

  constructor(options: PercolatePoolOptions) {
    const { config, metrics, log, onPaused, maxHits = RESULT_WINDOW, fixed } = options;
    this.#onPaused = onPaused;
    this.#pool = new Piscina({
      filename: workerFile('percolate-worker'),
      minThreads: config.workers,
      maxThreads: config.workers,
      concurrentTasksPerWorker: TASKS_PER_WORKER,
      // Otherwise a thread sleeps while it has no task that could run, and its sockets with it.
      atomics: 'disabled',
      workerData: {
        nodes: config.elasticsearch,
        apiKey: config.elasticsearchApiKey,
        timeout: config.elasticsearchTimeout,
        ...(config.elasticsearchCa ? { ca: config.elasticsearchCa } : {}),
        maxDepth: config.maxJsonDepth,
      } satisfies WorkerOptions,
    });
    this.#pool.on('error', (error) => log.error({ err: error }, 'a percolation thread failed'));
    this.#retries = new Retries(log);
    const limit = () => fixed?.concurrency ?? concurrency.limit;
    this.#gate = new RequestGate(limit, MAX_BYTES);
    const concurrency = new ConcurrencyTuner(() => this.#gate.busySeconds);
    this.#metrics = new PoolMetrics(metrics);
    this.#sender = new RequestSender({
      send: (task: SearchTask) => this.#pool.run(task, { name: 'search' }) as Promise<SearchAnswer>,
      gate: this.#gate,
      concurrency,
      makeTuner: () => (fixed ? new FixedTuner(fixed.documents) : new DocumentsTuner()),
      retries: this.#retries,
      maxHits,
      onAnswer: (timing) => this.#metrics.answered(timing),
      paused: () => this.#paused.keys,
    });
    this.#hunt = new FaultHunt(this.#sender, (query) => this.#pause(query, log));
    this.#metrics.observe({
      batchDocuments: () => this.#sender.documents,
      concurrency: limit,
      requests: () => this.#gate.requests,
      bytes: () => this.#gate.bytes,
      paused: () => this.#paused.keys.length,
      answers: () => this.#retries.answers,
      retries: (cause) => this.#retries.counts.get(cause)!,
    });
  }

  /**
   * Asks about a batch, for as long as that takes: while Elasticsearch is away or busy, it is asked
   * again. The memory must stay as it is until then.
   * @throws EstromError UNAVAILABLE when the pool closes meanwhile, ENGINE_FAILED when there is
   *   nothing to ask (no such index, no right to)
   */
  async percolate(task: PercolateTask): Promise<PercolateAnswer> {
    try {
      return await this.#percolate(task);
    } catch (error) {
      if (!this.#closed) throw error;
      throw new EstromError('UNAVAILABLE', 'percolation ends: this node is closing; try again');
    }
  }

  async #percolate(task: PercolateTask): Promise<PercolateAnswer> {
    const checked = await this.#check(task);
    this.#metrics.checked(checked.seconds);
    const { unknown, failures } = checked;
    if (unknown.length > 0) {
      return { unknown, failures, ids: [], pairs: new Uint32Array(), paused: [] };
    }
    const percolation = new Percolation({
      task: { ...task, ...checked.instead },
      sender: this.#sender,
      found: new FoundQueries(),
      blame: this.#hunt.blame,
    });
    await percolation.run(new Set(failures.map(({ slot }) => slot)));
    const { found, paused } = percolation;
    return {
      unknown,
      failures: [...failures, ...percolation.failures.values()].sort((a, b) => a.slot - b.slot),
      ids: found.ids,
      pairs: found.sorted(task.slots.length / SLOT_WORDS, percolation.failures),
      paused,
    };
  }

  /** Why a query is not asked now; undefined when it is. */
  pausedFor(id: string): string | undefined {
    return this.#paused.reasonOf(id);
  }

  /** Asks a paused query again from the next batch on. */
  resume(id: string): void {
    this.#paused.resume(id);
  }

  /** Ends at once: what is under way is rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#retries.close();
    this.#gate.close();
    await this.#pool.destroy();
  }

  #check({ bytes, slots, groups }: PercolateTask): Promise<Checked> {
    const check: CheckTask = {
      bytes,
      slots,
      groups: groups.map((group) => ({
        slots: group.slots,
        known: group.known,
        knownKey: this.#keyOf(group.known),
      })),
    };
    return this.#pool.run(check, { name: 'check' }) as Promise<Checked>;
  }

  #keyOf(known: SharedArrayBuffer): number {
    const key = this.#knownKeys.get(known) ?? this.#nextKey++;
    this.#knownKeys.set(known, key);
    return key;
  }

  #pause(query: PausedQuery, log: Logger): void {
    const { id, reason } = query;
    if (this.#paused.reasonOf(id) !== undefined) return;
    this.#paused.pause(id, reason);
    log.warn({ query: id, reason }, 'a query makes Elasticsearch fail and is paused');
    this.#onPaused?.(query);
  }
}

class FixedTuner implements SearchTuner {
  readonly #documents: number;

  constructor(documents: number) {
    this.#documents = documents;
  }

  next(): number {
    return this.#documents;
  }

  took(): void {}

  tooSlow(): void {}
}

/** The entry of a worker: `.ts` from source, `.js` when emitted. */
function workerFile(name: string): string {
  return new URL(`../worker/${name}${extname(import.meta.filename)}`, import.meta.url).href;
}
