import type { DynamicTemplate, Found } from '../dynamic-rules.ts';
import { isObject, type Json, javaText, MappingProblem } from './json.ts';
import { javaClass } from './parse-field.ts';
import { SafeRegExp } from './safe-reg-exp.ts';

const FOUND: readonly Found[] = [
  ...(['object', 'string', 'long', 'double', 'boolean', 'date', 'binary'] as const),
];
const PATTERNS = {
  match: 'match',
  unmatch: 'unmatch',
  path_match: 'pathMatch',
  path_unmatch: 'pathUnmatch',
} as const;

/** @throws MappingProblem */
export function parseDynamicTemplates(value: unknown): readonly DynamicTemplate[] {
  if (!Array.isArray(value)) {
    throw new MappingProblem(
      'Dynamic template syntax error. An array of named objects is expected.',
    );
  }
  return value.map(parseTemplate);
}

type Building = { -readonly [K in keyof DynamicTemplate]?: DynamicTemplate[K] };

function parseTemplate(entry: unknown): DynamicTemplate {
  const named = Object.entries(toMap(entry));
  const [first] = named;
  if (first === undefined || named.length > 1) {
    throw new MappingProblem('A dynamic template must be defined with a name');
  }
  const [name] = first;
  const template: Building = { name };
  for (const [key, value] of Object.entries(toMap(first[1]))) readMember(template, key, value);
  const { mapping } = template;
  if (mapping === undefined) {
    throw new MappingProblem(`template [${name}] must have either mapping or runtime set`);
  }
  if (template.isRegExp) checkPatterns(template, name);
  // It is what a name or a path stands for already.
  const isNamed = template.match !== undefined || template.pathMatch !== undefined;
  if (isNamed && template.matchMappingType === '*') delete template.matchMappingType;
  return { ...template, name, mapping };
}

function readMember(template: Building, key: string, value: unknown): void {
  if (Object.hasOwn(PATTERNS, key)) {
    template[PATTERNS[key as keyof typeof PATTERNS]] = javaText(value);
  } else if (key === 'match_mapping_type') {
    const found = javaText(value);
    if (found === '*') {
      template.matchMappingType = found;
      return;
    }
    if (!FOUND.includes(found as Found)) {
      throw new MappingProblem(
        `No field type matched on [${found}], possible values are [${FOUND.join(', ')}]`,
      );
    }
    template.matchMappingType = found as Found;
  } else if (key === 'match_pattern') {
    const kind = javaText(value);
    if (kind !== 'simple' && kind !== 'regex') {
      throw new MappingProblem(`No matching pattern matched on [${kind}]`);
    }
    if (kind === 'regex') template.isRegExp = true;
  } else if (key === 'mapping' || key === 'runtime') {
    if (template.mapping !== undefined) {
      throw new MappingProblem(
        `mapping and runtime cannot be both specified in the same dynamic template [${template.name}]`,
      );
    }
    template.mapping = toMap(value);
    if (key === 'runtime') template.isRuntime = true;
  } else {
    throw new MappingProblem(`Illegal dynamic template parameter: [${key}]`);
  }
}

function checkPatterns(template: Building, name: string): void {
  for (const key of Object.values(PATTERNS)) {
    const pattern = template[key];
    if (pattern === undefined || SafeRegExp.parse(pattern) !== null) continue;
    throw new MappingProblem(
      `Pattern [${pattern}] of type [regex] is invalid. Cannot create dynamic template [${name}].`,
    );
  }
}

function toMap(value: unknown): Json {
  if (isObject(value)) return value;
  throw new MappingProblem(`${javaClass(value)} cannot be cast to class java.util.Map`);
}

/** As it is shown in a mapping. */
export function showTemplate(template: DynamicTemplate): Json {
  const { name, mapping, isRuntime, isRegExp, matchMappingType } = template;
  const shown: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(PATTERNS)) {
    if (template[member] !== undefined) shown[key] = template[member];
  }
  if (matchMappingType !== undefined) shown['match_mapping_type'] = matchMappingType;
  if (isRegExp) shown['match_pattern'] = 'regex';
  shown[isRuntime ? 'runtime' : 'mapping'] = mapping;
  return { [name]: shown };
}
