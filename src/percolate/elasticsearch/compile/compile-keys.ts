import type { Leaf, WildcardLeaf } from '../../../query/ir.ts';
import type { FieldInfo } from '../mapping/field-info.ts';
import type { Clause } from './clauses.ts';
import { queryString, wildcardText } from './query-text.ts';

/**
 * A leaf on a key of a flattened object, where Elasticsearch takes less than on keywords.
 * @returns undefined for what it takes as there
 */
export function compileOnKey(leaf: Leaf, field: FieldInfo): Clause | undefined {
  switch (leaf.kind) {
    case 'regexp':
    case 'fuzzy':
      return 'none';
    case 'range':
      return (leaf.lower === null) === (leaf.upper === null) ? undefined : 'none';
    case 'wildcard':
      return field.indexed ? wildcard(leaf, field) : 'none';
    default:
      return undefined;
  }
}

/** A pattern of a whole value, or of its beginning. */
const BEGINNING = /^((?:[^\\*?]|\\[\s\S])*)(\*?)$/;

/** Other patterns are for query strings alone. */
function wildcard(leaf: WildcardLeaf, { path }: FieldInfo): Clause {
  const beginning = BEGINNING.exec(leaf.pattern);
  const caseless = leaf.caseInsensitive ? { case_insensitive: true } : {};
  if (beginning !== null) {
    const [, text = '', star] = beginning;
    const asked = { [path]: { value: text.replaceAll(/\\([\s\S])/g, '$1'), ...caseless } };
    return star === '*' ? { prefix: asked } : { term: asked };
  }
  const text = leaf.caseInsensitive ? null : wildcardText(leaf.pattern);
  return text === null ? 'none' : queryString(text, [path], leaf);
}
