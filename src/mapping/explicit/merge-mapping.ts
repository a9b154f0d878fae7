import { EstromError } from '../../errors.ts';
import { FIELD_TYPES } from './field-types.ts';
import { conflict, doubleText, isObject, type Json, javaText, MappingProblem } from './json.ts';
import type { AliasNode, FieldNode, Mapping, MappingNode, ObjectNode } from './mapping-model.ts';

/**
 * `update`: fields of an index are mapped again, and most of what they are has to stay. `template`:
 * mappings of several templates become one, where a later field takes the place of an earlier one.
 */
export type MergeReason = 'update' | 'template';

/**
 * A mapping with another one put over it.
 * @throws EstromError BAD_REQUEST when a field would have to be another one than it is
 */
export function mergeMappings(before: Mapping, after: Mapping, reason: MergeReason): Mapping {
  const metadata = new Map(before.metadata);
  for (const [name, value] of after.metadata) {
    const known = metadata.get(name) ?? {};
    if (reason === 'update') checkMetadata(name, known, value);
    metadata.set(name, { ...known, ...value });
  }
  const { root, dynamicTemplates, meta, metadata: _, ...flags } = after;
  const merged = {
    ...before,
    ...flags,
    metadata,
    root: mergeObjects(before.root, root, '', reason),
  };
  const isTemplate = reason === 'template';
  if (dynamicTemplates !== undefined) {
    const kept = isTemplate ? (before.dynamicTemplates ?? []) : [];
    const byName = new Map(kept.map((template) => [template.name, template]));
    // Names may occur twice within one mapping.
    if (byName.size === 0) return withMeta({ ...merged, dynamicTemplates });
    for (const template of dynamicTemplates) byName.set(template.name, template);
    return withMeta({ ...merged, dynamicTemplates: [...byName.values()] });
  }
  return withMeta(merged);

  function withMeta(mapping: Mapping): Mapping {
    if (meta === undefined) return mapping;
    return { ...mapping, meta: isTemplate ? deepMerge(before.meta ?? {}, meta) : meta };
  }
}

/** Their defaults; what is not here may change. */
const METADATA: Readonly<Record<string, Json>> = {
  _source: { enabled: true, includes: [], excludes: [] },
  _routing: { required: false },
};

function checkMetadata(name: string, before: Json, after: Json): void {
  const conflicts: string[] = [];
  for (const [key, initial] of Object.entries(METADATA[name] ?? {})) {
    const [from, to] = [before, after].map((value) => javaText(value[key] ?? initial));
    if (from !== to) {
      conflicts.push(`\n\tCannot update parameter [${key}] from [${from}] to [${to}]`);
    }
  }
  if (conflicts.length === 0) return;
  throw conflict(`Mapper for [${name}] conflicts with existing mapper:${conflicts.join('')}`);
}

function deepMerge(before: object, after: object): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(after)) {
    const known = merged[key];
    merged[key] = isObject(known) && isObject(value) ? deepMerge(known, value) : value;
  }
  return merged;
}

/** Two nodes of one mapping under the same path. @throws MappingProblem unless both are objects */
export function joinNodes(before: MappingNode, after: MappingNode, path: string): MappingNode {
  if (before.is === 'object' && after.is === 'object') {
    return mergeObjects(before, after, path, 'template');
  }
  throw new MappingProblem(
    `mapper [${path}] cannot be changed from type [${typeOf(before)}] to [${typeOf(after)}]`,
  );
}

function typeOf(node: MappingNode): string {
  if (node.is === 'object') return 'ObjectMapper';
  return node.is === 'alias' ? 'FieldAliasMapper' : node.type;
}

