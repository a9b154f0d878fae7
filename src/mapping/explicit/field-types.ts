import type { HeldType } from '../held-values.ts';
import { checkDateFormat } from './date-formats.ts';
import { doubleText, javaText, MappingProblem, toInteger } from './json.ts';
import { CONSTANT, FLATTENED } from './keyword-parameters.ts';
import { BOOLEAN_NULL, GEO_NULL, NUMBER_NULL, TEXT_NULL } from './null-values.ts';
import {
  ANYTHING,
  choice,
  explicitFlag,
  flag,
  integer,
  META,
  number,
  type Parameter,
  SIMILARITY,
  text,
} from './parameters.ts';
import { FREQUENCIES, PREFIXES } from './prefix-parameters.ts';
import { SHAPE } from './shape-parameters.ts';

export type Parameters = Readonly<Record<string, Parameter>>;

export interface FieldTypeSpec {
  readonly params: Parameters;
  /** A value may be an object: to what does not know the type, nothing in it is a field. */
  readonly takesObjects?: true;
  /** What becomes of multi-fields and `copy_to`, where it has none. */
  readonly alone?: 'refused' | 'dropped';
  /** What the values of an unknown type are to be treated as. */
  readonly like?: 'text';
  /** Whether queries can ask if it has a value, of a type that they cannot ask more of here. */
  readonly exists?: (params: ReadonlyMap<string, unknown>) => boolean;
  /** Not every value is taken. */
  readonly holds?: HeldType;
  /** Nor can they in Elasticsearch. */
  readonly whole?: true;
  /** Shown where it was not given. */
  readonly always?: Readonly<Record<string, unknown>>;
  /** What is wrong between parameters. @throws MappingProblem */
  readonly check?: (params: ReadonlyMap<string, unknown>, field: string) => void;
  /** Parameters that are not listed are taken, too: estrom knows the type's name only. */
  readonly open?: true;
}

const INDEX = flag(true);
const STORE = flag(false);
const BOOST = number(1, { mayChange: true });
const COMMON = { doc_values: flag(true), index: INDEX, store: STORE, meta: META };
const ORDINALS = flag(false, { mayChange: true });
const MALFORMED = explicitFlag(false);
/** Norms can be given up, but not got back. */
const onlyOff = (before: unknown, after: unknown): boolean => before === after || before === true;

function analyzer(mayChange: boolean): Parameter {
  return {
    read: (value, { analysis }) => {
      const name = javaText(value);
      if (analysis.hasAnalyzer(name)) return name;
      throw new MappingProblem(`analyzer [${name}] has not been configured in mappings`);
    },
    mayChange,
  };
}

const ANALYZERS = {
  analyzer: analyzer(false),
  search_analyzer: analyzer(true),
  search_quote_analyzer: analyzer(true),
};

const NORMALIZER: Parameter = {
  read: (value, { field, analysis }) => {
    const name = javaText(value);
    if (analysis.hasNormalizer(name)) return name;
    throw new MappingProblem(`normalizer [${name}] not found for field [${field}]`);
  },
  nullable: true,
};

const OPTIONS = choice('index_options', ['positions', 'docs', 'freqs', 'offsets']);
const VECTORS = choice('term_vector', [
  ...['no', 'yes', 'with_positions', 'with_offsets', 'with_positions_offsets'],
  ...['with_positions_payloads', 'with_positions_offsets_payloads'],
]);

const GAP: Parameter = integer(-1, {
  read: (value) => {
    const gap = toInteger(value);
    if (gap >= 0) return gap === 100 ? -1 : gap;
    throw new MappingProblem(`[position_increment_gap] must be positive, got [${gap}]`);
  },
});

const TEXT: Parameters = {
  index: INDEX,
  store: STORE,
  meta: META,
  boost: BOOST,
  similarity: SIMILARITY,
  norms: flag(true, { mayChange: onlyOff }),
  index_options: OPTIONS,
  term_vector: VECTORS,
  fielddata: ORDINALS,
  fielddata_frequency_filter: FREQUENCIES,
  eager_global_ordinals: ORDINALS,
  index_phrases: flag(false),
  index_prefixes: PREFIXES,
  position_increment_gap: GAP,
  ...ANALYZERS,
};

