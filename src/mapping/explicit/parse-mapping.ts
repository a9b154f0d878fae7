import { checkDateFormat } from './date-formats.ts';
import type { IndexAnalysis } from './index-analysis.ts';
import {
  asRefusal,
  conflict,
  isObject,
  type Json,
  javaText,
  listed,
  MappingProblem,
  toBoolean,
  toNamedBoolean,
} from './json.ts';
import type { Mapping } from './mapping-model.ts';
import { parseDynamicTemplates } from './parse-dynamic-templates.ts';
import { javaClass } from './parse-field.ts';
import { parseObject } from './parse-object.ts';

/** Metadata fields that nobody configures. */
const FIXED = [
  ...['_id', '_type', '_version', '_seq_no', '_primary_term', '_index', '_ignored', '_tier'],
  ...['_nested_path', '_feature', '_doc_count'],
];

/** Metadata fields and the parameters that they take, with their defaults. */
const METADATA: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  // The mode is one of Elasticsearch 8.
  _source: { enabled: true, includes: [], excludes: [], mode: '' },
  _routing: { required: false },
  _field_names: { enabled: undefined },
  _data_stream_timestamp: { enabled: false },
};

/**
 * Parses `mappings` as Elasticsearch 7 does, in the form without types.
 * @throws EstromError BAD_MAPPING with Elasticsearch's reason; BAD_REQUEST when it is under a type
 */
export function parseMapping(mappings: Json, analysis: IndexAnalysis): Mapping {
  if (isObject(mappings['_doc']) && Object.keys(mappings).length === 1) {
    throw conflict(
      'The mapping definition cannot be nested under a type [_doc] unless include_type_name is set to true.',
    );
  }
  return asRefusal(() => parse(mappings, analysis));
}

function parse(mappings: Json, analysis: IndexAnalysis): Mapping {
  const { object, unread } = parseObject(mappings, '', analysis);
  const rest: Record<string, unknown> = { ...unread };
  const take = (key: string): unknown => {
    const value = rest[key];
    delete rest[key];
    return value;
  };
  const mapping: { -readonly [K in keyof Mapping]: Mapping[K] } = {
    root: object,
    metadata: new Map(),
  };
  const meta = take('_meta');
  if (meta !== undefined) mapping.meta = toMap(meta);
  const formats = take('dynamic_date_formats') ?? rest['date_formats'];
  take('date_formats');
  if (formats !== undefined) {
    const list = Array.isArray(formats) ? formats : [formats];
    mapping.dynamicDateFormats = list.map((format) => checkDateFormat(javaText(format)));
  }
  const templates = take('dynamic_templates');
  if (templates !== undefined) mapping.dynamicTemplates = parseDynamicTemplates(templates);
  const dates = take('date_detection');
  if (dates !== undefined) mapping.dateDetection = toNamedBoolean(dates, 'date_detection');
  const numbers = take('numeric_detection');
  if (numbers !== undefined)
    mapping.numericDetection = toNamedBoolean(numbers, 'numeric_detection');
  const metadata = new Map<string, Json>();
  for (const [name, parameters] of Object.entries(METADATA)) {
    const value = take(name);
    if (value !== undefined) metadata.set(name, parseMetadata(name, toMap(value), parameters));
  }
  mapping.metadata = metadata;
  for (const name of FIXED) {
    if (name in rest) throw new MappingProblem(`${name} is not configurable`);
  }
  const runtime = take('runtime');
  if (runtime !== undefined && Object.keys(toMap(runtime)).length > 0) {
    throw new MappingProblem(
      'runtime fields are not supported by estrom: nothing would match them; leave [runtime] out',
    );
  }
  if (Object.keys(rest).length > 0) {
    throw new MappingProblem(`Root mapping definition has unsupported parameters: ${listed(rest)}`);
  }
  return mapping;
}

function parseMetadata(
  name: string,
  given: Json,
  parameters: Readonly<Record<string, unknown>>,
): Json {
  const read: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(parameters, key)) {
      throw new MappingProblem(`unknown parameter [${key}] on mapper [${name}] of type [null]`);
    }
    const initial = parameters[key];
    if (initial === '') {
      read[key] = javaText(value);
    } else if (!Array.isArray(initial)) {
      const flag = toBoolean(value);
      if (flag !== initial) read[key] = flag;
    } else if (!Array.isArray(value)) {
      throw new MappingProblem(`${javaClass(value)} cannot be cast to class java.util.List`);
    } else if (value.length > 0) {
      read[key] = value.map((item) => javaText(item));
    }
  }
  return read;
}

function toMap(value: unknown): Json {
  if (isObject(value)) return value;
  throw new MappingProblem(`${javaClass(value)} cannot be cast to class java.util.Map`);
}
