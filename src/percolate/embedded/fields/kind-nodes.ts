import {
  DynamicRules,
  type Found,
  type IndexRules,
  NESTED_LIMITS,
  type NestedLimits,
} from '../../../mapping/dynamic-rules.ts';
import type { FieldKind } from '../../../mapping/field-kind.ts';
import { type FieldType, NOT_MAPPED } from '../../../mapping/field-type.ts';
import { dynamicKind, FIRST_KIND, KindTable, kindText } from '../../../mapping/kind-table.ts';
import type { FieldTree } from './field-tree.ts';
import { formName, formOf, formPlace, keyedPlace, keysPlace } from './form-names.ts';

/** A document brings a field where the mapping takes no new ones. */
export class StrictMapping extends Error {}

function strictMapping(path: string): StrictMapping {
  const dot = path.lastIndexOf('.');
  const [parent, name] = dot < 0 ? ['_doc', path] : [path.slice(0, dot), path.slice(dot + 1)];
  return new StrictMapping(
    `mapping set to strict, dynamic introduction of [${name}] within [${parent}] is not allowed`,
  );
}

const NO_NODES: readonly number[] = [];
const NO_CONSTANTS: ReadonlySet<number> = new Set();

/**
 * What explicit mappings add to a worker's view of the fields: the kinds of some nodes, their multi-fields
 * and aliases, and what becomes of new fields. Where no index has any, nothing of this is touched.
 */
export class KindNodes {
  readonly #tree: FieldTree;
  /** Numbered apart from the main thread's: some are this worker's own choice. */
  readonly table = new KindTable();
  /** The main thread's numbers. */
  readonly #numbered: FieldType[] = [];
  readonly #rules = new Map<string, DynamicRules>();
  readonly #given = new Map<string, IndexRules>();
  readonly #places = new Map<number, number>();
  readonly #keyedPlaces = new Map<number, readonly [keyed: number, keys: number]>();
  readonly #fields = new Map<number, readonly number[]>();
  readonly #aliases = new Map<number, readonly number[]>();
  /** Fields whose values all documents of an index have. */
  readonly #constants = new Map<string, Set<number>>();
  /** Aliases by the path that they stand for, until it is a field: index, path, node. */
  #waiting: { index: string; path: string; node: number }[] = [];

  constructor(tree: FieldTree) {
    this.#tree = tree;
  }

  /** Takes the next kind that the main thread has numbered. */
  learn(text: string): void {
    this.#numbered.push(this.table.intern(text));
  }

  /** The number here of a type as the main thread has it. */
  typeOf(type: FieldType): FieldType {
    return type < FIRST_KIND ? type : this.#numbered[type - FIRST_KIND]!;
  }

  setRules(index: string, rules: IndexRules): void {
    this.#rules.set(index, new DynamicRules(rules));
    this.#given.set(index, rules);
  }

  forget(index: string): void {
    this.#rules.delete(index);
    this.#given.delete(index);
    this.#constants.delete(index);
  }

  hasRules(index: string): boolean {
    return this.#rules.size > 0 && this.#rules.has(index);
  }

  /** How many fields the index says it may have; 0 where it says nothing. */
  fieldLimit(index: string): number {
    return this.#given.get(index)?.fieldLimit ?? 0;
  }

  /** What the settings of an index mean by an analyzer; undefined where they define none of that name. */
  analyzerOf(index: string, name: string): string | null | undefined {
    const own = this.#given.get(index)?.analyzers;
    return own !== undefined && Object.hasOwn(own, name) ? own[name] : undefined;
  }

  /** Rules of the index that a node is in, if it has any. */
  rulesFor(node: number): IndexRules | undefined {
    return this.#given.size === 0 ? undefined : this.#given.get(this.#tree.indexOf(node));
  }

  /** Whether nothing in documents of the index is looked at. */
  isDisabled(index: string): boolean {
    return this.#given.size > 0 && this.#given.get(index)?.enabled === false;
  }

  /**
   * The type of a field that a document brings.
   * @param usual what it gets where no rule says anything
   * @throws StrictMapping
   */
  decide(
    index: string,
    path: string,
    usual: FieldType,
    found: Found,
    format: string | undefined,
  ): FieldType {
    const rules = this.#rules.get(index);
    if (rules === undefined) return usual;
    const kind = rules.kindOf(path, found, format);
    if (kind === undefined) return usual;
    if (kind !== null) return this.table.intern(kindText(kind));
    if (rules.dynamicAt(path) === 'strict') throw strictMapping(path);
    return NOT_MAPPED;
  }

