import { setTimeout } from 'node:timers/promises';
import type { Batch, Matches } from '../src/document.ts';
import { SLOT_END, SLOT_START, SLOT_WORDS } from '../src/document.ts';
import type { MappingRules } from '../src/mapping/explicit-mappings.ts';
import { compileQuery } from '../src/percolate/embedded/compile/compile.ts';
import { FieldRegistry } from '../src/percolate/embedded/fields/field-registry.ts';
import { KeptFields } from '../src/percolate/embedded/fields/kept-fields.ts';
import { MappingLog } from '../src/percolate/embedded/fields/mapping-log.ts';
import { BatchMatcher } from '../src/percolate/embedded/match/batch-matcher.ts';
import { Arena, STAT_CANDIDATES } from '../src/percolate/embedded/memory/arena.ts';
import { SegmentSet } from '../src/percolate/embedded/segments/segment-set.ts';
import type { Ir } from '../src/query/ir.ts';
import { fixedMappings } from '../test/percolate/case-mappings.ts';
import { localMerger } from '../test/percolate/local-merger.ts';
import { batchesOf } from './batches.ts';
import { checkMatches } from './oracle.ts';
import { median, percentile } from './statistics.ts';
import type { BenchOptions } from './suite.ts';
import { DOCUMENTS, type Workload } from './workload.ts';

/** As the registry hands them on. */
const GROUP = 1000;
const MAX_FIELDS = 1000;
const ARENA_BYTES = 1 << 30;
/** Milliseconds: longer than the segments wait for further registrations. */
const QUIET = 1000;
/** Rounds that the compiler of hot code gets before the clock starts. */
const WARM_UP_ROUNDS = 3;
const MIN_ROUNDS = 7;
/** The clock of a thread's processor time goes in steps of up to 10 ms. */
const LEAST_MILLISECONDS = 150;

export interface OneThread {
  /** Documents a second, by JSON.parse alone and matched. */
  readonly parsed: number;
  readonly perSecond: number;
  /** The same by the clock on the wall, as other programs are measured. */
  readonly perSecondOfWall: number;
  /** Time of matching over that of JSON.parse in the same round: median, and nine tenths of all from one to the other. */
  readonly ratio: number;
  readonly spread: readonly [number, number];
  /** Candidates that were verified, of all documents. */
  readonly verified: number;
  readonly arenaMiB: number;
  /** Ordinals of the queries that match each document. */
  readonly matches: readonly (readonly number[])[];
}

/** @throws Error where the matches are wrong: then no time is taken */
export async function measureOneThread(
  workload: Workload,
  { seconds }: Pick<BenchOptions, 'seconds'>,
): Promise<OneThread> {
  const { match, arena, candidates } = await makeMatcher(workload.queries, workload.mapping);
  const batches = batchesOf(workload.documents, 'logs');
  const answers = batches.flatMap((batch) => bySlot(match(batch), batch.count));
  const verified = candidates();
  checkMatches(workload, answers);

  const parse = () => parseAll(batches);
  const matchAll = () => {
    for (const batch of batches) match(batch);
  };
  const parseTimes: number[] = [];
  const matchTimes: number[] = [];
  const wallTimes: number[] = [];
  const ratios: number[] = [];
  const parseTurns = turnsOf(parse);
  const matchTurns = turnsOf(matchAll);
  const end = performance.now() + seconds * 1000;
  for (let round = 0; round < MIN_ROUNDS || performance.now() < end; round++) {
    const parsed = threadTime(parse, parseTurns);
    const began = performance.now();
    const matched = threadTime(matchAll, matchTurns);
    wallTimes.push((performance.now() - began) / matchTurns);
    parseTimes.push(parsed);
    matchTimes.push(matched);
    ratios.push(matched / parsed);
  }
  const perSecond = (times: readonly number[]) => (DOCUMENTS / median(times)) * 1000;
  return {
    parsed: perSecond(parseTimes),
    perSecond: perSecond(matchTimes),
    perSecondOfWall: perSecond(wallTimes),
    ratio: median(ratios),
    spread: [percentile(ratios, 0.1), percentile(ratios, 0.9)],
    verified,
    arenaMiB: arena.usedBytes / 2 ** 20,
    matches: answers,
  };
}

