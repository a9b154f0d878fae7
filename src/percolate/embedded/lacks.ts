import { compileIndexExpression } from '../../query/index-expression.ts';
import type { Ir } from '../../query/ir.ts';
import { neededPaths } from '../../query/names.ts';
import type { RegisteredQuery } from '../../query/registry/registered-query.ts';

/** What queries need of an index beside fields. */
export interface IndexFacts {
  isNested(path: string): boolean;
  hasAnalyzer(name: string): boolean;
}

/** The indices that there are, by the names that documents come for. */
export interface KnownIndices {
  readonly names: Iterable<string>;
  /** Also of one that there is not yet: what its templates say. */
  factsOf(index: string): IndexFacts;
}

const NOTHING: ReadonlySet<string> = new Set();
const BARE: IndexFacts = { isNested: () => false, hasAnalyzer: () => false };

/**
 * What the indices lack for a query to match anything at all, in words: those of the index that lacks
 * least. Undefined when the query may match in one that it covers.
 */
export function lackOf(
  { query, index, scope = '*' }: RegisteredQuery,
  { names, factsOf }: KnownIndices,
): string | undefined {
  // Most queries need nothing of the kind, whatever indices there are.
  let least = lacksIn(query, BARE);
  if (least.size === 0) return undefined;
  const covers = [compileIndexExpression(index), compileIndexExpression(scope)];
  const seen = new Set<string>();
  for (const name of [...index.split(','), ...names]) {
    // A plain name may become an index at any time, a pattern never.
    if (seen.has(name) || /^-|\*/.test(name) || !covers.every((test) => test(name))) continue;
    seen.add(name);
    const lacks = lacksIn(query, factsOf(name));
    if (lacks.size === 0) return undefined;
    if (seen.size === 1 || lacks.size < least.size) least = lacks;
  }
  return [...least].join(' and ');
}

/** Empty: something in such an index may match. */
function lacksIn(query: Ir, index: IndexFacts): ReadonlySet<string> {
  // Without them Elasticsearch fails the whole query, wherever it asks for them.
  const nested = neededPaths(query).filter((path) => !index.isNested(path));
  return union([new Set(nested.map(atPath)), clauseLacks(query, index)]);
}

/** Empty as well where clauses with what is lacking do not decide: those around them may match. */
function clauseLacks(query: Ir, index: IndexFacts): ReadonlySet<string> {
  switch (query.kind) {
    case 'and':
      return union(query.clauses.map((clause) => clauseLacks(clause, index)));
    case 'or': {
      const lacks = query.clauses.map((clause) => clauseLacks(clause, index));
      const able = lacks.filter(({ size }) => size === 0).length;
      return able >= query.atLeast ? NOTHING : union(lacks);
    }
    case 'named':
      return query.decides === false ? NOTHING : clauseLacks(query.clause, index);
    case 'nested':
      return clauseLacks(query.clause, index);
    case 'mapped': {
      const { fields, among, atLeast } = query;
      if (among !== 'nested' || atLeast > 1 || fields.some(index.isNested)) return NOTHING;
      return new Set(fields.map(atPath));
    }
    default: {
      const name = 'analyzer' in query ? query.analyzer : undefined;
      if (name === undefined || index.hasAnalyzer(name)) return NOTHING;
      return new Set([`an analyzer [${name}]`]);
    }
  }
}

const atPath = (path: string) => `nested objects at [${path}]`;

function union(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const all = sets.filter(({ size }) => size > 0);
  return all.length === 0 ? NOTHING : new Set(all.flatMap((set) => [...set]));
}
