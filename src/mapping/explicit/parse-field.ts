import { FIELD_TYPES, type FieldTypeSpec } from './field-types.ts';
import type { IndexAnalysis } from './index-analysis.ts';
import { isObject, type Json, javaText, MappingProblem, toNumber } from './json.ts';
import type { FieldNode } from './mapping-model.ts';
import { DEPRECATED, type ParameterPlace } from './parameters.ts';

/** What a field may hold besides the parameters of its type. */
const NO_MULTI_FIELD: ReadonlySet<string> = new Set(['object', 'nested', 'alias']);
/** Multi-fields in multi-fields: deeper ones are somebody's try to overflow the stack. */
const MAX_DEPTH = 20;

/**
 * Parses one field that is neither an object nor an alias.
 * @param name its own, without the path
 * @throws MappingProblem
 */
export function parseField(
  name: string,
  type: string,
  definition: Json,
  analysis: IndexAnalysis,
  depth = 0,
): FieldNode {
  const spec = Object.hasOwn(FIELD_TYPES, type) ? FIELD_TYPES[type] : undefined;
  if (spec === undefined) {
    const no = depth === 0 ? 'No' : 'no';
    throw new MappingProblem(`${no} handler for type [${type}] declared on field [${name}]`);
  }
  const place: ParameterPlace = { field: name, type, analysis };
  const params = new Map<string, unknown>();
  let fields: ReadonlyMap<string, FieldNode> = new Map();
  let copyTo: readonly string[] = [];
  for (const [key, value] of Object.entries(definition)) {
    if (key === 'type') continue;
    if (key === 'fields' && type !== 'percolator') {
      fields = parseMultiFields(name, value, analysis, depth + 1);
    } else if (key === 'copy_to' && type !== 'percolator') {
      copyTo = Array.isArray(value) ? value.map((path) => javaText(path)) : [javaText(value)];
    } else {
      readParameter(spec, place, key, value, params);
    }
  }
  if (spec.alone === 'dropped') {
    fields = new Map();
    copyTo = [];
  }
  if (fields.size + copyTo.length > 0 && spec.alone === 'refused') {
    const what = fields.size > 0 ? 'fields' : 'copy_to';
    throw new MappingProblem(`${type} field [${name}] does not support [${what}]`);
  }
  for (const [key, value] of Object.entries(spec.always ?? {})) {
    if (!params.has(key)) params.set(key, value);
  }
  completeAnalyzers(type, params, analysis);
  spec.check?.(params, name);
  return { is: 'field', type, params, copyTo, fields };
}

function readParameter(
  spec: FieldTypeSpec,
  place: ParameterPlace,
  key: string,
  value: unknown,
  params: Map<string, unknown>,
): void {
  const parameter = Object.hasOwn(spec.params, key) ? spec.params[key] : undefined;
  if (parameter === undefined) {
    if (key === 'boost') toNumber(value);
    else if (spec.open) params.set(key, value);
    else if (!DEPRECATED.has(key) || place.type === 'percolator') {
      throw new MappingProblem(
        `unknown parameter [${key}] on mapper [${place.field}] of type [${place.type}]`,
      );
    }
    return;
  }
  if (value === null) {
    if (parameter.nullable) return;
    throw new MappingProblem(
      `[${key}] on mapper [${place.field}] of type [${place.type}] must not have a [null] value`,
    );
  }
  const read = parameter.read(value, place);
  if (read !== undefined && (parameter.shown || read !== parameter.initial)) params.set(key, read);
}

/**
 * An analyzer stands for the ones that are asked for after it. What is not the default for its place
 * is shown, and so is what the one after it differs from.
 */
function completeAnalyzers(
  type: string,
  params: Map<string, unknown>,
  analysis: IndexAnalysis,
): void {
  if (type !== 'text' && type !== 'search_as_you_type') return;
  const index = params.get('analyzer') ?? 'default';
  const isDefault = index === 'default';
  const search =
    params.get('search_analyzer') ?? (isDefault ? analysis.defaultSearch : undefined) ?? index;
  const quote = params.get('search_quote_analyzer') ?? search;
  const inherited = isDefault ? (analysis.defaultSearch ?? index) : index;
  for (const key of ['analyzer', 'search_analyzer', 'search_quote_analyzer']) params.delete(key);
  const isSearchShown = search !== inherited || quote !== search;
  if (!isDefault || search !== inherited || quote !== search) params.set('analyzer', index);
  if (isSearchShown) params.set('search_analyzer', search);
  if (quote !== search) params.set('search_quote_analyzer', quote);
}

function parseMultiFields(
  of: string,
  value: unknown,
  analysis: IndexAnalysis,
  depth: number,
): ReadonlyMap<string, FieldNode> {
  const parsed = new Map<string, FieldNode>();
  if (Array.isArray(value) && value.length === 0) return parsed;
  if (!isObject(value)) {
    throw new MappingProblem(
      `expected map for property [fields] on field [${javaText(value)}] or [fields] but got a ${javaClass(value)}`,
    );
  }
  if (depth > MAX_DEPTH) throw new MappingProblem('[fields] are nested too deeply');
  for (const [name, definition] of Object.entries(value)) {
    if (name.includes('.')) {
      throw new MappingProblem(
        `Field name [${name}] which is a multi field of [${of}] cannot contain '.'`,
      );
    }
    if (!isObject(definition)) {
      throw new MappingProblem(
        `illegal field [${name}], only fields can be specified inside fields`,
      );
    }
    if (definition['type'] === undefined || definition['type'] === null) {
      throw new MappingProblem(`no type specified for property [${name}]`);
    }
    const type = javaText(definition['type']);
    if (NO_MULTI_FIELD.has(type)) {
      throw new MappingProblem(`Type [${type}] cannot be used in multi field`);
    }
    parsed.set(name, parseField(name, type, definition, analysis, depth));
  }
  return parsed;
}

/** The class by which Elasticsearch names a JSON value. */
export function javaClass(value: unknown): string {
  if (typeof value === 'string' || value === null) return 'class java.lang.String';
  if (typeof value === 'boolean') return 'class java.lang.Boolean';
  if (typeof value === 'number') {
    return `class java.lang.${Number.isInteger(value) ? 'Integer' : 'Double'}`;
  }
  return Array.isArray(value) ? 'class java.util.ArrayList' : 'class java.util.HashMap';
}
