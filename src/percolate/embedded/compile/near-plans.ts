import { lowerCase } from '../../../mapping/standard-analyzer.ts';
import { caselessPattern } from '../../../query/canonical-terms.ts';
import type { Fuzzy, FuzzyLeaf, RegexpLeaf, WildcardLeaf } from '../../../query/ir.ts';
import { compileRegexp } from '../../../query/regexp/compile-regexp.ts';
import { isFoundNearly } from '../segments/near-parts.ts';
import type { FieldForms } from './field-forms.ts';
import { fuzzyOutlines } from './fuzzy-outlines.ts';
import { NONE, or, type Plan } from './plan.ts';
import { regexpOutlines } from './regexp-outlines.ts';
import { KEYWORD, TEXT } from './term-class.ts';

/** Some term of the field is a text of an automaton. */
export interface AutomatonPlan {
  readonly op: 'automaton';
  readonly path: string | null;
  readonly termClass: number;
  /** See query/regexp/automaton.ts. */
  readonly automaton: Uint8Array;
  /** Wildcard patterns, of which each such term matches one. */
  readonly outlines: readonly string[];
  /** Whether the patterns are in lower case, and for terms in any. */
  readonly caseless: boolean;
}

/** Some term of the field is within one or two edits of the text. */
export interface FuzzyPlan {
  readonly op: 'fuzzy';
  readonly path: string | null;
  readonly termClass: number;
  readonly text: string;
  readonly edits: number;
  /** Characters. */
  readonly prefixLength: number;
  readonly transpositions: boolean;
  /** None where presearch goes by the text itself, see near-parts.ts. */
  readonly outlines: readonly string[];
}

/** A regular expression over one class of terms. */
export function regexpOn(leaf: RegexpLeaf, path: string | null, termClass: number): Plan {
  const { pattern, flags, caseInsensitive: caseless } = leaf;
  const outlines = regexpOutlines(pattern, flags, caseless);
  if (outlines.length === 0) return NONE;
  return { op: 'automaton', path, termClass, automaton: compileRegexp(leaf), outlines, caseless };
}

/** Terms of one class that are near to a text. */
export function nearOn(
  text: string,
  { edits, prefixLength, transpositions }: Fuzzy & { readonly edits: number },
  path: string | null,
  termClass: number,
): Plan {
  // Lucene takes a text that is all prefix as it is, in UTF-16 units.
  if (edits === 0 || prefixLength >= text.length) return { op: 'term', path, termClass, text };
  const outlines = isFoundNearly(text, edits) ? [] : fuzzyOutlines(text, edits, prefixLength);
  return { op: 'fuzzy', path, termClass, text, edits, prefixLength, transpositions, outlines };
}

/** A pattern for ASCII letters in both cases. */
export function caselessPlan(leaf: WildcardLeaf, path: string | null, termClass: number): Plan {
  const pattern = caselessPattern(leaf);
  return { op: 'wildcard', path, termClass, pattern, caseless: true };
}

export function compileRegexpLeaf(leaf: RegexpLeaf, forms: FieldForms): Plan {
  const { field } = leaf;
  const onText = regexpOn(leaf, field, TEXT);
  return isTextOnly(field, forms) ? onText : or([onText, regexpOn(leaf, field, KEYWORD)]);
}

export function compileFuzzyLeaf(leaf: FuzzyLeaf, forms: FieldForms): Plan {
  const { field, text, normalize } = leaf;
  const onText = nearOn(normalize ? lowerCase(text) : text, leaf, field, TEXT);
  return isTextOnly(field, forms) ? onText : or([onText, nearOn(text, leaf, field, KEYWORD)]);
}

function isTextOnly(field: string | null, forms: FieldForms): boolean {
  return field !== null && !forms.canBeKeyword(field);
}
