import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Side } from './end-to-end.ts';
import { significant } from './statistics.ts';
import type { BenchOptions, Row, Suite } from './suite.ts';
import { makeWorkload } from './workload.ts';

const QUERIES = 10_000;
const TOP = 10;
const SAMPLE_MICROSECONDS = 500;
const WARM_UP_SECONDS = 3;
/** What a thread that waits is found in: V8's names, and the loop of the worker pool. */
const WAITING = /^\((idle|program|root)\)|^atomicsWaitLoop/;
/** A thread that is busy for less was not part of it: the one that merges segments. */
const IDLE = 0.02;

/** The end-to-end run of the program under V8's CPU profiler: where each thread's time goes. */
export const profile: Suite = {
  about: `functions by their own share of each thread's busy time, end to end with ${QUERIES} queries`,
  cases: ['any field', 'fields'],
  run: async (name, { seconds }: BenchOptions) => {
    const folder = mkdtempSync(join(tmpdir(), 'estrom-profile-'));
    try {
      const flags = [
        '--cpu-prof',
        `--cpu-prof-dir=${folder}`,
        `--cpu-prof-interval=${SAMPLE_MICROSECONDS}`,
      ];
      const side = await Side.start('estrom', makeWorkload(QUERIES, name === 'any field'), flags);
      await side.round(WARM_UP_SECONDS);
      const from = microseconds();
      await side.round(seconds * 3);
      const to = microseconds();
      await side.stop();
      return readdirSync(folder)
        .map((file) => readProfile(join(folder, file), from, to))
        .toSorted((a, b) => Number(a.thread === 'worker') - Number(b.thread === 'worker'))
        .flatMap((read) => rowsOf(read, name));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
  /** Microseconds. */
  readonly startTime: number;
}

interface ThreadProfile {
  readonly thread: string;
  /** Share of the time that the thread did not wait. */
  readonly busy: number;
  /** Functions and their shares of the busy time, most first. */
  readonly top: readonly (readonly [string, number])[];
}

/** The functions that were on top of the stack most often, between two times of the clock. */
function readProfile(file: string, from: number, to: number): ThreadProfile {
  const { nodes, samples, timeDeltas, startTime } = JSON.parse(
    readFileSync(file, 'utf8'),
  ) as CpuProfile;
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  let now = startTime;
  let busy = 0;
  samples.forEach((id, i) => {
    const name = names.get(id)!;
    const time = timeDeltas[i]!;
    now += time;
    if (WAITING.test(name) || now < from || now > to) return;
    busy += time;
    times.set(name, (times.get(name) ?? 0) + time);
  });
  const isWorker = [...names.values()].some((name) => name.includes('json-scanner'));
  const top = [...times].sort(([, a], [, b]) => b - a).slice(0, TOP);
  return {
    thread: isWorker ? 'worker' : 'main',
    busy: busy / (to - from),
    top: top.map(([name, time]) => [name, time / busy]),
  };
}

function rowsOf({ thread, busy, top }: ThreadProfile, queries: string): Row[] {
  if (busy < IDLE) return [];
  return top.map(([name, share]) => ({
    queries,
    thread: `${thread}, ${Math.round(busy * 100)} % busy`,
    '% of it': significant(share * 100),
    function: name,
  }));
}

/** On the clock of V8's profiles. */
function microseconds(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

function nameOf({ functionName, url }: { functionName: string; url: string }): string {
  const file = url.slice(url.lastIndexOf('/') + 1);
  return file === '' ? functionName : `${functionName || 'anonymous'} (${file})`;
}
