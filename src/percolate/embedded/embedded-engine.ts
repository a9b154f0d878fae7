import { extname } from 'node:path';
import { threadId } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { Config } from '../../config.ts';
import type { Batch, DocumentFailure, Matches, QueryOrdinal } from '../../document.ts';
import { EstromError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { type FieldProposal, IndexMappings } from '../../mapping/index-mappings.ts';
import type { Metrics } from '../../metrics.ts';
import type { RegisteredQuery } from '../../query/registered-query.ts';
import type { FieldStore, KeptField, KeptSegment, SegmentStore } from '../../store/store.ts';
import type {
  CostingEngine,
  Engine,
  HeldBack,
  HoldingEngine,
  OnDemandEngine,
  QueryCost,
  RestorableEngine,
} from '../engine.ts';
import { compileQuery } from './compile/compile.ts';
import { DOC_ID } from './compile/term-class.ts';
import { observeEngine } from './engine-metrics.ts';
import { KeptFields } from './fields/kept-fields.ts';
import { MappingLog } from './fields/mapping-log.ts';
import type { BatchAnswer, BatchMatcherOptions, BatchTask } from './match/batch-matcher.ts';
import { Arena } from './memory/arena.ts';
import { QueryCosts } from './query-costs.ts';
import { SegmentFiles } from './segments/segment-files.ts';
import { SegmentSet } from './segments/segment-set.ts';

export interface EmbeddedEngineOptions {
  readonly config: Pick<
    Config,
    | 'workers'
    | 'arena'
    | 'maxFields'
    | 'maxIndices'
    | 'maxJsonDepth'
    | 'queryBudget'
    | 'queryAverageBudget'
  >;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Where state outlives the process; without it, it doesn't. */
  readonly store?: (FieldStore & SegmentStore) | undefined;
  /** A query is matched no more, because it takes too long. */
  readonly onPaused?: (ordinal: QueryOrdinal) => void;
}

/** `./worker.ts` from source, `./worker.js` when emitted. */
function sibling(name: string): string {
  return new URL(`./${name}${extname(import.meta.filename)}`, import.meta.url).href;
}

/**
 * The engine that needs no other service. Queries are compiled here, on the main thread, into
 * segments in shared memory; batches are matched on worker threads; field types are fixed here, in
 * the order in which batches were admitted.
 */
export class EmbeddedEngine
  implements Engine, OnDemandEngine, RestorableEngine, HoldingEngine, CostingEngine
{
  readonly #arena: Arena;
  readonly #mappings: IndexMappings;
  readonly #mappingLog: MappingLog;
  readonly #keptFields: KeptFields;
  readonly #segments: SegmentSet;
  readonly #files: SegmentFiles | undefined;
  readonly #pool: Piscina<BatchTask, BatchAnswer>;
  readonly #mergePool: Piscina;
  readonly #costs: QueryCosts;
  /** Settles when the newest admitted batch has its answer. */
  #last: Promise<unknown> = Promise.resolve();

  constructor({ config, metrics, log, store, onPaused = () => {} }: EmbeddedEngineOptions) {
    this.#arena = new Arena(config.arena);
    this.#mappings = new IndexMappings(config);
    this.#mappingLog = new MappingLog(this.#arena);
    this.#keptFields = new KeptFields(store);
    this.#pool = new Piscina({
      filename: sibling('percolate-worker'),
      name: 'percolate',
      minThreads: config.workers,
      maxThreads: config.workers,
      concurrentTasksPerWorker: 1,
      workerData: {
        memory: this.#arena.memory,
        maxFields: config.maxFields,
        maxDepth: config.maxJsonDepth,
        queryBudget: config.queryBudget,
      } satisfies BatchMatcherOptions,
    });
    // A thread that crashed has lost its id by now.
    this.#pool.on('workerDestroy', () => {
      const workers = this.#pool.threads.map((worker) => worker.threadId);
      // This thread reads the arena too, while segments are saved.
      this.#arena.forgetThreadsBut(new Set([threadId, ...workers]));
    });
    this.#pool.on('error', (error) => log.error({ err: error }, 'a percolation thread failed'));
    this.#mergePool = new Piscina({
      filename: sibling('merge-worker'),
      name: 'merge',
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: 10_000,
      workerData: this.#arena.memory,
    });
    this.#segments = new SegmentSet(
      this.#arena,
      {
        prepare: (sources) => this.#mergePool.run(sources, { name: 'prepare' }),
        write: (task) => this.#mergePool.run(task, { name: 'write' }),
      },
      (error) => log.error({ err: error }, 'segments could not be merged'),
      () => this.#files?.changed(),
    );
    const filename = sibling('segment-file-worker');
    this.#files =
      store &&
      new SegmentFiles({
        store,
        arena: this.#arena,
        segments: this.#segments,
        save: (task) => this.#mergePool.run(task, { filename, name: 'saveSegment' }),
        load: (task) => this.#mergePool.run(task, { filename, name: 'loadSegment' }),
        metrics,
        log,
      });
    this.#costs = new QueryCosts({
      budget: config.queryBudget,
      averageBudget: config.queryAverageBudget,
      ...{ onPaused, metrics, log },
    });
    observeEngine(metrics, this.#arena, this.#segments, this.#mappings);
  }

  async register(queries: readonly RegisteredQuery[]): Promise<void> {
    this.#segments.add(
      queries.map(({ ordinal, query, index, scope }) => ({
        ordinal,
        plan: compileQuery(query, index, scope),
      })),
    );
  }

  async unregister(ordinals: readonly QueryOrdinal[]): Promise<void> {
    this.#segments.remove(ordinals);
    // Batches that began before may still report them.
    await this.#last;
    this.#costs.forget(ordinals);
  }

  percolate(batch: Batch): Promise<Matches> {
    const task = this.#taskOf(batch);
    const answer = this.#pool.run(task);
    const settled = this.#inOrder(task, answer, this.#last);
    this.#last = settled.catch(() => {});
    return this.#afterKept(settled);
  }

  /** The next batch need not wait for this one's fields to be kept, only for their types. */
  async #afterKept(settled: Promise<Matches>): Promise<Matches> {
    const matches = await settled;
    if (!this.#keptFields.settled) await this.#keptFields.wait();
    return matches;
  }

  async percolateOnDemand(batch: Batch): Promise<Matches> {
    const { pairs, failures, overruns } = await this.#pool.run(this.#taskOf(batch));
    // Who only tries documents must not be able to pause others' queries.
    const undecided = overruns.map(({ slot }) => tooExpensive(slot));
    return { pairs, failures: [...failures, ...undecided] };
  }

  async heldBack({ ordinal }: RegisteredQuery): Promise<HeldBack | null> {
    const reason = this.#costs.reasonOf(ordinal);
    return reason === undefined ? null : { reason: `paused: ${reason}`, unmapped: [] };
  }

  get slowest(): readonly QueryCost[] {
    return this.#costs.slowest;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#segments.settled();
    await this.#files?.close();
    await Promise.all([this.#pool.destroy(), this.#mergePool.destroy()]);
  }

  #taskOf(batch: Batch): BatchTask {
    const refused: number[] = [];
    batch.indices.forEach((index, i) => {
      if (!this.#mappings.ensureIndex(index)) refused.push(i);
    });
    const { bytes, slots, count, indices, ids } = batch;
    // Where this node has made all ids, nobody can have asked for one.
    const isAsked = Array.isArray(ids) && this.#segments.asks(DOC_ID);
    const known = isAsked ? { ids: ids as readonly string[] } : {};
    return { bytes, slots, count, indices, refused, ...known, paused: this.#costs.paused };
  }

  /**
   * Fixes the field types that a batch chose, once all batches before it have theirs. If one of
   * those decided otherwise in the meantime, the batch is matched again with what is known now;
   * nothing can come in between a second time.
   */
  async #inOrder(
    task: BatchTask,
    running: Promise<BatchAnswer>,
    before: Promise<unknown>,
  ): Promise<Matches> {
    // A batch that fails must not leave the other promise unobserved.
    const [first] = await Promise.all([running, before]);
    this.#costs.take(first.samples, first.overruns);
    if (first.proposals.length === 0) return first;
    if (this.#mappings.accepts(first.proposals)) {
      this.#fix(first);
      return first;
    }
    const second = await this.#pool.run(task);
    this.#fix(second);
    return second;
  }

  #fix(answer: BatchAnswer): void {
    const fresh = this.#mappings.add(answer.proposals);
    if (fresh.length === 0) return;
    this.#tellWorkers(fresh);
    this.#keptFields.put(fresh);
  }

  restoreFields(fields: readonly KeptField[]): void {
    this.#tellWorkers(this.#mappings.add(fields));
  }

  async restoreSegments(segments: readonly KeptSegment[]): Promise<void> {
    await this.#files?.load(segments);
  }

  adopt(serialOf: (ordinal: QueryOrdinal) => number): (ordinal: QueryOrdinal) => boolean {
    this.#files?.adopt(serialOf);
    return (ordinal) => this.#segments.has(ordinal);
  }

  #tellWorkers(fresh: readonly FieldProposal[]): void {
    if (this.#mappingLog.append(fresh)) return;
    throw new EstromError(
      'ENGINE_FAILED',
      'no room for further fields: the arena is full; raise the setting arena, or delete queries',
    );
  }
}

function tooExpensive(slot: number): DocumentFailure {
  const reason = 'a query took longer than query-budget for this document, and was not decided';
  return { slot, status: 503, type: 'query_over_budget', reason };
}