/** The mapping of the index, where dynamic mapping would make something else of the fields. */
export function rulesOf(mapping: Workload['mapping']): MappingRules | undefined {
  if (mapping === undefined) return undefined;
  return fixedMappings(new Map([['logs', { properties: mapping }]]));
}

/** A worker's matcher on this thread, over segments that were merged as far as they will be. */
export async function makeMatcher(
  queries: readonly Ir[],
  mapping?: Workload['mapping'],
  indices?: Workload['indices'],
) {
  const arena = new Arena(ARENA_BYTES);
  const segments = new SegmentSet(arena, localMerger(arena.memory), (error) => {
    throw error;
  });
  for (let from = 0; from < queries.length; from += GROUP) {
    const group = queries.slice(from, from + GROUP);
    segments.add(
      group.map((query, i) => ({
        ordinal: from + i,
        plan: compileQuery(query, indices?.queries[from + i] ?? 'logs'),
      })),
    );
    await segments.settled();
  }
  // When no more queries come, what the merges left over is merged too.
  await setTimeout(QUIET);
  await segments.settled();
  const names = new Set(indices?.documents ?? ['logs']);
  const fields = new FieldRegistry({
    limits: { maxIndices: names.size, maxFields: MAX_FIELDS },
    log: new MappingLog(arena),
    kept: new KeptFields(undefined),
    rules: rulesOf(mapping),
  });
  for (const name of names) fields.open(name);
  fields.tell();
  const matcher = new BatchMatcher({
    memory: arena.memory,
    maxFields: MAX_FIELDS,
    maxDepth: 100,
    queryBudget: 100,
  });
  const match = (batch: Batch): Matches => {
    const { bytes, slots, count, indices } = batch;
    const answer = matcher.match({ bytes, slots, count, indices, refused: [] });
    fields.add(fields.numbered(answer.proposals));
    fields.tell();
    return answer;
  };
  const candidates = () => arena.stat(STAT_CANDIDATES);
  return { match, segments, arena, candidates };
}

/** Ordinals that match each document of a batch. */
export function bySlot({ pairs, failures }: Matches, count: number): number[][] {
  if (failures.length > 0) throw new Error(failures[0]!.reason);
  const ordinals: number[][] = Array.from({ length: count }, () => []);
  for (let k = 0; k < pairs.length; k += 2) ordinals[pairs[k]!]!.push(pairs[k + 1]!);
  return ordinals;
}

/** Every document decoded and parsed, and one field of it read. */
export function parseAll(batches: readonly Batch[]): void {
  let sum = 0;
  for (const { bytes, slots, count } of batches) {
    const text = Buffer.from(bytes);
    for (let at = 0; at < count * SLOT_WORDS; at += SLOT_WORDS) {
      const json = text.toString('utf8', slots[at + SLOT_START], slots[at + SLOT_END]);
      sum += (JSON.parse(json) as { message: string }).message.length;
    }
  }
  if (sum === 0) throw new Error('no document has a message');
}

/** How often something is done at a time, so that the clock's steps are small beside it; warms up the compiler. */
function turnsOf(run: () => void): number {
  for (let round = 0; round < WARM_UP_ROUNDS; round++) run();
  const began = performance.now();
  run();
  return Math.max(1, Math.ceil(LEAST_MILLISECONDS / (performance.now() - began)));
}

/**
 * Milliseconds of processor time of this thread, each time: what others do on the machine counts for less. The
 * threads that help JSON.parse's garbage collection are left out, in its favour.
 */
export function threadTime(run: () => void, turns = 1): number {
  const began = process.threadCpuUsage();
  for (let turn = 0; turn < turns; turn++) run();
  const { user, system } = process.threadCpuUsage(began);
  return (user + system) / 1000 / turns;
}
