import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CACHE = fileURLToPath(new URL('../../.cache/peers', import.meta.url));
/** Milliseconds that a program may take for one setting. */
const LIMIT = 600_000;

/** A program that is asked as all of them are: `COMMAND ARGS… FOLDER SETTING SECONDS CHECKED`. */
export interface Program {
  readonly name: string;
  /** Folder beside this file with its sources. */
  readonly folder: string;
  /** Run one after the other in a copy of the folder, once. */
  readonly build: readonly (readonly string[])[];
  /** @param home where it was built */
  command(home: string): readonly string[];
}

/** Documents a second at one setting. */
export interface Figure {
  readonly setting: string;
  readonly threads: number;
  /** Of a server, whose threads nobody but itself knows: what was asked at a time. */
  readonly requests?: string;
  readonly docsPerSecond: number;
}

export interface Answer {
  readonly registrationsPerSecond: number;
  readonly mebibytes: number;
  readonly figures: readonly Figure[];
}

/**
 * Builds a program from what its registry has of it, unless these sources were built before.
 * @returns the folder that it was built in
 * @throws Error where a tool is missing or the build fails
 */
export function provide({ folder, build }: Program): string {
  const sources = fileURLToPath(new URL(folder, import.meta.url));
  const home = join(CACHE, `${folder}-${digestOf(sources)}`);
  if (existsSync(home)) return home;
  const made = `${home}.${process.pid}`;
  mkdirSync(CACHE, { recursive: true });
  cpSync(sources, made, { recursive: true });
  try {
    for (const [command = '', ...args] of build) {
      execFileSync(command, args, { cwd: made, stdio: ['ignore', 'ignore', 'pipe'] });
    }
    // Renamed when complete, and kept where another run was faster.
    if (!existsSync(home)) renameSync(made, home);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return home;
}

function digestOf(folder: string): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, file);
    if (/\.\w+$/.test(file)) hash.update(file).update(readFileSync(path));
  }
  return hash.digest('hex').slice(0, 12);
}

/**
 * Has a program register the queries of a folder (see files.ts), write to `matches.ndjson` which of them
 * match each of the first `checked` documents, and measure.
 * @throws Error with what it says when it fails or takes too long
 */
export async function ask(
  program: Program,
  folder: string,
  setting: string,
  { seconds, checked }: { readonly seconds: number; readonly checked: number },
): Promise<Answer> {
  const [command = '', ...args] = program.command(provide(program));
  const child = spawn(command, [...args, folder, setting, String(seconds), String(checked)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT,
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-2000);
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  const lines: Record<string, unknown>[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(JSON.parse(line) as Record<string, unknown>);
  }
  const code = await ended;
  if (code === 'SIGTERM') throw new Error(`not done in ${LIMIT / 1000} s`);
  if (code !== 0) throw new Error(`${program.name} ended with ${code}: ${errors}`);
  const [loaded, ...figures] = lines;
  return { ...loaded, figures } as unknown as Answer;
}
