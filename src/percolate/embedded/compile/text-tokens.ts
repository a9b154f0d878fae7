import type { Token } from '../../../mapping/standard-analyzer.ts';
import type { Fuzzy, MatchLeaf, PhraseLeaf } from '../../../query/ir.ts';
import { isManyFields, startingWith, wordsTogether } from './compile-fields.ts';
import { and, NONE, or, type Plan } from './plan.ts';
import {
  begunToken,
  leastOf,
  nearToken,
  plainPhrase,
  type TextPlace,
  together,
} from './token-clauses.ts';
import { isPlain } from './token-units.ts';
import { matchUnits, phraseUnits } from './unit-plans.ts';

/** A `match` on texts. */
export function matchTokens(leaf: MatchLeaf, tokens: readonly Token[], place: TextPlace): Plan {
  if (tokens.length === 0) return NONE;
  if (!isPlain(tokens)) return matchUnits(leaf, tokens, place);
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

/** A phrase on texts. */
export function phraseTokens(leaf: PhraseLeaf, tokens: readonly Token[], place: TextPlace): Plan {
  if (tokens.length === 0) return NONE;
  if (!isPlain(tokens)) return phraseUnits(leaf, tokens, place);
  return plainPhrase(leaf, tokens, place);
}
