import { analyzeStandard } from '../../../mapping/standard-analyzer.ts';
import { editsFor } from '../../../query/fuzziness.ts';
import type { Fuzzy, MatchLeaf } from '../../../query/ir.ts';
import { minimumShouldMatch } from '../../../query/minimum-should-match.ts';
import { startingWith } from './compile-fields.ts';
import type { FieldForms } from './field-forms.ts';
import { nearOn } from './near-plans.ts';
import { and, NONE, or, type Plan } from './plan.ts';
import { KEYWORD, TEXT } from './term-class.ts';

/** A `match` whose tokens need not be the same; fields that are neither text nor keyword never match. */
export function compileFuzzyMatch(leaf: MatchLeaf, fuzzy: Fuzzy, forms: FieldForms): Plan {
  const { field, text } = leaf;
  const onText = nearTokens(leaf, fuzzy, analyzeStandard(text), field, TEXT);
  if (field !== null && !forms.canBeKeyword(field)) return onText;
  const onKeyword = leaf.prefix
    ? startingWith(field, KEYWORD, text)
    : nearToken(text, fuzzy, field, KEYWORD);
  return or([onText, onKeyword]);
}

/** @param tokens of the leaf's text */
export function nearTokens(
  { text, operator, minimum, prefix }: MatchLeaf,
  fuzzy: Fuzzy,
  tokens: readonly { readonly text: string; readonly end: number }[],
  path: string | null,
  termClass: number,
): Plan {
  if (tokens.length === 0) return NONE;
  const beginning = prefix ? tokens.findLast(({ end }) => end === text.length) : null;
  const clauses = tokens.map((token) =>
    token === beginning
      ? startingWith(path, termClass, token.text)
      : nearToken(token.text, fuzzy, path, termClass),
  );
  if (minimum !== undefined && tokens.length > 1) {
    const least = minimumShouldMatch(minimum, tokens.length, 'minimum_should_match');
    // A token that the text has twice counts twice, so none is left out.
    if (least > 1) return or(clauses, least);
  }
  return operator === 'or' ? or(clauses) : and(clauses);
}

export function nearToken(
  token: string,
  fuzzy: Fuzzy,
  path: string | null,
  termClass: number,
): Plan {
  return nearOn(token, { ...fuzzy, edits: editsFor(fuzzy.edits, token) }, path, termClass);
}
