import { isObject, type Json } from './mapping-form.ts';
import { keepNumberTexts } from './number-texts.ts';
import {
  childAt,
  closePath,
  decodeNode,
  type Encoded,
  encodeNode,
  FIELD,
  LEARNABLE,
  type ObjectNode,
  type PathNode,
  pathTree,
  TEXTUAL_FIELD,
} from './path-tree.ts';

/** Tells whether a document has a path whose mapping has still to be learnt. */
export class KnownPaths {
  readonly #root: ObjectNode;

  private constructor(root: PathNode) {
    this.#root = typeof root === 'object' ? root : { open: false, children: new Map() };
  }

  /**
   * @param mappings as `GET /{index}/_mapping` gives them
   * @param coerce whether number fields take numbers in quotes, unless they say otherwise
   */
  static of(mappings: Json, coerce = true): KnownPaths {
    return new KnownPaths(pathTree(mappings, coerce));
  }

  static decode(shared: SharedArrayBuffer): KnownPaths {
    // A copy: text decoders refuse shared memory.
    const text = new TextDecoder().decode(new Uint8Array(shared).slice());
    return new KnownPaths(decodeNode(JSON.parse(text) as Encoded));
  }

  encode(): SharedArrayBuffer {
    const bytes = new TextEncoder().encode(JSON.stringify(encodeNode(this.#root)));
    const shared = new SharedArrayBuffer(bytes.length);
    new Uint8Array(shared).set(bytes);
    return shared;
  }

  /** These paths are known besides: Elasticsearch was asked and does not map them. */
  with(paths: readonly string[]): KnownPaths {
    const copy = new KnownPaths(decodeNode(encodeNode(this.#root)));
    for (const path of paths) closePath(copy.#root, path.split('.'));
    return copy;
  }

  /** Whether a value of the parsed document stands where none was mapped and one would be. */
  unknownIn(document: unknown): boolean {
    return isObject(document) && unknownInObject(this.#root, document);
  }

  /** Those paths, each once. */
  unknownPaths(document: unknown): string[] {
    const found = new Set<string>();
    const visit = (node: PathNode, value: unknown, path: string): void => {
      if (typeof node !== 'object' || value === null) return;
      if (Array.isArray(value)) {
        for (const element of value as unknown[]) visit(node, element, path);
      } else if (typeof value === 'object') {
        for (const [key, member] of Object.entries(value as Json)) {
          visit(childAt(node, key), member, path === '' ? key : `${path}.${key}`);
        }
      } else if (node === LEARNABLE) found.add(path);
    };
    if (isObject(document)) visit(this.#root, document, '');
    return [...found];
  }

  /** Whether a number of the parsed document stands where a field indexes its text. */
  takesNumberTexts(document: unknown): boolean {
    return isObject(document) && numberAsText(this.#root, document);
  }

  /**
   * The document's JSON text with numbers in quotes where a field indexes their text and the percolator
   * would not see it as it is written; the same text where there are none.
   */
  withNumberTexts(text: string): string {
    return keepNumberTexts(text, this.#root);
  }
}

function unknownInObject(node: ObjectNode, object: Json): boolean {
  for (const key in object) {
    const value = object[key];
    if (value === null) continue;
    const child = childAt(node, key);
    if (typeof child === 'object' && unknownInValue(child, value)) return true;
  }
  return false;
}

function unknownInValue(node: ObjectNode, value: unknown): boolean {
  if (typeof value !== 'object') return node === LEARNABLE;
  if (value === null) return false;
  if (!Array.isArray(value)) return unknownInObject(node, value as Json);
  for (const element of value as unknown[]) if (unknownInValue(node, element)) return true;
  return false;
}

function numberAsText(node: PathNode, value: unknown): boolean {
  if (typeof value === 'number') return node === TEXTUAL_FIELD;
  if (typeof value !== 'object' || value === null || node === LEARNABLE) return false;
  if (Array.isArray(value)) {
    for (const element of value as unknown[]) if (numberAsText(node, element)) return true;
    return false;
  }
  if (node === FIELD) return false;
  for (const key in value) {
    const child = node === TEXTUAL_FIELD ? node : childAt(node, key);
    if (numberAsText(child, (value as Json)[key])) return true;
  }
  return false;
}
