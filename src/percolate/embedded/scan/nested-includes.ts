import { EXISTS } from '../compile/term-class.ts';
import type { FieldTree } from '../fields/field-tree.ts';
import type { IntList } from '../memory/int-list.ts';
import type { Atoms } from './atoms.ts';
import { type OpenObject, RUN_WORDS } from './nested-log.ts';
import type { Offers } from './offers.ts';

/** Gives what a nested object has to one around it as well, or to the document: `include_in_parent`, `include_in_root`. */
export class IncludedRows {
  readonly #tree: FieldTree;
  readonly #rows: Atoms;
  readonly #offers: Offers;

  constructor(tree: FieldTree, atoms: Atoms, offers: Offers) {
    this.#tree = tree;
    this.#rows = atoms;
    this.#offers = offers;
  }

  /**
   * Appends the rows once more; the log says by now that what comes next is the other object's.
   * @param end of the part of the log in which the object's rows are
   */
  copy(log: IntList, from: OpenObject, end: number, to: OpenObject): void {
    const tree = this.#tree;
    const offers = this.#offers;
    /** By node of the object's rows: where the values of the other object go on. */
    const bases = new Map<number, number>();
    const base = (node: number, place: number): number => {
      let known = bases.get(node);
      if (known === undefined) {
        known = offers.position(tree.keyNode(place));
        bases.set(node, known);
      }
      return known;
    };
    for (let run = from.from; run + RUN_WORDS < end; run += RUN_WORDS) {
      if (log.values[run] !== from.id) continue;
      const last = log.values[run + RUN_WORDS + 1]!;
      for (let row = log.values[run + 1]!; row < last; row++) this.#atom(row, from, to, base);
      const lastNumber = log.values[run + RUN_WORDS + 2]!;
      for (let row = log.values[run + 2]!; row < lastNumber; row++) this.#number(row, to);
    }
    // Positions are counted where the object's own values were.
    for (const [node, first] of bases) {
      const own = offers.positionIn(from.stamp, tree.keyNode(node));
      const place = tree.keyNode(tree.nested.elsewhere(node, to.scope));
      offers.setPosition(place, first + own);
    }
  }

  #atom(
    row: number,
    from: OpenObject,
    to: OpenObject,
    base: (node: number, place: number) => number,
  ): void {
    const rows = this.#rows;
    const node = rows.nodes[row]!;
    if (node === this.#tree.nested.objectOf(from.node)) return;
    const place = this.#tree.nested.elsewhere(node, to.scope);
    const termClass = rows.classes[row]!;
    if (termClass === EXISTS) {
      this.#offers.exists(place);
      return;
    }
    const position = rows.positions[row]! + base(node, place);
    rows.reserve(1, 0);
    const { hashes, starts, lengths } = rows;
    rows.add(termClass, place, hashes[row]!, starts[row]!, lengths[row]!, position);
  }

  #number(row: number, to: OpenObject): void {
    const { numberClasses, numberNodes, numberValues } = this.#rows;
    const place = this.#tree.nested.elsewhere(numberNodes[row]!, to.scope);
    const [high, low] = [numberValues[2 * row]!, numberValues[2 * row + 1]!];
    this.#rows.addNumber(numberClasses[row]!, place, high, low);
  }
}
