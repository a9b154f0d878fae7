import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Program } from '../cli/program.ts';
import { steadyPort } from '../steady-port.ts';

/** Where `.ci/run` unpacks Debian's package. */
const UNPACKED = fileURLToPath(new URL('../../.cache/prometheus/usr/bin', import.meta.url));

/** @returns path of `prometheus` or `promtool` */
export function programOf(name: 'prometheus' | 'promtool'): string {
  const folders = [...(process.env['PATH'] ?? '').split(':'), UNPACKED];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error(
      `there is no ${name}: install Debian's package prometheus, or let .ci/run do it`,
    );
  }
  return found;
}

/** @returns what it said, on both outputs; throws when it is not content */
export function promtool(args: readonly string[], input = ''): string {
  return execFileSync(programOf('promtool'), args, { input, encoding: 'utf8' });
}

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [seconds: number, value: string];
}

/** A real Prometheus that scrapes servers every second. */
export class Prometheus {
  readonly url: string;
  readonly #program: Program;

  private constructor(url: string, program: Program) {
    this.url = url;
    this.#program = program;
  }

  /**
   * @param folder for its data, to be removed by the caller
   * @param targets host and port of each server
   */
  static async start(
    folder: string,
    targets: readonly string[],
    rules: string,
  ): Promise<Prometheus> {
    const config = join(folder, 'prometheus.json');
    // YAML takes JSON.
    writeFileSync(
      config,
      JSON.stringify({
        global: { scrape_interval: '1s', evaluation_interval: '1s' },
        rule_files: [rules],
        scrape_configs: [{ job_name: 'estrom', static_configs: [{ targets }] }],
      }),
    );
    const address = `127.0.0.1:${await steadyPort()}`;
    const program = new Program(programOf('prometheus'), [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'tsdb')}`,
      `--web.listen-address=${address}`,
    ]);
    await program.said(/Server is ready to receive web requests/);
    return new Prometheus(`http://${address}`, program);
  }

  async query(promql: string): Promise<Sample[]> {
    const { result } = await this.#get(`query?${new URLSearchParams({ query: promql })}`);
    return result as Sample[];
  }

  /** `name: health` of every rule. */
  async rules(): Promise<string[]> {
    const { groups } = await this.#get('rules');
    const all = (groups as { rules: { name: string; health: string }[] }[]).flatMap(
      ({ rules }) => rules,
    );
    return all.map(({ name, health }) => `${name}: ${health}`);
  }

  /** Resolves when it has looked at each of its targets so many times. */
  async scraped(times: number): Promise<void> {
    for (;;) {
      const [sample] = await this.query('min(count_over_time(up{job="estrom"}[1h]))');
      if (Number(sample?.value[1] ?? 0) >= times) return;
      await delay(250);
    }
  }

  async #get(path: string): Promise<Record<string, unknown>> {
    const answer = await fetch(`${this.url}/api/v1/${path}`);
    const { status, data, error } = (await answer.json()) as Record<string, unknown>;
    if (status !== 'success') throw new Error(`${path}: ${error}`);
    return data as Record<string, unknown>;
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }
}
