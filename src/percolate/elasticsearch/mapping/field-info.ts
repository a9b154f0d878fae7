import { BUILT_IN_ANALYZERS } from '../../../mapping/explicit/index-analysis.ts';
import { isObject, type Json } from './mapping-form.ts';

/** Types by what can be asked of them; `other` are those that nothing is known of. */
export type FieldFamily =
  | 'text'
  | 'keyword'
  | 'number'
  | 'date'
  | 'boolean'
  | 'ip'
  | 'range'
  /** Types that no text can be looked up in: shapes, vectors, binaries. */
  | 'opaque'
  | 'other';

/** One field as queries see it. */
export interface FieldInfo {
  /** As a query names it. */
  readonly path: string;
  /** The field that an alias stands for; else the path itself. */
  readonly target: string;
  readonly type: string;
  readonly family: FieldFamily;
  /** With which a query's text is analysed; null where it is taken as it is. */
  readonly analyzer: string | null;
  readonly normalizer: string | null;
  /** Of a date. */
  readonly format: string | null;
  /** Whether it can be searched; with doc values newer Elasticsearch searches it all the same. */
  readonly indexed: boolean;
  readonly docValues: boolean;
  /** Whether it is a text that keeps where its tokens stand. */
  readonly positions: boolean;
  /** Whether it lies in a nested object, which a query without `nested` never reaches. */
  readonly nested: boolean;
  /** Paths of the nested objects whose clauses reach it; '' is the document itself. */
  readonly scopes: readonly string[];
  /** Whether it is a key of a flattened object. */
  readonly keyed?: true;
  /** Whether its values are computed when they are asked for. */
  readonly runtime: boolean;
}

const FAMILIES: ReadonlyMap<string, FieldFamily> = new Map(
  Object.entries({
    text: 'text',
    match_only_text: 'text',
    annotated_text: 'text',
    search_as_you_type: 'text',
    keyword: 'keyword',
    constant_keyword: 'keyword',
    wildcard: 'keyword',
    flattened: 'keyword',
    join: 'keyword',
    version: 'keyword',
    long: 'number',
    integer: 'number',
    short: 'number',
    byte: 'number',
    double: 'number',
    float: 'number',
    half_float: 'number',
    scaled_float: 'number',
    unsigned_long: 'number',
    token_count: 'number',
    date: 'date',
    date_nanos: 'date',
    boolean: 'boolean',
    ip: 'ip',
    integer_range: 'range',
    long_range: 'range',
    float_range: 'range',
    double_range: 'range',
    date_range: 'range',
    ip_range: 'range',
    geo_point: 'opaque',
    geo_shape: 'opaque',
    point: 'opaque',
    shape: 'opaque',
    binary: 'opaque',
    dense_vector: 'opaque',
    sparse_vector: 'opaque',
    histogram: 'opaque',
    aggregate_metric_double: 'opaque',
    percolator: 'opaque',
    rank_feature: 'opaque',
    rank_features: 'opaque',
  } satisfies Record<string, FieldFamily>),
);

/** The analyzers of an index that are not named by fields. */
export interface DefaultAnalyzers {
  readonly index: string;
  readonly search: string;
}

/** @param analysis `settings.index.analysis` */
export function defaultAnalyzers(analysis: Json): DefaultAnalyzers {
  const own = isObject(analysis['analyzer']) ? analysis['analyzer'] : {};
  const index = Object.hasOwn(own, 'default') ? 'default' : 'standard';
  return { index, search: Object.hasOwn(own, 'default_search') ? 'default_search' : index };
}

/** @param analysis `settings.index.analysis` */
export function hasAnalyzer(analysis: Json, name: string): boolean {
  const own = isObject(analysis['analyzer']) ? analysis['analyzer'] : {};
  return name === 'default' || BUILT_IN_ANALYZERS.has(name) || Object.hasOwn(own, name);
}

/**
 * @param definition as a mapping has it; not that of an object or an alias
 * @param scopes see {@link FieldInfo.scopes}
 */
export function fieldInfo(
  path: string,
  definition: Json,
  scopes: readonly string[],
  defaults: DefaultAnalyzers,
): FieldInfo {
  const type = textOf(definition['type']) ?? 'object';
  const family = FAMILIES.get(type) ?? 'other';
  return {
    path,
    target: path,
    type,
    family,
    analyzer: family === 'text' ? analyzerOf(definition, defaults) : null,
    normalizer: textOf(definition['normalizer']),
    format: textOf(definition['format']),
    indexed: String(definition['index'] ?? true) !== 'false',
    docValues: family !== 'text' && String(definition['doc_values'] ?? true) !== 'false',
    positions: hasPositions(type, definition),
    nested: !scopes.includes(''),
    scopes,
    runtime: false,
  };
}

function hasPositions(type: string, definition: Json): boolean {
  if (type !== 'text' && type !== 'annotated_text' && type !== 'search_as_you_type') return false;
  const options = textOf(definition['index_options']);
  return options === null || options === 'positions' || options === 'offsets';
}

function analyzerOf(definition: Json, defaults: DefaultAnalyzers): string {
  const own = textOf(definition['search_analyzer']);
  if (own !== null) return own;
  // A field's own analyzer goes before the index's default for searching.
  return textOf(definition['analyzer']) ?? defaults.search;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
