import { LONG_FIELD } from '../../src/mapping/field-type.ts';
import { compileQuery } from '../../src/percolate/embedded/compile/compile.ts';
import { DYNAMIC_FORMS } from '../../src/percolate/embedded/compile/field-forms.ts';
import { FieldTree } from '../../src/percolate/embedded/fields/field-tree.ts';
import { CostSamples } from '../../src/percolate/embedded/match/cost-samples.ts';
import {
  type MatchStats,
  SegmentMatcher,
} from '../../src/percolate/embedded/match/segment-matcher.ts';
import { IntList } from '../../src/percolate/embedded/memory/int-list.ts';
import { Atoms } from '../../src/percolate/embedded/scan/atoms.ts';
import { mergeSegments } from '../../src/percolate/embedded/segments/merge.ts';
import { Segment } from '../../src/percolate/embedded/segments/segment.ts';
import { SegmentBuilder } from '../../src/percolate/embedded/segments/segment-builder.ts';
import {
  segmentBytes,
  writeSegment,
} from '../../src/percolate/embedded/segments/segment-writer.ts';
import type { Ir } from '../../src/query/ir.ts';

let lastId = 0;

/** A segment with these queries, their numbers being their ordinals, merged from so many parts. */
export function querySegment(queries: readonly Ir[], parts = 1, forms = DYNAMIC_FORMS): Segment {
  const share = Math.ceil(queries.length / parts);
  const segments = Array.from({ length: parts }, (_, part) => {
    const builder = new SegmentBuilder();
    for (let i = part * share; i < Math.min(queries.length, (part + 1) * share); i++) {
      builder.add(i, compileQuery(queries[i]!, '*', '*', { forms, isHollow: false }));
    }
    builder.layOut();
    return written(builder);
  });
  return parts === 1 ? segments[0]! : written(mergeSegments(segments));
}

function written(builder: SegmentBuilder): Segment {
  const memory = new SharedArrayBuffer(segmentBytes(builder) + 64);
  writeSegment(builder, memory, 0, ++lastId);
  return new Segment(memory, 0);
}

/** Puts the values of a field, which has that node, among a document's atoms. */
type Scan<V> = (atoms: Atoms, field: string, node: number, values: V) => void;

/** Matches documents that have values of one kind alone, without reading them from JSON. */
export class ValueMatcher<V> {
  readonly stats: MatchStats = { candidates: 0, matches: 0 };
  readonly #tree = new FieldTree(1000);
  readonly #matcher: SegmentMatcher;
  readonly #atoms = new Atoms();
  readonly #nodes = new Map<string, number>();
  readonly #scan: Scan<V>;

  /** @param places by field */
  constructor(segment: Segment, places: Readonly<Record<string, string>>, scan: Scan<V>) {
    this.#scan = scan;
    for (const [field, place] of Object.entries(places)) {
      this.#tree.confirm('docs', place, LONG_FIELD);
      this.#nodes.set(field, this.#tree.paths.lastIndexOf(place));
    }
    this.#matcher = new SegmentMatcher(segment, this.#tree, this.stats, new CostSamples(1000));
  }

  /** Epoch milliseconds. */
  set now(now: number) {
    this.#matcher.now = now;
  }

  /** Ordinals, ascending. @param document by field */
  match(document: Readonly<Record<string, V>>): number[] {
    const atoms = this.#atoms;
    atoms.clear();
    for (const [field, values] of Object.entries(document)) {
      this.#scan(atoms, field, this.#nodes.get(field)!, values);
    }
    atoms.salt(this.#tree.pathHashes);
    const pairs = new IntList(64);
    this.#matcher.match(atoms, this.#tree.root('docs'), 'docs', 0, { pairs, named: [] });
    return Array.from(pairs.view())
      .filter((_, i) => i % 2 === 1)
      .sort((a, b) => a - b);
  }
}
