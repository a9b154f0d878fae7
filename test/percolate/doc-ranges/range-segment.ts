import type { RangeKind, RangeSpan } from '../../../src/mapping/range-kinds.ts';
import { DOC_RANGE, HAS_DOUBLE } from '../../../src/percolate/embedded/compile/term-class.ts';
import { spanBytes } from '../../../src/percolate/embedded/doc-ranges/range-bytes.ts';
import { formOf, formPlace } from '../../../src/percolate/embedded/fields/form-names.ts';
import { KnownForms } from '../../../src/percolate/embedded/fields/known-forms.ts';
import { HASH_SEED } from '../../../src/percolate/embedded/memory/hash.ts';
import type { Segment } from '../../../src/percolate/embedded/segments/segment.ts';
import type { Ir } from '../../../src/query/ir.ts';
import { querySegment, ValueMatcher } from '../query-segment.ts';

export type Kinds = Readonly<Record<string, RangeKind>>;

/** A segment with these queries, their numbers being their ordinals, merged from so many parts. */
export function rangeSegment(queries: readonly Ir[], kinds: Kinds, parts = 1): Segment {
  const forms = new KnownForms();
  for (const [path, kind] of Object.entries(kinds)) forms.add(path, kind);
  return querySegment(queries, parts, forms);
}

/** Matches documents that have ranges alone. */
export function rangeMatcher(segment: Segment, kinds: Kinds): ValueMatcher<readonly RangeSpan[]> {
  const places = Object.fromEntries(
    Object.entries(kinds).map(([field, kind]) => [field, formPlace(field, formOf(kind)!.name)]),
  );
  return new ValueMatcher(segment, places, (atoms, _field, node, spans) => {
    for (const span of spans) {
      const bytes = spanBytes(span);
      atoms.reserve(2, bytes.length);
      atoms.add(HAS_DOUBLE, node, HASH_SEED, atoms.used, 0, 0);
      atoms.addBytes(DOC_RANGE, node, bytes, 0, bytes.length);
    }
  });
}
