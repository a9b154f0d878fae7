import { setTimeout } from 'node:timers/promises';
import { loadConfig } from '../src/config-load.ts';
import type { Batch, Matches } from '../src/document.ts';
import { createLogger } from '../src/log.ts';
import { Metrics } from '../src/metrics.ts';
import { EmbeddedEngine } from '../src/percolate/embedded/embedded-engine.ts';
import { EVERYBODY } from '../src/principal.ts';
import { QueryRegistry } from '../src/query/registry/registry.ts';
import { batchesOf, batchOf } from './batches.ts';
import { residentMiB } from './machine.ts';
import { bySlot, rulesOf } from './one-thread.ts';
import { checkMatches } from './oracle.ts';
import { percentile, significant } from './statistics.ts';
import type { BenchOptions, Row, Suite } from './suite.ts';
import type { Workload } from './workload.ts';
import { sourceOf } from './workloads/dsl.ts';
import { SIZES, workloadOf } from './workloads/kinds.ts';

export const WORKERS = 2;
/** Batches under way at a time: enough that no worker waits for the main thread. */
const IN_FLIGHT = 2 * WORKERS;
/** Registrations in one call, as `POST /api/v0.1/queries/_bulk` makes them. */
const GROUP = 1000;
const WARM_UP_SECONDS = 4;
const PROBES = 300;
const PROBE_PAUSE = 5;
/** Milliseconds without a change of the segments, after which no merge is expected any more. */
const QUIET = 3000;

/** The registry and the engine with its threads, as the server has them, without HTTP. */
export const engine: Suite = {
  about: `registry and engine with ${WORKERS} workers: registration, matching, memory of the process`,
  cases: Object.keys(SIZES).flatMap((size) => [`fields ${size}`, `any field ${size}`]),
  run: async (name, options) => [await runCase(name, options)],
};

async function runCase(name: string, options: BenchOptions): Promise<Row> {
  const pool = await measurePool(workloadOf(name), options);
  return {
    queries: name,
    'registrations/s': significant(pool.registrationsPerSecond),
    'CPU µs each': significant(pool.cpuEachRegistration),
    'docs/s': significant(pool.docsPerSecond),
    'CPU µs/doc': significant(pool.cpuEachDoc),
    'p50 ms/500': significant(percentile(pool.times, 0.5)),
    'p99 ms/500': significant(percentile(pool.times, 0.99)),
    'new query live p50 ms': significant(percentile(pool.live, 0.5)),
    'p99 ms': significant(percentile(pool.live, 0.99)),
    'merged after s': significant(pool.mergedAfter),
    'MiB: arena': significant(pool.arenaMiB),
    heap: pool.heapMiB,
    'resident, grown by': pool.grownMiB,
  };
}

export interface Pool {
  readonly registrationsPerSecond: number;
  readonly docsPerSecond: number;
  /** Microseconds of processor time of all threads. */
  readonly cpuEachRegistration: number;
  readonly cpuEachDoc: number;
  /** Milliseconds that batches of 500 took. */
  readonly times: readonly number[];
  /** Milliseconds from registration to the answer that names the new query. */
  readonly live: readonly number[];
  /** Seconds. */
  readonly mergedAfter: number;
  readonly arenaMiB: number;
  readonly heapMiB: number;
  /** The whole process, since before the engine was there. */
  readonly grownMiB: number;
}

/** @throws Error where the matches are wrong: then no time is taken */
export async function measurePool(workload: Workload, { seconds }: BenchOptions): Promise<Pool> {
  const { config } = loadConfig({ workers: String(WORKERS), registrationsPerSecond: '0' }, {});
  const metrics = new Metrics();
  const embedded = new EmbeddedEngine({
    config,
    metrics,
    log: createLogger('warn'),
    mappings: rulesOf(workload.mapping),
  });
  const registry = new QueryRegistry({ engine: embedded, settings: config, metrics });
  const before = residentMiB();
  const heapBefore = heapMiB();

  const { perSecond, cpuEach, numberOf } = await registerAll(registry, workload);
  const mergedAfter = await mergesEnd(metrics);
  const batches = batchesOf(workload.documents, 'logs');
  checkMatches(workload, await matchAll(embedded, batches, numberOf));
  await load(embedded, batches, WARM_UP_SECONDS);
  const { docsPerSecond, cpuEachDoc, times } = await load(embedded, batches, seconds);
  const live = await timeToLive(registry, embedded, batches);
  const after = residentMiB();
  const arena = await metric(metrics, 'estrom_percolate_arena_used_bytes');
  const heap = heapMiB() - heapBefore;
  await embedded.close();
  return {
    registrationsPerSecond: perSecond,
    cpuEachRegistration: cpuEach,
    docsPerSecond,
    cpuEachDoc,
    times,
    live,
    mergedAfter,
    arenaMiB: arena / 2 ** 20,
    heapMiB: heap,
    grownMiB: after - before,
  };
}

