import { EstromError } from '../../errors.ts';
import { IndexAnalysis } from '../explicit/index-analysis.ts';
import { conflict, isObject, type Json, javaText } from '../explicit/json.ts';
import { normalSettings } from '../explicit/normal-settings.ts';
import { parseMapping } from '../explicit/parse-mapping.ts';

/** What a template gives to an index. */
export interface TemplateContent {
  readonly settings: Json;
  readonly mappings: Json;
  readonly aliases: Json;
  /** There are mappings, even if they say nothing. */
  readonly hasMappings?: boolean;
}

/** Of `_template`. */
export interface LegacyTemplate extends TemplateContent {
  readonly name: string;
  readonly patterns: readonly string[];
  readonly order: number;
}

/** Of `_index_template`. */
export interface IndexTemplate extends TemplateContent {
  readonly name: string;
  readonly patterns: readonly string[];
  readonly priority: number;
  readonly composedOf: readonly string[];
  readonly isDataStream: boolean;
}

const CONTENT = ['settings', 'mappings', 'aliases'];
const LEGACY = [...CONTENT, 'index_patterns', 'template', 'order', 'version'];
const COMPOSABLE = [
  ...['index_patterns', 'template', 'priority', 'composed_of', 'version', '_meta', 'data_stream'],
  // Those of Elasticsearch 8, whose shippers come here as well.
  ...['allow_auto_create', 'ignore_missing_component_templates', 'deprecated'],
];
const COMPONENT = ['template', 'version', '_meta', 'allow_auto_create', 'deprecated'];

/** @throws EstromError as Elasticsearch's, or for a mapping that cannot be parsed */
export function readLegacyTemplate(name: string, body: Json, typed = false): LegacyTemplate {
  for (const key of Object.keys(body)) {
    if (!LEGACY.includes(key)) {
      throw new EstromError('BAD_JSON', `unknown key [${key}] in the template `);
    }
  }
  const patterns = patternsOf(body['index_patterns'] ?? body['template']);
  if (patterns.length === 0) {
    throw conflict('Validation Failed: 1: index patterns are missing;');
  }
  return { name, patterns, order: integerOf(body['order'], 0), ...contentOf(body, typed) };
}

/** @throws EstromError likewise */
export function readIndexTemplate(name: string, body: Json): IndexTemplate {
  refuseOthers('index_template', body, COMPOSABLE);
  const patterns = patternsOf(body['index_patterns']);
  if (patterns.length === 0) throw conflict('Required [index_patterns]');
  const composedOf = body['composed_of'];
  return {
    name,
    patterns,
    priority: integerOf(body['priority'], 0),
    composedOf: Array.isArray(composedOf) ? composedOf.map((part) => javaText(part)) : [],
    isDataStream: isObject(body['data_stream']),
    ...contentOf(templateOf('index_template', body)),
  };
}

/** @throws EstromError likewise */
export function readComponentTemplate(body: Json): TemplateContent {
  refuseOthers('component_template', body, COMPONENT);
  if (!isObject(body['template'])) throw conflict('Required [template]');
  const content = contentOf(templateOf('component_template', body));
  parseMapping(content.mappings, new IndexAnalysis(content.settings));
  return content;
}

function refuseOthers(what: string, body: Json, known: readonly string[]): void {
  for (const key of Object.keys(body)) {
    if (!known.includes(key)) throw new EstromError('BAD_JSON', `[${what}] unknown field [${key}]`);
  }
}

function templateOf(what: string, body: Json): Json {
  const template = body['template'] ?? {};
  if (!isObject(template)) {
    throw new EstromError('BAD_JSON', `[${what}] [template] must be an object`);
  }
  refuseOthers('template', template, [...CONTENT, 'lifecycle', 'data_stream_options']);
  return template;
}

/** @param typed the mapping may stand below `_doc` */
function contentOf(body: Json, typed = false): TemplateContent {
  const of = (key: string): Json => {
    const value = body[key] ?? {};
    if (isObject(value)) return value;
    throw new EstromError('BAD_JSON', `[${key}] must be an object`);
  };
  return {
    settings: normalSettings(of('settings')),
    mappings: typed ? withoutType(of('mappings')) : of('mappings'),
    aliases: of('aliases'),
  };
}

/** Of a mapping that stands below its type. */
export function withoutType(mappings: Json): Json {
  const [first, ...others] = Object.values(mappings);
  const [name] = Object.keys(mappings);
  const isTyped = others.length === 0 && isObject(first) && name === '_doc';
  return isTyped ? first : mappings;
}

function patternsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map((pattern) => javaText(pattern));
  return typeof value === 'string' ? [value] : [];
}

function integerOf(value: unknown, initial: number): number {
  const number = Number(value ?? initial);
  if (Number.isInteger(number)) return number;
  throw new EstromError('BAD_JSON', `[${javaText(value)}] is not a number`);
}
