import { fuzzinessText } from '../../../query/fuzziness.ts';
import type { Fuzzy, FuzzyLeaf, Ir, RegexpLeaf } from '../../../query/ir.ts';
import { escapeWildcard } from '../../../query/query-string/query-string-text.ts';
import type { FieldInfo } from '../mapping/field-info.ts';
import { on, readBy, wildcardText } from './query-text.ts';

/** What Elasticsearch is told of a match on terms that are near. */
export function nearness({ edits, prefixLength, transpositions }: Fuzzy): object {
  return {
    fuzziness: fuzzinessText(edits),
    prefix_length: prefixLength,
    fuzzy_transpositions: transpositions,
  };
}

/** Whether the best fifty of the terms in a batch count, and not those of each document. */
export function expandsOverTerms(leaf: Ir): boolean {
  if (leaf.kind === 'match') return leaf.fuzzy !== undefined;
  if (leaf.kind === 'phrase') return leaf.expansions !== undefined;
  return leaf.kind === 'fuzzy' && leaf.edits > 0;
}

/** A clause that is not analysed. */
export function regexpClause(leaf: RegexpLeaf, { path }: FieldInfo): object {
  const { pattern: value, flags, caseInsensitive } = leaf;
  const caseless = caseInsensitive ? { case_insensitive: true } : {};
  return { regexp: { [path]: { value, flags_value: flags, ...caseless } } };
}

/** A clause that is not analysed. */
export function fuzzyClause(leaf: FuzzyLeaf, { path }: FieldInfo): object {
  const { text: value, edits, prefixLength, transpositions } = leaf;
  const given = { value, fuzziness: edits, prefix_length: prefixLength, transpositions };
  return { fuzzy: { [path]: given } };
}

/** A clause of a query string, which lower-cases its text for fields that do so. */
export function fuzzyInQueryString(leaf: FuzzyLeaf, fields: readonly string[]): object | 'none' {
  const text = wildcardText(escapeWildcard(leaf.text));
  if (text === null || text === '') return 'none';
  return {
    query_string: {
      query: `${text}~${leaf.edits}`,
      ...on(fields),
      ...readBy(leaf.analyzer),
      fuzzy_prefix_length: leaf.prefixLength,
      fuzzy_transpositions: leaf.transpositions,
      lenient: true,
    },
  };
}
