import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Tallied } from './documents.ts';
import { prepared } from './prepare.ts';
import type { TailReader } from './tail-process.ts';

const SCRIPT = fileURLToPath(new URL('./python/tail.py', import.meta.url));

/** Python's ijson on an endless JSON tail: it reads one JSON text that never ends, hit by hit. */
export class IjsonTail implements TailReader {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;
  readonly #expected: number;
  readonly #reached: Promise<void>;
  readonly #opened: Promise<void>;
  #last = '';

  private constructor(python: string, url: string, expected: number) {
    this.#expected = expected;
    this.#child = spawn(`${python}/bin/python3`, ['-u', SCRIPT, url, String(expected)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
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
    const tail = new IjsonTail(await prepared('python-9'), url, expected);
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
