import { unsupported } from './dsl-reader.ts';
import type { MatchLeaf } from './ir.ts';
import { tokenMinimum } from './minimum-should-match.ts';

/** No analyser makes several tokens of it, and a minimum applies to several. */
export const LONE_TOKEN = /^(?:[A-Za-z]+|[0-9]+)$/;

/**
 * A `match` of which a part of the tokens suffices.
 * @param path of the minimum_should_match, for errors
 * @throws EstromError QUERY_SYNTAX; QUERY_UNSUPPORTED where every field is asked
 */
export function withMinimum(leaf: MatchLeaf, spec: string, path: string): MatchLeaf {
  const { field, text } = leaf;
  const counted = tokenMinimum(spec, leaf.operator, path);
  if (LONE_TOKEN.test(text)) return leaf;
  if (counted.minimum !== undefined && field === null) {
    throw unsupported(path, `[${spec}] of the words of a text in every field`, 'name the fields');
  }
  return { ...leaf, ...counted };
}
