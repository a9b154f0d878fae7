import { EstromError } from '../src/errors.ts';
import { measurePool } from './engine.ts';
import { measureOneThread } from './one-thread.ts';
import { runPeers } from './peers/peers.ts';
import { percentile, significant } from './statistics.ts';
import type { BenchOptions, Row, Suite } from './suite.ts';
import { percolateTargets } from './targets.ts';
import { DOCUMENTS } from './workload.ts';
import { KINDS, SIZES, workloadOf } from './workloads/kinds.ts';

/** What peers are asked: two terms at all sizes, and logs at one that is usual for them. */
const PEER_CASES = [
  'fields 1k',
  'fields 10k',
  'fields 100k',
  'fields 1M',
  'log mix 10k',
  'log mix 100k',
];
const PEERS = 'peers ';

/**
 * Kinds of queries at all sizes. First the registry and the engine with its threads: registration, time
 * until live, memory, documents a second. Then one thread's work without threads: a worker's matcher
 * over segments that were merged as the engine does it, against `JSON.parse` on the same bytes, turn by turn.
 */
export const percolate: Suite = {
  about:
    'matching by kind of query: one thread, JSON included, against JSON.parse; and all threads',
  usage: `  --kinds A,B    only these of: ${Object.keys(KINDS).join(', ')}
  --sizes A,B    only these of: ${Object.keys(SIZES).join(', ')}
  --no-pool      one thread only: no registrations/s, time until live, memory
  --peers        the same against Elasticsearch, Lucene Monitor, mokaccino and perq instead, each at its
                 best setting: ${PEER_CASES.join(', ')}
  --only A,B     of the peers only those with this in their names`,
  cases: ({ kinds, sizes, peers }) => {
    const all = Object.keys(KINDS).flatMap((kind) =>
      Object.keys(SIZES).map((size) => `${kind} ${size}`),
    );
    return all
      .filter((name) => isWanted(name, kinds, sizes))
      .filter((name) => !peers || PEER_CASES.includes(name))
      .map((name) => (peers ? PEERS + name : name));
  },
  run: async (name, options) => {
    try {
      if (name.startsWith(PEERS)) return await runPeers(name.slice(PEERS.length), options);
      return [await runCase(name, options)];
    } catch (error) {
      if (!(error instanceof EstromError) || error.code !== 'QUERY_UNSUPPORTED') throw error;
      process.stderr.write(`${name}: left out, ${error.message}\n`);
      return [];
    }
  },
  targets: percolateTargets,
};

function isWanted(name: string, kinds: readonly string[], sizes: readonly string[]): boolean {
  const at = name.lastIndexOf(' ');
  const isOne = (wanted: readonly string[], of: string) =>
    wanted.length === 0 || wanted.includes(of);
  return isOne(kinds, name.slice(0, at)) && isOne(sizes, name.slice(at + 1));
}

async function runCase(name: string, options: BenchOptions): Promise<Row> {
  const workload = workloadOf(name);
  // Before the other, whose garbage would count as memory.
  const pool = options.pool ? await measurePool(workload, options) : undefined;
  const one = await measureOneThread(workload, options);
  const bytes = workload.documents.reduce((sum, text) => sum + text.length, 0) / DOCUMENTS;
  return {
    queries: name,
    'bytes/doc': Math.round(bytes),
    'matches/doc': significant(workload.matches / DOCUMENTS),
    'verified/doc': significant(one.verified / DOCUMENTS),
    'JSON.parse docs/s': significant(one.parsed),
    'one thread docs/s': significant(one.perSecond),
    ratio: one.ratio.toFixed(2),
    'p10–p90': one.spread.map((ratio) => ratio.toFixed(2)).join('–'),
    ...(pool === undefined
      ? { 'arena MiB': significant(one.arenaMiB) }
      : {
          'all threads docs/s': significant(pool.docsPerSecond),
          'registrations/s': significant(pool.registrationsPerSecond),
          'live p50 ms': significant(percentile(pool.live, 0.5)),
          'p99 ms': significant(percentile(pool.live, 0.99)),
          'arena MiB': significant(pool.arenaMiB),
          'process grown by MiB': pool.grownMiB,
        }),
  };
}
