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
import { hashBytes, mix } from '../memory/hash.ts';
import { KindNodes } from './kind-nodes.ts';

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
  readonly members: number[];
  changes: number;
}

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
  readonly paths: string[] = [];
  readonly pathHashes: number[] = [];
  /** Node of the `.keyword` sub-field, or -1. */
  readonly keywords: number[] = [];
  readonly #children: (Map<string, number> | undefined)[] = [];
  /** Indices of a kind have the same paths: each text is kept once. */
  readonly #pathTexts = new Map<string, string>();
  #idNode = -1;
  /** What explicit mappings say. */
  readonly kinds: KindNodes;
  #provisional: Provisional[] = [];

  /** Keys as written in documents: parent, place of the raw bytes, node, the key that came next the last time. */
  readonly keyParents: number[] = [];
  readonly keyBytes: Uint8Array[] = [];
  readonly keyNodes: number[] = [];
  readonly keyNext: number[] = [];
  readonly #keyHashes: number[] = [];
  /** Entry + 1 by hash, open addressing. */
  #keySlots = new Int32Array(1024);
  readonly #keyTexts = new Map<string, Uint8Array>();

  constructor(maxFields: number) {
    this.#maxFields = maxFields;
    this.kinds = new KindNodes(this);
  }

  get size(): number {
    return this.types.length;
  }

  root(index: string): number {
    const known = this.#roots.get(index);
    if (known !== undefined) return known.node;
    const root: Root = { index, node: this.size, fields: 0, nodes: 0, members: [], changes: 0 };
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
   * The key entry for raw key bytes below a node, or -1 when the key is new: then {@link addKey}.
   * @param hash of the raw bytes
   */
  findKey(parent: number, hash: number, source: Uint8Array, from: number, to: number): number {
    const mixed = mix(hash, parent);
    const mask = this.#keySlots.length - 1;
    for (let slot = mixed & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#keySlots[slot]! - 1;
      if (entry < 0) return -1;
      if (this.#keyHashes[entry] !== mixed || this.keyParents[entry] !== parent) continue;
      if (sameBytes(this.keyBytes[entry]!, source, from, to)) return entry;
    }
  }

  /** @param name the key with escapes resolved; dots in it are steps down, as in Elasticsearch */
  addKey(
    parent: number,
    hash: number,
    source: Uint8Array,
    from: number,
    to: number,
    name: string,
  ): number {
    const node = this.#resolve(parent, name);
    // A key that can't be searched gets no entry: made-up keys must not fill the memory.
    if (node === IGNORED) return IGNORED;
    const entry = this.keyParents.length;
    this.keyParents.push(parent);
    this.keyBytes.push(this.#bytesOnce(source, from, to));
    this.keyNodes.push(node);
    this.keyNext.push(-1);
    this.#keyHashes.push(mix(hash, parent));
    if (entry * 2 >= this.#keySlots.length) this.#growSlots();
    else this.#placeKey(entry);
    return entry;
  }

  #placeKey(entry: number): void {
    const mask = this.#keySlots.length - 1;
    let slot = this.#keyHashes[entry]! & mask;
    while (this.#keySlots[slot] !== 0) slot = (slot + 1) & mask;
    this.#keySlots[slot] = entry + 1;
  }

  #growSlots(): void {
    this.#keySlots = new Int32Array(this.#keySlots.length * 2);
    for (let entry = 0; entry < this.#keyHashes.length; entry++) this.#placeKey(entry);
  }

  #once(path: string): string {
    const known = this.#pathTexts.get(path);
    if (known !== undefined) return known;
    this.#pathTexts.set(path, path);
    return path;
  }

  #bytesOnce(source: Uint8Array, from: number, to: number): Uint8Array {
    const text = Buffer.from(source.buffer, source.byteOffset + from, to - from).toString('latin1');
    let bytes = this.#keyTexts.get(text);
    if (bytes === undefined) {
      bytes = Uint8Array.from(source.subarray(from, to));
      this.#keyTexts.set(text, bytes);
    }
    return bytes;
  }

  #resolve(parent: number, name: string): number {
    // As in Java's split, what ends in dots ends before them.
    const steps = name.replace(/\.+$/, '').split('.');
    let node = parent;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!;
      if (step === '') return IGNORED;
      if (i > 0 && !this.isObject(node)) return IGNORED;
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
    const path = this.paths[parent] === '' ? name : `${this.paths[parent]}.${name}`;
    const node = this.#addNode(parent, path, this.#rootOf[parent]!, UNMAPPED);
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
      if (kind !== undefined && kind.type !== 'object') yield [this.paths[node]!, kind];
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
    const path = this.paths[node]!;
    const type = this.kinds.hasRules(index)
      ? this.kinds.decide(index, path, usual, found ?? USUAL_FOUND[usual]!, format)
      : usual;
    if (type === NOT_MAPPED) {
      this.types[node] = NOT_MAPPED;
      return false;
    }
    if (root.fields + this.#sizeOf(type) > this.#limitOf(index)) return false;
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

  /** Makes a field one of another kind that counts for as much, for this batch. */
  become(node: number, text: string): void {
    const [before, type] = [this.types[node]!, this.kinds.table.intern(text)];
    this.types[node] = type;
    const proposal = { index: this.indexOf(node), path: this.paths[node]!, type, kind: text };
    this.#provisional.push({ node, before, proposal });
  }

  #take({ node, before }: Provisional): void {
    this.#rootList[this.#rootOf[node]!]!.changes++;
    const freed = this.#sizeOf(this.types[node]!) - this.#sizeOf(before);
    this.#rootList[this.#rootOf[node]!]!.fields -= freed;
    this.types[node] = before;
  }

  #setType(node: number, type: FieldType): void {
    this.#rootList[this.#rootOf[node]!]!.changes++;
    this.types[node] = type;
    this.#rootList[this.#rootOf[node]!]!.fields += this.#sizeOf(type);
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
    this.#rootList[this.#rootOf[node]!]!.fields -= this.#sizeOf(this.types[node]!);
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
    return this.#resolve(this.#rootList[this.#rootOf[other]!]!.node, path);
  }

  childOf(node: number, name: string): number {
    return this.#children[node]?.get(name) ?? this.#addChild(node, name);
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

function sameBytes(key: Uint8Array, source: Uint8Array, from: number, to: number): boolean {
  if (key.length !== to - from) return false;
  for (let i = 0; i < key.length; i++) if (key[i] !== source[from + i]) return false;
  return true;
}
