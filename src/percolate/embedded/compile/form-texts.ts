import { lowerCase } from '../../../mapping/standard-analyzer.ts';
import type { Leaf, RangeLeaf, RegexpLeaf } from '../../../query/ir.ts';
import { escapeWildcard } from '../../../query/query-string/query-string-text.ts';
import { RegexpProblem } from '../../../query/regexp/syntax.ts';
import { TooComplex } from '../../../query/regexp/work.ts';
import { analyze, normalized } from './analysis.ts';
import type { FieldForm } from './field-forms.ts';
import { caselessPlan, nearOn, regexpOn } from './near-plans.ts';
import { normalizedKey } from './normalized-key.ts';
import { NONE, type Plan } from './plan.ts';
import { ANY_TEXT, FORM_TEXT, MAPPED_TEXT } from './term-class.ts';
import { matchTokens, phraseTokens } from './text-tokens.ts';
import { nearToken, type TextPlace } from './token-clauses.ts';

/** A clause on texts whose queries another analyzer than `standard` reads. */
export function compileText(leaf: Leaf, { place, kind }: FieldForm): Plan {
  const analyzer = kind.searchAnalyzer ?? kind.analyzer ?? 'standard';
  switch (leaf.kind) {
    case 'match':
      return matchTokens(leaf, analyze(analyzer, leaf.text), formText(place));
    case 'phrase': {
      const tokens = analyze(kind.searchQuoteAnalyzer ?? analyzer, leaf.text);
      return phraseTokens(leaf, tokens, formText(place));
    }
    case 'term':
      return term(place, leaf.value);
    case 'range':
      return between(leaf, place, (bound) =>
        leaf.normalize ? normalized(analyzer, bound) : bound,
      );
    case 'regexp':
      return regexpOn(leaf, place, FORM_TEXT);
    case 'fuzzy': {
      const text = leaf.normalize ? normalized(analyzer, leaf.text) : leaf.text;
      return nearOn(text, leaf, place, FORM_TEXT);
    }
    case 'wildcard':
      if (leaf.caseInsensitive) return caselessPlan(leaf, place, FORM_TEXT);
      return pattern(
        place,
        leaf.normalize
          ? foldPattern(leaf.pattern, (part) => normalized(analyzer, part))
          : leaf.pattern,
      );
    case 'wordless':
      if (analyze(analyzer, leaf.text).length > 0) return NONE;
      return { op: 'term', path: place, termClass: MAPPED_TEXT, text: ANY_TEXT };
    default:
      return NONE;
  }
}

/** A clause on keywords with a normalizer, which queries go through as well. */
export function compileKeyword(leaf: Leaf, { place, kind }: FieldForm): Plan {
  const read = (text: string): string => normalizedKey(kind, text);
  // It reads the text as an analyzer, and the term that comes of it.
  const readTwice = (text: string): string => read(read(text));
  switch (leaf.kind) {
    case 'match':
      if (leaf.fuzzy && !leaf.prefix) {
        return nearToken(readTwice(leaf.text), leaf.fuzzy, place, FORM_TEXT);
      }
      return leaf.prefix
        ? pattern(place, `${escapeWildcard(readTwice(leaf.text))}*`)
        : term(place, readTwice(leaf.text));
    case 'phrase':
      return term(place, readTwice(leaf.text));
    case 'term':
      return term(place, read(leaf.value));
    case 'range':
      return between(leaf, place, read);
    case 'regexp':
      return normalizedRegexp(leaf, place, read);
    case 'fuzzy':
      return nearOn(read(leaf.text), leaf, place, FORM_TEXT);
    case 'wildcard': {
      const folded = { ...leaf, pattern: foldPattern(leaf.pattern, read) };
      return leaf.caseInsensitive
        ? caselessPlan(folded, place, FORM_TEXT)
        : pattern(place, folded.pattern);
    }
    default:
      return NONE;
  }
}

/** A normalizer goes over the whole expression, which may then be none: that matches nothing. */
function normalizedRegexp(
  leaf: RegexpLeaf,
  place: string | null,
  read: (text: string) => string,
): Plan {
  try {
    return regexpOn({ ...leaf, pattern: read(leaf.pattern) }, place, FORM_TEXT);
  } catch (error) {
    if (error instanceof RegexpProblem || error instanceof TooComplex) return NONE;
    throw error;
  }
}

/** Changed, by default to lower case, but for what a backslash protects, and wildcards. */
export function foldPattern(source: string, change: (part: string) => string = lowerCase): string {
  return source.replaceAll(/\\[\s\S]|[?*]+|[^\\?*]+/g, (part) =>
    /^[\\?*]/.test(part) ? part : change(part),
  );
}

function formText(path: string | null): TextPlace {
  return { path, termClass: FORM_TEXT };
}

function term(path: string | null, text: string): Plan {
  return { op: 'term', path, termClass: FORM_TEXT, text };
}

function pattern(path: string | null, source: string): Plan {
  return { op: 'wildcard', path, termClass: FORM_TEXT, pattern: source };
}

function between(
  range: RangeLeaf,
  path: string | null,
  normalize: (bound: string) => string,
): Plan {
  const { lower, upper, includeLower, includeUpper } = range;
  return {
    op: 'stringRange',
    path,
    termClass: FORM_TEXT,
    lower: lower === null ? null : normalize(lower),
    upper: upper === null ? null : normalize(upper),
    includeLower,
    includeUpper,
  };
}
