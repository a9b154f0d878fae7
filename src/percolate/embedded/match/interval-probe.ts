import { isTextual, TEXTUAL_CLASSES } from '../compile/term-class.ts';
import type { Atoms } from '../scan/atoms.ts';
import { numberKey, textKey } from '../segments/range-keys.ts';
import type { Candidates, IntervalIndex } from './interval-index.ts';
import type { PatternProbe } from './pattern-probe.ts';

/** Brings up the queries with a range that a value of the document is in. */
export class IntervalProbe {
  readonly #index: IntervalIndex;
  readonly #hasTexts: boolean;
  readonly #patterns: PatternProbe | undefined;
  #isAny = true;

  constructor(index: IntervalIndex, patterns: PatternProbe | undefined) {
    this.#patterns = patterns;
    this.#index = index;
    this.#hasTexts = TEXTUAL_CLASSES.some((termClass) => this.#index.hasClass(termClass));
  }

  /** @param fieldOf the segment's number of a node's field, or -1 */
  find(atoms: Atoms, fieldOf: (node: number) => number, candidates: Candidates): void {
    this.#isAny = true;
    this.#findAll(atoms, fieldOf, candidates);
  }

  /** The same for the values of nested objects, of which a range without a field sees none. */
  findNested(atoms: Atoms, fieldOf: (node: number) => number, candidates: Candidates): void {
    this.#isAny = false;
    this.#findAll(atoms, fieldOf, candidates);
  }

  #findAll(atoms: Atoms, fieldOf: (node: number) => number, candidates: Candidates): void {
    const { numbers, numberClasses, numberNodes, numberValues } = atoms;
    for (let i = 0; i < numbers; i++) {
      const termClass = numberClasses[i]!;
      const key = numberKey(termClass, numberValues[2 * i]!, numberValues[2 * i + 1]!);
      this.#find(fieldOf(numberNodes[i]!), numberNodes[i]!, termClass, key, candidates);
    }
    if (!this.#hasTexts) return;
    const { count, classes, nodes, starts, lengths, scratch } = atoms;
    for (let atom = 0; atom < count; atom++) {
      const termClass = classes[atom]!;
      if (!isTextual(termClass)) continue;
      const key = textKey(scratch, starts[atom]!, lengths[atom]!);
      this.#find(fieldOf(nodes[atom]!), nodes[atom]!, termClass, key, candidates);
    }
  }

  #find(field: number, node: number, termClass: number, key: number, candidates: Candidates): void {
    if (field >= 0) this.#index.find(((field + 1) << 5) | termClass, key, candidates);
    if (this.#patterns !== undefined) {
      const covering = this.#patterns.covering(node);
      for (let i = 0; i < covering.length; i++)
        this.#index.find(((covering[i]! + 1) << 5) | termClass, key, candidates);
    }
    // Of any field.
    if (this.#isAny) this.#index.find(termClass, key, candidates);
  }
}
