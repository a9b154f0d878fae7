import { caselessPattern, fuzzyMembers, simplestFuzzy, simplestRegexp } from './canonical-terms.ts';
import { isFieldPattern } from './field-patterns.ts';
import { shapeMembers } from './geo/geo-shape.ts';
import { intervalsMembers, simplestIntervals } from './intervals/canonical-intervals.ts';
import type {
  CrossFieldsLeaf,
  Ir,
  MappedLeaf,
  MatchLeaf,
  NamedClause,
  RangeLeaf,
  WildcardLeaf,
} from './ir.ts';
import { escapeWildcard } from './query-string/query-string-text.ts';
import { spansLeaf } from './spans/canonical-spans.ts';

/** Changes with every change of meaning or form, so that ids of different forms never meet. */
export const CANONICAL_VERSION = 1;

/** A normalised query and the text that stands for it. */
export interface Canonical {
  readonly query: Ir;
  readonly text: string;
}

interface Keyed {
  readonly ir: Ir;
  readonly key: string;
}

const ALL: Keyed = { ir: { kind: 'all' }, key: '["all"]' };
const NONE: Keyed = { ir: { kind: 'none' }, key: '["none"]' };

/**
 * The simplest equal query: flattened, sorted, without duplicates, double negations, needless
 * groups and constants. It is true for exactly the same documents, under every mapping.
 */
export function normalise(query: Ir): Ir {
  return keyed(query).ir;
}

/** A compact text, equal for queries that normalise to the same. */
export function canonical(query: Ir): string {
  return versioned(keyed(query).key);
}

/** {@link normalise} and {@link canonical} in one go. */
export function canonicalise(query: Ir): Canonical {
  const { ir, key } = keyed(query);
  return { query: ir, text: versioned(key) };
}

function versioned(key: string): string {
  return `${CANONICAL_VERSION} ${key}`;
}

/** Depth is bounded by the parsers, so recursion is safe here. */
function keyed(query: Ir): Keyed {
  switch (query.kind) {
    case 'all':
      return ALL;
    case 'none':
      return NONE;
    case 'and':
      return conjunction(query.clauses.map(keyed));
    case 'or':
      return atLeast(query.clauses.map(keyed), query.atLeast);
    case 'not':
      return negation(keyed(query.clause));
    case 'named':
      return named(query, keyed(query.clause));
    case 'nested': {
      const { ir: clause, key } = keyed(query.clause);
      const how = query.ignoreUnmapped ? ',true' : '';
      return {
        ir: { ...query, clause },
        key: `["nested",${JSON.stringify(query.path)},${key}${how}]`,
      };
    }
    case 'match':
      return matchLeaf(query);
    case 'phrase':
      return leaf(query, [
        query.field,
        query.text,
        query.slop,
        ...(query.expansions === undefined ? [] : [query.expansions]),
        ...(query.timeZone === undefined ? [] : [{ timeZone: query.timeZone }]),
        ...(query.gapless ? [{ gapless: true }] : []),
        ...analyzerOf(query),
      ]);
    case 'term':
      return leaf(query, [query.field, query.value]);
    case 'wildcard':
      return wildcardLeaf(query);
    case 'regexp': {
      const regexp = simplestRegexp(query);
      const { field, pattern, flags, caseInsensitive } = regexp;
      return leaf(regexp, [field, pattern, flags, caseInsensitive, ...analyzerOf(regexp)]);
    }
    case 'fuzzy': {
      const fuzzy = simplestFuzzy(query);
      const { field, text, normalize } = fuzzy;
      return leaf(fuzzy, [field, text, ...fuzzyMembers(fuzzy), normalize, ...analyzerOf(fuzzy)]);
    }
    case 'exists':
      return leaf(query, [query.field]);
    case 'wordless':
      return leaf(query, [query.field, query.text, ...analyzerOf(query)]);
    case 'beginning': {
      const { field, text, tokens, simple } = query;
      // In small letters it is the same to every analyzer that makes no tokens of it.
      if (tokens === undefined && !hasCapitals(text)) {
        const pattern = `${escapeWildcard(text)}*`;
        return keyed({ kind: 'wildcard', field, pattern, normalize: true });
      }
      return leaf(query, [field, text, tokens ?? null, simple ?? false, ...analyzerOf(query)]);
    }
    case 'geo':
      return leaf(query, [query.field, query.relation, ...query.shapes.map(shapeMembers)]);
    case 'intervals': {
      const intervals = simplestIntervals(query);
      return leaf(intervals, intervalsMembers(intervals));
    }
    case 'range':
      return rangeLeaf(query);
    case 'crossFields':
      return crossFieldsLeaf(query);
    case 'mapped':
      return mappedLeaf(query);
    case 'spans':
      return spansLeaf(query, keyed);
  }
}

