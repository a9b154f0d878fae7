import { lowerCase, type Token } from '../../../mapping/standard-analyzer.ts';
import type { Leaf, MatchLeaf, PhraseLeaf, RangeLeaf } from '../../../query/ir.ts';
import { minimumShouldMatch } from '../../../query/minimum-should-match.ts';
import { escapeWildcard } from '../../../query/query-string-text.ts';
import { analyze, isLowered } from './analysis.ts';
import type { FieldForm } from './field-forms.ts';
import { and, NONE, or, type Plan } from './plan.ts';
import { FORM_TEXT, MAPPED_TEXT } from './term-class.ts';

/** A clause on texts whose queries another analyzer than `standard` reads. */
export function compileText(leaf: Leaf, { place, kind }: FieldForm): Plan {
  const analyzer = kind.searchAnalyzer ?? kind.analyzer ?? 'standard';
  switch (leaf.kind) {
    case 'match':
      return matchTokens(leaf, place, analyze(analyzer, leaf.text));
    case 'phrase':
      return phraseOf(leaf, place, analyze(kind.searchQuoteAnalyzer ?? analyzer, leaf.text));
    case 'term':
      return term(place, leaf.value);
    case 'range':
      return between(leaf, place, (bound) =>
        leaf.normalize && isLowered(analyzer) ? lowerCase(bound) : bound,
      );
    case 'wildcard':
      return pattern(
        place,
        leaf.normalize && isLowered(analyzer) ? foldPattern(leaf.pattern) : leaf.pattern,
      );
    case 'wordless':
      if (analyze(analyzer, leaf.text).length > 0) return NONE;
      return { op: 'term', path: place, termClass: MAPPED_TEXT, text: '' };
    default:
      return NONE;
  }
}

/** A clause on keywords with the normalizer `lowercase`, which queries go through as well. */
export function compileKeyword(leaf: Leaf, { place }: FieldForm): Plan {
  switch (leaf.kind) {
    case 'match':
      return leaf.prefix
        ? pattern(place, `${escapeWildcard(lowerCase(leaf.text))}*`)
        : term(place, lowerCase(leaf.text));
    case 'phrase':
      return term(place, lowerCase(leaf.text));
    case 'term':
      return term(place, lowerCase(leaf.value));
    case 'range':
      return between(leaf, place, lowerCase);
    case 'wildcard':
      return pattern(place, foldPattern(leaf.pattern));
    default:
      return NONE;
  }
}

/** In lower case, but for what a backslash protects. */
export function foldPattern(source: string): string {
  return source.replaceAll(/\\[\s\S]|[^\\]+/g, (part) =>
    part.startsWith('\\') ? part : lowerCase(part),
  );
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

function matchTokens(leaf: MatchLeaf, path: string | null, tokens: readonly Token[]): Plan {
  if (tokens.length === 0) return NONE;
  const beginning = leaf.prefix ? tokens.findLast(({ end }) => end === leaf.text.length) : null;
  const clauses = tokens.map((token) =>
    token === beginning ? pattern(path, `${escapeWildcard(token.text)}*`) : term(path, token.text),
  );
  if (leaf.minimum !== undefined && tokens.length > 1) {
    const least = minimumShouldMatch(leaf.minimum, tokens.length, 'minimum_should_match');
    if (least > 1) return or(clauses, least);
  }
  return leaf.operator === 'or' ? or(clauses) : and(clauses);
}

function phraseOf(leaf: PhraseLeaf, path: string | null, tokens: readonly Token[]): Plan {
  const [first] = tokens;
  if (first === undefined) return NONE;
  if (tokens.length === 1) return term(path, first.text);
  return {
    op: 'words',
    path,
    termClass: FORM_TEXT,
    words: tokens.map((token) => token.text),
    positions: tokens.map((token) => token.position - first.position),
    slop: leaf.slop,
  };
}
