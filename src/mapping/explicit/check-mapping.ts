import { EstromError } from '../../errors.ts';
import { conflict } from './json.ts';
import type { FieldNode, Mapping, MappingNode, ObjectNode } from './mapping-model.ts';

export interface MappingLimits {
  /** `index.mapping.total_fields.limit` */
  readonly fields: number;
  /** `index.mapping.depth.limit` */
  readonly depth: number;
  /** `index.mapping.nested_fields.limit` */
  readonly nested: number;
}

interface Found {
  readonly node: MappingNode;
  /** Path of the innermost nested object that it is in. */
  readonly scope: string;
}

/**
 * Whether a whole mapping holds together: what aliases and `copy_to` name, and how much there is.
 * @throws EstromError BAD_REQUEST or BAD_MAPPING, with Elasticsearch's reason
 */
export function checkMapping({ root, metadata }: Mapping, limits: MappingLimits): void {
  const found = new Map<string, Found>();
  const multiFields = new Map<string, FieldNode>();
  collect(root, '', '', 1);
  if (metadata.get('_data_stream_timestamp')?.['enabled'] && !found.has('@timestamp')) {
    throw conflict('data stream timestamp field [@timestamp] does not exist');
  }
  const count = found.size + multiFields.size;
  if (count > limits.fields) {
    throw conflict(`Limit of total fields [${limits.fields}] has been exceeded`);
  }
  const nested = [...found.values()].filter(({ node }) => node.is === 'object' && node.nested);
  if (nested.length > limits.nested) {
    throw conflict(`Limit of nested fields [${limits.nested}] has been exceeded`);
  }
  for (const [path, each] of found) {
    if (each.node.is === 'alias') checkAlias(path, each);
    if (each.node.is === 'field') checkCopies(each.node, each.scope);
  }
  for (const [path, { copyTo }] of multiFields) {
    if (copyTo.length === 0) continue;
    throw conflict(`[copy_to] may not be used to copy from a multi-field: [${path}]`);
  }

  function collect(object: ObjectNode, prefix: string, scope: string, depth: number): void {
    for (const [name, node] of object.members) {
      const path = prefix + name;
      found.set(path, { node, scope });
      if (node.is === 'field') collectFields(node, path);
      if (node.is !== 'object') continue;
      if (depth + 1 > limits.depth) {
        throw conflict(
          `Limit of mapping depth [${limits.depth}] has been exceeded due to object field [${path}]`,
        );
      }
      collect(node, `${path}.`, node.nested ? path : scope, depth + 1);
    }
  }

  function collectFields(field: FieldNode, path: string): void {
    for (const [name, inner] of field.fields) {
      multiFields.set(`${path}.${name}`, inner);
      collectFields(inner, `${path}.${name}`);
    }
  }

  function checkAlias(path: string, { node, scope }: Found): void {
    if (node.is !== 'alias') return;
    const target = found.get(node.path);
    const invalid = (why: string) =>
      new EstromError(
        'BAD_MAPPING',
        `Invalid [path] value [${node.path}] for field alias [${path}]: ${why}`,
      );
    if (node.path === path) throw invalid('an alias cannot refer to itself.');
    if (target?.node.is === 'alias') throw invalid('an alias cannot refer to another alias.');
    if (target?.node.is !== 'field' && !multiFields.has(node.path)) {
      throw invalid('an alias must refer to an existing field in the mappings.');
    }
    const targetScope = target?.scope ?? scopeOfMultiField(node.path);
    if (targetScope === scope) return;
    const own = scope === '' ? 'The alias is not nested' : `The alias's nested scope is [${scope}]`;
    const its =
      targetScope === ''
        ? 'the target is not nested'
        : `the target's nested scope is [${targetScope}]`;
    throw conflict(
      `Invalid [path] value [${node.path}] for field alias [${path}]: an alias must have the same nested scope as its target. ${own}, but ${its}.`,
    );
  }

  function scopeOfMultiField(path: string): string {
    return found.get(path.slice(0, path.lastIndexOf('.')))?.scope ?? '';
  }

  /** The innermost nested object that a path lies in, whether or not it is mapped. */
  function scopeAround(path: string): string {
    for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
      const around = found.get(path.slice(0, dot));
      if (around === undefined) continue;
      const isNested = around.node.is === 'object' && around.node.nested;
      return isNested ? path.slice(0, dot) : around.scope;
    }
    return '';
  }

  function checkCopies({ copyTo }: FieldNode, scope: string): void {
    for (const target of copyTo) {
      if (multiFields.has(target)) {
        throw conflict(`[copy_to] may not be used to copy to a multi-field: [${target}]`);
      }
      if (found.get(target)?.node.is === 'object') {
        throw conflict(`Cannot copy to field [${target}] since it is mapped as an object`);
      }
      const into = scopeAround(target);
      if (into === '' || into === scope || scope.startsWith(`${into}.`)) continue;
      throw conflict(
        `Illegal combination of [copy_to] and [nested] mappings: [copy_to] may only copy data to the current nested document or any of its parents, however one [copy_to] directive is trying to copy data from nested object [${scope || null}] to [${into}]`,
      );
    }
  }
}
