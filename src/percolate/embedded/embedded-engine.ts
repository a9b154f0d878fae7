import { extname } from 'node:path';
import { Piscina } from 'piscina';
import type { Config } from '../../config.ts';
import type { Batch, DocumentFailure, Matches, QueryOrdinal } from '../../document.ts';
import type { Logger } from '../../log.ts';
import type { MappingRules } from '../../mapping/explicit-mappings.ts';
import type { Metrics } from '../../metrics.ts';
import type { HeldBack } from '../../query/registry/held-back.ts';
import type { RegisteredQuery } from '../../query/registry/registered-query.ts';
import type { FieldStore, KeptField, KeptSegment, SegmentStore } from '../../store/store.ts';
import type {
  CostingEngine,
  Engine,
  HoldingEngine,
  OnDemandEngine,
  QueryCost,
  RestorableEngine,
} from '../engine.ts';
import { BatchGate } from './batch-gate.ts';
import { compileRegistered } from './compile/compile-registered.ts';
import { DOC_ID } from './compile/term-class.ts';
import { observeEngine } from './engine-metrics.ts';
import { type Admission, FieldRegistry } from './fields/field-registry.ts';
import { KeptFields } from './fields/kept-fields.ts';
import { MappingLog } from './fields/mapping-log.ts';
import { lackOf } from './lacks.ts';
import type { BatchAnswer, BatchMatcherOptions, BatchTask } from './match/batch-matcher.ts';
import { Arena } from './memory/arena.ts';
import { QueryCosts } from './query-costs.ts';
import { Recompilation } from './recompilation.ts';
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
  /** Explicit mappings; without them all are dynamic. */
  readonly mappings?: MappingRules | undefined;
  /** A value that contradicts its field's type refuses its document. */
  readonly strictMapping?: boolean;
  /** A registered query, to be compiled again for a new mapping. */
  readonly queryOf?: (ordinal: QueryOrdinal) => RegisteredQuery | undefined;
}

/** A batch's answer, and how often queries had been compiled again before it was matched. */
interface Run {
  readonly answer: BatchAnswer;
  readonly epoch: number;
}

