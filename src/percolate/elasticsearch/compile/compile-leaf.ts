import { analyzeStandard } from '../../../mapping/standard-analyzer.ts';
import { resolveReading } from '../../../mapping/zoned-date-math.ts';
import type {
  FuzzyLeaf,
  Leaf,
  MatchLeaf,
  PhraseLeaf,
  RangeLeaf,
  TermLeaf,
  WildcardLeaf,
  WordlessLeaf,
} from '../../../query/ir.ts';
import type { FieldInfo } from '../mapping/field-info.ts';
import { and, type Clause, not } from './clauses.ts';
import { compileGeo } from './compile-geo.ts';
import { compileOnKey } from './compile-keys.ts';
import { rangeOnRanges } from './compile-ranges.ts';
import { fuzzyClause, fuzzyInQueryString, nearness, regexpClause } from './near-clauses.ts';
import {
  beginning,
  checkWords,
  gaplessPhrase,
  queryString,
  rangeText,
  readBy,
  wildcardText,
} from './query-text.ts';

/** Leaves that ask one field. */
type FieldLeaf = Leaf;

/**
 * A leaf asked of one mapped field. Values that the field's type cannot hold make Elasticsearch fail,
 * unless the clause is lenient: then it does not match, which is what a standing query has to do.
 */
export function compileLeaf(leaf: FieldLeaf, field: FieldInfo): Clause {
  if (leaf.kind === 'geo') return compileGeo(leaf, field);
  // Of these nobody can even ask whether they are there.
  if (field.type === 'rank_features') return 'none';
  if (field.family === 'opaque' && leaf.kind !== 'exists' && !asksValue(leaf)) return 'none';
  if (field.runtime && field.type === 'keyword' && !isAnalyzed(leaf)) {
    const value = askedValue(leaf);
    if (value !== null) return { range: { [field.path]: { gte: value, lte: value } } };
  }
  const onKey = field.keyed ? compileOnKey(leaf, field) : undefined;
  if (onKey !== undefined) return onKey;
  switch (leaf.kind) {
    case 'match':
      return match(leaf, field);
    case 'phrase':
      return phrase(leaf, field);
    case 'term':
      return term(leaf, field);
    case 'range':
      return range(leaf, field);
    case 'wildcard':
      return wildcard(leaf, field);
    case 'regexp':
      if (!isString(field) || !field.indexed) return 'none';
      return leaf.analyzer === undefined
        ? regexpClause(leaf, field)
        : queryString(`/${leaf.pattern}/`, [field.path], leaf);
    case 'fuzzy':
      return fuzzy(leaf, field);
    case 'exists':
      return { exists: { field: field.path } };
    case 'wordless':
      return wordless(leaf, field);
    case 'beginning':
      return beginning(leaf, [field]);
  }
}

function match(
  { text, operator, minimum, prefix, fuzzy: near, timeZone, analyzer }: MatchLeaf,
  field: FieldInfo,
): Clause {
  const read = readBy(analyzer);
  if (timeZone !== undefined && field.family === 'date') {
    return inZone(text, { timeZone, ...read }, field);
  }
  checkWords(text, field, analyzer);
  const least = minimum === undefined ? {} : { minimum_should_match: minimum };
  const asked = { query: text, operator, ...least, ...(near && nearness(near)), ...read };
  if (prefix) {
    const { path } = field;
    // In this list a caret is a boost.
    if (!path.includes('^')) {
      return { multi_match: { ...asked, fields: [path], type: 'bool_prefix', lenient: true } };
    }
    if (isString(field)) return { match_bool_prefix: { [path]: asked } };
  }
  return { match: { [field.path]: { ...asked, lenient: true } } };
}

/** All that a date covers, from its first instant to its last in this zone. */
function inZone(
  text: string,
  reading: Pick<RangeLeaf, 'timeZone' | 'analyzer'>,
  field: FieldInfo,
): Clause {
  const bounds = { lower: text, upper: text, includeLower: true, includeUpper: true };
  const asked: RangeLeaf = { kind: 'range', field: field.path, ...bounds, normalize: true };
  return range({ ...asked, ...reading }, field);
}

function isAnalyzed(leaf: FieldLeaf): boolean {
  return 'analyzer' in leaf && leaf.analyzer !== undefined;
}

/**
 * The one value that a leaf asks of a runtime field. As a range, because the percolator selects queries
 * on terms by the terms of the document, and what a script makes is none of them.
 */
function askedValue(leaf: FieldLeaf): string | null {
  if (leaf.kind === 'term') return leaf.value;
  if (leaf.kind === 'match' && leaf.fuzzy) return null;
  return leaf.kind === 'match' || leaf.kind === 'phrase' ? leaf.text : null;
}

