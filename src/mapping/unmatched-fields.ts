import type { Logger } from '../log.ts';

/** Paths that one warning names. */
const SHOWN = 5;

/** Warns of fields that nothing can match, once for each thing that is lacking. */
export class UnmatchedFields {
  readonly #log: Pick<Logger, 'warn'>;
  readonly #told = new Set<string>();

  constructor(log: Pick<Logger, 'warn'>) {
    this.#log = log;
  }

  /** Collects what an index's mapping has of them. */
  of(index: string): {
    add: (path: string, what: string) => void;
    /** @returns sentences about all of them, told before or not */
    tell: () => readonly string[];
  } {
    const found = new Map<string, string[]>();
    return {
      add: (path, what) => {
        const paths = found.get(what);
        if (paths === undefined) found.set(what, [path]);
        else paths.push(path);
      },
      tell: () => {
        for (const [what, paths] of found) {
          // Names of analyzers come from outside.
          if (this.#told.has(what) || this.#told.size > 1000) continue;
          this.#told.add(what);
          this.#log.warn(
            { index, fields: paths.length, first: paths.slice(0, SHOWN) },
            `fields with ${what} are taken, but no query matches them`,
          );
        }
        return [...found].map(([what, paths]) => {
          const further = paths.length > SHOWN ? `, and ${paths.length - SHOWN} more` : '';
          const names = `[${paths.slice(0, SHOWN).join('], [')}]${further}`;
          return `fields with ${what} are taken, but no query matches them: ${names}`;
        });
      },
    };
  }
}
