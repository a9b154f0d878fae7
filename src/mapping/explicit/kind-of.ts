import type { FieldKind, FieldTypeName } from '../field-kind.ts';
import { DATE_FORMAT, FIELD_TYPES, type FieldTypeSpec, MATCHED_TYPES } from './field-types.ts';
import type { IndexAnalysis } from './index-analysis.ts';
import { isObject, type Json, javaText } from './json.ts';
import type { FieldNode, MappingNode, ObjectNode } from './mapping-model.ts';

/** What an index's settings change in its fields. */
export interface KindContext {
  readonly analysis: IndexAnalysis;
  /** `index.mapping.ignore_malformed` and `index.mapping.coerce`. */
  readonly ignoreMalformed: boolean;
  readonly coerce: boolean;
}

/** Told of each field that nothing can match here, though it could in Elasticsearch. */
export type OnUnmatched = (what: string) => void;

type Building = { -readonly [K in keyof FieldKind]: FieldKind[K] };

/** Values that nothing matches, whatever they are. */
const HIDDEN: FieldKind = { type: 'object', enabled: false };
/** Values that nothing matches, but for those of sub-fields and of the fields that they are copied to. */
const UNSEARCHED: FieldKind = { type: 'keyword', index: false, docValues: false };

/** What a node means to the engine; the members of an object are apart. */
export function kindOf(node: MappingNode, context: KindContext, unmatched: OnUnmatched): FieldKind {
  if (node.is === 'alias') return { type: 'alias', path: node.path };
  if (node.is === 'object') return objectKind(node);
  const kind: Building = { ...ownKind(node, context, unmatched) };
  if (kind.type === 'object') return kind;
  const fields: Record<string, FieldKind> = {};
  addFields(fields, '', node, context, unmatched);
  if (Object.keys(fields).length > 0) kind.fields = fields;
  if (node.copyTo.length > 0) kind.copyTo = node.copyTo;
  return kind;
}

function addFields(
  fields: Record<string, FieldKind>,
  prefix: string,
  node: FieldNode,
  context: KindContext,
  unmatched: OnUnmatched,
): void {
  for (const [name, field] of node.fields) {
    const own = ownKind(field, context, unmatched);
    // A sub-field gets the scalars of its field only.
    // One without a value would have to take it from a document.
    const isOpen = own.type === 'constant_keyword' && own.value === undefined;
    fields[prefix + name] = own.type === 'object' || isOpen ? UNSEARCHED : own;
    addFields(fields, `${prefix}${name}.`, field, context, unmatched);
  }
}

function objectKind(object: ObjectNode): FieldKind {
  const kind: Building = { type: object.nested ? 'nested' : 'object' };
  if (object.includeInParent) kind.includeInParent = true;
  if (object.includeInRoot) kind.includeInRoot = true;
  if (object.enabled === false) kind.enabled = false;
  if (object.dynamic !== undefined) kind.dynamic = object.dynamic;
  return kind;
}

function ownKind(node: FieldNode, context: KindContext, unmatched: OnUnmatched): FieldKind {
  const { type, params } = node;
  const spec = FIELD_TYPES[type];
  const name = spec?.like ?? type;
  if (!MATCHED_TYPES.has(name)) {
    if (spec?.whole !== true) unmatched(`type [${type}]`);
    if (spec?.holds !== undefined || spec?.exists?.(params)) return existing(spec, params);
    return spec?.takesObjects ? HIDDEN : UNSEARCHED;
  }
  const kind: Building = { type: name as FieldTypeName };
  const isAnalyzed = name === 'text' || name === 'token_count';
  if (isAnalyzed && !addAnalyzers(kind, params, context.analysis, unmatched)) {
    return UNSEARCHED;
  }
  const normalizer = params.get('normalizer');
  if (normalizer !== undefined) {
    const meaning = context.analysis.meaningOfNormalizer(String(normalizer));
    if (meaning === undefined) {
      const lack = context.analysis.lackOfNormalizer(String(normalizer));
      unmatched(withReason(`normalizer [${normalizer}]`, lack));
      return UNSEARCHED;
    }
    if (meaning !== null) kind.normalizer = meaning;
  }
  addParameters(kind, params);
  if (name === 'flattened' && params.get('split_queries_on_whitespace')) kind.splitQueries = true;
  if (name === 'geo_shape') {
    if (params.get('coerce') === true) kind.coerce = true;
    else delete kind.coerce;
  } else if (!('coerce' in (spec?.params ?? {}))) delete kind.coerce;
  else if (!params.has('coerce') && !context.coerce) kind.coerce = false;
  const isMalformedIgnored = params.get('ignore_malformed') ?? context.ignoreMalformed;
  if ('ignore_malformed' in (spec?.params ?? {}) && isMalformedIgnored) kind.ignoreMalformed = true;
  return kind;
}

