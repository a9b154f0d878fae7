import type { Token } from '../../../mapping/standard-analyzer.ts';
import { editsFor } from '../../../query/fuzziness.ts';
import type { Fuzzy, MatchLeaf, PhraseLeaf } from '../../../query/ir.ts';
import { minimumShouldMatch } from '../../../query/minimum-should-match.ts';
import { isManyFields, phraseStart, startingWith, wordsTogether } from './compile-fields.ts';
import { nearOn } from './near-plans.ts';
import { and, NONE, or, type Plan } from './plan.ts';

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

/** A `match` on texts. */
export function matchTokens(leaf: MatchLeaf, tokens: readonly Token[], place: TextPlace): Plan {
  if (tokens.length === 0) return NONE;
  const begun = begunToken(leaf, tokens);
  if (leaf.fuzzy) return nearTokens(leaf, leaf.fuzzy, tokens, begun, place);
  const { path, termClass } = place;
  const start = begun?.text ?? null;
  const whole = tokens.filter((token) => token !== begun).map((token) => token.text);
  const { minimum, operator } = leaf;
  if (minimum !== undefined && leastOf(leaf, tokens.length) > 1) {
    return wordsTogether(place, whole, start, leastOf(leaf, tokens.length));
  }
  const words = [...new Set(whole)];
  if (start !== null) {
    return wordsTogether(place, words, start, operator === 'or' ? 1 : words.length + 1);
  }
  const terms = () => words.map((text): Plan => ({ op: 'term', path, termClass, text }));
  if (operator === 'or' || words.length === 1) return or(terms());
  if (!isManyFields(path)) return and(terms());
  return { op: 'words', ...place, words, positions: words.map((_, i) => i), slop: -1 };
}

/** Each token but the one that is begun may be one that is near. */
function nearTokens(
  leaf: MatchLeaf,
  fuzzy: Fuzzy,
  tokens: readonly Token[],
  begun: Token | undefined,
  { path, termClass }: TextPlace,
): Plan {
  const clauses = tokens.map((token) =>
    token === begun
      ? startingWith(path, termClass, token.text)
      : nearToken(token.text, fuzzy, path, termClass),
  );
  return together(path, clauses, leastOf(leaf, tokens.length));
}

export function nearToken(
  token: string,
  fuzzy: Fuzzy,
  path: string | null,
  termClass: number,
): Plan {
  return nearOn(token, { ...fuzzy, edits: editsFor(fuzzy.edits, token) }, path, termClass);
}

/** A phrase on texts. */
export function phraseTokens(leaf: PhraseLeaf, tokens: readonly Token[], place: TextPlace): Plan {
  const [first] = tokens;
  if (first === undefined) return NONE;
  const positions = tokens.map(({ position }, i) => (leaf.gapless ? i : position - first.position));
  const words = tokens.map(({ text }) => text);
  if (leaf.expansions !== undefined) {
    return phraseStart({ ...place, slop: leaf.slop, words, positions }, leaf.expansions);
  }
  if (tokens.length === 1) return { op: 'term', ...place, text: first.text };
  return { op: 'words', ...place, words, positions, slop: leaf.slop };
}
