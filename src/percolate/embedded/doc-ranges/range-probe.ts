import { DOC_RANGE } from '../compile/term-class.ts';
import type { Candidates, IntervalIndex } from '../match/interval-index.ts';
import type { Atoms } from '../scan/atoms.ts';
import { CONTAINING, INTERSECTING, WITHIN_WHICH } from './range-anchors.ts';
import { keyAt } from './range-bytes.ts';

/** Brings up the queries whose ranges the ranges of a document meet. */
export class RangeProbe {
  readonly #index: IntervalIndex;
  readonly isEmpty: boolean;

  constructor(index: IntervalIndex) {
    this.#index = index;
    const classes = [INTERSECTING, WITHIN_WHICH, CONTAINING];
    this.isEmpty = !classes.some((termClass) => this.#index.hasClass(termClass));
  }

  /** @param fieldOf the segment's number of a node's field, or -1 */
  find(atoms: Atoms, fieldOf: (node: number) => number, candidates: Candidates): void {
    const { count, classes, nodes, starts, scratch } = atoms;
    for (let atom = 0; atom < count; atom++) {
      if (classes[atom] !== DOC_RANGE) continue;
      const field = fieldOf(nodes[atom]!);
      if (field < 0) continue;
      const key = (field + 1) << 5;
      const low = keyAt(scratch, starts[atom]!, 'low');
      const high = keyAt(scratch, starts[atom]!, 'high');
      // Those that begin up to the first, and end from the second on.
      this.#index.find(key | INTERSECTING, high, candidates, low);
      this.#index.find(key | WITHIN_WHICH, low, candidates, high);
      this.#index.find(key | CONTAINING, -low, candidates, -high);
    }
  }
}
