import { compileIndexExpression } from '../../../query/index-expression.ts';
import type { Leaf } from '../../../query/ir.ts';
import { ALL, NONE, type Plan } from './plan.ts';
import { DOC_ID, INDEX } from './term-class.ts';

/** A clause on a field that is kept beside the document; null for other fields. */
export function compileMetadata(leaf: Leaf): Plan | null {
  if (leaf.field !== '_id' && leaf.field !== '_index') return null;
  const value = asked(leaf);
  if (leaf.kind === 'exists') return ALL;
  if (leaf.field === '_id') {
    if (value === null || value === '') return NONE;
    return { op: 'term', path: '_id', termClass: DOC_ID, text: value };
  }
  // Of the wildcards an index name knows the star alone, and that in every clause.
  const text = leaf.kind === 'wildcard' ? leaf.pattern.replaceAll('\\*', '*') : value;
  if (text === '_all' || text === '*') return ALL;
  if (text === null || !isIndexPattern(text)) return NONE;
  return { op: 'term', path: null, termClass: INDEX, text };
}

/** Whether a text is the name of an index, or one pattern of such names. */
function isIndexPattern(text: string): boolean {
  if (text === '' || /[,?\\]/.test(text) || text.startsWith('-')) return false;
  try {
    compileIndexExpression(text);
    return true;
  } catch {
    return false;
  }
}

/** The one value that a leaf asks for; null where it asks otherwise, which these fields refuse. */
function asked(leaf: Leaf): string | null {
  if (leaf.kind === 'term') return leaf.value;
  if (leaf.kind === 'match') return leaf.fuzzy ? null : leaf.text;
  return leaf.kind === 'phrase' && leaf.expansions === undefined ? leaf.text : null;
}