function leaf(ir: Ir, members: readonly unknown[]): Keyed {
  return { ir, key: JSON.stringify([ir.kind, ...members]) };
}

/** A leaf without minimum and prefix keeps the form that it had before there were any. */
function matchLeaf(match: MatchLeaf): Keyed {
  const { field, text, operator, minimum, prefix, fuzzy, timeZone } = match;
  const members: unknown[] = [field, text, operator];
  if (fuzzy) members.push(minimum ?? null, prefix ?? null, ...fuzzyMembers(fuzzy));
  else if (prefix) members.push(minimum ?? null, prefix);
  else if (minimum !== undefined) members.push(minimum);
  if (timeZone !== undefined) members.push({ timeZone });
  return leaf(match, [...members, ...analyzerOf(match)]);
}

/** A leaf that names none keeps the form that it had before any could. */
function analyzerOf({ analyzer }: { readonly analyzer?: string }): readonly unknown[] {
  return analyzer === undefined ? [] : [{ analyzer }];
}

function crossFieldsLeaf(asked: CrossFieldsLeaf): Keyed {
  const { kind: _, fields: given, ...words } = asked;
  const { text, operator, minimum } = words;
  const fields = sortedNames(given);
  const [field] = fields;
  // The tokens of one field, and words of which one suffices, are as in every other clause.
  if (fields.length === 1 && field !== null && !isFieldPattern(field!)) {
    return keyed({ kind: 'match', field: field!, ...words });
  }
  if (operator === 'or' && minimum === undefined) {
    const clauses = fields.map((one): Ir => ({ kind: 'match', field: one, ...words }));
    return keyed({ kind: 'or', clauses, atLeast: 1 });
  }
  const members = [...(minimum === undefined ? [] : [minimum]), ...analyzerOf(asked)];
  const key = JSON.stringify(['crossFields', fields, text, operator, ...members]);
  return { ir: { ...asked, fields }, key };
}

function mappedLeaf(asked: MappedLeaf): Keyed {
  const { among, atLeast: least } = asked;
  const fields = sortedNames(asked.fields) as readonly string[];
  return { ir: { ...asked, fields }, key: JSON.stringify(['mapped', fields, among, least]) };
}

function sortedNames(fields: readonly (string | null)[]): readonly (string | null)[] {
  return [...new Set(fields)].toSorted((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1));
}

function wildcardLeaf(asked: WildcardLeaf): Keyed {
  const { field, caseInsensitive } = asked;
  const pattern = caseInsensitive ? caselessPattern(asked) : asked.pattern;
  const normalize = asked.normalize && hasCapitals(pattern);
  if (caseInsensitive && /[a-z]/.test(pattern)) {
    const caseless = { kind: 'wildcard', field, pattern, normalize, caseInsensitive } as const;
    return leaf(caseless, [field, pattern, normalize, true]);
  }
  if (asked.analyzer !== undefined && hasCapitals(pattern)) {
    const { analyzer } = asked;
    const read = { kind: 'wildcard', field, pattern, normalize, analyzer } as const;
    return leaf(read, [field, pattern, normalize, ...analyzerOf(read)]);
  }
  return leaf({ kind: 'wildcard', field, pattern, normalize }, [field, pattern, normalize]);
}

function rangeLeaf(range: RangeLeaf): Keyed {
  const { field, lower, upper } = range;
  // Some flags say nothing: of an open bound where values are asked, and of bounds that have no capitals.
  const relation = lower === null && upper === null ? undefined : range.relation;
  const isOfValues = relation === undefined;
  const includeLower = (isOfValues && lower === null) || range.includeLower;
  const includeUpper = (isOfValues && upper === null) || range.includeUpper;
  // Without any bound, the flag tells the two syntaxes apart: one asks for tokens, the other for values.
  const open = lower === null && upper === null;
  const { format, timeZone }: Pick<RangeLeaf, 'format' | 'timeZone'> = open ? {} : range;
  const isMixed = hasCapitals(lower) || hasCapitals(upper);
  const normalize = range.normalize && (open || isMixed);
  const analyzer = isMixed ? range.analyzer : undefined;
  const ir: RangeLeaf = {
    kind: 'range',
    field,
    lower,
    upper,
    includeLower,
    includeUpper,
    normalize,
    ...(format !== undefined && { format }),
    ...(timeZone !== undefined && { timeZone }),
    ...(analyzer !== undefined && { analyzer }),
    ...(relation !== undefined && { relation }),
  };
  const members: unknown[] = [field, lower, upper, includeLower, includeUpper, normalize];
  if (format !== undefined || timeZone !== undefined) {
    members.push(format ?? null, timeZone ?? null);
  }
  if (relation !== undefined) members.push({ relation });
  return leaf(ir, [...members, ...analyzerOf(ir)]);
}

