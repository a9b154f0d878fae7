import { setTimeout } from 'node:timers/promises';
import type { Batch, Matches } from '../src/document.ts';
import { SLOT_END, SLOT_START, SLOT_WORDS } from '../src/document.ts';
import { compileQuery } from '../src/percolate/embedded/compile/compile.ts';
import { MappingLog } from '../src/percolate/embedded/fields/mapping-log.ts';
import { BatchMatcher } from '../src/percolate/embedded/match/batch-matcher.ts';
import { Arena, STAT_CANDIDATES } from '../src/percolate/embedded/memory/arena.ts';
import { mergeSegments } from '../src/percolate/embedded/segments/merge.ts';
import { Segment } from '../src/percolate/embedded/segments/segment.ts';
import { type Merge, SegmentSet } from '../src/percolate/embedded/segments/segment-set.ts';
import { segmentBytes, writeSegment } from '../src/percolate/embedded/segments/segment-writer.ts';
import type { Ir } from '../src/query/ir.ts';
import { batchesOf } from './batches.ts';
import { checkMatches } from './oracle.ts';
import { median, percentile, significant } from './statistics.ts';
import type { BenchOptions, Row, Suite } from './suite.ts';
import { DOCUMENTS, makeWorkload } from './workload.ts';

/** As the registry hands them on. */
const GROUP = 1000;
const ARENA_BYTES = 1 << 30;
/** Rounds that the compiler of hot code gets before the clock starts. */
const WARM_UP_ROUNDS = 3;
const MIN_ROUNDS = 9;
/** Milliseconds: longer than the segments wait for further registrations. */
const QUIET = 1000;

export const SIZES: Readonly<Record<string, number>> = {
  '1k': 1000,
  '10k': 10_000,
  '100k': 100_000,
  '1M': 1_000_000,
};

/**
 * One thread's work, without threads: a worker's matcher over segments that were registered in
 * groups and merged as the engine does it, against `JSON.parse` on the same bytes, turn by turn.
 */
export const percolate: Suite = {
  about: 'matching on one thread, JSON included, against decoding and JSON.parse alone',
  cases: Object.keys(SIZES).flatMap((size) => [`fields ${size}`, `any field ${size}`]),
  run: async (name, options) => [await runCase(name, options)],
};

async function runCase(name: string, { seconds }: BenchOptions): Promise<Row> {
  const size = name.slice(name.lastIndexOf(' ') + 1);
  const workload = makeWorkload(SIZES[size]!, name.startsWith('any'));
  const { match, segments, arena } = await makeMatcher(workload.queries);
  const batches = batchesOf(workload.documents, 'logs');

  checkMatches(
    workload,
    batches.flatMap((batch) => bySlot(match(batch), batch.count)),
  );

  const parseTimes: number[] = [];
  const matchTimes: number[] = [];
  const ratios: number[] = [];
  const batchTimes: number[] = [];
  const end = performance.now() + seconds * 1000;
  for (let round = 0; round < MIN_ROUNDS || performance.now() < end; round++) {
    const times: number[] = [];
    const parse = threadTime(() => parseAll(batches));
    const matched = threadTime(() => {
      for (const batch of batches) times.push(time(() => match(batch)));
    });
    if (round < WARM_UP_ROUNDS) continue;
    parseTimes.push(parse);
    matchTimes.push(matched);
    ratios.push(matched / parse);
    batchTimes.push(...times);
  }
  const perSecond = (times: readonly number[]) => (DOCUMENTS / median(times)) * 1000;
  return {
    queries: name,
    'matches/doc': significant(workload.matches / DOCUMENTS),
    segments: segments.segments.length,
    'JSON.parse docs/s': significant(perSecond(parseTimes)),
    'docs/s': significant(perSecond(matchTimes)),
    ratio: median(ratios).toFixed(2),
    'p50 ms/500': significant(percentile(batchTimes, 0.5)),
    'p99 ms/500': significant(percentile(batchTimes, 0.99)),
    'arena MiB': significant(arena.usedBytes / 2 ** 20),
  };
}

/** A worker's matcher on this thread, over segments that were merged as far as they will be. */
export async function makeMatcher(queries: readonly Ir[]) {
  const arena = new Arena(ARENA_BYTES);
  const merge: Merge = async ({ sources, target, id }) => {
    const builder = mergeSegments(sources.map((at) => new Segment(arena.memory, at)));
    writeSegment(builder, arena.memory, target, id);
    return segmentBytes(builder);
  };
  const segments = new SegmentSet(arena, merge, (error) => {
    throw error;
  });
  for (let from = 0; from < queries.length; from += GROUP) {
    const group = queries.slice(from, from + GROUP);
    segments.add(
      group.map((query, i) => ({ ordinal: from + i, plan: compileQuery(query, 'logs') })),
    );
    await segments.settled();
  }
  // When no more queries come, what the merges left over is merged too.
  await setTimeout(QUIET);
  await segments.settled();
  const log = new MappingLog(arena);
  const matcher = new BatchMatcher({ memory: arena.memory, maxFields: 1000, maxDepth: 100 });
  const match = (batch: Batch): Matches => {
    const answer = matcher.match({ ...batch, refused: [] });
    if (answer.proposals.length > 0) log.append(answer.proposals);
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

/**
 * Milliseconds of processor time of this thread: what others do on the machine counts for less. The
 * threads that help JSON.parse's garbage collection are left out, in its favour.
 */
export function threadTime(run: () => void): number {
  const began = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(began);
  return (user + system) / 1000;
}

/** Milliseconds. */
function time(run: () => unknown): number {
  const began = performance.now();
  run();
  return performance.now() - began;
}
