import { badSetting } from '../analyzers/part-settings.ts';
import { FIELD_TYPES } from '../explicit/field-types.ts';
import type { FieldNode, Mapping, MappingNode } from '../explicit/mapping-model.ts';

/** How a field reads its values. */
export type TriedField =
  | { readonly is: 'text'; readonly analyzer: string; readonly gap: number | undefined }
  | { readonly is: 'keyword'; readonly normalizer: string | undefined };

/** Fields that every index has, without an analyzer. */
const METADATA: ReadonlySet<string> = new Set(
  '_doc_count _field_names _id _ignored _index _seq_no _source _type _version'.split(' '),
);

/**
 * @param path of a field, a sub-field or an alias
 * @returns undefined for what no field is mapped at
 * @throws EstromError BAD_REQUEST for fields of other types
 */
export function triedField(path: string, mapping: Mapping): TriedField | undefined {
  if (METADATA.has(path)) throw untokenized(path);
  if (path === '_routing') return { is: 'keyword', normalizer: undefined };
  let node = nodeAt(path, mapping);
  if (node?.is === 'alias') node = nodeAt(node.path, mapping);
  if (node?.is !== 'field') return undefined;
  const type = FIELD_TYPES[node.type]?.like ?? node.type;
  const normalizer = node.params.get('normalizer');
  if (type === 'keyword') {
    return {
      is: 'keyword',
      normalizer: normalizer === undefined ? normalizer : String(normalizer),
    };
  }
  if (type !== 'text') throw untokenized(path);
  const gap = node.params.get('position_increment_gap');
  return {
    is: 'text',
    analyzer: String(node.params.get('analyzer') ?? 'default'),
    gap: gap === undefined ? undefined : Number(gap),
  };
}

function untokenized(path: string): Error {
  return badSetting(
    `Can't process field [${path}], Analysis requests are only supported on tokenized fields`,
  );
}

function nodeAt(path: string, { root }: Mapping): MappingNode | undefined {
  let node: MappingNode | undefined = root;
  const steps = path.split('.');
  for (let at = 0; at < steps.length && node !== undefined; at += 1) {
    if (node.is === 'field') return subField(node, steps.slice(at).join('.'));
    node = node.is === 'object' ? node.members.get(steps[at]!) : undefined;
  }
  return node;
}

/** The names of sub-fields may have dots. */
function subField({ fields }: FieldNode, path: string): FieldNode | undefined {
  const found = fields.get(path);
  if (found !== undefined) return found;
  for (const [name, field] of fields) {
    if (!path.startsWith(`${name}.`)) continue;
    const inner = subField(field, path.slice(name.length + 1));
    if (inner !== undefined) return inner;
  }
  return undefined;
}