function hasCapitals(bound: string | null): boolean {
  return bound !== null && bound.toLowerCase() !== bound;
}

/** Two queries that tell different names are two queries, so a name keeps its clause from being merged. */
function named(asked: NamedClause, { ir: clause, key }: Keyed): Keyed {
  const kind = asked.decides === false ? 'told' : 'named';
  return { ir: { ...asked, clause }, key: `["${kind}",${JSON.stringify(asked.name)},${key}]` };
}

function negation(clause: Keyed): Keyed {
  switch (clause.ir.kind) {
    case 'all':
      return NONE;
    case 'none':
      return ALL;
    case 'not':
      return keyed(clause.ir.clause);
    default:
      return { ir: { kind: 'not', clause: clause.ir }, key: `["not",${clause.key}]` };
  }
}

function conjunction(clauses: readonly Keyed[]): Keyed {
  const parts = new Map<string, Ir>();
  for (const clause of clauses) {
    if (clause.ir.kind === 'none') return NONE;
    if (clause.ir.kind === 'all') continue;
    if (clause.ir.kind === 'and') for (const part of clause.ir.clauses) add(parts, keyed(part));
    else add(parts, clause);
  }
  return group(parts, ALL, 'and', (sorted) => ({ kind: 'and', clauses: sorted }));
}

function disjunction(clauses: readonly Keyed[]): Keyed {
  const parts = new Map<string, Ir>();
  for (const clause of clauses) {
    if (clause.ir.kind === 'all') return ALL;
    if (clause.ir.kind === 'none') continue;
    if (clause.ir.kind === 'or' && clause.ir.atLeast === 1) {
      for (const part of clause.ir.clauses) add(parts, keyed(part));
    } else add(parts, clause);
  }
  return group(parts, NONE, 'or', (sorted) => ({ kind: 'or', clauses: sorted, atLeast: 1 }));
}

/** A clause that stands here twice also counts twice, so nothing is merged above 1. */
function atLeast(clauses: readonly Keyed[], asked: number): Keyed {
  if (asked <= 0) return ALL;
  const parts = clauses.filter(({ ir }) => ir.kind !== 'all' && ir.kind !== 'none');
  const given = clauses.reduce((sum, { ir }) => sum + (ir.kind === 'all' ? 1 : 0), 0);
  const needed = asked - given;
  if (needed <= 0) return ALL;
  if (needed > parts.length) return NONE;
  if (needed === 1) return disjunction(parts);
  if (needed === parts.length) return conjunction(parts);
  const sorted = parts.toSorted(byKey);
  return {
    ir: { kind: 'or', clauses: sorted.map(({ ir }) => ir), atLeast: needed },
    key: `["or",${needed},${sorted.map(({ key }) => key).join(',')}]`,
  };
}

function add(parts: Map<string, Ir>, part: Keyed): void {
  parts.set(part.key, part.ir);
}

function group(
  parts: ReadonlyMap<string, Ir>,
  empty: Keyed,
  kind: 'and' | 'or',
  make: (clauses: Ir[]) => Ir,
): Keyed {
  const sorted = [...parts].map(([key, ir]): Keyed => ({ key, ir })).toSorted(byKey);
  const [only] = sorted;
  if (only === undefined) return empty;
  if (sorted.length === 1) return only;
  const head = kind === 'or' ? '["or",1' : '["and"';
  return {
    ir: make(sorted.map(({ ir }) => ir)),
    key: `${head},${sorted.map(({ key }) => key).join(',')}]`,
  };
}

/** By UTF-16 units: a locale's order would differ from machine to machine. */
function byKey(a: Keyed, b: Keyed): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
