import type { FieldTree } from '../fields/field-tree.ts';
import { Atoms } from '../scan/atoms.ts';
import type { NestedRows } from '../scan/nested-rows.ts';
import type { Segment } from '../segments/segment.ts';
import { FIELD_WORDS } from '../segments/segment-format.ts';
import { FieldValues } from './field-values.ts';
import { PatternProbe } from './pattern-probe.ts';
import { TermSet } from './term-set.ts';
import { Verifier } from './verifier.ts';
import type { WorkMeter } from './work-meter.ts';

/** What verifying objects needs of the segment's matcher. */
export interface NestedParts {
  readonly segment: Segment;
  readonly tree: FieldTree;
  readonly fieldOf: (node: number) => number;
  readonly meter: WorkMeter;
}

/** One nested object at a time, as a document of its own. */
export class NestedObject {
  readonly verifier: Verifier;
  /** Number of the object at hand; -1: none. */
  at = -1;
  readonly #segment: Segment;
  readonly #offered = new TermSet();
  readonly #atoms = new Atoms();
  readonly #patterns: PatternProbe | undefined;

  /** @param inside runs a clause on the objects in the one at hand */
  constructor({ segment, tree, fieldOf, meter }: NestedParts, inside: (at: number) => boolean) {
    this.#segment = segment;
    const patterns = new PatternProbe(segment, tree, this.#offered);
    this.#patterns = patterns.isEmpty ? undefined : patterns;
    const fields = segment.fields.length / FIELD_WORDS;
    const values = new FieldValues(fields, fieldOf, this.#patterns, meter);
    const parts = undefined;
    this.verifier = new Verifier(
      segment,
      this.#offered,
      fieldOf,
      this.#patterns,
      parts,
      values,
      meter,
      inside,
    );
  }

  set now(now: number) {
    this.verifier.now = now;
  }

  /**
   * @param terms of the segment, by row; -1 for none
   * @param ofDocument terms that every object of the document has
   */
  take(rows: NestedRows, order: number, terms: Int32Array, ofDocument: readonly number[]): void {
    this.at = order;
    const atoms = this.#atoms;
    const offered = this.#offered;
    const { hasWords } = this.#segment;
    const first = rows.starts[order]!;
    const count = rows.starts[order + 1]! - first;
    atoms.clear();
    atoms.scratch = rows.atoms.scratch;
    atoms.reserve(count, 0);
    offered.clear();
    for (const term of ofDocument) offered.add(term);
    if (hasWords) this.verifier.clearWords(count);
    for (let i = 0; i < count; i++) {
      rows.atoms.copyAtom(first + i, atoms, i);
      const term = terms[first + i]!;
      if (term < 0) continue;
      offered.add(term);
      if (hasWords) this.verifier.setWordOfField(i, term);
    }
    atoms.count = count;
    const firstNumber = rows.numberStarts[order]!;
    atoms.numbers = rows.numberStarts[order + 1]! - firstNumber;
    atoms.reserveNumbers(atoms.numbers);
    for (let i = 0; i < atoms.numbers; i++) rows.atoms.copyNumber(firstNumber + i, atoms, i);
    this.#patterns?.offer(atoms);
    this.verifier.begin(atoms);
  }
}
