import { LEAVES } from '../dsl/dsl-leaves.ts';
import { fieldEntry, syntax } from '../dsl/dsl-reader.ts';
import { TERM_CLAUSES } from '../dsl/dsl-terms.ts';
import type { Ir } from '../ir.ts';
import { isObject, scalarText } from '../json.ts';
import { readParameters, used } from '../parameters.ts';
import { SPAN_COMMON } from './parameters.ts';
import type { MultiLeaf, Span } from './span.ts';
import type { SpanClause } from './span-clause.ts';

const MULTI = {
  match: used((value: unknown) => value, 'one of `prefix`, `wildcard`, `regexp`, `fuzzy`, `range`'),
  ...SPAN_COMMON,
};

const { prefix, wildcard, range } = LEAVES;
const INSIDE = { prefix, wildcard, range, ...TERM_CLAUSES };

/** Near terms that count where no other number is given. */
const FUZZY_MOST = 50;

const REWRITES = new Set(['constant_score', 'scoring_boolean', 'constant_score_boolean']);
const TOP_TERMS = /^top_terms_(?:boost_|blended_freqs_)?([1-9]\d{0,8})$/;

/** Tokens like a text, as spans. */
export const multi: SpanClause = {
  parameters: MULTI,
  note: 'with a `rewrite` of `top_terms_N` only N different tokens count; a document with more than 1024 of them does not match',
  read(body, path, reading) {
    const { match, boost = 1 } = readParameters(body, path, MULTI);
    if (match === undefined) throw syntax(path, 'requires a clause as its [match]');
    const [name, inner] = fieldEntry(match, `${path}.match`);
    const at = `${path}.match.${name}`;
    const clause = (INSIDE as Partial<typeof LEAVES>)[name];
    if (clause === undefined) {
      throw syntax(at, `expected one of ${Object.keys(INSIDE).sort().join(', ')}`);
    }
    const [field, given] = fieldEntry(inner, at);
    const leaf = readLeaf(name, clause.read(inner, at, reading), `${at}.${field}`);
    const details = isObject(given) ? given : {};
    const span: Span =
      leaf === null ? { op: 'never', field } : { op: 'multi', leaf, ...mostOf(name, details, at) };
    return { span, boost, told: toldBy(name, details['_name'], leaf) };
  },
};

function readLeaf(name: string, ir: Ir, path: string): MultiLeaf | null {
  if (ir.kind === 'none') return null;
  const leaf = ir as MultiLeaf;
  if (leaf.kind === 'range' && leaf.lower === null && leaf.upper === null) {
    throw syntax(path, 'expected a bound');
  }
  // Here Elasticsearch does not look at what a prefix says of its case.
  if (leaf.kind === 'wildcard' && name === 'prefix') {
    const { caseInsensitive: _, ...cased } = leaf;
    return cased;
  }
  // Tokens are compared as they are, whatever says how dates would be read.
  if (leaf.kind === 'range') {
    const { format: _, timeZone: __, relation: ___, ...bounds } = leaf;
    return bounds;
  }
  return leaf;
}

function mostOf(name: string, given: Record<string, unknown>, path: string): { most?: number } {
  const { rewrite, max_expansions: expansions } = given;
  if (rewrite === undefined || rewrite === null) {
    if (name !== 'fuzzy') return {};
    const most = expansions === undefined ? FUZZY_MOST : Math.trunc(Number(scalarText(expansions)));
    return { most };
  }
  const top = TOP_TERMS.exec(String(rewrite));
  if (top !== null) return { most: Number(top[1]) };
  if (REWRITES.has(String(rewrite))) return {};
  throw syntax(path, `[rewrite] expected a rewrite method, but found [${String(rewrite)}]`);
}

/** Elasticsearch does not tell the name of a prefix. */
function toldBy(name: string, given: unknown, leaf: MultiLeaf | null): Ir[] {
  if (typeof given !== 'string' || name === 'prefix') return [];
  const clause: Ir = leaf ?? { kind: 'none' };
  return [{ kind: 'named', name: given, clause, decides: false }];
}
