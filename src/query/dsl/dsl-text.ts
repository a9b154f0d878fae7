import {
  EVERY_FIELD,
  FIELDS_NOTE,
  type FieldList,
  fieldListAt,
  fieldsAt,
  inAny,
} from '../field-list.ts';
import { checkField } from '../fields.ts';
import { type Edits, FUZZINESS_NOTE, fuzzinessAt } from '../fuzziness.ts';
import type { CrossFieldsLeaf, Ir, MatchLeaf } from '../ir.ts';
import { isObject } from '../json.ts';
import { EXPANSIONS, TYPE_NOTE, typeAt } from '../match-type.ts';
import {
  COMMON,
  ignored,
  ignoredFlag,
  ignoredNumber,
  readParameters,
  refused,
  used,
} from '../parameters.ts';
import { analyzer } from '../query-analyzer.ts';
import { wordlessIn } from '../several-fields.ts';
import { analyzedMatch } from './analyzed-match.ts';
import type { Clause } from './dsl-clause.ts';
import { expansions, PHRASE_CLAUSES, phraseIn } from './dsl-phrases.ts';
import {
  booleanAt,
  countAt,
  fieldEntry,
  minimumAt,
  operatorAt,
  scalarAt,
  syntax,
  textAt,
} from './dsl-reader.ts';
import { maxExpansions, prefixLength } from './dsl-terms.ts';
import { withMinimum } from './token-count.ts';
import { type ZeroTerms, zeroTerms } from './zero-terms.ts';

/** Of clauses that find terms near to those asked for. */
export const FUZZY_DETAILS = {
  fuzzy_transpositions: used(booleanAt),
  fuzzy_rewrite: ignored(textAt),
};

const MATCH_BOOL_PREFIX = {
  query: used(scalarAt),
  operator: used(operatorAt),
  minimum_should_match: used(minimumAt),
  analyzer,
  fuzziness: used(fuzzinessAt, FUZZINESS_NOTE),
  prefix_length: prefixLength,
  max_expansions: maxExpansions,
  ...FUZZY_DETAILS,
  ...COMMON,
};

const MATCH = {
  ...MATCH_BOOL_PREFIX,
  zero_terms_query: zeroTerms,
  lenient: ignored(booleanAt, 'a value that the type cannot hold never matches'),
  auto_generate_synonyms_phrase_query: ignoredFlag,
  cutoff_frequency: refused('it compares frequencies in an index'),
};

/** Under the name of a field, parameters or the text alone. */
function onText(parameters: typeof MATCH | typeof MATCH_BOOL_PREFIX, prefix?: true): Clause {
  return {
    parameters,
    read(body, path) {
      const [field, given] = fieldEntry(body, path);
      const at = `${path}.${field}`;
      checkField(field, { clause: at });
      const values: Matching = isObject(given)
        ? readParameters(given, at, parameters)
        : { query: scalarAt(given, at) };
      const leaf = matching(values, field, at, prefix);
      const isTerms = leaf.fuzzy === undefined && prefix === undefined;
      if (isTerms && leaf.analyzer === 'standard') {
        return analyzedMatch(leaf, values.zero_terms_query);
      }
      return orWordless(leaf, [field], values);
    },
  };
}

interface Matching {
  readonly analyzer?: string;
  readonly query?: string;
  readonly operator?: 'or' | 'and';
  readonly minimum_should_match?: string;
  readonly zero_terms_query?: ZeroTerms;
  readonly fuzziness?: Edits;
  readonly prefix_length?: number;
  readonly fuzzy_transpositions?: boolean;
}

function fuzzyOf({ fuzziness: edits, ...values }: Matching): Pick<MatchLeaf, 'fuzzy'> {
  if (edits === undefined) return {};
  const { prefix_length: prefixLength = 0, fuzzy_transpositions: transpositions = true } = values;
  return { fuzzy: { edits, prefixLength, transpositions } };
}

/** @param prefix see {@link MatchLeaf.prefix} */
function matching(values: Matching, field: string | null, path: string, prefix?: true): MatchLeaf {
  const { query: text, operator = 'or', minimum_should_match: minimum, analyzer } = values;
  if (text === undefined) throw syntax(path, 'expected a [query] text');
  const read = analyzer === undefined ? {} : { analyzer };
  const further = { ...(prefix && { prefix }), ...fuzzyOf(values), ...read };
  let leaf: MatchLeaf = { kind: 'match', field, text, operator, ...further };
  if (minimum !== undefined) leaf = withMinimum(leaf, minimum, `${path}.minimum_should_match`);
  return leaf;
}

/** With `zero_terms_query: all`, a text in which a field's analyser finds nothing matches everything. */
function orWordless(query: Ir, fields: FieldList, { query: text, ...values }: Matching): Ir {
  if (values.zero_terms_query !== 'all') return query;
  const wordless = wordlessIn(fields, text!, values.analyzer);
  return { kind: 'or', clauses: [query, ...wordless], atLeast: 1 };
}

const MULTI_MATCH = {
  ...MATCH,
  fields: used(
    (value: unknown, path: string) =>
      typeof value === 'string' ? fieldsAt(value, path) : fieldListAt(value, path),
    FIELDS_NOTE,
  ),
  type: used(typeAt, TYPE_NOTE),
  max_expansions: expansions,
  slop: used(countAt),
  tie_breaker: ignoredNumber,
};

const multiMatch: Clause = {
  parameters: MULTI_MATCH,
  read(body, path, { budget }) {
    const values = readParameters(body, path, MULTI_MATCH);
    const { query: text, fields = EVERY_FIELD, type = 'best_fields', slop = 0 } = values;
    if (text === undefined) throw syntax(path, 'expected a [query] text');
    if (values.fuzziness !== undefined && /^(?:phrase|cross)/.test(type)) {
      throw syntax(`${path}.fuzziness`, `the type [${type}] has none`);
    }
    for (let further = 1; further < fields.length; further++) budget.leaf({ clause: path });
    if (type === 'phrase' || type === 'phrase_prefix') {
      const { max_expansions: limit = EXPANSIONS } = values;
      const start = type === 'phrase' ? {} : { expansions: limit };
      const read = values.analyzer === undefined ? {} : { analyzer: values.analyzer };
      return phraseIn(fields, { text, slop, ...start, ...read }, values.zero_terms_query);
    }
    if (type === 'cross_fields') return orWordless(crossed(values, fields, path), fields, values);
    if (type === 'bool_prefix' && slop !== 0) {
      throw syntax(`${path}.slop`, 'the type [bool_prefix] has none');
    }
    const prefix = type === 'bool_prefix' ? true : undefined;
    const query = inAny(fields, (field) => matching(values, field, path, prefix));
    return orWordless(query, fields, values);
  },
};

function crossed({ query, ...values }: Matching, fields: FieldList, path: string): Ir {
  const { operator = 'or', minimum_should_match: minimum, analyzer } = values;
  const read = analyzer === undefined ? {} : { analyzer };
  const leaf: CrossFieldsLeaf = { kind: 'crossFields', fields, text: query!, operator, ...read };
  return minimum === undefined ? leaf : withMinimum(leaf, minimum, `${path}.minimum_should_match`);
}

/** Clauses on analysed text. */
export const TEXT_CLAUSES: Readonly<Record<string, Clause>> = {
  match: onText(MATCH),
  match_bool_prefix: onText(MATCH_BOOL_PREFIX, true),
  ...PHRASE_CLAUSES,
  multi_match: multiMatch,
};
