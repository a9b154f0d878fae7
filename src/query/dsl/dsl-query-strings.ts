import { timeZone } from '../date-readings.ts';
import { FIELDS_NOTE, fieldListAt, plainFieldAt } from '../field-list.ts';
import { AUTO, fuzzinessAt } from '../fuzziness.ts';
import type { Fuzzy } from '../ir.ts';
import { TYPE_NOTE, typeAt } from '../match-type.ts';
import {
  COMMON,
  ignored,
  ignoredFlag,
  ignoredNumber,
  readParameters,
  used,
} from '../parameters.ts';
import { analyzer } from '../query-analyzer.ts';
import { parseQueryString, type QueryStringOptions } from '../query-string/query-string.ts';
import { escapeQueryString } from '../query-string/query-string-text.ts';
import { flagsAt } from '../query-string/simple-query-flags.ts';
import { parseSimpleQueryString } from '../query-string/simple-query-string.ts';
import type { Clause } from './dsl-clause.ts';
import {
  booleanAt,
  countAt,
  minimumAt,
  operatorAt,
  scalarAt,
  syntax,
  textAt,
} from './dsl-reader.ts';
import { maxExpansions, prefixLength } from './dsl-terms.ts';
import { FUZZY_DETAILS } from './dsl-text.ts';

const SHARED = {
  query: used(scalarAt),
  default_operator: used(operatorAt),
  minimum_should_match: used(minimumAt, 'over clauses, or the words of a lone text'),
  lenient: ignored(booleanAt, 'a value that the type cannot hold never matches'),
  analyze_wildcard: used(booleanAt, 'of patterns whose only wildcard is a star at the end'),
  auto_generate_synonyms_phrase_query: ignoredFlag,
  analyzer,
  quote_field_suffix: used(textAt, 'where the fields are named'),
  ...FUZZY_DETAILS,
  fuzzy_prefix_length: prefixLength,
  fuzzy_max_expansions: maxExpansions,
  ...COMMON,
};

const QUERY_STRING = {
  ...SHARED,
  minimum_should_match: used(
    minimumAt,
    'over clauses, or the words of a lone text; not where words that have no operator between them, or texts without letters and digits, stand beside others',
  ),
  default_field: used(plainFieldAt, '`log.*` is all fields that it covers, `*` every field'),
  fields: used(fieldListAt, FIELDS_NOTE),
  type: used(typeAt, TYPE_NOTE),
  phrase_slop: used(countAt),
  allow_leading_wildcard: used(booleanAt),
  escape: used(booleanAt),
  enable_position_increments: used(booleanAt),
  tie_breaker: ignoredNumber,
  rewrite: ignored(scalarAt, 'how to score'),
  fuzziness: used(fuzzinessAt, 'where a `~` has no number'),
  max_determinized_states: ignoredNumber,
  quote_analyzer: analyzer,
  time_zone: timeZone,
};

const queryString: Clause = {
  parameters: QUERY_STRING,
  nests: true,
  note: 'the syntax of the `q` of a tail',
  read(body, path, { budget }) {
    const values = readParameters(body, path, QUERY_STRING);
    const { query: text, default_field: defaultField, fields } = values;
    if (text === undefined) throw syntax(path, 'requires a [query] text');
    if (fields !== undefined && defaultField !== undefined) {
      throw syntax(`${path}.fields`, 'give either [default_field] or [fields]');
    }
    return parseQueryString(values.escape === true ? escapeQueryString(text) : text, {
      budget,
      clause: path,
      defaultField: defaultField ?? null,
      // A list of none is as none given.
      ...(fields !== undefined && !isEmpty(body, 'fields') && { fields }),
      defaultOperator: values.default_operator ?? 'or',
      phraseSlop: values.phrase_slop ?? 0,
      type: values.type ?? 'best_fields',
      ...(values.time_zone !== undefined && { timeZone: values.time_zone }),
      analyzePrefixes: values.analyze_wildcard ?? false,
      ...readingOf(values),
      ...(values.quote_analyzer !== undefined && { quoteAnalyzer: values.quote_analyzer }),
      gapless: values.enable_position_increments === false,
      leadingWildcard: values.allow_leading_wildcard ?? true,
      fuzzy: { edits: values.fuzziness ?? AUTO, ...nearness(values) },
      ...(values.minimum_should_match !== undefined && { minimum: values.minimum_should_match }),
    });
  },
};

function readingOf({
  analyzer: name,
  quote_field_suffix: quoteSuffix,
}: {
  readonly analyzer?: string;
  readonly quote_field_suffix?: string;
}): Pick<QueryStringOptions, 'analyzer' | 'quoteSuffix'> {
  return {
    ...(name !== undefined && { analyzer: name }),
    ...(quoteSuffix !== undefined && { quoteSuffix }),
  };
}

function nearness(values: {
  readonly fuzzy_prefix_length?: number;
  readonly fuzzy_transpositions?: boolean;
}): Omit<Fuzzy, 'edits'> {
  const { fuzzy_prefix_length: length = 0, fuzzy_transpositions: transpositions = true } = values;
  return { prefixLength: length, transpositions };
}

function isEmpty(body: unknown, key: string): boolean {
  const given = (body as Record<string, unknown>)[key];
  return Array.isArray(given) && given.length === 0;
}

const SIMPLE_QUERY_STRING = {
  ...SHARED,
  fields: used(fieldListAt, FIELDS_NOTE),
  flags: used(flagsAt, 'names with `|` between them, or their number'),
};

const simpleQueryString: Clause = {
  parameters: SIMPLE_QUERY_STRING,
  nests: true,
  note: 'the whole syntax',
  read(body, path, { budget }) {
    const values = readParameters(body, path, SIMPLE_QUERY_STRING);
    const { query: text, fields, flags, minimum_should_match: minimum } = values;
    if (text === undefined) throw syntax(path, 'requires a [query] text');
    return parseSimpleQueryString(text, {
      budget,
      clause: path,
      operator: values.default_operator ?? 'or',
      analyzePrefixes: values.analyze_wildcard ?? false,
      ...readingOf(values),
      fuzzy: nearness(values),
      ...(fields !== undefined && { fields }),
      ...(flags !== undefined && { flags }),
      ...(minimum !== undefined && { minimum }),
    });
  },
};

/** The query languages inside the Query DSL. */
export const QUERY_STRINGS: Readonly<Record<string, Clause>> = {
  query_string: queryString,
  simple_query_string: simpleQueryString,
};
