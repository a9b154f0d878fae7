import type { Found, IndexRules } from '../../../mapping/dynamic-rules.ts';
import type { FieldKind } from '../../../mapping/field-kind.ts';
import {
  type FieldType,
  fieldCount,
  KEYWORD_FIELD,
  NOT_MAPPED,
  OBJECT,
  TEXT_FIELD,
  UNMAPPED,
} from '../../../mapping/field-type.ts';
import type { FieldProposal } from '../../../mapping/index-mappings.ts';
import { FIRST_KIND, kindSize } from '../../../mapping/kind-table.ts';
import { USUAL_FOUND } from '../../../mapping/usual-found.ts';
import { hashBytes } from '../memory/hash.ts';
import { KeyTable } from './key-table.ts';
import { KindNodes } from './kind-nodes.ts';
import { unscoped } from './nested-names.ts';
import { NestedPlaces } from './nested-places.ts';

/** What resolving a key can answer instead of a node: its values are not searchable. */
export const IGNORED = -1;

const encoder = new TextEncoder();
const KEYWORD: FieldKind = { type: 'keyword' };

type Provisional = { node: number; before: FieldType; proposal: FieldProposal };

interface Root {
  readonly index: string;
  readonly node: number;
  fields: number;
  nodes: number;
  nested: number;
  readonly members: number[];
  changes: number;
}

const EMPTY = { fields: 0, nodes: 0, nested: 0, changes: 0 };

/**
 * A worker's view of all mappings: one node per field of each index, found from its parent by the
 * raw bytes of the key. Types that this worker had to choose itself hold for the batch at hand only:
 * the main thread fixes them, in admission order, and tells by the log.
 */
export class FieldTree {
  readonly #maxFields: number;
  readonly #roots = new Map<string, Root>();
  readonly #rootOf: number[] = [];
  readonly #rootList: Root[] = [];

  /** Field type of each node; see {@link settle} for those chosen here. */
  readonly types: number[] = [];
  readonly parents: number[] = [];
  /** Where the values of a node are searched: its path, below a nested object in its scope. */
  readonly paths: string[] = [];
  readonly pathHashes: number[] = [];
  /** Node that has a value where this one has. */
  readonly above: number[] = [];
  /** Node of the `.keyword` sub-field, or -1. */
  readonly keywords: number[] = [];
  readonly #children: (Map<string, number> | undefined)[] = [];
  /** Indices of a kind have the same paths: each text is kept once. */
  readonly #pathTexts = new Map<string, string>();
  #idNode = -1;
  /** What explicit mappings say. */
  readonly kinds: KindNodes;
  readonly nested: NestedPlaces;
  #provisional: Provisional[] = [];

  readonly keys = new KeyTable();

  constructor(maxFields: number) {
    this.#maxFields = maxFields;
    this.kinds = new KindNodes(this);
    this.nested = new NestedPlaces(this);
  }

  get size(): number {
    return this.types.length;
  }

  root(index: string): number {
    const known = this.#roots.get(index);
    if (known !== undefined) return known.node;
    const root: Root = { index, node: this.size, members: [], ...EMPTY };
    this.#roots.set(index, root);
    this.#rootList.push(root);
    this.#addNode(-1, '', this.#rootList.length - 1, OBJECT);
    return root.node;
  }

  #addNode(parent: number, path: string, root: number, type: FieldType): number {
    const node = this.size;
    const bytes = encoder.encode(path);
    this.types.push(type);
    this.parents.push(parent);
    this.above.push(parent);
    this.paths.push(this.#once(path));
    this.pathHashes.push(hashBytes(bytes, 0, bytes.length));
    this.keywords.push(-1);
    this.#children.push(undefined);
    this.#rootOf.push(root);
    this.#rootList[root]!.nodes++;
    this.#rootList[root]!.members.push(node);
    return node;
  }

  /**
   * Adds a key that is new to {@link keys}; {@link IGNORED} when it can't be searched.
   * @param name the key with escapes resolved; dots in it are steps down, as in Elasticsearch
   */
  addKey(
    parent: number,
    hash: number,
    source: Uint8Array,
    from: number,
    to: number,
    name: string,
  ): number {
    const node = this.#resolve(parent, name);
    // It gets no entry: made-up keys must not fill the memory.
    if (node === IGNORED) return IGNORED;
    return this.keys.add(parent, hash, source, from, to, node);
  }

