import { type Fault, fault } from './fault.ts';

const DOC_RANGES = 'percolate/embedded/doc-ranges';

/** In clauses and types that are rarer than others. */
export const CLAUSES: readonly Fault[] = [
  fault(
    'ranges',
    'document ranges: what contains a range is looked for by its upper end',
    `${DOC_RANGES}/range-probe.ts`,
    'this.#index.find(key | CONTAINING, -low, candidates, -high);',
    'this.#index.find(key | CONTAINING, -high, candidates, -high);',
  ),
  fault(
    'ranges',
    'document ranges: those behind a range are not outside of it',
    `${DOC_RANGES}/range-anchors.ts`,
    'if (last !== Number.POSITIVE_INFINITY) {',
    'if (first === Number.POSITIVE_INFINITY) {',
  ),
  fault(
    'golden',
    'ranges of documents hold an end that they leave out',
    'mapping/range-kinds.ts',
    "const moved = name === 'gte' || name === 'lte' ? end",
    "const moved = name !== 'gt' ? end",
  ),
  fault(
    'golden',
    'what is within a range may end behind it',
    `${DOC_RANGES}/range-verifier.ts`,
    'first >= 0 && second <= 0',
    'first >= 0 && (second <= 0 || relation === F.WITHIN)',
  ),
  fault(
    'golden',
    'terms_set: one term fewer than the document says is enough',
    'query/dsl/dsl-terms-set.ts',
    'numberBelow(minimum, position + 2)',
    'numberBelow(minimum, position + 1)',
  ),
  fault(
    'golden',
    'combined_fields: one of the words is enough',
    'query/dsl/dsl-combined.ts',
    "kind: 'crossFields', fields, text, operator }",
    "kind: 'crossFields', fields, text, operator: 'or' }",
  ),
  fault(
    'golden',
    'function_score: filters of functions decide',
    'query/dsl/dsl-function-score.ts',
    '[decides, ...namesOnly(filters)]',
    '[decides, ...filters]',
  ),
  fault(
    'golden',
    'distance_feature: a date that is the origin is left out',
    'query/geo/dsl-distance-feature.ts',
    'includeLower: true, includeUpper: false, normalize: false',
    'includeLower: false, includeUpper: false, normalize: false',
  ),
  fault(
    'golden',
    'intervals: what comes twice in a row is not found by itself',
    'query/intervals/sources.ts',
    'while (next < all.length && all[next] === all[i]) next++;',
    'next++;',
  ),
  fault(
    'golden',
    'intervals: what must not be beside them has to be there',
    'query/intervals/build-sources.ts',
    "relation.startsWith('not_')",
    "relation.startsWith('never_')",
  ),
  fault(
    'golden',
    'intervals: none in order is passed over',
    'percolate/embedded/match/intervals/combinations.ts',
    '(isFound && parts[i]!.start > before.end)',
    'parts[i]!.start > before.end',
  ),
];
