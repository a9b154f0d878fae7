import { IndexMappings } from '../../src/mapping/index-mappings.ts';
import { compileQuery } from '../../src/percolate/embedded/compile/compile.ts';
import { MappingLog } from '../../src/percolate/embedded/fields/mapping-log.ts';
import { BatchMatcher } from '../../src/percolate/embedded/match/batch-matcher.ts';
import { Arena } from '../../src/percolate/embedded/memory/arena.ts';
import { SegmentSet } from '../../src/percolate/embedded/segments/segment-set.ts';
import type { Ir } from '../../src/query/ir.ts';
import { batchOf, ordinalsBySlot } from './batches.ts';
import { localMerger } from './local-merger.ts';

const LIMITS = { maxIndices: 100, maxFields: 1000, maxDepth: 100, queryBudget: 100 };

const MIB = 1024 * 1024;

interface LocalOptions {
  readonly arenaBytes?: number;
  readonly limits?: typeof LIMITS;
  readonly clock?: () => number;
}

/** The embedded engine's parts on one thread, for properties that need thousands of small runs. */
export class LocalEngine {
  readonly arena: Arena;
  readonly segments: SegmentSet;
  readonly mappings: IndexMappings;
  readonly #matcher: BatchMatcher;
  readonly #log: MappingLog;

  constructor({ arenaBytes = MIB, limits = LIMITS, clock = Date.now }: LocalOptions = {}) {
    const arena = new Arena(arenaBytes);
    this.arena = arena;
    this.segments = new SegmentSet(arena, localMerger(arena.memory), (error) => {
      throw error;
    });
    this.mappings = new IndexMappings(limits);
    this.#log = new MappingLog(arena);
    this.#matcher = new BatchMatcher({ memory: arena.memory, ...limits }, clock);
  }

  /** Registers queries as ordinals `from`, `from + 1`, … */
  register(queries: readonly Ir[], from = 0, index = '*'): void {
    this.segments.add(
      queries.map((query, i) => ({ ordinal: from + i, plan: compileQuery(query, index) })),
    );
  }

  /** Ordinals that match each document; types of new fields are fixed. */
  percolate(documents: readonly string[], index: string | readonly string[] = 'docs'): number[][] {
    const { pairs } = this.answer(documents, index);
    return ordinalsBySlot(pairs, documents.length);
  }

  /** @param ids of the documents; their positions unless given */
  answer(
    documents: readonly string[],
    index: string | readonly string[] = 'docs',
    ids = documents.map((_, slot) => String(slot)),
  ) {
    const batch = batchOf(documents, index);
    const answer = this.#matcher.match({ ...batch, ids, refused: [] });
    this.#log.append(this.mappings.add(answer.proposals));
    return answer;
  }
}
