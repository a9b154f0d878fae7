import { LONG_FIELD } from '../../../src/mapping/field-type.ts';
import { type GeoShapeField, readShapes } from '../../../src/mapping/geo/read-shapes.ts';
import { compileQuery } from '../../../src/percolate/embedded/compile/compile.ts';
import {
  DYNAMIC_FORMS,
  type FieldForms,
} from '../../../src/percolate/embedded/compile/field-forms.ts';
import { GEO_SHAPE } from '../../../src/percolate/embedded/compile/term-class.ts';
import { FieldTree } from '../../../src/percolate/embedded/fields/field-tree.ts';
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

/** Every field is a geo_shape in some index. */
const SHAPE_FORMS: FieldForms = {
  ...DYNAMIC_FORMS,
  of: (path) =>
    path === null ? [] : [{ name: 'geo_shape', place: path, kind: { type: 'geo_shape' } }],
};

let lastId = 1_000_000;

/** A segment with these queries, their numbers being their ordinals. */
export function shapeSegment(queries: readonly Ir[], parts = 1): Segment {
  const share = Math.ceil(queries.length / parts);
  const segments = Array.from({ length: parts }, (_, part) => {
    const builder = new SegmentBuilder();
    for (let i = part * share; i < Math.min(queries.length, (part + 1) * share); i++) {
      const compiled = compileQuery(queries[i]!, '*', '*', { forms: SHAPE_FORMS, isHollow: false });
      builder.add(i, compiled);
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

/** Values by field, parsed from JSON. */
export type ShapeDocument = Readonly<Record<string, unknown>>;

/** Matches documents that have shapes alone, without reading them from JSON. */
export class ShapeMatcher {
  readonly stats: MatchStats = { candidates: 0, matches: 0 };
  readonly #tree = new FieldTree(1000);
  readonly #matcher: SegmentMatcher;
  readonly #atoms = new Atoms();
  readonly #nodes = new Map<string, number>();
  readonly #fields: Readonly<Record<string, GeoShapeField>>;

  constructor(segment: Segment, fields: Readonly<Record<string, GeoShapeField>>) {
    this.#fields = fields;
    for (const field of Object.keys(fields)) {
      this.#tree.confirm('geo', field, LONG_FIELD);
      this.#nodes.set(field, this.#tree.paths.lastIndexOf(field));
    }
    this.#matcher = new SegmentMatcher(segment, this.#tree, this.stats, new CostSamples(1000));
  }

  /** Ordinals, ascending. */
  match(document: ShapeDocument): number[] {
    const atoms = this.#atoms;
    atoms.clear();
    for (const [field, value] of Object.entries(document)) {
      const node = this.#nodes.get(field)!;
      for (const mesh of readShapes(value, this.#fields[field]!).meshes) {
        atoms.reserve(1, 0);
        atoms.add(GEO_SHAPE, node, HASH_SEED, atoms.used, 0, 0);
        atoms.addShape(node, mesh);
      }
    }
    atoms.salt(this.#tree.pathHashes);
    const pairs = new IntList(64);
    this.#matcher.match(atoms, this.#tree.root('geo'), 'geo', 0, { pairs, named: [] });
    return Array.from(pairs.view())
      .filter((_, i) => i % 2 === 1)
      .sort((a, b) => a - b);
  }
}
