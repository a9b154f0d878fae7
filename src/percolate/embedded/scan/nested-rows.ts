import { HAS_TEXT } from '../compile/term-class.ts';
import type { FieldTree } from '../fields/field-tree.ts';
import { IntList } from '../memory/int-list.ts';
import { Atoms } from './atoms.ts';
import { IncludedRows } from './nested-includes.ts';
import { type OpenObject, RUN_WORDS } from './nested-log.ts';
import type { Offers } from './offers.ts';

/** A document has more nested objects than its index allows. */
export class TooManyNested extends Error {}

/**
 * The nested objects of the document at hand. While it is scanned, only notes are made of which rows belong to
 * which; then {@link split} takes these rows apart: what is left are those of the document itself. As in Lucene,
 * objects stand before those that they are in.
 */
export class NestedRows {
  /** Rows of all objects, object by object. Their texts lie where the document's do. */
  readonly atoms = new Atoms();
  /** Objects. */
  size = 0;
  /** By object: the node of its kind, its first atom and first number; one more at the end. */
  places = new Int32Array(16);
  starts = new Int32Array(17);
  numberStarts = new Int32Array(17);

  readonly #tree: FieldTree;
  readonly #offers: Offers;
  readonly #rows: Atoms;
  readonly #included: IncludedRows;
  readonly #open: OpenObject[] = [];
  readonly #log = new IntList(64);
  /** By id, in the order of their beginnings: places, and their numbers in the order of their ends. */
  readonly #places: number[] = [];
  readonly #orders: number[] = [];

  constructor(tree: FieldTree, atoms: Atoms, offers: Offers) {
    this.#tree = tree;
    this.#offers = offers;
    this.#rows = atoms;
    this.#included = new IncludedRows(tree, atoms, offers);
  }

  beginDocument(): void {
    if (this.#places.length === 0) return;
    this.size = 0;
    this.#places.length = 0;
    this.#orders.length = 0;
    this.#open.length = 0;
    this.#log.length = 0;
  }

  /** Whether the document has such objects. */
  get isEmpty(): boolean {
    return this.#places.length === 0;
  }

  /**
   * What comes next is in an object at a node that is nested.
   * @throws TooManyNested
   */
  begin(node: number): void {
    const tree = this.#tree;
    const place = tree.nested.objectOf(node)!;
    const id = this.#places.length;
    const limit = tree.kinds.nestedLimits(tree.indexOf(node)).objects;
    if (id >= limit) {
      throw new TooManyNested(
        `The number of nested documents has exceeded the allowed limit of [${limit}]. This limit can be set by changing the [index.mapping.nested_objects.limit] index level setting.`,
      );
    }
    if (id === 0)
      this.#open.push({ id: -1, node: -1, scope: '', stamp: this.#offers.stamp, from: 0 });
    this.#places.push(place);
    this.#orders.push(-1);
    const scope = tree.nested.scopeOf(tree.nested.innerOf(node));
    const from = this.#log.length;
    this.#note(id);
    this.#open.push({ id, node, scope, stamp: this.#offers.enter(), from });
    if (this.#offers.wants.of(place) & (1 << HAS_TEXT)) this.#offers.marker(place, HAS_TEXT);
  }

  /** Behind the object that began last. */
  end(): void {
    const ended = this.#open.pop()!;
    const { includeInParent, includeInRoot } = this.#tree.kinds.kindOf(ended.node)!;
    const parent = this.#open.at(-1)!;
    const root = this.#open[0]!;
    const end = this.#log.length;
    this.#note(ended.id);
    if (includeInParent) this.#include(ended, parent, end);
    if (includeInRoot && !(includeInParent && parent === root)) this.#include(ended, root, end);
    this.#orders[ended.id] = this.size++;
    this.#switch(parent);
  }

  #include(from: OpenObject, to: OpenObject, end: number): void {
    this.#switch(to);
    this.#included.copy(this.#log, from, end + RUN_WORDS, to);
  }

  /**
   * Has a copied value belong to the object that its field is in, one of those that are open.
   * @returns to be given to {@link leave}
   */
  visit(node: number): OpenObject | undefined {
    const at = this.#open.at(-1);
    if (at === undefined) return undefined;
    const scope = this.#tree.nested.scopeOf(node);
    if (scope === at.scope) return undefined;
    this.#switch(this.#open.findLast((open) => open.scope === scope) ?? this.#open[0]!);
    return at;
  }

  leave(at: OpenObject | undefined): void {
    if (at !== undefined) this.#switch(at);
  }

  #switch(to: OpenObject): void {
    this.#offers.stamp = to.stamp;
    this.#note(to.id);
  }

  #note(id: number): void {
    this.#log.push(id);
    this.#log.push(this.#rows.count);
    this.#log.push(this.#rows.numbers);
  }

  /** Takes the rows of the objects out of those of the document. */
  split(): void {
    const { atoms } = this;
    const rows = this.#rows;
    this.#note(-1);
    this.#makeRoom();
    atoms.clear();
    atoms.reserve(this.starts[this.size]!, 0);
    atoms.reserveNumbers(this.numberStarts[this.size]!);
    atoms.scratch = rows.scratch;
    const log = this.#log.values;
    const nextAtom = this.starts.slice(0, this.size);
    const nextNumber = this.numberStarts.slice(0, this.size);
    const kept = log[1]!;
    const keptNumbers = log[2]!;
    rows.beginMove(kept, keptNumbers);
    for (let run = 0; run + RUN_WORDS < this.#log.length; run += RUN_WORDS) {
      const order = log[run]! < 0 ? -1 : this.#orders[log[run]!]!;
      for (let row = log[run + 1]!; row < log[run + RUN_WORDS + 1]!; row++) {
        if (order < 0) rows.keepAtom(row);
        else rows.copyAtom(row, atoms, nextAtom[order]!++);
      }
      for (let row = log[run + 2]!; row < log[run + RUN_WORDS + 2]!; row++) {
        if (order < 0) rows.keepNumber(row);
        else rows.copyNumber(row, atoms, nextNumber[order]!++);
      }
    }
    atoms.count = this.starts[this.size]!;
    atoms.numbers = this.numberStarts[this.size]!;
    atoms.salt(this.#tree.pathHashes);
  }

  /** Counts the rows of each object. */
  #makeRoom(): void {
    const { size } = this;
    if (this.places.length < size) {
      this.places = new Int32Array(size * 2);
      this.starts = new Int32Array(size * 2 + 1);
      this.numberStarts = new Int32Array(size * 2 + 1);
    }
    const { starts, numberStarts } = this;
    starts.fill(0, 0, size + 1);
    numberStarts.fill(0, 0, size + 1);
    this.#orders.forEach((order, id) => {
      this.places[order] = this.#places[id]!;
    });
    const log = this.#log.values;
    for (let run = 0; run + RUN_WORDS < this.#log.length; run += RUN_WORDS) {
      if (log[run]! < 0) continue;
      const after = this.#orders[log[run]!]! + 1;
      starts[after]! += log[run + RUN_WORDS + 1]! - log[run + 1]!;
      numberStarts[after]! += log[run + RUN_WORDS + 2]! - log[run + 2]!;
    }
    for (let order = 0; order < size; order++) {
      starts[order + 1]! += starts[order]!;
      numberStarts[order + 1]! += numberStarts[order]!;
    }
  }
}
