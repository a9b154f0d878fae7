import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measurePool, WORKERS } from '../engine.ts';
import { measureOneThread } from '../one-thread.ts';
import { significant } from '../statistics.ts';
import type { BenchOptions, Row } from '../suite.ts';
import type { Workload } from '../workload.ts';
import { workloadOf } from '../workloads/kinds.ts';
import { askElasticsearch } from './elasticsearch.ts';
import { writeWorkload } from './files.ts';
import { type Answer, ask, type Figure, provide } from './program.ts';
import { type Peer, PROGRAMS } from './programs.ts';

/** Documents whose matches are compared one by one: slow peers take long for them at a million queries. */
const CHECKED = 400;
const CHECKED_OF_MANY = 40;
const MANY = 500_000;
/** Milliseconds after which no further setting of a peer is begun, so that a run ends. */
const SWEEP = 60_000;
const ELASTICSEARCH = 'Elasticsearch 7.17.29';

/**
 * estrom and its peers on the same queries and documents, one after the other: each with the machine to
 * itself, JSON read by each, its matches compared with estrom's before its times are told.
 */
export async function runPeers(name: string, options: BenchOptions): Promise<Row[]> {
  const workload = workloadOf(name);
  const run = new PeerRun(name, workload, options);
  try {
    await run.estrom();
    const isWanted = (peer: string) =>
      options.only.length === 0 || options.only.some((part) => peer.includes(part));
    for (const peer of PROGRAMS) if (isWanted(peer.name)) await run.program(peer);
    if (isWanted(ELASTICSEARCH)) await run.elasticsearch();
    return run.rows;
  } finally {
    run.close();
  }
}

class PeerRun {
  readonly rows: Row[] = [];
  readonly #name: string;
  readonly #workload: Workload;
  readonly #options: BenchOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'estrom-peers-'));
  readonly #checked: number;
  /** Numbers of the queries that match each document: what is checked against the oracle. */
  #matches: readonly (readonly number[])[] = [];
  #isWritten = false;
  /** Documents a second of estrom, by threads. */
  readonly #rates = new Map<number, number>();

  constructor(name: string, workload: Workload, options: BenchOptions) {
    this.#name = name;
    this.#workload = workload;
    this.#options = options;
    this.#checked = workload.queries.length < MANY ? CHECKED : CHECKED_OF_MANY;
  }

  async estrom(): Promise<void> {
    const pool = await measurePool(this.#workload, this.#options);
    const one = await measureOneThread(this.#workload, this.#options);
    this.#matches = one.matches;
    this.#rates.set(1, one.perSecondOfWall);
    const loaded = {
      registrationsPerSecond: pool.registrationsPerSecond,
      mebibytes: pool.grownMiB,
    };
    this.#add('estrom', loaded, [
      { setting: '500 a batch', threads: 1, docsPerSecond: one.perSecondOfWall },
      { setting: '500 a batch', threads: WORKERS, docsPerSecond: pool.docsPerSecond },
    ]);
  }

  async elasticsearch(): Promise<void> {
    const peer = ELASTICSEARCH;
    if (this.#workload.queries.length >= MANY)
      return this.#cannot(peer, 'storing them takes too long');
    try {
      const answer = await askElasticsearch(this.#workload, this.#options, SWEEP);
      this.#add(peer, answer, answer.figures);
    } catch (error) {
      this.#cannot(peer, (error as Error).message);
    }
  }

  async program(peer: Peer): Promise<void> {
    if (peer.cannot !== undefined && this.#workload.derived !== undefined) {
      return this.#cannot(peer.name, peer.cannot);
    }
    if (!this.#isWritten) writeWorkload(this.#folder, this.#workload);
    this.#isWritten = true;
    // Not what building it takes.
    provide(peer);
    const began = performance.now();
    const figures: Figure[] = [];
    let loaded: Answer | undefined;
    for (const setting of peer.settings(this.#workload.queries.length)) {
      if (loaded !== undefined && performance.now() - began > SWEEP) {
        process.stderr.write(`${peer.name}: ${setting} and later ones are left out for time\n`);
        break;
      }
      try {
        const given = { seconds: this.#options.seconds, checked: this.#checked };
        const answer = await ask(peer, this.#folder, setting, given);
        this.#check(peer.name);
        figures.push(
          ...answer.figures.map((one) => ({ ...one, setting: `${setting}, ${one.setting}` })),
        );
        loaded ??= answer;
      } catch (error) {
        process.stderr.write(`${peer.name}, ${setting}: ${(error as Error).message}\n`);
      }
    }
    if (loaded === undefined) this.#cannot(peer.name, 'see the error output');
    else this.#add(peer.name, loaded, figures);
  }

  close(): void {
    rmSync(this.#folder, { recursive: true });
  }

  /** @throws Error where a peer's matches are others than estrom's */
  #check(peer: string): void {
    const lines = readFileSync(join(this.#folder, 'matches.ndjson'), 'utf8').trimEnd().split('\n');
    if (lines.length !== this.#checked) throw new Error(`${peer} answered ${lines.length} times`);
    lines.forEach((line, n) => {
      const expected = this.#matches[n]!.toSorted((a, b) => a - b);
      const found = JSON.stringify(JSON.parse(line));
      if (found !== JSON.stringify(expected)) {
        throw new Error(`document ${n}: ${peer} has ${found}, not ${JSON.stringify(expected)}`);
      }
    });
  }

  /** The best setting on one thread, and on all. */
  #add(peer: string, loaded: Omit<Answer, 'figures'>, figures: readonly Figure[]): void {
    const counts = [...new Set(figures.map(({ threads }) => threads))];
    for (const threads of counts) {
      const best = figures
        .filter((one) => one.threads === threads)
        .reduce((a, b) => (b.docsPerSecond > a.docsPerSecond ? b : a));
      this.#rates.set(threads, this.#rates.get(threads) ?? best.docsPerSecond);
      // Whole runs take long: what is known so far is seen.
      const rate = Math.round(best.docsPerSecond);
      process.stderr.write(`${peer}, ${threads} threads: ${rate} docs/s (${best.setting})\n`);
      this.rows.push({
        queries: this.#name,
        peer,
        threads: best.requests ?? threads,
        'docs/s': significant(best.docsPerSecond),
        'estrom: times': significant(this.#rates.get(threads)! / best.docsPerSecond),
        'best setting': best.setting,
        'registrations/s': significant(loaded.registrationsPerSecond),
        MiB: Math.round(loaded.mebibytes),
      });
    }
  }

  #cannot(peer: string, why: string): void {
    this.rows.push({
      queries: this.#name,
      peer,
      threads: '',
      'docs/s': 'n/a',
      'estrom: times': '',
      'best setting': why,
      'registrations/s': '',
      MiB: '',
    });
  }
}
