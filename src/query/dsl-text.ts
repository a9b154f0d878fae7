import type { Clause } from './dsl-clause.ts';
import {
  booleanAt,
  choiceAt,
  countAt,
  fieldEntry,
  minimumAt,
  operatorAt,
  scalarAt,
  syntax,
  textAt,
  unsupported,
} from './dsl-reader.ts';
import { maxExpansions, prefixLength } from './dsl-terms.ts';
import { EVERY_FIELD, fieldAt, fieldListAt, inAny } from './field-list.ts';
import { checkField } from './fields.ts';
import { type Edits, FUZZINESS_NOTE, fuzzinessAt } from './fuzziness.ts';
import type { Ir, MatchLeaf } from './ir.ts';
import { isObject } from './json.ts';
import { checkCrossFields, multiTypeAt, TYPE_NOTE } from './match-type.ts';
import {
  COMMON,
  ignored,
  ignoredFlag,
  ignoredNumber,
  readParameters,
  refused,
  used,
} from './parameters.ts';
import { LONE_TOKEN, withMinimum } from './token-count.ts';

type ZeroTerms = 'none' | 'all';

const zero_terms_query = used((value: unknown, path: string) =>
  choiceAt<ZeroTerms>(value, path, ['none', 'all']),
);
const analyzer = refused('a text is analysed as its field is');
/** Of clauses that find terms near to those asked for. */
export const FUZZY_DETAILS = {
  fuzzy_transpositions: used(booleanAt),
  fuzzy_rewrite: ignored(textAt),
};

const MATCH_BOOL_PREFIX = {
  query: used(scalarAt),
  operator: used(operatorAt),
  minimum_should_match: used(minimumAt, 'in every field only as far as it is `0`, `1` or `100%`'),
  analyzer,
  fuzziness: used(fuzzinessAt, FUZZINESS_NOTE),
  prefix_length: prefixLength,
  max_expansions: maxExpansions,
  ...FUZZY_DETAILS,
  ...COMMON,
};

const MATCH = {
  ...MATCH_BOOL_PREFIX,
  zero_terms_query,
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
      return matching(values, field, at, prefix);
    },
  };
}

interface Matching {
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
function matching(values: Matching, field: string | null, path: string, prefix?: true): Ir {
  const { query: text, operator = 'or', minimum_should_match: minimum } = values;
  if (text === undefined) throw syntax(path, 'expected a [query] text');
  const further = { ...(prefix && { prefix }), ...fuzzyOf(values) };
  let leaf: MatchLeaf = { kind: 'match', field, text, operator, ...further };
  if (minimum !== undefined) leaf = withMinimum(leaf, minimum, `${path}.minimum_should_match`);
  if (prefix && field === null && leaf.operator === 'and' && !LONE_TOKEN.test(text)) {
    throw unsupported(path, '[bool_prefix] of all words in every field', 'name the fields');
  }
  return orWordless(leaf, values.zero_terms_query, path);
}

/** With `zero_terms_query: all`, a text in which the field's analyser finds nothing matches everything. */
function orWordless(
  leaf: Extract<Ir, { text: string; field: string | null }>,
  zeroTerms: ZeroTerms | undefined,
  path: string,
): Ir {
  const { field, text } = leaf;
  if (zeroTerms !== 'all') return leaf;
  if (field === null) {
    throw unsupported(`${path}.zero_terms_query`, '[all] on every field', 'name the fields');
  }
  return { kind: 'or', clauses: [leaf, { kind: 'wordless', field, text }], atLeast: 1 };
}

const MATCH_PHRASE = {
  query: used(scalarAt),
  slop: used(countAt),
  zero_terms_query,
  analyzer,
  ...COMMON,
};

const matchPhrase: Clause = {
  parameters: MATCH_PHRASE,
  read(body, path) {
    const [field, given] = fieldEntry(body, path);
    const at = `${path}.${field}`;
    checkField(field, { clause: at });
    if (!isObject(given)) return { kind: 'phrase', field, text: scalarAt(given, at), slop: 0 };
    const {
      query: text,
      slop = 0,
      zero_terms_query: zero,
    } = readParameters(given, at, MATCH_PHRASE);
    if (text === undefined) throw syntax(at, 'expected a [query] text');
    return orWordless({ kind: 'phrase', field, text, slop }, zero, at);
  },
};

const MULTI_MATCH = {
  ...MATCH,
  fields: used(
    (value: unknown, path: string) =>
      typeof value === 'string' ? [fieldAt(value, path)] : fieldListAt(value, path),
    'names with or without a boost; `*` alone is every field',
  ),
  type: used(
    multiTypeAt,
    `${TYPE_NOTE}; \`bool_prefix\` unless all words are asked for in every field`,
  ),
  slop: used(countAt),
  tie_breaker: ignoredNumber,
};

const multiMatch: Clause = {
  parameters: MULTI_MATCH,
  read(body, path, { budget }) {
    const values = readParameters(body, path, MULTI_MATCH);
    const { query: text, fields = EVERY_FIELD, type = 'best_fields', slop = 0 } = values;
    if (text === undefined) throw syntax(path, 'expected a [query] text');
    if (values.fuzziness !== undefined && (type === 'phrase' || type === 'cross_fields')) {
      throw syntax(`${path}.fuzziness`, `the type [${type}] has none`);
    }
    for (let further = 1; further < fields.length; further++) budget.leaf({ clause: path });
    if (type === 'phrase') {
      const phrase = (field: string | null): Ir =>
        orWordless({ kind: 'phrase', field, text, slop }, values.zero_terms_query, path);
      return inAny(fields, phrase);
    }
    if (type === 'cross_fields') {
      const all = values.operator === 'and' || values.minimum_should_match !== undefined;
      checkCrossFields(fields, all, `${path}.type`);
    }
    if (type === 'bool_prefix') {
      if (slop !== 0) throw syntax(`${path}.slop`, 'the type [bool_prefix] has none');
      return inAny(fields, (field) => matching(values, field, path, true));
    }
    return inAny(fields, (field) => matching(values, field, path));
  },
};

/** Clauses on analysed text. */
export const TEXT_CLAUSES: Readonly<Record<string, Clause>> = {
  match: onText(MATCH),
  match_bool_prefix: onText(MATCH_BOOL_PREFIX, true),
  match_phrase: matchPhrase,
  multi_match: multiMatch,
};
