import { OBJECT } from '../../../mapping/field-type.ts';
import type { FieldTree } from './field-tree.ts';
import { nestedObject, nestedScope, scopeOf, unscoped } from './nested-names.ts';

interface Nested {
  /** The object as what is in it sees it: parent, by path, of the places below. */
  readonly inner: number;
  /** The place that every such object is offered under. */
  readonly object: number;
}

/**
 * Where the contents of nested objects are searched: the nodes below one have places in its scope, see
 * nested-names.ts. Where no index maps any, there is nothing here.
 */
export class NestedPlaces {
  readonly #tree: FieldTree;
  readonly #nested = new Map<number, Nested>();
  /** By root and path: those that no key leads to. */
  readonly #places = new Map<string, number>();
  /** Nested objects by their scopes. */
  readonly #byScope = new Map<string, number>();
  readonly #elsewhere = new Map<string, Map<number, number>>();

  constructor(tree: FieldTree) {
    this.#tree = tree;
  }

  get isEmpty(): boolean {
    return this.#nested.size === 0;
  }

  /** A node became a nested object. Nodes below it, which batches that were taken back left, are forgotten. */
  prepare(node: number): void {
    if (this.#nested.has(node)) return;
    const tree = this.#tree;
    const name = unscoped(tree.paths[node]!);
    tree.dropChildren(node);
    const scope = nestedScope(name);
    const object = tree.addPlace(node, nestedObject(name));
    const inner = this.#add(node, scope + name);
    this.#nested.set(node, { inner, object });
    this.#byScope.set(this.#key(node, scope), node);
    tree.types[inner] = OBJECT;
    tree.above[object] = -1;
    tree.above[inner] = this.#above(node, scope, name);
  }

  /** The node whose path those below begin with. */
  innerOf(node: number): number {
    return this.#nested.get(node)?.inner ?? node;
  }

  /** The place of the objects themselves; undefined where the node is no nested object. */
  objectOf(node: number): number | undefined {
    return this.#nested.get(node)?.object;
  }

  scopeOf(node: number): string {
    return scopeOf(this.#tree.paths[node]!);
  }

  /** Where a node's values stand in another scope, whose objects have them as well. */
  elsewhere(node: number, scope: string): number {
    let known = this.#elsewhere.get(scope);
    if (known === undefined) {
      known = new Map();
      this.#elsewhere.set(scope, known);
    }
    let place = known.get(node);
    if (place === undefined) {
      place = this.#place(node, scope, unscoped(this.#tree.paths[node]!));
      known.set(node, place);
    }
    return place;
  }

  /** All places elsewhere that have what a node has, by `include_in_parent` and `include_in_root`. */
  included(node: number): readonly number[] {
    const scopes = new Set<string>();
    this.#addScopes(node, this.scopeOf(node), scopes);
    return [...scopes].map((scope) => this.elsewhere(node, scope));
  }

  #addScopes(other: number, scope: string, scopes: Set<string>): void {
    const nested = this.#byScope.get(this.#key(other, scope));
    if (nested === undefined) return;
    const { includeInParent, includeInRoot } = this.#tree.kinds.kindOf(nested) ?? {};
    if (includeInRoot) scopes.add('');
    if (!includeInParent) return;
    const around = this.scopeOf(nested);
    scopes.add(around);
    this.#addScopes(other, around, scopes);
  }

  /** @param other any node of the same index */
  #place(other: number, scope: string, name: string): number {
    const tree = this.#tree;
    const path = scope + name;
    const known = this.#places.get(this.#key(other, path));
    if (known !== undefined) return known;
    // A form's place has no keys of its own.
    const form = name.indexOf('\0');
    const natural = form < 0 ? tree.nodeAt(tree.indexOf(other), name) : undefined;
    if (natural !== undefined && tree.paths[natural] === path) return natural;
    const owner = form < 0 ? other : this.#place(other, scope, name.slice(0, form));
    const place = this.#add(owner, path);
    if (natural !== undefined && this.#isObject(natural)) tree.types[place] = OBJECT;
    tree.above[place] = form < 0 ? this.#above(other, scope, name) : -1;
    return place;
  }

  #isObject(node: number): boolean {
    return this.#tree.types[node] === OBJECT || this.#tree.kinds.isObject(node);
  }

  /** The object that holds the field of that name. */
  #above(other: number, scope: string, name: string): number {
    const tree = this.#tree;
    const dot = name.lastIndexOf('.');
    if (dot < 0) return -1;
    const outer = name.slice(0, dot);
    const natural = tree.nodeAt(tree.indexOf(other), outer);
    const isMultiField = natural !== undefined && tree.kinds.fieldsOf(natural).length > 0;
    return isMultiField ? this.#above(other, scope, outer) : this.#place(other, scope, outer);
  }

  #add(owner: number, path: string): number {
    const place = this.#tree.addPlace(owner, path);
    this.#places.set(this.#key(owner, path), place);
    return place;
  }

  #key(node: number, path: string): string {
    return `${this.#tree.rootOf(node)} ${path}`;
  }
}
