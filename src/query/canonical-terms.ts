import type { Fuzzy, FuzzyLeaf, RegexpLeaf, WildcardLeaf } from './ir.ts';
import * as R from './regexp/syntax.ts';

/** Signs of the operators that can be switched off: one that a pattern does not have makes no difference. */
const OPERATORS: readonly (readonly [sign: string, flag: number])[] = [
  ['&', R.INTERSECTION],
  ['~', R.COMPLEMENT],
  ['#', R.EMPTY],
  ['@', R.ANYSTRING],
  ['<', R.INTERVAL],
];

/** An equal expression without what says nothing. */
export function simplestRegexp({ kind, field, pattern, ...asked }: RegexpLeaf): RegexpLeaf {
  let flags = 0;
  for (const [sign, flag] of OPERATORS) if (pattern.includes(sign)) flags |= asked.flags & flag;
  // An empty text is another thing where case does not matter, see syntax.ts.
  const caseInsensitive = asked.caseInsensitive && /[A-Za-z]|^$|\(\)|""/.test(pattern);
  // What has no capitals is the same to every analyzer.
  const analyzer = pattern.toLowerCase() === pattern ? undefined : asked.analyzer;
  return { kind, field, pattern, flags, caseInsensitive, ...(analyzer && { analyzer }) };
}

/** An equal clause without what says nothing. */
export function simplestFuzzy({ analyzer, ...leaf }: FuzzyLeaf): FuzzyLeaf {
  const isMixed = leaf.text.toLowerCase() !== leaf.text;
  const normalize = leaf.normalize && isMixed;
  const read = { normalize, ...(isMixed && analyzer && { analyzer }) };
  if (leaf.edits > 0) return { ...leaf, ...read };
  return { ...leaf, prefixLength: 0, transpositions: true, ...read };
}

/** The members of a fuzziness in a canonical text. */
export function fuzzyMembers({ edits, prefixLength, transpositions }: Fuzzy): unknown[] {
  return [edits, prefixLength, transpositions];
}

/** In lower case where case does not matter; a letter behind a backslash is the one that it is. */
export function caselessPattern({ pattern }: WildcardLeaf): string {
  return pattern.replaceAll(/\\[\s\S]|[A-Z]+/g, (part) =>
    part.startsWith('\\') ? part : part.toLowerCase(),
  );
}
