import type { Token } from '../../../mapping/standard-analyzer.ts';
import { editsFor } from '../../../query/fuzziness.ts';
import type { Fuzzy, MatchLeaf, PhraseLeaf } from '../../../query/ir.ts';
import { minimumShouldMatch } from '../../../query/minimum-should-match.ts';
import { isManyFields, phraseStart } from './compile-fields.ts';
import { nearOn } from './near-plans.ts';
import { NONE, or, type Plan } from './plan.ts';

/** Where the tokens of texts are: those of dynamic mapping, or of a form. */
export interface TextPlace {
  readonly path: string | null;
  readonly termClass: number;
}

/** How the tokens of a text combine: how many of them have to match. */
type Combined = Pick<MatchLeaf, 'operator' | 'minimum'>;

/** How many of so many tokens have to match. A token that the text has twice counts twice. */
export function leastOf({ operator, minimum }: Combined, tokens: number): number {
  if (minimum !== undefined && tokens > 1) {
    const least = minimumShouldMatch(minimum, tokens, 'minimum_should_match');
    if (least > 1) return least;
  }
  return operator === 'or' ? 1 : tokens;
}

/** So many of the clauses, which are all on this path, in the same field. */
export function together(path: string | null, clauses: readonly Plan[], atLeast: number): Plan {
  if (atLeast <= 1 || clauses.length === 1 || !isManyFields(path)) return or(clauses, atLeast);
  const isNever = clauses.filter(({ op }) => op === 'none').length;
  if (clauses.length - isNever < atLeast) return NONE;
  return { op: 'together', atLeast, children: clauses.filter(({ op }) => op !== 'none') };
}

/** The token that may be the beginning of one: the last, where the text ends with it. */
export function begunToken(
  { text, prefix }: MatchLeaf,
  tokens: readonly Token[],
): Token | undefined {
  return prefix ? tokens.findLast(({ end }) => end === text.length) : undefined;
}

export function nearToken(
  token: string,
  fuzzy: Fuzzy,
  path: string | null,
  termClass: number,
): Plan {
  return nearOn(token, { ...fuzzy, edits: editsFor(fuzzy.edits, token) }, path, termClass);
}

/** A phrase of tokens that follow one another. */
export function plainPhrase(
  leaf: Pick<PhraseLeaf, 'slop' | 'gapless' | 'expansions'>,
  tokens: readonly Token[],
  place: TextPlace,
): Plan {
  const first = tokens[0]!;
  const positions = tokens.map(({ position }, i) => (leaf.gapless ? i : position - first.position));
  const words = tokens.map(({ text }) => text);
  if (leaf.expansions !== undefined) {
    return phraseStart({ ...place, slop: leaf.slop, words, positions }, leaf.expansions);
  }
  if (tokens.length === 1) return { op: 'term', ...place, text: first.text };
  return { op: 'words', ...place, words, positions, slop: leaf.slop };
}
