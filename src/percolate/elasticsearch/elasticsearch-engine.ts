import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config.ts';
import type { Batch, DocumentFailure, Matches, QueryId, QueryOrdinal } from '../../document.ts';
import type { ElasticsearchConnection } from '../../elasticsearch/connection.ts';
import { EstromError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type { RegisteredQuery } from '../../query/registered-query.ts';
import type { Engine, OnDemandEngine, QueryNames, QuerySupply } from '../engine.ts';
import { documentAt, groupsOf, slotsByIndex } from './batch-groups.ts';
import { ElasticsearchEngineStats } from './engine-stats.ts';
import { type MappingSource, StoredMappings } from './mapping-source.ts';
import { MatchReader } from './match-reader.ts';
import { Patience } from './patience.ts';
import { PercolatePool } from './percolate-pool.ts';
import type { PercolateAnswer } from './percolate-task.ts';
import { PercolatorDirectory } from './percolator-directory.ts';
import { Percolators } from './percolators.ts';
import { QueryWriter } from './query-writer.ts';
import { Registrations } from './registrations.ts';
import { Removals } from './removals.ts';
import { ShadowMappings } from './shadow-mappings.ts';
import { type HeldBack, type SharedQuery, storable } from './stored-query.ts';
import { TargetWatch } from './target-watch.ts';
import { ignoring, parse, type Target, Targets } from './targets.ts';
import { Upkeep } from './upkeep.ts';

export interface ElasticsearchEngineOptions {
  readonly config: Pick<
    Config,
    | 'elasticsearch'
    | 'elasticsearchApiKey'
    | 'elasticsearchPrefix'
    | 'elasticsearchTimeout'
    | 'forward'
    | 'maxJsonDepth'
    | 'workers'
  >;
  /** Stays the caller's: to be closed after the engine. */
  readonly connection: ElasticsearchConnection;
  readonly names: QueryNames;
  readonly supply: QuerySupply;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** A batch's answer, and the targets as they were when it was asked. */
interface Asked {
  readonly answer: PercolateAnswer;
  readonly targets: readonly Target[];
}

/** How long batches under way may take when the engine closes. */
const CLOSING_MS = 2_000;
/** Documents that are learnt from before the batch is checked again: most bring what the first brought. */
const FIRST_LEARNT = 64;
/** Refused documents that are looked at for the mapping to have changed. */
const MAX_REFUSED = 64;

/**
 * The engine that lets Elasticsearch match. Queries are compiled for each percolator's mapping and
 * stored there; batches are percolated side by side; field types are fixed in the order in which
 * batches were admitted: a batch that brings new fields waits for those before it, has them mapped,
 * and is percolated then. While Elasticsearch is away everything waits.
 */
export class ElasticsearchEngine implements Engine, OnDemandEngine {
  readonly #patience: Patience;
  readonly #pool: PercolatePool;
  readonly #names: QueryNames;
  readonly #directory: PercolatorDirectory;
  readonly #targets: Targets;
  readonly #watch: TargetWatch;
  readonly #upkeep: Upkeep;
  readonly #registrations: Registrations;
  readonly #removals: Removals;
  readonly #reader: MatchReader;
  readonly #stats: ElasticsearchEngineStats;
  /** Queries that make Elasticsearch fail by themselves, and why. */
  readonly #paused = new Map<QueryId, string>();
  /** By ordinal: ids of queries registered here. */
  readonly #ids: (QueryId | undefined)[] = [];
  /** Settles when the newest admitted batch has its answer. */
  #last: Promise<unknown> = Promise.resolve();

  constructor({ config, connection, names, supply, metrics, log }: ElasticsearchEngineOptions) {
    const prefix = connection.prefix;
    const patience = new Patience(connection, log);
    const directory = new PercolatorDirectory(patience, prefix);
    const stats = new ElasticsearchEngineStats(
      metrics,
      () => patience.problem,
      () => directory.last.size,
    );
    const writer = new QueryWriter(patience, log);
    const source: MappingSource = config.forward
      ? new StoredMappings(patience)
      : new ShadowMappings(patience, prefix);
    const percolators = new Percolators({ patience, directory, writer, supply, stats, log });
    this.#patience = patience;
    this.#stats = stats;
    this.#names = patientNames(names, patience);
    this.#directory = directory;
    this.#pool = new PercolatePool({ config, metrics, log });
    this.#targets = new Targets({ source, percolators, stats });
    this.#watch = new TargetWatch(this.#targets, patience, log);
    this.#upkeep = new Upkeep({ connection, log, takeUsed: () => this.#targets.takeKept() });
    this.#registrations = new Registrations({ patience, directory, writer, stats });
    this.#removals = new Removals({ patience, directory, stats });
    this.#reader = new MatchReader({
      names: this.#names,
      onStale: (ids) => {
        stats.staleIds += ids.length;
        this.#remove(ids).catch((error: unknown) => {
          log.warn({ err: error }, 'queries that nobody has registered could not be removed');
        });
      },
    });
  }

  /** Why Elasticsearch is being waited for; undefined when it is not. */
  get problem(): string | undefined {
    return this.#patience.problem;
  }

  /** Each query must be in the shared registry already: see {@link Registrations}. */
  async register(queries: readonly RegisteredQuery[]): Promise<void> {
    for (const { ordinal, id } of queries) this.#ids[ordinal] = id;
    await this.#registrations.add(queries);
  }

  /** The names must not know the ordinals any more; an id that they know otherwise stays stored. */
  async unregister(ordinals: readonly QueryOrdinal[]): Promise<void> {
    const leaving = new Set(ordinals);
    const ids = ordinals.map((ordinal) => this.#ids[ordinal]).filter((id) => id !== undefined);
    for (const ordinal of ordinals) this.#ids[ordinal] = undefined;
    this.#reader.leave(leaving);
    for (const id of ids) if (this.#paused.delete(id)) this.#pool.resume(id);
    try {
      // Batches that began before may still report them.
      await Promise.all([this.#last, this.#remove(ids, leaving)]);
    } finally {
      this.#reader.left(leaving);
    }
  }

  percolate(batch: Batch): Promise<Matches> {
    const settled = this.#inOrder(batch, this.#ask(batch), this.#last);
    this.#last = settled.catch(() => {});
    return settled;
  }

  async percolateOnDemand(batch: Batch): Promise<Matches> {
    let { answer, targets } = await this.#ask(batch);
    if (answer.unknown.length > 0) {
      const widened = [...targets];
      for (const [at, slots] of slotsByIndex(batch, answer.unknown)) {
        const documents = slots.map((slot) => parse(documentAt(batch, slot)));
        const { paths } = targets[at]!.known;
        const unknown = documents.flatMap((document) => paths.unknownPaths(document));
        widened[at] = ignoring(targets[at]!, unknown);
      }
      ({ answer, targets } = await this.#askOf(batch, widened, new Set()));
    }
    return this.#reader.read(batch, answer);
  }

  /** Looks now whether mappings were changed from outside; it does so by itself every few seconds. */
  lookAtMappings(): Promise<void> {
    return this.#watch.look();
  }

  /** Deletes what no node has used for long; it does so by itself every hour. @param now for tests */
  async tidy(now?: number): Promise<void> {
    await this.#upkeep.run(now);
  }

  /**
   * Why nothing matches the query: no percolator holds it, or it makes Elasticsearch fail; null when
   * it is live, or there is no percolator yet. The batch that brings its fields is matched with it.
   */
  heldBack(query: SharedQuery): HeldBack | null {
    const paused = this.#paused.get(query.id);
    if (paused !== undefined) return { reason: `paused: ${paused}`, unmapped: [] };
    let held: HeldBack | null = null;
    for (const { shape } of this.#directory.last.values()) {
      const stored = storable(query, shape.mapping);
      if (!('held' in stored)) return null;
      held ??= stored.held;
    }
    return held;
  }

  async close(): Promise<void> {
    this.#watch.close();
    this.#upkeep.close();
    await Promise.race([this.#last, sleep(CLOSING_MS, undefined, { ref: false })]);
    // Whatever still waits for Elasticsearch ends with an error now.
    this.#patience.close();
    await this.#pool.close();
    await this.#last;
  }

  async #remove(ids: readonly QueryId[], leaving?: ReadonlySet<QueryOrdinal>): Promise<void> {
    await this.#removals.remove(ids, async () => {
      const known = (id: QueryId): boolean => {
        const ordinal = this.#names.ordinalOf(id);
        return ordinal !== undefined && leaving?.has(ordinal) !== true;
      };
      await this.#names.lookUp(ids.filter((id) => !known(id)));
      return new Set(ids.filter(known));
    });
  }

  async #ask(batch: Batch, refused: ReadonlySet<number> = new Set()): Promise<Asked> {
    const targets = await Promise.all(batch.indices.map((index) => this.#targetOf(index)));
    return this.#askOf(batch, targets, refused);
  }

  /** @param refused slots that are left out */
  async #askOf(
    batch: Batch,
    targets: readonly Target[],
    refused: ReadonlySet<number>,
  ): Promise<Asked> {
    const groups = groupsOf(batch, targets, refused);
    const { bytes, slots } = batch;
    const queries = this.#stats.storedQueries;
    try {
      return { answer: await this.#pool.percolate({ bytes, slots, groups, queries }), targets };
    } catch (error) {
      // Somebody may have deleted the percolators.
      const left = await this.#directory.list();
      if (targets.every(({ percolator }) => left.has(percolator))) throw error;
      this.#targets.keepOnly(left);
      return this.#ask(batch, refused);
    }
  }

  #targetOf(index: string): Target | Promise<Target> {
    const target = this.#targets.get(index);
    return target instanceof Promise
      ? this.#patience.insist(async () => this.#targets.get(index))
      : target;
  }

  async #inOrder(batch: Batch, first: Promise<Asked>, before: Promise<unknown>): Promise<Matches> {
    // A batch that fails must not leave the other promise unobserved.
    const [asked] = await Promise.all([first, before]);
    const failures: DocumentFailure[] = [];
    const answer = await this.#settle(batch, asked, failures);
    for (const { id, reason } of answer.paused) this.#paused.set(id, reason);
    const { pairs } = await this.#reader.read(batch, answer);
    failures.push(...answer.failures);
    return { pairs, failures: failures.toSorted((a, b) => a.slot - b.slot) };
  }

  /** Learns what the batch brings until nothing in it is new. */
  async #settle(batch: Batch, asked: Asked, failures: DocumentFailure[]): Promise<PercolateAnswer> {
    const refused = new Set<number>();
    let { answer, targets } = asked;
    let learnt = FIRST_LEARNT;
    for (;;) {
      if (answer.unknown.length > 0) {
        // A batch before this one may have brought the same paths.
        if (!(await this.#moved(batch, targets))) {
          const first = answer.unknown.subarray(0, learnt);
          learnt *= 2;
          const fresh = await this.#learn(batch, first);
          if (fresh.length === 0 && !(await this.#moved(batch, targets))) {
            throw new EstromError('ENGINE_FAILED', 'a document has fields that cannot be mapped');
          }
          for (const failure of fresh) {
            failures.push(failure);
            refused.add(failure.slot);
          }
        }
      } else if (!(await this.#changed(batch, answer, targets))) return answer;
      ({ answer, targets } = await this.#ask(batch, refused));
    }
  }

  /** Whether targets were replaced since the batch was asked about. */
  async #moved(batch: Batch, targets: readonly Target[]): Promise<boolean> {
    const now = await Promise.all(batch.indices.map((index) => this.#targetOf(index)));
    return now.some((target, at) => target !== targets[at]);
  }

  /** Whether documents were refused because their index is no longer mapped as was thought. */
  async #changed(
    batch: Batch,
    { failures }: PercolateAnswer,
    targets: readonly Target[],
  ): Promise<boolean> {
    const some = failures.slice(0, MAX_REFUSED);
    const documents = some.filter(({ slot }) => parse(documentAt(batch, slot)) !== null);
    if (documents.length === 0) return false;
    const slots = Uint32Array.from(documents, ({ slot }) => slot);
    const again = [...slotsByIndex(batch, slots).keys()].map(async (at) => {
      const index = batch.indices[at]!;
      return (await this.#patience.insist(() => this.#targets.again(index))) !== targets[at];
    });
    return (await Promise.all(again)).includes(true);
  }

  async #learn(batch: Batch, unknown: Uint32Array): Promise<DocumentFailure[]> {
    const failures: DocumentFailure[] = [];
    for (const [at, slots] of slotsByIndex(batch, unknown)) {
      const documents = slots.map((slot) => documentAt(batch, slot));
      const learnt = await this.#patience.insist(() =>
        this.#targets.learn(batch.indices[at]!, documents),
      );
      learnt.forEach((failure, k) => {
        if (failure !== undefined) failures.push({ slot: slots[k]!, ...failure });
      });
    }
    return failures;
  }
}

/** Looking up may ask a registry that is away for a while too. */
function patientNames(names: QueryNames, patience: Patience): QueryNames {
  return {
    ordinalOf: (id) => names.ordinalOf(id),
    covers: (ordinal, index) => names.covers(ordinal, index),
    lookUp: (ids) => patience.insist(() => names.lookUp(ids)),
  };
}
