import { analyzeStandard } from '../../../mapping/standard-analyzer.ts';
import type { Fuzzy, MatchLeaf } from '../../../query/ir.ts';
import { startingWith } from './compile-fields.ts';
import type { FieldForms } from './field-forms.ts';
import { or, type Plan } from './plan.ts';
import { KEYWORD, TEXT } from './term-class.ts';
import { matchTokens } from './text-tokens.ts';
import { nearToken } from './token-clauses.ts';

/** A `match` whose tokens need not be the same; fields that are neither text nor keyword never match. */
export function compileFuzzyMatch(leaf: MatchLeaf, fuzzy: Fuzzy, forms: FieldForms): Plan {
  const { field: path, text } = leaf;
  const onText = matchTokens(leaf, analyzeStandard(text), { path, termClass: TEXT });
  if (path !== null && !forms.canBeKeyword(path)) return onText;
  const onKeyword = leaf.prefix
    ? startingWith(path, KEYWORD, text)
    : nearToken(text, fuzzy, path, KEYWORD);
  return or([onText, onKeyword]);
}
