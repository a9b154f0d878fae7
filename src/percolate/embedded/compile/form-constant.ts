import { editsFor } from '../../../query/fuzziness.ts';
import type { Fuzzy, Leaf, RangeLeaf, WildcardLeaf } from '../../../query/ir.ts';
import { escapeWildcard } from '../../../query/query-string/query-string-text.ts';
import { caselessPlan, nearOn, regexpOn } from './near-plans.ts';
import { NONE, or, type Plan } from './plan.ts';
import { FORM_TEXT } from './term-class.ts';

/**
 * A clause on a field whose value every document of the index has. Elasticsearch compares that with the clause
 * before it looks at any document: terms may have stars, and patterns know nothing else.
 */
export function compileConstant(leaf: Leaf, place: string | null): Plan {
  switch (leaf.kind) {
    case 'match':
      if (leaf.fuzzy === undefined) return constantLike(place, leaf.text, '');
      return near(
        leaf.text,
        { ...leaf.fuzzy, edits: editsFor(leaf.fuzzy.edits, leaf.text) },
        place,
      );
    case 'phrase':
      return constantLike(place, leaf.text, '');
    case 'term':
      return constantLike(place, leaf.value, '');
    case 'range':
      return between(leaf, place);
    case 'regexp':
      return regexpOn(leaf, place, FORM_TEXT);
    case 'fuzzy':
      return near(leaf.text, leaf, place);
    case 'wildcard':
      return wildcard(leaf, place);
    default:
      return NONE;
  }
}

/** The value fits the text, in which a star stands for any characters. @param end a star where it is only begun */
export function constantLike(path: string | null, text: string, end: '*' | '' = '*'): Plan {
  if (end === '' && !text.includes('*')) return { op: 'term', path, termClass: FORM_TEXT, text };
  return { op: 'wildcard', path, termClass: FORM_TEXT, pattern: starPattern(text) + end };
}

function starPattern(text: string): string {
  return text.split('*').map(escapeWildcard).join('*');
}

function wildcard(leaf: WildcardLeaf, place: string | null): Plan {
  const pattern = starPattern(leaf.pattern.replaceAll(/\\([\s\S])/g, '$1'));
  if (leaf.caseInsensitive) return caselessPlan({ ...leaf, pattern }, place, FORM_TEXT);
  return { op: 'wildcard', path: place, termClass: FORM_TEXT, pattern };
}

function near(text: string, fuzzy: Fuzzy & { readonly edits: number }, path: string | null): Plan {
  if (fuzzy.prefixLength < text.length) return nearOn(text, fuzzy, path, FORM_TEXT);
  // Behind a prefix that is all of the text there may be as many characters as there are edits.
  const ends = Array.from({ length: fuzzy.edits + 1 }, (_, more) => '?'.repeat(more));
  return or(
    ends.map((end) => ({
      op: 'wildcard',
      path,
      termClass: FORM_TEXT,
      pattern: escapeWildcard(text) + end,
    })),
  );
}

function between(range: RangeLeaf, path: string | null): Plan {
  const { lower, upper, includeLower, includeUpper } = range;
  const bounds = { lower, upper, includeLower, includeUpper };
  return { op: 'stringRange', path, termClass: FORM_TEXT, ...bounds };
}
