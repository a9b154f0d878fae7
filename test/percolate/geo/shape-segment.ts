import { type GeoShapeField, readShapes } from '../../../src/mapping/geo/read-shapes.ts';
import {
  DYNAMIC_FORMS,
  type FieldForms,
} from '../../../src/percolate/embedded/compile/field-forms.ts';
import { GEO_SHAPE } from '../../../src/percolate/embedded/compile/term-class.ts';
import { HASH_SEED } from '../../../src/percolate/embedded/memory/hash.ts';
import type { Segment } from '../../../src/percolate/embedded/segments/segment.ts';
import type { Ir } from '../../../src/query/ir.ts';
import { querySegment, ValueMatcher } from '../query-segment.ts';

/** Every field is a geo_shape in some index. */
const SHAPE_FORMS: FieldForms = {
  ...DYNAMIC_FORMS,
  of: (path) =>
    path === null ? [] : [{ name: 'geo_shape', place: path, kind: { type: 'geo_shape' } }],
};

/** A segment with these queries, their numbers being their ordinals, merged from so many parts. */
export function shapeSegment(queries: readonly Ir[], parts = 1): Segment {
  return querySegment(queries, parts, SHAPE_FORMS);
}

/** Values by field, parsed from JSON. */
export type ShapeDocument = Readonly<Record<string, unknown>>;

/** Matches documents that have shapes alone. */
export function shapeMatcher(
  segment: Segment,
  fields: Readonly<Record<string, GeoShapeField>>,
): ValueMatcher<unknown> {
  const places = Object.fromEntries(Object.keys(fields).map((field) => [field, field]));
  return new ValueMatcher(segment, places, (atoms, field, node, value) => {
    for (const mesh of readShapes(value, fields[field]!).meshes) {
      atoms.reserve(1, 0);
      atoms.add(GEO_SHAPE, node, HASH_SEED, atoms.used, 0, 0);
      atoms.addShape(node, mesh);
    }
  });
}
