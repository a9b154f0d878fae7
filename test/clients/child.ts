import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that is gone after the test. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `estrom-${name}-`));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Run {
  readonly child: ChildProcess;
  /** Resolves with what it wrote to standard output; rejects when it failed. */
  readonly output: Promise<string>;
}

/** Starts a program that writes little and ends by itself; it is gone after the test in any case. */
export function run(program: string, args: readonly string[], env = process.env): Run {
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => stop(child));
  let text = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part) => {
    errors = (errors + part).slice(-4000);
  });
  // A program that ends early closes its input; why it did is told by its exit code.
  child.stdin.on('error', () => {});
  const output = once(child, 'close').then(([code]) => {
    if (code !== 0) throw new Error(`${program} ended with ${code}: ${errors}${text.slice(-1000)}`);
    return text;
  });
  output.catch(() => {});
  return { child, output };
}

/** Feeds a program's input, no faster than it reads; stops when it is gone. */
export async function feed(child: ChildProcess, parts: AsyncIterable<string>): Promise<void> {
  const gone = once(child, 'close');
  for await (const part of parts) {
    if (child.exitCode !== null || child.stdin!.destroyed) return;
    if (!child.stdin!.write(part)) await Promise.race([once(child.stdin!, 'drain'), gone]);
  }
  child.stdin!.end();
}

/** Ends a process politely, and after five seconds not. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  const kill = setTimeout(() => child.kill('SIGKILL'), 5000);
  child.kill();
  await closed;
  clearTimeout(kill);
}
