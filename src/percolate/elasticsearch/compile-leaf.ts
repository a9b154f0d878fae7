import { analyzeStandard } from '../../mapping/standard-analyzer.ts';
import type { Ir, PhraseLeaf, RangeLeaf, TermLeaf, WildcardLeaf } from '../../query/ir.ts';
import { and, type Clause, not } from './clauses.ts';
import type { FieldInfo } from './field-info.ts';
import { queryString, rangeText, wildcardText } from './query-text.ts';

/** Leaves that ask one field. */
type FieldLeaf = Extract<Ir, { field: string | null }>;

/**
 * A leaf asked of one mapped field. Values that the field's type cannot hold make Elasticsearch fail,
 * unless the clause is lenient: then it does not match, which is what a standing query has to do.
 */
export function compileLeaf(leaf: FieldLeaf, field: FieldInfo): Clause {
  if (field.nested || (field.family === 'opaque' && leaf.kind !== 'exists')) return 'none';
  switch (leaf.kind) {
    case 'match': {
      const { text, operator } = leaf;
      const body = { query: text, lenient: true };
      if (field.family !== 'text' || operator === 'or') return { match: { [field.path]: body } };
      return { match: { [field.path]: { ...body, operator } } };
    }
    case 'phrase':
      return phrase(leaf, field);
    case 'term':
      return term(leaf, field);
    case 'range':
      return range(leaf, field);
    case 'wildcard':
      return wildcard(leaf, field);
    case 'exists':
      return { exists: { field: field.path } };
    case 'wordless':
      return wordless(leaf.text, field);
  }
}

/** Only `multi_match` is lenient with a phrase: on texts whose positions are not indexed it would fail. */
function phrase({ text, slop }: PhraseLeaf, field: FieldInfo): Clause {
  if (field.family !== 'text') return { match: { [field.path]: { query: text, lenient: true } } };
  // In this list a caret is a boost.
  if (field.path.includes('^')) return { match_phrase: { [field.path]: { query: text, slop } } };
  return {
    multi_match: { query: text, fields: [field.path], type: 'phrase', slop, lenient: true },
  };
}

function term({ value }: TermLeaf, field: FieldInfo): Clause {
  if (isString(field)) return field.indexed ? { term: { [field.path]: { value } } } : 'none';
  return { match: { [field.path]: { query: value, lenient: true } } };
}

function range(leaf: RangeLeaf, field: FieldInfo): Clause {
  const { lower, upper, includeLower, includeUpper, normalize } = leaf;
  if (isString(field) && !normalize) {
    if (!field.indexed) return 'none';
    return {
      range: {
        [field.path]: {
          ...(lower === null ? {} : { [includeLower ? 'gte' : 'gt']: lower }),
          ...(upper === null ? {} : { [includeUpper ? 'lte' : 'lt']: upper }),
        },
      },
    };
  }
  // A query string has no empty bounds, and takes a star for an open one.
  if ([lower, upper].some((bound) => bound === '' || bound === '*')) return 'none';
  return queryString(rangeText(leaf), [field.path]);
}

function wildcard({ pattern, normalize }: WildcardLeaf, field: FieldInfo): Clause {
  if (!isString(field) && field.family !== 'other') return 'none';
  if (!field.indexed) return 'none';
  const text = normalize ? wildcardText(pattern) : null;
  if (text !== null) return queryString(text, [field.path]);
  return { wildcard: { [field.path]: { value: pattern } } };
}

function isString({ family }: FieldInfo): boolean {
  return family === 'text' || family === 'keyword';
}

/** Whether the analyzer finds no token: what it is asked only once, at the registration. */
function wordless(text: string, field: FieldInfo): Clause {
  if (field.family !== 'text') return 'none';
  if (field.analyzer === 'standard') return analyzeStandard(text).length === 0 ? 'all' : 'none';
  const asked = (zero: 'all' | 'none') => ({
    match: { [field.path]: { query: text, zero_terms_query: zero } },
  });
  // Without tokens all but none; with tokens, what matches and does not.
  return and([asked('all'), not(asked('none'))]);
}
