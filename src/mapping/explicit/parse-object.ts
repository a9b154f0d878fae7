import type { Dynamic } from '../dynamic-rules.ts';
import type { IndexAnalysis } from './index-analysis.ts';
import { isObject, type Json, javaText, listed, MappingProblem, toNamedBoolean } from './json.ts';
import type { MappingNode, ObjectNode } from './mapping-model.ts';
import { joinNodes } from './merge-mapping.ts';
import { javaClass, parseField } from './parse-field.ts';

/** Elasticsearch's own limit is 20 by default; more than this is somebody's try to overflow the stack. */
const MAX_DEPTH = 200;
const NESTED = { include_in_parent: 'includeInParent', include_in_root: 'includeInRoot' } as const;

/**
 * Parses an object's members, or the root's.
 * @param path of the object, '' of the root
 * @returns the object, and what of the definition it has not read
 * @throws MappingProblem
 */
export function parseObject(
  definition: Json,
  path: string,
  analysis: IndexAnalysis,
  depth = 0,
): { object: ObjectNode; unread: Json } {
  if (depth > MAX_DEPTH)
    throw new MappingProblem(`Limit of mapping depth [${MAX_DEPTH}] has been exceeded`);
  const { type, dynamic, enabled, properties, include_in_all: _, ...rest } = definition;
  const nested = path !== '' && type === 'nested';
  const unread: Record<string, unknown> = { ...rest };
  const object: { -readonly [K in keyof ObjectNode]: ObjectNode[K] } = {
    is: 'object',
    nested,
    members: properties === undefined ? new Map() : parseMembers(properties, path, analysis, depth),
  };
  if (dynamic !== undefined) object.dynamic = toDynamic(dynamic);
  if (enabled !== undefined) object.enabled = toNamedBoolean(enabled, 'enabled.enabled');
  if (nested) {
    for (const [key, member] of Object.entries(NESTED)) {
      if (unread[key] === undefined) continue;
      const name = `${path.slice(path.lastIndexOf('.') + 1)}.${key}`;
      object[member as 'includeInRoot'] = toNamedBoolean(unread[key], name);
      delete unread[key];
    }
  }
  return { object, unread: path === '' && type !== undefined ? { type, ...unread } : unread };
}

function toDynamic(value: unknown): Dynamic {
  if (typeof value === 'string') {
    const name = value.toLowerCase();
    if (name === 'strict' || name === 'runtime') return name;
  }
  return toNamedBoolean(value, 'dynamic.dynamic') ? 'true' : 'false';
}

function parseMembers(
  properties: unknown,
  path: string,
  analysis: IndexAnalysis,
  depth: number,
): ReadonlyMap<string, MappingNode> {
  const members = new Map<string, MappingNode>();
  if (Array.isArray(properties) && properties.length === 0) return members;
  if (!isObject(properties)) throw new MappingProblem('properties must be a map type');
  for (const [name, definition] of Object.entries(properties)) {
    if (Array.isArray(definition) && definition.length === 0) continue;
    if (!isObject(definition)) {
      throw new MappingProblem(
        `Expected map for property [fields] on field [${name}] but got a ${javaClass(definition)}`,
      );
    }
    addMember(members, parseMember(name, definition, path, analysis, depth), path);
  }
  return members;
}

/** A member under its first step: dots in its name are objects around it. */
function parseMember(
  name: string,
  definition: Json,
  path: string,
  analysis: IndexAnalysis,
  depth: number,
): [string, MappingNode] {
  // As in Java's split, what ends in dots ends before them.
  const steps = name.replace(/\.+$/, '').split('.');
  if (steps.includes('')) throw new MappingProblem('name cannot be empty string');
  if (depth + steps.length > MAX_DEPTH)
    throw new MappingProblem(`Limit of mapping depth [${MAX_DEPTH}] has been exceeded`);
  const own = steps.at(-1)!;
  const whole = path === '' ? steps.join('.') : `${path}.${steps.join('.')}`;
  let node = parseNode(name, own, whole, definition, analysis, depth + steps.length);
  for (let i = steps.length - 1; i > 0; i--) {
    node = { is: 'object', nested: false, members: new Map([[steps[i]!, node]]) };
  }
  return [steps[0]!, node];
}

function parseNode(
  name: string,
  own: string,
  path: string,
  definition: Json,
  analysis: IndexAnalysis,
  depth: number,
): MappingNode {
  const type = typeOf(name, definition);
  if (type === 'object' || type === 'nested') {
    const { object, unread } = parseObject(definition, path, analysis, depth);
    if (Object.keys(unread).length > 0) throw unsupported(name, unread);
    return object;
  }
  if (type === 'alias') {
    const { type: _, path: target, ...unread } = definition;
    if (target === undefined || target === null) {
      throw new MappingProblem(`The [path] property must be specified for field [${name}].`);
    }
    if (Object.keys(unread).length > 0) throw unsupported(name, unread);
    return { is: 'alias', path: javaText(target) };
  }
  return parseField(own, type, definition, analysis);
}

function typeOf(name: string, definition: Json): string {
  const { type } = definition;
  if (type !== undefined && type !== null) return javaText(type);
  if (definition['properties'] !== undefined) return 'object';
  if (Object.keys(definition).length === 1 && 'enabled' in definition) return 'object';
  throw new MappingProblem(`No type specified for field [${name}]`);
}

function unsupported(name: string, unread: Json): MappingProblem {
  return new MappingProblem(
    `Mapping definition for [${name}] has unsupported parameters: ${listed(unread)}`,
  );
}

/** Adds what stands under a name; one that is there twice (`a.b` beside `a`) is both. */
function addMember(
  members: Map<string, MappingNode>,
  [name, node]: [string, MappingNode],
  path: string,
): void {
  const before = members.get(name);
  const whole = path === '' ? name : `${path}.${name}`;
  members.set(name, before === undefined ? node : joinNodes(before, node, whole));
}