function mergeObjects(
  before: ObjectNode,
  after: ObjectNode,
  path: string,
  reason: MergeReason,
): ObjectNode {
  if (before.nested !== after.nested) {
    throw conflict(
      before.nested
        ? `can't merge a non nested mapping [${path}] with a nested mapping`
        : `can't merge a nested mapping [${path}] with a non-nested mapping`,
    );
  }
  if (reason === 'update') checkObject(before, after, path);
  const { members: added, ...own } = after;
  const members = new Map(before.members);
  for (const [name, node] of added) {
    const known = members.get(name);
    const inner = path === '' ? name : `${path}.${name}`;
    members.set(name, known === undefined ? node : mergeNodes(known, node, inner, reason));
  }
  return { ...before, ...own, members };
}

function checkObject(before: ObjectNode, after: ObjectNode, path: string): void {
  if (after.enabled !== undefined && after.enabled !== (before.enabled ?? true)) {
    throw new EstromError(
      'BAD_MAPPING_CHANGE',
      `the [enabled] parameter can't be updated for the object mapping [${path || '_doc'}]`,
    );
  }
  if (!before.nested) return;
  const names = { includeInParent: 'include_in_parent', includeInRoot: 'include_in_root' } as const;
  for (const [key, name] of Object.entries(names) as [keyof typeof names, string][]) {
    if ((after[key] ?? false) === (before[key] ?? false)) continue;
    throw new EstromError(
      'BAD_MAPPING_CHANGE',
      `the [${name}] parameter can't be updated on a nested object mapping`,
    );
  }
}

function mergeNodes(
  before: MappingNode,
  after: MappingNode,
  path: string,
  reason: MergeReason,
): MappingNode {
  if (before.is === 'object' && after.is === 'object') {
    return mergeObjects(before, after, path, reason);
  }
  if (before.is === 'object' || after.is === 'object') {
    throw conflict(`can't merge a non object mapping [${path}] with an object mapping`);
  }
  return reason === 'template' ? after : mergeLeaves(before, after, path);
}

function mergeLeaves(
  before: FieldNode | AliasNode,
  after: FieldNode | AliasNode,
  path: string,
): FieldNode | AliasNode {
  if (before.is === 'alias') {
    if (after.is === 'alias') return after;
    throw conflict(
      `Cannot merge a field alias mapping [${path}] with a mapping that is not for a field alias.`,
    );
  }
  if (after.is === 'alias' || before.type !== after.type) {
    throw conflict(
      `mapper [${path}] cannot be changed from type [${before.type}] to [${typeOf(after)}]`,
    );
  }
  checkParameters(before, after, path);
  const fields = new Map(before.fields);
  for (const [name, field] of after.fields) {
    const known = fields.get(name);
    fields.set(
      name,
      known === undefined ? field : (mergeLeaves(known, field, `${path}.${name}`) as FieldNode),
    );
  }
  return { ...after, fields };
}

function checkParameters(before: FieldNode, after: FieldNode, path: string): void {
  const { params } = FIELD_TYPES[before.type] ?? { params: {} };
  const conflicts: string[] = [];
  for (const [name, { mayChange, initial = null }] of Object.entries(params)) {
    const from = before.params.get(name) ?? defaultOf(name, initial);
    const to = after.params.get(name) ?? defaultOf(name, initial);
    if (mayChange === true || javaText(from) === javaText(to)) continue;
    if (typeof mayChange === 'function' && mayChange(from, to)) continue;
    conflicts.push(
      `\n\tCannot update parameter [${name}] from [${shown(name, from)}] to [${shown(name, to)}]`,
    );
  }
  if (conflicts.length > 0) {
    throw conflict(`Mapper for [${path}] conflicts with existing mapper:${conflicts.join('')}`);
  }
}

function defaultOf(name: string, initial: unknown): unknown {
  return name === 'analyzer' ? 'default' : initial;
}

function shown(name: string, value: unknown): string {
  if (name === 'position_increment_gap' && value === -1) return '100';
  if (name === 'scaling_factor') return doubleText(value);
  if (!isObject(value) || !('lat' in value)) return javaText(value);
  return [value['lat'], value['lon']].map(doubleText).join(', ');
}