/** Where a thread's entry beside this file is: `.ts` from source, `.js` when emitted. */
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
  readonly #fields: FieldRegistry;
  readonly #keptFields: KeptFields;
  readonly #gate = new BatchGate();
  readonly #recompilation: Recompilation;
  /** Where nobody else can tell them. */
  readonly #registered: Map<QueryOrdinal, RegisteredQuery> | undefined;
  readonly #segments: SegmentSet;
  readonly #files: SegmentFiles | undefined;
  readonly #pool: Piscina<BatchTask, BatchAnswer>;
  readonly #mergePool: Piscina;
  readonly #costs: QueryCosts;
  /** Settles when the newest admitted batch has its answer. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: EmbeddedEngineOptions) {
    const { config, metrics, log, store, onPaused = () => {} } = options;
    this.#arena = new Arena(config.arena);
    this.#keptFields = new KeptFields(store);
    this.#fields = new FieldRegistry({
      limits: config,
      log: new MappingLog(this.#arena),
      kept: this.#keptFields,
      rules: options.mappings,
    });
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
        strictMapping: options.strictMapping ?? false,
      } satisfies BatchMatcherOptions,
    });
    // A thread that crashed has lost its id by now.
    this.#pool.on('workerDestroy', () => {
      const workers = this.#pool.threads.map((worker) => worker.threadId);
      this.#arena.forgetThreadsBut(new Set(workers));
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
        copy: (task) => this.#mergePool.run(task, { name: 'copy' }),
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
        compiledFor: () => this.#fields.forms.compiledFor,
        metrics,
        log,
      });
    this.#costs = new QueryCosts({
      budget: config.queryBudget,
      averageBudget: config.queryAverageBudget,
      ...{ onPaused, metrics, log },
    });
    if (options.mappings && !options.queryOf) this.#registered = new Map();
    this.#recompilation = new Recompilation({
      segments: this.#segments,
      files: this.#files,
      forms: this.#fields.forms,
      queryOf: options.queryOf ?? ((ordinal) => this.#registered?.get(ordinal)),
      log,
    });
    observeEngine(metrics, this.#arena, this.#segments, this.#fields.mappings);
  }

  async register(queries: readonly RegisteredQuery[]): Promise<void> {
    for (const query of queries) this.#registered?.set(query.ordinal, query);
    this.#segments.add(queries.map((query) => compileRegistered(query, this.#fields.forms)));
  }

  async unregister(ordinals: readonly QueryOrdinal[]): Promise<void> {
    this.#segments.remove(ordinals);
    for (const ordinal of ordinals) this.#registered?.delete(ordinal);
    // Batches that began before may still report them.
    await this.#last;
    this.#costs.forget(ordinals);
  }

  percolate(batch: Batch): Promise<Matches> {
    const admission = this.#fields.admit();
    const running = this.#run(batch, admission);
    const settled = this.#inOrder(batch, admission, running, this.#last).finally(() =>
      this.#fields.release(admission),
    );
    this.#last = settled.catch(() => {});
    return this.#afterKept(settled);
  }

  /** The next batch need not wait for this one's fields to be kept, only for their types. */
  async #afterKept(settled: Promise<Matches>): Promise<Matches> {
    const matches = await settled;
    if (!this.#keptFields.settled) await this.#keptFields.wait();
    await this.#fields.rulesKept;
    return matches;
  }

  async percolateOnDemand(batch: Batch): Promise<Matches> {
    let { answer } = await this.#run(batch);
    this.#fields.addForms(answer.proposals);
    if (this.#renewQueries() !== undefined) ({ answer } = await this.#run(batch));
    const { pairs, failures, named, overruns } = answer;
    // Who only tries documents must not be able to pause others' queries.
    const undecided = overruns.map(({ slot }) => tooExpensive(slot));
    return { pairs, named, failures: [...failures, ...undecided] };
  }

  async heldBack(query: RegisteredQuery): Promise<HeldBack | null> {
    const reason = this.#costs.reasonOf(query.ordinal);
    if (reason !== undefined) return { reason: `paused: ${reason}`, unmapped: [], paused: 'cost' };
    const lack = lackOf(query, this.#fields.known);
    return lack === undefined ? null : { reason: `no index has ${lack} yet`, unmapped: [] };
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

  /** @param admission absent where documents are only tried */
  #taskOf(batch: Batch, admission?: Admission): BatchTask {
    const refused: number[] = [];
    batch.indices.forEach((index, i) => {
      // An index that was deleted since is not begun anew by a document from before.
      const isTried = admission === undefined || admission.gone.has(index);
      if (!(isTried ? this.#fields.try(index) : this.#fields.open(index))) refused.push(i);
    });
    const { bytes, slots, count, indices, ids } = batch;
    // Where this node has made all ids, nobody can have asked for one.
    const isAsked = Array.isArray(ids) && this.#segments.asks(DOC_ID);
    const known = isAsked ? { ids: ids as readonly string[] } : {};
    return { bytes, slots, count, indices, refused, ...known, paused: this.#costs.paused };
  }

  /** Matches a batch as soon as the queries are compiled for its mappings. */
  #run(batch: Batch, admission?: Admission): Promise<Run> {
    const task = this.#taskOf(batch, admission);
    void this.#renewQueries();
    return this.#gate.run(async () => {
      const { epoch } = this.#gate;
      return { answer: await this.#pool.run(task), epoch };
    });
  }

  /**
   * Has queries compiled again whose fields can be something new, and tells the workers of fields only
   * then. @returns undefined when there is nothing to compile
   */
  #renewQueries(): Promise<void> | undefined {
    const fresh = this.#fields.takeFresh();
    if (fresh === undefined) {
      if (this.#gate.isOpen) this.#fields.tell();
      return undefined;
    }
    return this.#gate.alone(async () => {
      try {
        await this.#recompilation.run(fresh);
      } catch (error) {
        this.#fields.forms.owe(fresh);
        throw error;
      }
      this.#fields.forms.done();
      // Even those that need not be compiled again are good for other mappings now.
      this.#files?.changed();
      this.#fields.tell();
    });
  }

  /**
   * Fixes the field types that a batch chose, once all batches before it have theirs. If one of
   * those decided otherwise in the meantime, or queries have to be compiled for the types, the batch is
   * matched again with what is known now; nobody else fixes types before its answer is taken.
   */
  async #inOrder(
    batch: Batch,
    admission: Admission,
    running: Promise<Run>,
    before: Promise<unknown>,
  ): Promise<Matches> {
    // A batch that fails must not leave the other promise unobserved.
    let [{ answer, epoch }] = await Promise.all([running, before]);
    this.#costs.take(answer.samples, answer.overruns);
    for (let attempt = 0; ; attempt++) {
      const chosen = answer.proposals.filter(({ index }) => !admission.gone.has(index));
      if (chosen.length === 0) return answer;
      const proposals = this.#fields.numbered(chosen);
      if (attempt > 0 || this.#fields.mappings.accepts(proposals)) {
        this.#fields.add(proposals);
        const hasForms = chosen.some(({ kind }) => kind !== undefined);
        const isRenewed = this.#renewQueries() !== undefined;
        if (!isRenewed && !(hasForms && epoch !== this.#gate.epoch)) return answer;
      }
      ({ answer, epoch } = await this.#run(batch, admission));
    }
  }

  restoreFields(fields: readonly KeptField[]): void {
    this.#fields.restore(fields);
  }

  async restoreSegments(segments: readonly KeptSegment[]): Promise<void> {
    await this.#files?.load(segments);
  }

  adopt(serialOf: (ordinal: QueryOrdinal) => number): (ordinal: QueryOrdinal) => boolean {
    this.#files?.adopt(serialOf);
    return (ordinal) => this.#segments.has(ordinal);
  }
}

function tooExpensive(slot: number): DocumentFailure {
  const reason = 'a query took longer than query-budget for this document, and was not decided';
  return { slot, status: 503, type: 'query_over_budget', reason };
}
