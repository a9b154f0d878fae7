import type { Leaf, MatchLeaf, RangeLeaf, WildcardLeaf } from '../../../query/ir.ts';
import { escapeWildcard } from '../../../query/query-string/query-string-text.ts';
import { keysPlace } from '../fields/form-names.ts';
import { analyze } from './analysis.ts';
import { startingWith } from './compile-fields.ts';
import type { FieldForm } from './field-forms.ts';
import { caselessPlan, nearOn, regexpOn } from './near-plans.ts';
import { NONE, type Plan } from './plan.ts';
import { FORM_TEXT } from './term-class.ts';
import { matchTokens } from './text-tokens.ts';
import { nearToken } from './token-clauses.ts';

/** Between the key and the value of a term, as in Elasticsearch: no key has it. */
export const SEPARATOR = '\0';

/**
 * A clause on a flattened object, whose values are whole texts; or on one of its keys, where the terms begin with
 * that. What Elasticsearch refuses there is nothing.
 */
export function compileFlattened(leaf: Leaf, form: FieldForm): Plan {
  switch (leaf.kind) {
    case 'exists':
      return form.key === undefined ? NONE : keyExists(form.key, form);
    case 'match':
      return match(leaf, form);
    case 'phrase':
      // Only texts have phrases whose last word is begun.
      return leaf.expansions === undefined ? phrase(leaf.text, form) : NONE;
    case 'term':
      return term(leaf.value, form);
    case 'range':
      return between(leaf, form);
    case 'regexp':
      return form.key === undefined ? regexpOn(leaf, form.place, FORM_TEXT) : NONE;
    case 'fuzzy':
      return form.key === undefined ? nearOn(leaf.text, leaf, form.place, FORM_TEXT) : NONE;
    case 'wildcard':
      return wildcard(leaf, form);
    default:
      return NONE;
  }
}

/** Values of a key that begin so. */
export function keyBeginning(text: string, form: FieldForm): Plan {
  return startingWith(form.place, FORM_TEXT, prefixOf(form) + text);
}

function prefixOf({ key }: FieldForm): string {
  return key === undefined ? '' : key + SEPARATOR;
}

/** Documents offer each key alone as well. */
function keyExists(key: string, form: FieldForm): Plan {
  if (key.includes(SEPARATOR)) return startingWith(form.place, FORM_TEXT, key + SEPARATOR);
  const path = form.place === null ? null : keysPlace(form.place);
  return { op: 'term', path, termClass: FORM_TEXT, text: key };
}

function term(text: string, form: FieldForm): Plan {
  return { op: 'term', path: form.place, termClass: FORM_TEXT, text: prefixOf(form) + text };
}

/** No value is only begun: with one term a `match_bool_prefix` is a `match` here. */
function match({ prefix, ...leaf }: MatchLeaf, form: FieldForm): Plan {
  if (form.kind.splitQueries) return words({ ...leaf, ...(prefix && { prefix }) }, form);
  if (leaf.fuzzy === undefined) return term(leaf.text, form);
  return form.key === undefined ? nearToken(leaf.text, leaf.fuzzy, form.place, FORM_TEXT) : NONE;
}

/** Each word of the text is a value of its own. */
function words(leaf: MatchLeaf, form: FieldForm): Plan {
  const prefix = prefixOf(form);
  const tokens = analyze('whitespace', leaf.text);
  const isBegun = leaf.prefix === true && tokens.at(-1)?.end === leaf.text.length;
  if (prefix !== '' && leaf.fuzzy && !(isBegun && tokens.length === 1)) return NONE;
  const keyed = tokens.map((token) => ({ ...token, text: prefix + token.text }));
  return matchTokens(leaf, keyed, { path: form.place, termClass: FORM_TEXT });
}

function phrase(text: string, form: FieldForm): Plan {
  if (!form.kind.splitQueries) return term(text, form);
  const [only, ...more] = analyze('whitespace', text);
  return only === undefined || more.length > 0 ? NONE : term(only.text, form);
}

function between(range: RangeLeaf, form: FieldForm): Plan {
  const { lower, upper, includeLower, includeUpper } = range;
  if (form.key !== undefined && (lower === null || upper === null)) return NONE;
  const prefix = prefixOf(form);
  return {
    op: 'stringRange',
    path: form.place,
    termClass: FORM_TEXT,
    lower: lower === null ? null : prefix + lower,
    upper: upper === null ? null : prefix + upper,
    includeLower,
    includeUpper,
  };
}

/** A pattern of a whole value, or of its beginning. */
const BEGINNING = /^(?:[^\\*?]|\\[\s\S])*\*?$/;

function wildcard(leaf: WildcardLeaf, form: FieldForm): Plan {
  const isBeginning = BEGINNING.test(leaf.pattern);
  if (leaf.caseInsensitive) {
    if (form.key !== undefined && !isBeginning) return NONE;
    // Where case does not matter, it does not in the key either.
    const pattern = escapeWildcard(prefixOf(form)) + leaf.pattern;
    return caselessPlan({ ...leaf, pattern }, form.place, FORM_TEXT);
  }
  // Other patterns of query strings Elasticsearch compares with the keys and values of the whole object.
  const key = isBeginning ? escapeWildcard(prefixOf(form)) : '';
  return { op: 'wildcard', path: form.place, termClass: FORM_TEXT, pattern: key + leaf.pattern };
}