/** @returns false when estrom lacks one of them */
function addAnalyzers(
  kind: Building,
  params: FieldNode['params'],
  analysis: IndexAnalysis,
  unmatched: OnUnmatched,
): boolean {
  const index = String(params.get('analyzer') ?? 'default');
  const search = String(
    params.get('search_analyzer') ??
      (params.has('analyzer') ? index : (analysis.defaultSearch ?? index)),
  );
  const quote = String(params.get('search_quote_analyzer') ?? search);
  const meanings = [index, search, quote].map((name) => analysis.meaningOf(name));
  const lacking = [index, search, quote].find((_, i) => meanings[i] === undefined);
  if (lacking !== undefined) {
    unmatched(withReason(`analyzer [${lacking}]`, analysis.lackOf(lacking)));
    return false;
  }
  const [own, searched, quoted] = meanings as [string, string, string];
  const gap = analysis.gapOf(index);
  if (gap !== undefined) kind.positionIncrementGap = gap;
  if (own !== 'standard') kind.analyzer = own;
  if (searched !== own) kind.searchAnalyzer = searched;
  if (quoted !== searched) kind.searchQuoteAnalyzer = quoted;
  return true;
}

const withReason = (what: string, reason: string | undefined) =>
  reason === undefined ? what : `${what} (${reason})`;

/** What is only asked whether it has a value. */
function existing({ takesObjects, holds }: FieldTypeSpec, params: FieldNode['params']): FieldKind {
  const kind: Building = { type: 'unsearched' };
  if (takesObjects) kind.takesObjects = takesObjects;
  // What contexts there may be is not looked at.
  if (holds !== undefined && !params.has('contexts')) kind.holds = holds;
  if (String(params.get('positive_score_impact')) === 'false') kind.isInverse = true;
  const longest = Number(params.get('max_input_length'));
  if (longest > 0) kind.longest = Math.floor(longest);
  return kind;
}

function namesIn(relations: Json): string[] {
  const names = Object.entries(relations).flatMap(([parent, children]) =>
    [parent, children].flat(),
  );
  return [...new Set(names.map((name) => javaText(name)))];
}

function addParameters(kind: Building, params: FieldNode['params']): void {
  const gap = params.get('position_increment_gap');
  if (typeof gap === 'number') kind.positionIncrementGap = gap;
  const format = params.get('format');
  if (typeof format === 'string' && format !== DATE_FORMAT) kind.format = format;
  const above = params.get('ignore_above');
  if (typeof above === 'number') kind.ignoreAbove = above;
  if (params.get('enable_position_increments') === false) kind.countsGaps = false;
  const relations = params.get('relations');
  if (isObject(relations)) kind.relations = namesIn(relations);
  const constant = params.get('value');
  if (typeof constant === 'string') kind.value = constant;
  const depth = params.get('depth_limit');
  if (typeof depth === 'number') kind.depthLimit = depth;
  const factor = params.get('scaling_factor');
  if (typeof factor === 'number') kind.scalingFactor = factor;
  const nullValue = params.get('null_value');
  if (nullValue !== undefined) kind.nullValue = JSON.stringify(nullValue);
  if (params.get('index') === false) kind.index = false;
  // What is stored alone is there all the same.
  const isKept = params.get('index') === false && params.get('store') === true;
  if (params.get('doc_values') === false && !isKept) kind.docValues = false;
  if (params.get('coerce') === false) kind.coerce = false;
  if (params.get('ignore_z_value') === false) kind.ignoreZValue = false;
  if (params.get('orientation') === 'LEFT') kind.orientation = 'left';
}
