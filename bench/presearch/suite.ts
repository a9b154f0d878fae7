import { batchesOf } from '../batches.ts';
import { bySlot, makeMatcher, parseAll, threadTime } from '../one-thread.ts';
import { checkMatches } from '../oracle.ts';
import { median, significant } from '../statistics.ts';
import type { BenchOptions, Row, Suite } from '../suite.ts';
import { DOCUMENTS, type Workload } from '../workload.ts';
import { makeGeo } from '../workloads/geo.ts';
import { makeIndices } from './indices.ts';
import { makeNegations } from './negations.ts';
import { makeNested } from './nested.ts';
import { makePatterns } from './patterns.ts';
import { makeRanges } from './ranges.ts';

const KINDS: Readonly<Record<string, (count: number) => Workload>> = {
  ranges: makeRanges,
  prefixes: (count) => makePatterns(count, 'prefixes'),
  wildcards: (count) => makePatterns(count, 'wildcards'),
  regexps: (count) => makePatterns(count, 'regexps'),
  caseless: (count) => makePatterns(count, 'caseless'),
  fuzzy: (count) => makePatterns(count, 'near'),
  negations: makeNegations,
  'nested-prefixes': (count) => makeNested(count, 'prefixes'),
  'nested-wildcards': (count) => makeNested(count, 'wildcards'),
  geo: makeGeo,
  indices: makeIndices,
};
const SIZES: Readonly<Record<string, number>> = { '1k': 1000, '10k': 10_000, '100k': 100_000 };
const WARM_UP_ROUNDS = 2;
const MIN_ROUNDS = 5;

/** Queries without a word that presearch could look up: each kind needs an index of its own. */
export const presearch: Suite = {
  about:
    'queries that are only a range, prefix, wildcard, negation or place each, or a pattern in nested objects, or of an index each; one thread',
  cases: Object.keys(KINDS).flatMap((kind) => Object.keys(SIZES).map((size) => `${kind} ${size}`)),
  run: async (name, options) => [await runCase(name, options)],
};

async function runCase(name: string, { seconds }: BenchOptions): Promise<Row> {
  const [kind = '', size = ''] = name.split(' ');
  const workload = KINDS[kind]!(SIZES[size]!);
  const { match, segments, arena, candidates } = await makeMatcher(
    workload.queries,
    workload.mapping,
    workload.indices,
  );
  const batches = batchesOf(workload.documents, workload.indices?.documents ?? 'logs');
  checkMatches(
    workload,
    batches.flatMap((batch) => bySlot(match(batch), batch.count)),
  );
  const verified = candidates();

  const parseTimes: number[] = [];
  const matchTimes: number[] = [];
  const end = performance.now() + seconds * 1000;
  for (let round = 0; round < MIN_ROUNDS || performance.now() < end; round++) {
    const parse = threadTime(() => parseAll(batches));
    const matched = threadTime(() => {
      for (const batch of batches) match(batch);
    });
    if (round < WARM_UP_ROUNDS) continue;
    parseTimes.push(parse);
    matchTimes.push(matched);
  }
  return {
    queries: name,
    'matches/doc': significant(workload.matches / DOCUMENTS),
    'candidates/doc': significant(verified / DOCUMENTS),
    'always verified': segments.alwaysVerified,
    'docs/s': significant((DOCUMENTS / median(matchTimes)) * 1000),
    'ratio to JSON.parse': (median(matchTimes) / median(parseTimes)).toFixed(2),
    'arena MiB': significant(arena.usedBytes / 2 ** 20),
    'bytes a query': significant(arena.usedBytes / workload.queries.length),
  };
}
