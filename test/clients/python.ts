import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Tallied } from './documents.ts';
import type { TailReader } from './tail-process.ts';

const PACKAGES = ['elasticsearch==9.5.1', 'ijson==3.6.0'];
const FOLDER = resolve('.cache/python');

const PROGRAM = `${FOLDER}/bin/python3`;

/** Makes the Python with the clients in it: on first use, and again when their versions change. */
export function preparePython(): void {
  const mark = `${FOLDER}/${PACKAGES.join('_')}`;
  if (existsSync(mark)) return;
  rmSync(FOLDER, { recursive: true, force: true });
  execFileSync('python3', ['-m', 'venv', FOLDER], { stdio: 'inherit' });
  const install = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...PACKAGES];
  execFileSync(PROGRAM, install, { stdio: 'inherit' });
  writeFileSync(mark, '');
}

function script(name: string, args: readonly string[]): ChildProcess {
  const file = fileURLToPath(new URL(`./python/${name}.py`, import.meta.url));
  return spawn(PROGRAM, ['-u', file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Runs a script to its end; its last line of output is JSON. */
export async function runPython<T>(name: string, args: readonly string[]): Promise<T> {
  const child = script(name, args);
  let output = '';
  child.stdout!.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${name}.py ended with ${code}: ${output}`);
  return JSON.parse(output.trim().split('\n').at(-1)!) as T;
}

/** Python's ijson on an endless JSON tail: it reads one JSON text that never ends, hit by hit. */
export class IjsonTail implements TailReader {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;
  readonly #expected: number;
  readonly #reached: Promise<void>;
  readonly #opened: Promise<void>;
  #last = '';

  private constructor(url: string, expected: number) {
    this.#expected = expected;
    this.#child = script('tail', [url, String(expected)]);
    this.#ended = once(this.#child, 'close');
    const opened = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    this.#opened = opened.promise;
    this.#reached = reached.promise;
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      if (line === 'open') opened.resolve();
      else if (line === 'reached') reached.resolve();
      else this.#last = line;
    });
  }

  /** @param expected hits that {@link reached} will be asked for */
  static async open(url: string, expected: number): Promise<IjsonTail> {
    const tail = new IjsonTail(url, expected);
    await Promise.race([tail.#opened, tail.#failed()]);
    return tail;
  }

  reached(hits: number): Promise<void> {
    if (hits !== this.#expected) throw new Error('ijson was started for another number of hits');
    return Promise.race([this.#reached, this.#failed()]);
  }

  async ended(): Promise<Tallied> {
    const [code] = await this.#ended;
    if (code !== 0) throw new Error(`tail.py ended with ${code}: the JSON was not whole`);
    return JSON.parse(this.#last) as Tallied;
  }

  stop(): void {
    this.#child.kill();
  }

  async #failed(): Promise<never> {
    await this.#ended;
    throw new Error(`tail.py ended early: ${this.#last}`);
  }
}
