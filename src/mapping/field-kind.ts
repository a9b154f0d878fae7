import type { HeldType } from './held-values.ts';

/** Types that a mapping can give to a field, by Elasticsearch's names; `unsearched` are several. */
export type FieldTypeName =
  | 'text'
  | 'keyword'
  | 'wildcard'
  | 'long'
  | 'integer'
  | 'short'
  | 'byte'
  | 'unsigned_long'
  | 'double'
  | 'float'
  | 'half_float'
  | 'scaled_float'
  | 'date'
  | 'date_nanos'
  | 'boolean'
  | 'ip'
  | 'integer_range'
  | 'long_range'
  | 'float_range'
  | 'double_range'
  | 'date_range'
  | 'ip_range'
  | 'geo_point'
  | 'geo_shape'
  | 'flattened'
  | 'constant_keyword'
  | 'token_count'
  | 'join'
  | 'unsearched'
  | 'object'
  | 'nested'
  | 'alias';

/**
 * What a mapping says of one field, as far as it decides what matches. Plain data: its JSON text goes
 * to the worker threads and to disk. A member that has its default is left out.
 */
export interface FieldKind {
  readonly type: FieldTypeName;
  /**
   * Of a text: names of built-in analyzers, or their texts with parameters, see `analyzerText`; `standard` is the
   * default, and left out.
   */
  readonly analyzer?: string;
  /** Where it is not {@link analyzer}. */
  readonly searchAnalyzer?: string;
  /** Of phrases, where it is not the search analyzer. */
  readonly searchQuoteAnalyzer?: string;
  readonly positionIncrementGap?: number;
  /** Of a keyword: the built-in `lowercase`, or the text of a chain without a tokenizer. */
  readonly normalizer?: string;
  /** Of a date: formats with `||` between them, where they are not the type's default. */
  readonly format?: string;
  /** Of a keyword, and of each value in a flattened object: UTF-16 units. */
  readonly ignoreAbove?: number;
  /** Of a flattened object: how many objects may be in one another, where it is not 20. */
  readonly depthLimit?: number;
  /** Of a flattened object. True: a `match` asks for each of its words, as white space parts them. */
  readonly splitQueries?: true;
  /** Of a `token_count`. False: words that the analyzer left out do not count. */
  readonly countsGaps?: false;
  /** Of a `join`: what a document can be. */
  readonly relations?: readonly string[];
  /** Of what is only asked whether it has a value. True: that may be an object. */
  readonly takesObjects?: true;
  /** Its type, where not every value is taken. */
  readonly holds?: HeldType;
  /** Of a feature, or an object of them: less is better. */
  readonly isInverse?: true;
  /** Of suggestions: characters that are kept of an input, where they are not 50. */
  readonly longest?: number;
  /** Of a `constant_keyword`: what every document has; left out, the first one that has the field sets it. */
  readonly value?: string;
  /** What an explicit `null` stands for: JSON text of a string, number, boolean or point. */
  readonly nullValue?: string;
  /** False: the field is not searched, what asks for it fails in Elasticsearch and matches nothing here. */
  readonly index?: false;
  readonly docValues?: false;
  /** Of a `scaled_float`. */
  readonly scalingFactor?: number;
  /** Of numbers. False: texts and fractions contradict the type. Of shapes. True: rings may be open. */
  readonly coerce?: boolean;
  /** True: a value that the type cannot hold is no contradiction, even when the mapping is strict. */
  readonly ignoreMalformed?: true;
  /** Of points and shapes. False: a third coordinate contradicts the type. */
  readonly ignoreZValue?: false;
  /** Of shapes: outlines go with the clock where they do not cross the date line. */
  readonly orientation?: 'left';
  /** Paths of the fields that get the values as well. */
  readonly copyTo?: readonly string[];
  /** Multi-fields: sub-field by name; none of theirs has some again. */
  readonly fields?: Readonly<Record<string, FieldKind>>;
  /** Of an alias: the path of the field that it stands for. */
  readonly path?: string;
  /** Of a nested object: its values are also those of the object around it, and of the whole document. */
  readonly includeInParent?: true;
  readonly includeInRoot?: true;
  /** Of an object. False: what is in it is not looked at. */
  readonly enabled?: false;
  /** Of an object: what becomes of fields in it that the mapping does not name; inherited when left out. */
  readonly dynamic?: 'true' | 'false' | 'strict' | 'runtime';
}

/** Whether a field of the one kind becomes one of the other by a document: a constant gets its value. */
export function mayBecome(before: FieldKind, after: FieldKind): boolean {
  if (before.type !== 'constant_keyword' || after.type !== 'constant_keyword') return false;
  return before.value === undefined && after.value !== undefined;
}
