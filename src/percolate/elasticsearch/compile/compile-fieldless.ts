import type {
  BeginningLeaf,
  FuzzyLeaf,
  MatchLeaf,
  PhraseLeaf,
  RangeLeaf,
  RegexpLeaf,
  WildcardLeaf,
} from '../../../query/ir.ts';
import type { FieldInfo } from '../mapping/field-info.ts';
import { type Clause, or } from './clauses.ts';
import { compileLeaf } from './compile-leaf.ts';
import { fuzzyInQueryString, nearness } from './near-clauses.ts';
import {
  beginning,
  checkWords,
  gaplessPhrase,
  queryString,
  rangeText,
  readBy,
  wildcardText,
} from './query-text.ts';

export type FieldlessLeaf = (
  | MatchLeaf
  | PhraseLeaf
  | RangeLeaf
  | WildcardLeaf
  | RegexpLeaf
  | FuzzyLeaf
  | BeginningLeaf
) & { field: null };

/** Most fields that Elasticsearch lets one clause ask. */
const MAX_FIELDS = 1024;

/** A leaf that may match in any field, as `query_string` asks all of them: each alone, leniently. */
export function compileFieldless(leaf: FieldlessLeaf, fields: readonly FieldInfo[]): Clause {
  if (leaf.kind === 'match') {
    const own = leaf.analyzer;
    const standard = fields.find(({ analyzer }) => (own ?? analyzer) === 'standard');
    if (standard !== undefined) checkWords(leaf.text, standard, own);
  }
  const odd = fields.filter((field) => isOdd(field, leaf));
  const plain = fields.filter((field) => !isOdd(field, leaf));
  const clauses = odd.map((field) => compileLeaf({ ...leaf, field: field.path }, field));
  for (let at = 0; at < plain.length; at += MAX_FIELDS) {
    clauses.push(everywhere(leaf, plain.slice(at, at + MAX_FIELDS)));
  }
  return or(clauses);
}

/** Whether a field has to be asked alone: in a list these characters would be a boost and a pattern. */
function isOdd({ path, runtime, family }: FieldInfo, leaf: FieldlessLeaf): boolean {
  const isZoned = leaf.kind === 'match' || leaf.kind === 'phrase' ? leaf.timeZone : undefined;
  return runtime || /[*^]/.test(path) || (isZoned !== undefined && family === 'date');
}

function everywhere(leaf: FieldlessLeaf, infos: readonly FieldInfo[]): Clause {
  if (leaf.kind === 'beginning') return beginning(leaf, infos);
  const fields = infos.map(({ path }) => path);
  switch (leaf.kind) {
    case 'match': {
      const { text: query, operator, minimum, analyzer } = leaf;
      const least = minimum === undefined ? {} : { minimum_should_match: minimum };
      const near = leaf.fuzzy ? nearness(leaf.fuzzy) : {};
      const type = leaf.prefix ? { type: 'bool_prefix' } : {};
      const asked = { query, fields, operator, ...least, ...near, ...type, ...readBy(analyzer) };
      return { multi_match: { ...asked, lenient: true } };
    }
    case 'phrase': {
      if (leaf.gapless) return gaplessPhrase(leaf, fields);
      const { text, slop, expansions, analyzer } = leaf;
      const asked = { query: text, fields, slop, ...readBy(analyzer), lenient: true };
      if (expansions !== undefined) {
        const start = { type: 'phrase_prefix', max_expansions: expansions };
        return { multi_match: { ...asked, ...start } };
      }
      return { multi_match: { ...asked, type: 'phrase' } };
    }
    case 'range':
      return queryString(rangeText(leaf), fields, leaf);
    // Of a query string, with all operators.
    case 'regexp':
      return queryString(`/${leaf.pattern}/`, fields, leaf);
    case 'fuzzy':
      return fuzzyInQueryString(leaf, fields);
    case 'wildcard': {
      const text = wildcardText(leaf.pattern);
      return text === null ? 'none' : queryString(text, fields, leaf);
    }
  }
}
