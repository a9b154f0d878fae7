import type { QueryOrdinal } from '../../document.ts';
import type { Logger } from '../../log.ts';
import type { RegisteredQuery } from '../../query/registry/registered-query.ts';
import { compileRegistered } from './compile/compile-registered.ts';
import type { FreshForms, KnownForms } from './fields/known-forms.ts';
import { queriesAsking } from './segments/asking.ts';
import type { SegmentFiles } from './segments/segment-files.ts';
import type { SegmentSet } from './segments/segment-set.ts';

/** So many queries are compiled before the event loop has its turn. */
const GROUP = 500;

interface RecompilationParts {
  readonly segments: SegmentSet;
  readonly files: SegmentFiles | undefined;
  readonly forms: KnownForms;
  readonly queryOf: (ordinal: QueryOrdinal) => RegisteredQuery | undefined;
  readonly log: Logger;
}

/** Compiles queries again when their fields can be something new. */
export class Recompilation {
  readonly #parts: RecompilationParts;
  /** Queries that were compiled again. */
  count = 0;

  constructor(parts: RecompilationParts) {
    this.#parts = parts;
  }

  /**
   * Compiles every query again that asks for one of the fields. No batch may be matched meanwhile.
   * @throws EstromError UNAVAILABLE when the arena is full
   */
  async run(fresh: FreshForms): Promise<void> {
    const { segments, files, forms, queryOf, log } = this.#parts;
    const began = performance.now();
    const ordinals = segments.segments.flatMap((segment) => queriesAsking(segment, fresh));
    for (let from = 0; from < ordinals.length; from += GROUP) {
      if (from > 0) await new Promise((resolve) => setImmediate(resolve));
      const queries = ordinals
        .slice(from, from + GROUP)
        // What ended meanwhile must not come back.
        .filter((ordinal) => segments.has(ordinal))
        .map((ordinal) => queryOf(ordinal))
        .filter((query) => query !== undefined);
      const touched = segments.replace(queries.map((query) => compileRegistered(query, forms)));
      files?.outdated(touched);
      this.count += queries.length;
    }
    if (ordinals.length === 0) return;
    const milliseconds = Math.round(performance.now() - began);
    log.info({ queries: ordinals.length, milliseconds }, 'queries were compiled for new mappings');
  }
}