async function metric(metrics: Metrics, name: string): Promise<number> {
  const text = await metrics.registry.getSingleMetricAsString(name);
  return Number(text.trim().split(' ').at(-1));
}

/** Seconds until the segments stay as they are. */
async function mergesEnd(metrics: Metrics): Promise<number> {
  const began = performance.now();
  let changed = began;
  let known = -1;
  while (performance.now() - changed < QUIET) {
    const used = await metric(metrics, 'estrom_percolate_arena_used_bytes');
    if (used !== known) changed = performance.now();
    known = used;
    await setTimeout(100);
  }
  return (changed - began) / 1000;
}

/** Of the main thread, after a collection. */
function heapMiB(): number {
  return Math.round(process.memoryUsage().heapUsed / 2 ** 20);
}

/** Processor time of all threads since then: what others do on the machine counts for less. */
function microseconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return user + system;
}

/** @returns the workload's number of each query, by ordinal */
async function registerAll(registry: QueryRegistry, { queries }: Workload) {
  const numberOf: number[] = [];
  const began = performance.now();
  const cpu = process.cpuUsage();
  for (let from = 0; from < queries.length; from += GROUP) {
    const requests = queries.slice(from, from + GROUP).map((query) => ({
      index: 'logs',
      query: sourceOf(query),
    }));
    const results = await registry.registerMany(requests, EVERYBODY);
    results.forEach((result, i) => {
      if ('error' in result) throw result.error;
      if (!result.created) throw new Error('the workload has a query twice');
      numberOf[result.entry.ordinal] = from + i;
    });
  }
  const perSecond = (queries.length / (performance.now() - began)) * 1000;
  return { perSecond, cpuEach: microseconds(cpu) / queries.length, numberOf };
}

async function matchAll(
  embedded: EmbeddedEngine,
  batches: readonly Batch[],
  numberOf: readonly number[],
): Promise<number[][]> {
  const answers: Matches[] = [];
  for (const batch of batches) answers.push(await embedded.percolate(batch));
  return answers
    .flatMap((answer, i) => bySlot(answer, batches[i]!.count))
    .map((ordinals) => ordinals.map((ordinal) => numberOf[ordinal]!));
}

/** Keeps the workers busy for a while. */
async function load(embedded: EmbeddedEngine, batches: readonly Batch[], seconds: number) {
  const times: number[] = [];
  let documents = 0;
  let next = 0;
  const cpu = process.cpuUsage();
  const began = performance.now();
  const one = async () => {
    while (performance.now() - began < seconds * 1000) {
      const batch = batches[next++ % batches.length]!;
      const sent = performance.now();
      await embedded.percolate(batch);
      times.push(performance.now() - sent);
      documents += batch.count;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, one));
  const docsPerSecond = (documents / (performance.now() - began)) * 1000;
  return { docsPerSecond, cpuEachDoc: microseconds(cpu) / documents, times };
}

/**
 * Milliseconds from the call that registers a query to the answer that names it, of a document that
 * was sent as soon as the registration was confirmed, while another sender keeps one batch under way.
 */
async function timeToLive(
  registry: QueryRegistry,
  embedded: EmbeddedEngine,
  batches: readonly Batch[],
): Promise<number[]> {
  let busy = true;
  const background = (async () => {
    for (let i = 0; busy; i++) await embedded.percolate(batches[i % batches.length]!);
  })();
  const times: number[] = [];
  for (let n = 0; n < PROBES; n++) {
    const probe = batchOf([JSON.stringify({ message: `probe number${n}` })], 'logs');
    const began = performance.now();
    const query = `message:probe AND message:number${n}`;
    const { entry } = await registry.register({ index: 'logs', query }, EVERYBODY);
    const { pairs } = await embedded.percolate(probe);
    times.push(performance.now() - began);
    // Queries that exclude things match it too.
    const isFound = pairs.some((ordinal, k) => k % 2 === 1 && ordinal === entry.ordinal);
    if (!isFound) throw new Error('the probe was missed');
    await setTimeout(PROBE_PAUSE);
  }
  busy = false;
  await background;
  return times;
}
