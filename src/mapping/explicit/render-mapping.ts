import type { Json } from './json.ts';
import type { FieldNode, Mapping, MappingNode, ObjectNode } from './mapping-model.ts';
import { showTemplate } from './parse-dynamic-templates.ts';

/** The mapping as `GET /{index}/_mapping` shows it. Parsing that gives the same mapping again. */
export function renderMapping(mapping: Mapping): Json {
  const { root, dynamicTemplates, dateDetection, numericDetection, dynamicDateFormats } = mapping;
  const shown: Record<string, unknown> = {};
  if (root.dynamic !== undefined) shown['dynamic'] = root.dynamic;
  if (root.enabled === false) shown['enabled'] = false;
  if (mapping.meta !== undefined) shown['_meta'] = mapping.meta;
  for (const [name, value] of mapping.metadata) {
    if (Object.keys(value).length > 0) shown[name] = value;
  }
  if (dynamicDateFormats !== undefined) shown['dynamic_date_formats'] = dynamicDateFormats;
  if (dynamicTemplates !== undefined) {
    shown['dynamic_templates'] = dynamicTemplates.map(showTemplate);
  }
  if (dateDetection !== undefined) shown['date_detection'] = dateDetection;
  if (numericDetection !== undefined) shown['numeric_detection'] = numericDetection;
  if (root.members.size > 0) shown['properties'] = renderMembers(root.members);
  return shown;
}

function renderMembers(members: ReadonlyMap<string, MappingNode>): Json {
  const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, node]) => [name, renderNode(node)]));
}

/** One member of `properties`. */
export function renderNode(node: MappingNode): Json {
  if (node.is === 'alias') return { type: 'alias', path: node.path };
  return node.is === 'object' ? renderObject(node) : renderField(node);
}

function renderObject(object: ObjectNode): Json {
  const shown: Record<string, unknown> = {};
  if (object.nested) {
    shown['type'] = 'nested';
    if (object.includeInParent) shown['include_in_parent'] = true;
    if (object.includeInRoot) shown['include_in_root'] = true;
  } else if (object.members.size === 0) shown['type'] = 'object';
  if (object.dynamic !== undefined) shown['dynamic'] = object.dynamic;
  if (object.enabled === false) shown['enabled'] = false;
  if (object.members.size > 0) shown['properties'] = renderMembers(object.members);
  return shown;
}

function renderField({ type, params, copyTo, fields }: FieldNode): Json {
  const shown: Record<string, unknown> = { type, ...Object.fromEntries(params) };
  if (fields.size > 0) shown['fields'] = renderMembers(fields);
  if (copyTo.length > 0) shown['copy_to'] = copyTo;
  return shown;
}
