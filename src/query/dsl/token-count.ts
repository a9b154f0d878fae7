import type { CrossFieldsLeaf, MatchLeaf } from '../ir.ts';
import { tokenMinimum } from '../minimum-should-match.ts';

/** No analyser makes several tokens of it, and a minimum applies to several. */
export const LONE_TOKEN = /^(?:[A-Za-z]+|[0-9]+)$/;

/**
 * A `match` of which a part of the tokens suffices.
 * @param path of the minimum_should_match, for errors
 * @throws EstromError QUERY_SYNTAX
 */
export function withMinimum<T extends MatchLeaf | CrossFieldsLeaf>(
  leaf: T,
  spec: string,
  path: string,
): T {
  const counted = tokenMinimum(spec, leaf.operator, path);
  if (LONE_TOKEN.test(leaf.text)) return leaf;
  return { ...leaf, ...counted };
}
