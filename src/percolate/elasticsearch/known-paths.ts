import { type Dynamic, dynamicOf, isObject, type Json } from './mapping-form.ts';

/** An object of the mapping; null instead: a field, below which nothing is learnt. */
interface PathNode {
  /** Whether a new name in it will be mapped. */
  readonly open: boolean;
  readonly children: Map<string, PathNode | null>;
}

/** A node as it travels: null, or whether it is open and its children. */
type Encoded = null | readonly [open: 0 | 1, children: Readonly<Record<string, Encoded>>];

/** Tells whether a document has a path whose mapping has still to be learnt. */
export class KnownPaths {
  readonly #root: PathNode;

  private constructor(root: PathNode) {
    this.#root = root;
  }

  /** @param mappings as `GET /{index}/_mapping` gives them */
  static of(mappings: Json): KnownPaths {
    return new KnownPaths(nodeOf(mappings, 'true') ?? { open: false, children: new Map() });
  }

  static decode(shared: SharedArrayBuffer): KnownPaths {
    // A copy: text decoders refuse shared memory.
    const text = new TextDecoder().decode(new Uint8Array(shared).slice());
    const root = decodeNode(JSON.parse(text) as Encoded);
    return new KnownPaths(root ?? { open: false, children: new Map() });
  }

  encode(): SharedArrayBuffer {
    const bytes = new TextEncoder().encode(JSON.stringify(encodeNode(this.#root)));
    const shared = new SharedArrayBuffer(bytes.length);
    new Uint8Array(shared).set(bytes);
    return shared;
  }

  /** These paths and no more are known besides: Elasticsearch was asked and does not map them. */
  with(paths: readonly string[]): KnownPaths {
    const root = decodeNode(encodeNode(this.#root))!;
    for (const path of paths) addPath(root, path.split('.'));
    return new KnownPaths(root);
  }

  /** Whether a value of the parsed document stands where none was mapped and one would be. */
  unknownIn(document: unknown): boolean {
    return isObject(document) && unknownInObject(this.#root, document);
  }

  /** Those paths, each once. */
  unknownPaths(document: unknown): string[] {
    const found = new Set<string>();
    const visit = (node: PathNode | null, value: unknown, path: string): void => {
      if (node === null || value === null) return;
      if (Array.isArray(value)) {
        for (const element of value as unknown[]) visit(node, element, path);
      } else if (typeof value === 'object') {
        for (const [key, member] of Object.entries(value as Json)) {
          const at = path === '' ? key : `${path}.${key}`;
          visit(childAt(node, key), member, at);
        }
      } else if (node === LEARNABLE) found.add(path);
    };
    visit(this.#root, isObject(document) ? document : null, '');
    return [...found];
  }
}

/** Stands for everything below a name that is not mapped yet. */
const LEARNABLE: PathNode = { open: true, children: new Map() };

/** @returns null where nothing is to be learnt */
function childAt(node: PathNode, key: string): PathNode | null {
  const known = node.children.get(key);
  if (known !== undefined) return known;
  if (!key.includes('.')) return node.open ? LEARNABLE : null;
  let at: PathNode | null = node;
  for (const name of key.split('.')) {
    // Elasticsearch refuses such a document.
    if (name === '') return null;
    at = childAt(at, name);
    if (at === null) return null;
  }
  return at;
}

function unknownInObject(node: PathNode, object: Json): boolean {
  for (const key in object) {
    const value = object[key];
    if (value === null) continue;
    const child = childAt(node, key);
    if (child !== null && unknownInValue(child, value)) return true;
  }
  return false;
}

function unknownInValue(node: PathNode, value: unknown): boolean {
  if (typeof value !== 'object') return node === LEARNABLE;
  if (value === null) return false;
  if (!Array.isArray(value)) return unknownInObject(node, value as Json);
  for (const element of value as unknown[]) if (unknownInValue(node, element)) return true;
  return false;
}

function nodeOf(definition: Json, inherited: Dynamic): PathNode | null {
  const { type } = definition;
  const isField = type !== undefined && type !== 'object' && type !== 'nested';
  if (isField || String(definition['enabled'] ?? true) === 'false') return null;
  const dynamic = dynamicOf(definition, inherited);
  const children = new Map<string, PathNode | null>();
  const properties = isObject(definition['properties']) ? definition['properties'] : {};
  for (const [name, member] of Object.entries(properties)) {
    children.set(name, nodeOf(member as Json, dynamic));
  }
  return { open: dynamic === 'true', children };
}

function addPath(root: PathNode, names: readonly string[]): void {
  let node = root;
  for (const [at, name] of names.entries()) {
    const child = node.children.get(name);
    if (child === null) return;
    if (at === names.length - 1) {
      if (child === undefined) node.children.set(name, null);
      return;
    }
    const next = child ?? { open: true, children: new Map<string, PathNode | null>() };
    node.children.set(name, next);
    node = next;
  }
}

function encodeNode(node: PathNode | null): Encoded {
  if (node === null) return null;
  const children = Object.create(null) as Record<string, Encoded>;
  for (const [name, child] of node.children) children[name] = encodeNode(child);
  return [node.open ? 1 : 0, children];
}

function decodeNode(encoded: Encoded): PathNode | null {
  if (encoded === null) return null;
  const children = Object.entries(encoded[1]).map(
    ([name, child]) => [name, decodeNode(child)] as const,
  );
  return { open: encoded[0] === 1, children: new Map(children) };
}