function checkText(params: ReadonlyMap<string, unknown>, field: string): void {
  const options = params.get('index_options') ?? 'positions';
  const isIndexed = params.get('index') !== false;
  const hasPositions = options === 'positions' || options === 'offsets';
  if (params.has('position_increment_gap') && (!isIndexed || !hasPositions)) {
    throw new MappingProblem(
      `Cannot set position_increment_gap on field [${field}] without positions enabled`,
    );
  }
  if (params.has('index_phrases')) {
    if (!isIndexed) {
      throw new MappingProblem(`Cannot set index_phrases on unindexed field [${field}]`);
    }
    if (!hasPositions) {
      throw new MappingProblem(
        `Cannot set index_phrases on field [${field}] if positions are not enabled`,
      );
    }
  }
  if (params.has('index_prefixes') && !isIndexed) {
    throw new MappingProblem(`Cannot set index_prefixes on unindexed field [${field}]`);
  }
}

const COUNT: Parameters = {
  ...COMMON,
  analyzer: analyzer(true),
  enable_position_increments: flag(true),
  null_value: NUMBER_NULL,
};

function checkCount(params: ReadonlyMap<string, unknown>, field: string): void {
  if (params.has('analyzer')) return;
  throw new MappingProblem(`Analyzer must be set for field [${field}] but wasn't.`);
}

const ALWAYS = (): boolean => true;

const SCRIPT: Parameters = {
  script: {
    read: () => {
      throw new MappingProblem('fields that a script computes are not supported');
    },
  },
  on_script_error: {
    read: () => {
      throw new MappingProblem('Field [on_script_error] requires field [script] to be configured');
    },
  },
};

const KEYWORD: Parameters = {
  ...COMMON,
  ...SCRIPT,
  boost: BOOST,
  null_value: TEXT_NULL,
  ignore_above: integer(2_147_483_647, { mayChange: true }),
  norms: flag(false, { mayChange: onlyOff }),
  eager_global_ordinals: ORDINALS,
  similarity: SIMILARITY,
  index_options: choice('index_options', ['docs', 'freqs']),
  normalizer: NORMALIZER,
  split_queries_on_whitespace: flag(false, { mayChange: true }),
  time_series_dimension: flag(false),
};

const NUMBER: Parameters = {
  ...COMMON,
  ...SCRIPT,
  null_value: NUMBER_NULL,
  coerce: explicitFlag(true),
  ignore_malformed: MALFORMED,
  // Of Elasticsearch 8.
  time_series_metric: ANYTHING,
};
const WHOLE: Parameters = { ...NUMBER, time_series_dimension: flag(false) };
const FRACTION: Parameters = {
  ...NUMBER,
  time_series_dimension: {
    read: (_value, { type }) => {
      throw new MappingProblem(
        `Parameter [time_series_dimension] cannot be set to numeric type [${type}]`,
      );
    },
  },
};

const SCALED: Parameters = {
  ...COMMON,
  null_value: NUMBER_NULL,
  coerce: explicitFlag(true),
  ignore_malformed: MALFORMED,
  scaling_factor: number(undefined),
  time_series_metric: ANYTHING,
};

function checkFactor(params: ReadonlyMap<string, unknown>): void {
  const factor = params.get('scaling_factor');
  if (typeof factor !== 'number') throw new MappingProblem('Field [scaling_factor] is required');
  if (factor > 0 && Number.isFinite(factor)) return;
  throw new MappingProblem(
    `[scaling_factor] must be a positive number, got [${doubleText(factor)}]`,
  );
}

function format(initial: string): Parameter {
  const read: Parameter['read'] = (value, { field }) => {
    try {
      return checkDateFormat(javaText(value));
    } catch (error) {
      if (!(error instanceof MappingProblem)) throw error;
      throw new MappingProblem(`Error parsing [format] on field [${field}]: ${error.message}`);
    }
  };
  return { read, initial };
}

/** Of an explicit field of either type. */
export const DATE_FORMAT = 'strict_date_optional_time||epoch_millis';

const DATE: Parameters = {
  ...COMMON,
  ...SCRIPT,
  boost: BOOST,
  format: format(DATE_FORMAT),
  locale: text(''),
  null_value: TEXT_NULL,
  ignore_malformed: MALFORMED,
};

const RANGE: Parameters = { ...COMMON, boost: BOOST, coerce: explicitFlag(true) };
/** Taken, and of no effect. */
const DROPPED: Parameter = { read: () => undefined };
/** Of ranges that are no dates the default alone is taken. */
const NO_FORMAT: Parameter = {
  read: (value, { field }) => {
    if (javaText(value) === DATE_FORMAT) return undefined;
    throw new MappingProblem(
      `field [${field}] of type [range] should not define a dateTimeFormatter unless it is a DATE type`,
    );
  },
};
const range = (params: Parameters = {}): FieldTypeSpec => ({
  params: { ...RANGE, format: NO_FORMAT, locale: DROPPED, ...params },
  takesObjects: true,
});

