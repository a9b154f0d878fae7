import { type Dynamic, dynamicOf, isObject, type Json } from './mapping-form.ts';

/** An object of a mapping. */
export interface ObjectNode {
  /** Whether a new name in it will be mapped. */
  readonly open: boolean;
  readonly children: Map<string, PathNode>;
}

/** A field, below which nothing is learnt. */
export const FIELD = 0;
/** A field that indexes the text of a number as it is written: `1.50` is not `1.5` there. */
export const TEXTUAL_FIELD = 1;

export type PathNode = ObjectNode | typeof FIELD | typeof TEXTUAL_FIELD;

/** Stands for everything below a name that is not mapped yet and would be. */
export const LEARNABLE: ObjectNode = { open: true, children: new Map() };

/** A node as it travels: a field, or whether an object is open, and its children. */
export type Encoded =
  | typeof FIELD
  | typeof TEXTUAL_FIELD
  | readonly [open: 0 | 1, children: Readonly<Record<string, Encoded>>];

const TEXTUAL_TYPES = new Set(
  'text match_only_text annotated_text search_as_you_type keyword wildcard constant_keyword version flattened date date_nanos'.split(
    ' ',
  ),
);

/** The paths of a mapping or of an object in it. */
export function pathTree(definition: Json, coerce: boolean, inherited: Dynamic = 'true'): PathNode {
  const { type } = definition;
  if (type !== undefined && type !== 'object' && type !== 'nested') {
    return isTextual(definition, coerce) ? TEXTUAL_FIELD : FIELD;
  }
  if (String(definition['enabled'] ?? true) === 'false') return FIELD;
  const dynamic = dynamicOf(definition, inherited);
  const children = new Map<string, PathNode>();
  const properties = isObject(definition['properties']) ? definition['properties'] : {};
  for (const [name, member] of Object.entries(properties)) {
    addPath(children, dynamic, name.split('.'), pathTree(member as Json, coerce, dynamic));
  }
  return { open: dynamic === 'true', children };
}

function addPath(
  children: Map<string, PathNode>,
  dynamic: Dynamic,
  names: readonly string[],
  node: PathNode,
): void {
  const [name, ...rest] = names as [string, ...string[]];
  if (rest.length === 0) {
    children.set(name, node);
    return;
  }
  let inner = children.get(name);
  if (typeof inner !== 'object') inner = { open: dynamic === 'true', children: new Map() };
  children.set(name, inner);
  addPath(inner.children, dynamic, rest, node);
}

function isTextual(definition: Json, coerce: boolean): boolean {
  if (TEXTUAL_TYPES.has(String(definition['type']))) return true;
  // Otherwise it refuses numbers in quotes.
  if (String(definition['coerce'] ?? coerce) !== 'true') return false;
  if (definition['copy_to'] !== undefined) return true;
  const subs = isObject(definition['fields']) ? Object.values(definition['fields']) : [];
  return subs.some((sub) => isTextual(sub as Json, coerce));
}

/** What stands at a name in an object, which may have dots in it; a field where nothing is to be learnt. */
export function childAt(node: ObjectNode, key: string): PathNode {
  const known = node.children.get(key);
  if (known !== undefined) return known;
  if (!key.includes('.')) return node.open ? LEARNABLE : FIELD;
  let at: PathNode = node;
  for (const name of key.split('.')) {
    // Elasticsearch refuses a document with an empty name.
    if (name === '' || typeof at !== 'object') return FIELD;
    at = at === LEARNABLE ? at : childAt(at, name);
  }
  return at;
}

/** Makes a path one of a field; what is known there already stays. */
export function closePath(root: ObjectNode, names: readonly string[]): void {
  let node = root;
  for (const [at, name] of names.entries()) {
    const child = node.children.get(name);
    if (child !== undefined && typeof child !== 'object') return;
    if (at === names.length - 1) {
      if (child === undefined) node.children.set(name, FIELD);
      return;
    }
    const next = child ?? { open: true, children: new Map<string, PathNode>() };
    node.children.set(name, next);
    node = next;
  }
}

export function encodeNode(node: PathNode): Encoded {
  if (typeof node !== 'object') return node;
  const children = Object.create(null) as Record<string, Encoded>;
  for (const [name, child] of node.children) children[name] = encodeNode(child);
  return [node.open ? 1 : 0, children];
}

export function decodeNode(encoded: Encoded): PathNode {
  if (typeof encoded === 'number') return encoded;
  const children = Object.entries(encoded[1]).map(
    ([name, child]) => [name, decodeNode(child)] as const,
  );
  return { open: encoded[0] === 1, children: new Map(children) };
}