  #once(path: string): string {
    const known = this.#pathTexts.get(path);
    if (known !== undefined) return known;
    this.#pathTexts.set(path, path);
    return path;
  }

  /** @param throughNested nested objects may be on the way */
  #resolve(parent: number, name: string, throughNested = false): number {
    // As in Java's split, what ends in dots ends before them.
    const steps = name.replace(/\.+$/, '').split('.');
    let node = parent;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!;
      if (step === '') return IGNORED;
      if (i > 0 && !this.isObject(node)) return IGNORED;
      if (i > 0 && !throughNested && this.kinds.isNested(node)) return IGNORED;
      node = this.#child(node, step);
      if (node === IGNORED) return IGNORED;
    }
    return node;
  }

  #child(parent: number, name: string): number {
    const known = this.#children[parent]?.get(name);
    if (known !== undefined) return known;
    const root = this.#rootOf[parent]!;
    // Nodes without a type (only nulls so far) are bounded too.
    if (this.#rootList[root]!.nodes > 3 * this.#limitOf(this.#rootList[root]!.index))
      return IGNORED;
    return this.#addChild(parent, name);
  }

  #addChild(parent: number, name: string): number {
    const inner = this.nested.isEmpty ? parent : this.nested.innerOf(parent);
    const path = this.paths[inner] === '' ? name : `${this.paths[inner]}.${name}`;
    const node = this.#addNode(parent, path, this.#rootOf[parent]!, UNMAPPED);
    this.above[node] = inner;
    let children = this.#children[parent];
    if (children === undefined) {
      children = new Map();
      this.#children[parent] = children;
    }
    children.set(this.#once(name), node);
    return node;
  }

  /** Type of a field of the index with this root, UNMAPPED when it has none. */
  typeAt(root: number, path: string): FieldType {
    let node: number | undefined = root;
    for (const step of path.split('.')) {
      node = this.#children[node]?.get(step);
      if (node === undefined) return UNMAPPED;
    }
    return this.types[node]!;
  }

  /** Another number when fields got or lost types. */
  changesOf(root: number): number {
    return this.#rootList[this.#rootOf[root]!]!.changes;
  }

  /** Each field that the index with this root maps; an alias is of the kind that it stands for. */
  *fieldsOf(root: number): Generator<readonly [path: string, kind: FieldKind]> {
    for (const node of this.#rootList[this.#rootOf[root]!]!.members) {
      const type = this.types[node]!;
      // The sub-fields of one whose type was taken back stay as nodes.
      const isOrphan = node === root || this.types[this.parents[node]!] === UNMAPPED;
      if (isOrphan || type === UNMAPPED || type === NOT_MAPPED) continue;
      let kind = type === KEYWORD_FIELD ? KEYWORD : this.kinds.kindOf(node);
      if (kind?.type === 'alias') kind = this.kinds.kindOfType(this.typeAt(root, kind.path!));
      if (kind === undefined || kind.type === 'object' || kind.type === 'nested') continue;
      // Features by name: nothing can be asked of them.
      if (kind.holds === 'rank_features') continue;
      yield [this.nameOf(node), kind];
    }
  }

  /** The node of all documents' `_id`: no key leads to it. */
  get idNode(): number {
    if (this.#idNode < 0) this.#idNode = this.#walk(this.root(''), '_id');
    return this.#idNode;
  }

  isMetadata(node: number): boolean {
    return node === this.#idNode;
  }

  /** Whether values below this node can be searched: it is an object, or becomes one now. */
  isObject(node: number): boolean {
    const type = this.types[node]!;
    if (type === OBJECT) return true;
    if (type === UNMAPPED) return this.assign(node, OBJECT) && this.isObject(node);
    return type >= FIRST_KIND && this.kinds.isObject(node);
  }

  /**
   * Chooses a type for an unmapped field, for this batch; false when the index has too many fields, or its
   * mapping leaves the field out.
   * @param usual where no rule of the index says anything else
   * @throws StrictMapping
   */
  assign(node: number, usual: FieldType, found?: Found, format?: string): boolean {
    const parent = this.parents[node]!;
    if (parent >= 0 && !this.isObject(parent)) return false;
    const root = this.#rootList[this.#rootOf[node]!]!;
    const { index } = root;
    const path = this.nameOf(node);
    const type = this.kinds.hasRules(index)
      ? this.kinds.decide(index, path, usual, found ?? USUAL_FOUND[usual]!, format)
      : usual;
    if (type === NOT_MAPPED) {
      this.types[node] = NOT_MAPPED;
      return false;
    }
    if (root.fields + this.#sizeOf(type) > this.#limitOf(index)) return false;
    if (this.kinds.isNestedType(type) && root.nested >= this.kinds.nestedLimits(index).fields)
      return false;
    this.#setType(node, type);
    const proposal =
      type < FIRST_KIND
        ? { index, path, type }
        : { index, path, type, kind: this.kinds.table.text(type) };
    this.#provisional.push({ node, before: UNMAPPED, proposal });
    return true;
  }

  #limitOf(index: string): number {
    return Math.max(this.#maxFields, this.kinds.fieldLimit(index));
  }

  #sizeOf(type: FieldType): number {
    if (type === UNMAPPED || type === NOT_MAPPED) return 0;
    return type < FIRST_KIND ? fieldCount(type) : kindSize(this.kinds.table.kind(type));
  }

  /** Types that have been chosen in this batch, to be given to {@link undo}. */
  get chosen(): number {
    return this.#provisional.length;
  }

  /** Takes back what was chosen since then: the document was refused. */
  undo(since: number): void {
    for (const each of this.#provisional.splice(since).reverse()) this.#take(each);
  }

  /** Makes a field one of another kind, for this batch. */
  become(node: number, text: string): void {
    const [before, type] = [this.types[node]!, this.kinds.table.intern(text)];
    this.types[node] = type;
    const proposal = { index: this.indexOf(node), path: this.nameOf(node), type, kind: text };
    this.#provisional.push({ node, before, proposal });
  }

  #take({ node, before }: Provisional): void {
    this.#rootList[this.#rootOf[node]!]!.changes++;
    this.#count(node, this.types[node]!, -1);
    this.#count(node, before, 1);
    this.types[node] = before;
  }

  #count(node: number, type: FieldType, sign: 1 | -1): void {
    const root = this.#rootList[this.#rootOf[node]!]!;
    root.fields += sign * this.#sizeOf(type);
    if (this.kinds.isNestedType(type)) root.nested += sign;
  }

  #setType(node: number, type: FieldType): void {
    this.#rootList[this.#rootOf[node]!]!.changes++;
    this.types[node] = type;
    this.#count(node, type, 1);
    if (type >= FIRST_KIND) this.kinds.prepare(node, this.indexOf(node));
    if (type !== TEXT_FIELD || this.keywords[node] !== -1) return;
    const path = `${this.paths[node]}.keyword`;
    this.keywords[node] = this.#addNode(node, path, this.#rootOf[node]!, KEYWORD_FIELD);
  }

  /** Ends a batch: takes the types chosen in it back, and returns them as proposals in order of choice. */
  settle(): FieldProposal[] {
    if (this.#provisional.length === 0) return [];
    const chosen = this.#provisional;
    this.#provisional = [];
    for (const each of chosen.toReversed()) this.#take(each);
    return chosen.map(({ proposal }) => proposal);
  }

  /** Takes a type that the main thread has fixed. */
  confirm(index: string, path: string, type: FieldType): void {
    const node = this.#walk(this.root(index), path);
    if (this.types[node] === type) return;
    this.#count(node, this.types[node]!, -1);
    this.#setType(node, type);
  }

  indexOf(node: number): string {
    return this.#rootList[this.#rootOf[node]!]!.index;
  }

  /** Node of a field of an index, if there is one. */
  nodeAt(index: string, path: string): number | undefined {
    let node = this.#roots.get(index)?.node;
    for (const step of path.split('.')) {
      if (node === undefined) return undefined;
      node = this.#children[node]?.get(step);
    }
    return node;
  }

  /** Node of a field by its path, of the index that another node is in; {@link IGNORED} when there is no room. */
  nodeFor(other: number, path: string): number {
    return this.#resolve(this.#rootList[this.#rootOf[other]!]!.node, path, true);
  }

  childOf(node: number, name: string): number {
    return this.#children[node]?.get(name) ?? this.#addChild(node, name);
  }

  /** A node's path as the mapping has it. */
  nameOf(node: number): string {
    return unscoped(this.paths[node]!);
  }

  /** The field that a place of one of its forms belongs to; other nodes themselves. */
  keyNode(node: number): number {
    return this.paths[node]!.includes('\0') ? this.parents[node]! : node;
  }

  /** Number of the index that a node is in. */
  rootOf(node: number): number {
    return this.#rootOf[node]!;
  }

  /** Forgets what is below a node, and the keys that led there. */
  dropChildren(node: number): void {
    if (this.#children[node] === undefined) return;
    this.#children[node] = undefined;
    const isBelow = (at: number): boolean => {
      const up = this.parents[at]!;
      return up === node || (up >= 0 && isBelow(up));
    };
    this.keys.forget(isBelow);
  }

  /** A node that no key leads to. */
  addPlace(node: number, path: string): number {
    return this.#addNode(node, path, this.#rootOf[node]!, UNMAPPED);
  }

  /** The rules of an index are others: fields that were left out may be taken now. */
  setRules(index: string, rules: IndexRules): void {
    this.kinds.setRules(index, rules);
    for (let node = 0; node < this.size; node++) {
      if (this.types[node] === NOT_MAPPED && this.indexOf(node) === index)
        this.types[node] = UNMAPPED;
    }
  }

  /** An index begins anew: all its fields are gone. */
  forget(index: string): void {
    this.kinds.forget(index);
    this.#roots.delete(index);
  }

  #walk(root: number, path: string): number {
    let node = root;
    for (const step of path.split('.')) {
      node = this.#children[node]?.get(step) ?? this.#addChild(node, step);
    }
    return node;
  }
}