/** Where Elasticsearch has more that does not decide what estrom does. */
const open = (more: Omit<FieldTypeSpec, 'params' | 'open'> = {}): FieldTypeSpec => ({
  params: { meta: META },
  open: true,
  ...more,
});

/** The types whose values estrom matches. */
export const MATCHED_TYPES: ReadonlySet<string> = new Set([
  ...['text', 'keyword', 'wildcard', 'long', 'integer', 'short', 'byte', 'unsigned_long'],
  ...['double', 'float', 'half_float', 'scaled_float', 'date', 'date_nanos', 'boolean', 'ip'],
  ...['geo_point', 'geo_shape', 'flattened', 'constant_keyword', 'token_count', 'join'],
  ...['integer_range', 'long_range', 'float_range', 'double_range', 'date_range', 'ip_range'],
]);

/** Types of fields and their parameters; objects and aliases are apart. */
export const FIELD_TYPES: Readonly<Record<string, FieldTypeSpec>> = {
  text: { params: TEXT, check: checkText },
  match_only_text: { params: { meta: META }, like: 'text' },
  keyword: { params: KEYWORD },
  wildcard: {
    params: { meta: META, null_value: TEXT_NULL, ignore_above: KEYWORD['ignore_above']! },
  },
  long: { params: WHOLE },
  integer: { params: WHOLE },
  short: { params: WHOLE },
  byte: { params: WHOLE },
  unsigned_long: {
    params: { ...COMMON, null_value: NUMBER_NULL, ignore_malformed: MALFORMED },
  },
  double: { params: FRACTION },
  float: { params: FRACTION },
  half_float: { params: FRACTION },
  scaled_float: { params: SCALED, check: checkFactor },
  date: { params: DATE },
  date_nanos: { params: DATE },
  boolean: { params: { ...COMMON, ...SCRIPT, boost: BOOST, null_value: BOOLEAN_NULL } },
  ip: {
    params: {
      ...COMMON,
      ...SCRIPT,
      null_value: TEXT_NULL,
      ignore_malformed: MALFORMED,
      time_series_dimension: flag(false),
    },
  },
  integer_range: range(),
  long_range: range(),
  float_range: range(),
  double_range: range(),
  date_range: range({
    format: { read: (value) => checkDateFormat(javaText(value)), initial: DATE_FORMAT },
    locale: text(''),
  }),
  ip_range: range(),
  geo_point: {
    params: {
      ...COMMON,
      ...SCRIPT,
      null_value: GEO_NULL,
      ignore_malformed: MALFORMED,
      ignore_z_value: explicitFlag(true),
    },
  },
  flattened: { params: FLATTENED, takesObjects: true, alone: 'refused' },
  constant_keyword: { params: CONSTANT, alone: 'dropped' },
  geo_shape: { params: SHAPE, takesObjects: true },

  token_count: { params: COUNT, check: checkCount },
  join: open({ takesObjects: true }),
  search_as_you_type: open({ like: 'text', always: { doc_values: false, max_shingle_size: 3 } }),

  // Those below are taken, and queries find them by having a value at most.
  binary: {
    params: { store: STORE, doc_values: flag(false), meta: META },
    exists: (params) => params.has('store') || params.has('doc_values'),
    whole: true,
  },
  version: { params: { meta: META } },
  shape: open({ takesObjects: true }),
  point: open({ takesObjects: true }),
  completion: open({ takesObjects: true, exists: ALWAYS, holds: 'completion' }),
  histogram: open({ takesObjects: true, exists: ALWAYS, whole: true }),
  aggregate_metric_double: open({ takesObjects: true }),
  rank_features: open({ takesObjects: true, whole: true, holds: 'rank_features' }),
  percolator: { params: {}, takesObjects: true, exists: ALWAYS, whole: true, holds: 'percolator' },
  rank_feature: {
    params: { positive_score_impact: flag(true), meta: META },
    exists: ALWAYS,
    whole: true,
    holds: 'rank_feature',
  },
  dense_vector: open({ exists: ALWAYS, whole: true }),
  sparse_vector: open({ takesObjects: true }),
  semantic_text: open({ takesObjects: true }),
  annotated_text: open(),
  murmur3: open({ exists: ALWAYS, whole: true }),
  icu_collation_keyword: open(),
  counted_keyword: open(),
};
