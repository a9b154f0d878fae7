import type { AtomRuns } from '../scan/atom-runs.ts';
import type { Atoms } from '../scan/atoms.ts';
import type { PatternProbe } from './pattern-probe.ts';
import type { WorkMeter } from './work-meter.ts';

/**
 * Where the document at hand has the values of a segment's fields: runs of atoms, chained by field. Most
 * documents ask for none, so the chains are made for the first program that does.
 */
export class FieldValues {
  readonly #fieldOf: (node: number) => number;
  readonly #patterns: PatternProbe | undefined;
  readonly #meter: WorkMeter;
  /** First run of each field, where `#firstIn` has the document's number. */
  readonly #first: Int32Array;
  readonly #firstIn: Int32Array;
  /** By run, the next of the same field; -1 behind the last. */
  #next = new Int32Array(64);
  #document = 0;
  #atoms: Atoms | undefined;
  #runs: AtomRuns | undefined;
  /** The node whose values alone are given, of fields without a name; -1: all. */
  only = -1;

  /** @param fieldOf the segment's number of a node's field, or -1 */
  constructor(
    fields: number,
    fieldOf: (node: number) => number,
    patterns: PatternProbe | undefined,
    meter: WorkMeter,
  ) {
    this.#meter = meter;
    this.#fieldOf = fieldOf;
    this.#patterns = patterns;
    this.#first = new Int32Array(fields);
    this.#firstIn = new Int32Array(fields);
  }

  begin(atoms: Atoms): void {
    this.#atoms = atoms;
    this.#runs = undefined;
  }

  /** The runs of all atoms. */
  get runs(): AtomRuns {
    return this.#runs ?? this.#chain();
  }

  /**
   * The next run of a class.
   * @param after the run before; -1 for the first
   * @param field of the segment: one that has a name, or a pattern of names; -1 is any
   * @returns -1 when there is none
   */
  next(after: number, field: number, termClass: number): number {
    const { classes, nodes, count } = this.runs;
    if (field >= 0 && this.#patterns?.isPattern(field) !== true) {
      const next = this.#next;
      let run = after >= 0 ? next[after]! : this.#firstOf(field);
      for (; run >= 0 && classes[run] !== termClass; run = next[run]!) this.#meter.spend(1);
      return run;
    }
    for (let run = after + 1; run < count; run++) {
      this.#meter.spend(1);
      if (classes[run] !== termClass) continue;
      if (this.only >= 0 && nodes[run] !== this.only) continue;
      if (field === -1 || this.#patterns!.covers(field, nodes[run]!)) return run;
    }
    return -1;
  }

  #firstOf(field: number): number {
    return this.#firstIn[field] === this.#document ? this.#first[field]! : -1;
  }

  #chain(): AtomRuns {
    const { runs } = this.#atoms!;
    this.#runs = runs;
    if (++this.#document === 0x7fffffff) {
      this.#firstIn.fill(0);
      this.#document = 1;
    }
    if (this.#next.length < runs.count) this.#next = new Int32Array(runs.count * 2);
    // From the last to the first, so that each chain is in the order of the document.
    for (let run = runs.count - 1; run >= 0; run--) {
      const field = this.#fieldOf(runs.nodes[run]!);
      if (field < 0) continue;
      this.#next[run] = this.#firstOf(field);
      this.#first[field] = run;
      this.#firstIn[field] = this.#document;
    }
    return runs;
  }
}