  /** For an explicit null, or an empty list, of a field that the mapping does not name. @throws StrictMapping */
  checkStrict(node: number): void {
    const index = this.#tree.indexOf(node);
    if (!this.hasRules(index)) return;
    const path = this.#tree.nameOf(node);
    if (this.#rules.get(index)!.dynamicAt(path) === 'strict') throw strictMapping(path);
  }

  kindOf(node: number): FieldKind | undefined {
    return this.kindOfType(this.#tree.types[node]!);
  }

  kindOfType(type: FieldType): FieldKind | undefined {
    return type < FIRST_KIND ? dynamicKind(type) : this.table.kind(type);
  }

  isObject(node: number): boolean {
    const type = this.#tree.types[node]!;
    if (type < FIRST_KIND) return false;
    const kind = this.table.kind(type);
    return (kind.type === 'object' || kind.type === 'nested') && kind.enabled !== false;
  }

  /** Whether objects at a node are nested: searched each by itself. */
  isNested(node: number): boolean {
    return this.isNestedType(this.#tree.types[node]!);
  }

  isNestedType(type: FieldType): boolean {
    if (type < FIRST_KIND) return false;
    const kind = this.table.kind(type);
    return kind.type === 'nested' && kind.enabled !== false;
  }

  nestedLimits(index: string): NestedLimits {
    return this.#given.get(index)?.nestedLimits ?? NESTED_LIMITS;
  }

  /** Whether contents of a node are left alone on purpose. */
  isIgnored(node: number): boolean {
    const type = this.#tree.types[node]!;
    return type === NOT_MAPPED || (type >= FIRST_KIND && this.table.kind(type).enabled === false);
  }

  /** Node under which a field's terms are offered. */
  placeOf(node: number): number {
    return this.#places.get(node) ?? node;
  }

  /** Nodes under which a flattened object's values are offered with their keys, and the keys alone; empty for others. */
  keyedPlacesOf(node: number): readonly number[] {
    return this.#keyedPlaces.get(node) ?? NO_NODES;
  }

  /** Nodes of the multi-fields. */
  fieldsOf(node: number): readonly number[] {
    return this.#fields.get(node) ?? NO_NODES;
  }

  constantsOf(index: string): ReadonlySet<number> {
    return this.#constants.size === 0 ? NO_CONSTANTS : (this.#constants.get(index) ?? NO_CONSTANTS);
  }

  aliasesOf(node: number): readonly number[] {
    return this.#aliases.get(node) ?? NO_NODES;
  }

  /** Prepares a node for a kind; its type is set by now. */
  prepare(node: number, index: string): void {
    const tree = this.#tree;
    const path = tree.paths[node]!;
    const kind = this.table.kind(tree.types[node]!);
    if (kind.type === 'alias') {
      this.#waiting.push({ index, path: kind.path!, node });
      return;
    }
    if (this.isNested(node)) {
      tree.nested.prepare(node);
      return;
    }
    this.#takePlace(node, kind, path);
    const fields: number[] = [];
    for (const [name, field] of Object.entries(kind.fields ?? {})) {
      const child = tree.childOf(node, name);
      // Its object has a value where it has one, the field itself may have refused the value.
      tree.above[child] = tree.above[node]!;
      // Multi-fields may be of a dynamic type, but they are read by their kind all the same.
      tree.types[child] = this.table.intern(kindText(field));
      this.#takePlace(child, field, tree.paths[child]!);
      fields.push(child);
    }
    this.#fields.set(node, fields);
  }

  #takePlace(node: number, kind: FieldKind, path: string): void {
    if (kind.type === 'constant_keyword') this.#addConstant(node);
    const form = formOf(kind);
    if (form?.own !== true) {
      this.#places.delete(node);
      return;
    }
    const place = formPlace(path, form.name);
    const known = this.#places.get(node);
    if (known !== undefined && this.#tree.paths[known] === place) return;
    this.#places.set(node, this.#tree.addPlace(node, place));
    if (kind.type !== 'flattened') return;
    const keyed = keyedPlace(path, form.name);
    this.#keyedPlaces.set(node, [
      this.#tree.addPlace(node, keyed),
      this.#tree.addPlace(node, keysPlace(keyed)),
    ]);
  }

  #addConstant(node: number): void {
    const index = this.#tree.indexOf(node);
    const known = this.#constants.get(index);
    if (known === undefined) this.#constants.set(index, new Set([node]));
    else known.add(node);
  }

  /** Ties aliases to what they stand for, once a group of fields was taken. */
  tieAliases(): void {
    if (this.#waiting.length === 0) return;
    this.#waiting = this.#waiting.filter(({ index, path, node }) => {
      const target = this.#tree.nodeAt(index, path);
      const kind = target === undefined ? undefined : this.kindOf(target);
      if (target === undefined || kind === undefined) return true;
      // Values of dynamic types are read without a look at aliases.
      if (this.#tree.types[target]! < FIRST_KIND) {
        this.#tree.types[target] = this.table.intern(kindText(kind), true);
        this.prepare(target, index);
      }
      const { fields: _fields, copyTo: _copyTo, ...own } = kind;
      this.#takePlace(node, own, this.#tree.paths[node]!);
      const known = this.aliasesOf(target);
      if (!known.includes(node)) this.#aliases.set(target, [...known, node]);
      return false;
    });
  }

  /**
   * Whether a node's values have to be looked at for what is offered elsewhere.
   * @param wanted classes that queries ask of a node
   */
  isVisited(node: number, wanted: (node: number) => number): boolean {
    if (this.#tree.types[node]! < FIRST_KIND) return false;
    const { copyTo = [], type, value } = this.kindOf(node)!;
    // The first value of a constant is part of the mapping, whether or not anybody asks.
    if (copyTo.length > 0 || (type === 'constant_keyword' && value === undefined)) return true;
    const offered = [node, ...this.fieldsOf(node), ...this.aliasesOf(node)];
    const isWanted = (place: number): boolean => wanted(place) !== 0;
    return offered.some(
      (each) =>
        isWanted(each) || isWanted(this.placeOf(each)) || this.keyedPlacesOf(each).some(isWanted),
    );
  }

  isObjectType(type: FieldType): boolean {
    const name = this.kindOfType(type)?.type;
    return name === 'object' || name === 'nested';
  }

  /**
   * Whether the index with this root maps a field as text.
   * @param place the field's path, or the place of a form of it
   * @param isAny also where it is not indexed
   */
  mapsText(root: number, place: string, isAny: boolean): boolean {
    const name = formName(place);
    const path = name === undefined ? place : place.slice(0, place.length - name.length - 1);
    let kind = this.kindOfType(this.#tree.typeAt(root, path));
    if (kind?.type === 'alias') kind = this.kindOfType(this.#tree.typeAt(root, kind.path!));
    if (kind?.type !== 'text' || (!isAny && kind.index === false)) return false;
    return formOf(kind)?.name === name;
  }
}
