import { LONG_FIELD } from '../../../src/mapping/field-type.ts';
import type { RangeKind, RangeSpan } from '../../../src/mapping/range-kinds.ts';
import { compileQuery } from '../../../src/percolate/embedded/compile/compile.ts';
import { DOC_RANGE, HAS_DOUBLE } from '../../../src/percolate/embedded/compile/term-class.ts';
import { spanBytes } from '../../../src/percolate/embedded/doc-ranges/range-bytes.ts';
import { FieldTree } from '../../../src/percolate/embedded/fields/field-tree.ts';
import { formOf, formPlace } from '../../../src/percolate/embedded/fields/form-names.ts';
import { KnownForms } from '../../../src/percolate/embedded/fields/known-forms.ts';
import { CostSamples } from '../../../src/percolate/embedded/match/cost-samples.ts';
import {
  type MatchStats,
  SegmentMatcher,
} from '../../../src/percolate/embedded/match/segment-matcher.ts';
import { HASH_SEED } from '../../../src/percolate/embedded/memory/hash.ts';
import { IntList } from '../../../src/percolate/embedded/memory/int-list.ts';
import { Atoms } from '../../../src/percolate/embedded/scan/atoms.ts';
import { mergeSegments } from '../../../src/percolate/embedded/segments/merge.ts';
import { Segment } from '../../../src/percolate/embedded/segments/segment.ts';
import { SegmentBuilder } from '../../../src/percolate/embedded/segments/segment-builder.ts';
import {
  segmentBytes,
  writeSegment,
} from '../../../src/percolate/embedded/segments/segment-writer.ts';
import type { Ir } from '../../../src/query/ir.ts';

export type Kinds = Readonly<Record<string, RangeKind>>;

let lastId = 0;

/** A segment with these queries, their numbers being their ordinals, merged from so many parts. */
export function rangeSegment(queries: readonly Ir[], kinds: Kinds, parts = 1): Segment {
  const forms = new KnownForms();
  for (const [path, kind] of Object.entries(kinds)) forms.add(path, kind);
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

/** Matches documents that have ranges alone, without reading them from JSON. */
export class RangeMatcher {
  readonly stats: MatchStats = { candidates: 0, matches: 0 };
  readonly #tree = new FieldTree(1000);
  readonly #matcher: SegmentMatcher;
  readonly #atoms = new Atoms();
  readonly #nodes = new Map<string, number>();

  constructor(segment: Segment, kinds: Kinds) {
    for (const [field, kind] of Object.entries(kinds)) {
      const place = formPlace(field, formOf(kind)!.name);
      this.#tree.confirm('docs', place, LONG_FIELD);
      this.#nodes.set(field, this.#tree.paths.lastIndexOf(place));
    }
    this.#matcher = new SegmentMatcher(segment, this.#tree, this.stats, new CostSamples(1000));
  }

  /** Epoch milliseconds. */
  set now(now: number) {
    this.#matcher.now = now;
  }

  /** Ordinals, ascending. @param ranges by field */
  match(ranges: Readonly<Record<string, readonly RangeSpan[]>>): number[] {
    const atoms = this.#atoms;
    atoms.clear();
    for (const [field, spans] of Object.entries(ranges)) {
      const node = this.#nodes.get(field)!;
      for (const span of spans) {
        const bytes = spanBytes(span);
        atoms.reserve(2, bytes.length);
        atoms.add(HAS_DOUBLE, node, HASH_SEED, atoms.used, 0, 0);
        atoms.addBytes(DOC_RANGE, node, bytes, 0, bytes.length);
      }
    }
    atoms.salt(this.#tree.pathHashes);
    const pairs = new IntList(64);
    this.#matcher.match(atoms, this.#tree.root('docs'), 'docs', 0, { pairs, named: [] });
    return Array.from(pairs.view())
      .filter((_, i) => i % 2 === 1)
      .sort((a, b) => a - b);
  }
}
