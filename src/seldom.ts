import { EstromError } from './errors.ts';
import type { Logger } from './log.ts';

/** Milliseconds between two lines that say the same. */
const QUIET = 10_000;
const MAX_KINDS = 1000;

type Level = 'warn' | 'error';

interface Kind {
  readonly at: number;
  untold: number;
}

/**
 * Tells of faults that come with every request while they last: the same at most every ten seconds,
 * with the number of those in between. What can be expected is told by its reason alone, the rest
 * with its stack.
 */
export class Seldom {
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #kinds = new Map<string, Kind>();

  constructor(log: Logger, now: () => number = () => performance.now()) {
    this.#log = log;
    this.#now = now;
  }

  /** @param error or details of another kind. @returns whether it was told */
  warn(error: unknown, message: string): boolean {
    return this.#tell('warn', error, message);
  }

  /** As {@link warn}. */
  error(error: unknown, message: string): boolean {
    return this.#tell('error', error, message);
  }

  #tell(level: Level, error: unknown, message: string): boolean {
    const name = `${kindOf(error)} ${message}`;
    const kind = this.#kinds.get(name);
    const now = this.#now();
    if (kind !== undefined && now - kind.at < QUIET) {
      kind.untold++;
      return false;
    }
    const what = detailsOf(error);
    const untold = kind?.untold ?? 0;
    this.#log[level](untold === 0 ? what : { ...what, untold }, message);
    if (this.#kinds.size >= MAX_KINDS) this.#kinds.clear();
    this.#kinds.set(name, { at: now, untold: 0 });
    return true;
  }
}

function kindOf(error: unknown): string {
  if (error instanceof EstromError) return error.code;
  return error instanceof Error ? error.name : '';
}

function detailsOf(error: unknown): object {
  if (error instanceof EstromError) return { reason: error.message };
  return error instanceof Error ? { err: error } : (error as object);
}

const ALL = new WeakMap<Logger, Seldom>();

/** The one of a logger, whoever uses it. */
export function seldom(log: Logger): Seldom {
  let found = ALL.get(log);
  if (found === undefined) {
    found = new Seldom(log);
    ALL.set(log, found);
  }
  return found;
}
