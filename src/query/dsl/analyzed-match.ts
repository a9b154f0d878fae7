import { analyzeStandard } from '../../mapping/standard-analyzer.ts';
import type { Ir, MatchLeaf } from '../ir.ts';
import { minimumShouldMatch } from '../minimum-should-match.ts';
import type { ZeroTerms } from './zero-terms.ts';

/**
 * A `match` that the analyzer `standard` reads: its words do not depend on the field, each is one term of it,
 * whatever its type.
 */
export function analyzedMatch(
  { field, text, operator, minimum }: MatchLeaf,
  zeroTerms: ZeroTerms | undefined,
): Ir {
  const terms = analyzeStandard(text).map(
    (token): Ir => ({ kind: 'term', field: field!, value: token.text }),
  );
  if (terms.length === 0) {
    if (zeroTerms !== 'all') return { kind: 'none' };
    return { kind: 'mapped', fields: [field!], among: 'all', atLeast: 1 };
  }
  if (operator === 'and') return { kind: 'and', clauses: terms };
  const isCounted = minimum !== undefined && terms.length > 1;
  const least = isCounted ? minimumShouldMatch(minimum, terms.length, 'minimum_should_match') : 1;
  return { kind: 'or', clauses: terms, atLeast: Math.max(1, least) };
}