/** Only `multi_match` is lenient with a phrase: on texts whose positions are not indexed it would fail. */
function phrase(leaf: PhraseLeaf, field: FieldInfo): Clause {
  const { text, slop, expansions, timeZone, analyzer, gapless } = leaf;
  if (timeZone !== undefined && field.family === 'date') return inZone(text, { timeZone }, field);
  if (gapless) return gaplessPhrase(leaf, [field.path]);
  const read = readBy(analyzer);
  if (expansions !== undefined) {
    if (field.family !== 'text' || !field.indexed) return 'none';
    const asked = { query: text, slop, max_expansions: expansions, ...read };
    if (field.path.includes('^')) return { match_phrase_prefix: { [field.path]: asked } };
    const { path } = field;
    return { multi_match: { ...asked, fields: [path], type: 'phrase_prefix', lenient: true } };
  }
  if (!isString(field) && analyzer === undefined) {
    return { match: { [field.path]: { query: text, lenient: true } } };
  }
  // In this list a caret is a boost.
  if (field.path.includes('^')) {
    return { match_phrase: { [field.path]: { query: text, slop, ...read } } };
  }
  const asked = { query: text, fields: [field.path], ...read };
  return { multi_match: { ...asked, type: 'phrase', slop, lenient: true } };
}

function term({ value }: TermLeaf, field: FieldInfo): Clause {
  if (isString(field)) return field.indexed ? { term: { [field.path]: { value } } } : 'none';
  return { match: { [field.path]: { query: value, lenient: true } } };
}

function range(leaf: RangeLeaf, field: FieldInfo): Clause {
  const { lower, upper, includeLower, includeUpper, normalize } = leaf;
  if (asksValue(leaf)) return { exists: { field: field.path } };
  if (isString(field) && !normalize && leaf.analyzer === undefined) {
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
  if (field.family === 'range' && (leaf.relation ?? leaf.format) !== undefined) {
    return rangeOnRanges(leaf, field);
  }
  // A query string has no empty bounds, and takes a star for an open one.
  if ([lower, upper].some((bound) => bound === '' || bound === '*')) return 'none';
  if (leaf.format !== undefined && field.family === 'date') return formatted(leaf, field);
  return queryString(rangeText(leaf), [field.path], leaf);
}

/** Only the Query DSL has formats, and there a bound that is no date makes Elasticsearch fail. */
function formatted(leaf: RangeLeaf, { path }: FieldInfo): Clause {
  const { lower, upper, includeLower, includeUpper, format, timeZone } = leaf;
  const bounds = [lower, upper].filter((bound) => bound !== null);
  if (bounds.some((bound) => resolveReading(bound, 0, 'iso', leaf) === null)) return 'none';
  const asked = {
    ...(lower === null ? {} : { [includeLower ? 'gte' : 'gt']: lower }),
    ...(upper === null ? {} : { [includeUpper ? 'lte' : 'lt']: upper }),
    ...(timeZone === undefined ? {} : { time_zone: timeZone }),
  };
  return { range: { [path]: { ...asked, format } } };
}

/** Without bounds the Query DSL asks whether there is a value, a query string whether there is a term. */
function asksValue(leaf: FieldLeaf): boolean {
  return leaf.kind === 'range' && leaf.lower === null && leaf.upper === null && !leaf.normalize;
}

function fuzzy(leaf: FuzzyLeaf, field: FieldInfo): Clause {
  if (!isString(field) || !field.indexed) return 'none';
  return leaf.normalize || leaf.analyzer !== undefined || mayFold(field, leaf.text)
    ? fuzzyInQueryString(leaf, [field.path])
    : fuzzyClause(leaf, field);
}

function wildcard(leaf: WildcardLeaf, field: FieldInfo): Clause {
  const { pattern, normalize, caseInsensitive } = leaf;
  if (caseInsensitive) {
    if (!isString(field) || !field.indexed) return 'none';
    return { wildcard: { [field.path]: { value: pattern, case_insensitive: true } } };
  }
  if ((!isString(field) && field.family !== 'other') || !field.indexed) return 'none';
  const isRead = normalize || leaf.analyzer !== undefined || mayFold(field, pattern);
  const text = isRead ? wildcardText(pattern) : null;
  if (text !== null) return queryString(text, [field.path], leaf);
  return isString(field) ? { wildcard: { [field.path]: { value: pattern } } } : 'none';
}

/** Analyzers that change nothing in a pattern but its capitals. */
const NOT_FOLDING = new Set<string | null>(['standard', 'simple', 'stop', 'whitespace', 'keyword']);

/**
 * Whether an analyzer could change more of a pattern than its capitals, such as its accents. A pattern
 * without capitals no longer tells its syntax: most come from query strings, where that is done.
 */
function mayFold({ type, analyzer, normalizer }: FieldInfo, pattern: string): boolean {
  if (pattern.toLowerCase() !== pattern) return false;
  if (type === 'keyword') return normalizer !== null;
  return type !== 'text' || !NOT_FOLDING.has(analyzer);
}

function isString({ family }: FieldInfo): boolean {
  return family === 'text' || family === 'keyword';
}

/** Whether the analyzer finds no token: what it is asked only once, at the registration. */
function wordless({ text, analyzer }: WordlessLeaf, field: FieldInfo): Clause {
  if (analyzer === undefined && field.family !== 'text') return 'none';
  if ((analyzer ?? field.analyzer) === 'standard') {
    return analyzeStandard(text).length === 0 ? 'all' : 'none';
  }
  const read = { query: text, lenient: true, ...readBy(analyzer) };
  const asked = (zero: 'all' | 'none') => ({
    match: { [field.path]: { ...read, zero_terms_query: zero } },
  });
  // Without tokens all but none; with tokens, what matches and does not.
  return and([asked('all'), not(asked('none'))]);
}
