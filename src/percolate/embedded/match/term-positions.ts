import type { Atoms } from '../scan/atoms.ts';
import {
  IGNORE_CASE,
  OP_AUTOMATON,
  OP_FUZZY,
  OP_OR,
  OP_STRING_RANGE,
  OP_TERM,
  OP_WILDCARD,
} from '../segments/program.ts';
import type { Segment } from '../segments/segment.ts';
import { TERM_LENGTH, TERM_OFFSET, TERM_WORDS } from '../segments/term-table.ts';
import type { FieldValues } from './field-values.ts';
import { nearTest } from './near-terms.ts';
import { withinBounds } from './string-range.ts';
import { matchesWildcard } from './wildcard.ts';
import type { WorkMeter } from './work-meter.ts';

const NOWHERE = new Int32Array(0);

/**
 * Where the words of the document at hand stand in their fields, for what asks how they follow each other.
 * A leaf of a program (a term of a field, a pattern, near terms or a range of them) names its field, which
 * has one node in a document. Each token takes one position: it stands at [position, position + 1).
 */
export class TermPositions {
  readonly #segment: Segment;
  readonly #values: FieldValues;
  readonly #meter: WorkMeter;
  readonly #isTerm: (atom: number, term: number) => boolean;
  #atoms: Atoms | undefined;
  /** Terms that were asked for; together they have no more atoms than the document. */
  readonly #ofTerms = new Map<number, Int32Array>();

  /** @param isTerm whether an atom is a term; the segment has to keep that, see ProgramTarget.hasWords */
  constructor(
    segment: Segment,
    values: FieldValues,
    meter: WorkMeter,
    isTerm: (atom: number, term: number) => boolean,
  ) {
    this.#segment = segment;
    this.#values = values;
    this.#meter = meter;
    this.#isTerm = isTerm;
  }

  /** Another document is at hand. */
  begin(atoms: Atoms): void {
    this.#atoms = atoms;
    if (this.#ofTerms.size > 0) this.#ofTerms.clear();
  }

  /**
   * Where the leaf at word `at` of a program stands, in order: an OP_TERM, OP_WILDCARD, OP_AUTOMATON,
   * OP_FUZZY or OP_STRING_RANGE on a named field, or an OP_OR of such. A position comes as often as the
   * leaf has tokens there.
   * @throws OVER_BUDGET
   */
  positionsOf(at: number): Int32Array {
    const { positions } = this.#atoms!;
    return this.atomsOf(at).map((atom) => positions[atom]!);
  }

  /** The same as atoms: rows of the document's table, in the order of their positions. */
  atomsOf(at: number): Int32Array {
    const { programs } = this.#segment;
    switch (programs[at]) {
      case OP_TERM:
        return this.#atomsOfTerm(programs[at + 2]!);
      case OP_WILDCARD:
        return this.#atomsInField(at, this.#wildcardTest(at));
      case OP_AUTOMATON:
      case OP_FUZZY:
        return this.#atomsInField(at, nearTest(this.#segment, at, this.#atoms!, this.#meter));
      case OP_STRING_RANGE:
        return this.#atomsInField(at, withinBounds(this.#segment, at, this.#atoms!));
      case OP_OR:
        return this.#ofAlternatives(at);
      default:
        return NOWHERE;
    }
  }

  #atomsOfTerm(term: number): Int32Array {
    let found = this.#ofTerms.get(term);
    if (found === undefined) {
      const [field, termClass] = [this.#segment.termField(term), this.#segment.termClass(term)];
      found = this.#atomsWhere(field, termClass, (atom) => this.#isTerm(atom, term));
      this.#ofTerms.set(term, found);
    }
    return found;
  }

  #atomsInField(at: number, isOne: (atom: number) => boolean): Int32Array {
    const { programs } = this.#segment;
    return this.#atomsWhere(programs[at + 3]! - 1, programs[at + 4]!, isOne);
  }

  #atomsWhere(field: number, termClass: number, isOne: (atom: number) => boolean): Int32Array {
    const values = this.#values;
    const found: number[] = [];
    let run = values.next(-1, field, termClass);
    for (; run >= 0; run = values.next(run, field, termClass)) {
      const end = values.runs.ends[run]!;
      this.#meter.spend(end - values.runs.starts[run]!);
      for (let atom = values.runs.starts[run]!; atom < end; atom++)
        if (isOne(atom)) found.push(atom);
    }
    return found.length === 0 ? NOWHERE : Int32Array.from(found);
  }

  #wildcardTest(at: number): (atom: number) => boolean {
    const { programs, termMeta, termBytes } = this.#segment;
    const { starts, lengths, scratch } = this.#atoms!;
    const pattern = programs[at + 5]! * TERM_WORDS;
    const from = termMeta[pattern + TERM_OFFSET]!;
    const to = from + termMeta[pattern + TERM_LENGTH]!;
    const isCaseless = (programs[at + 6]! & IGNORE_CASE) !== 0;
    const meter = this.#meter;
    return (atom) => {
      const start = starts[atom]!;
      const end = start + lengths[atom]!;
      return matchesWildcard(termBytes, from, to, scratch, start, end, isCaseless, meter);
    };
  }

  /** An atom that several of them have comes once for each. */
  #ofAlternatives(at: number): Int32Array {
    const { programs } = this.#segment;
    const found: Int32Array[] = [];
    const end = at + programs[at + 1]!;
    for (let child = at + 3; child < end; child += programs[child + 1]!) {
      const atoms = this.atomsOf(child);
      if (atoms.length > 0) found.push(atoms);
    }
    if (found.length === 0) return NOWHERE;
    if (found.length === 1) return found[0]!;
    const all = Int32Array.from(found.flatMap((atoms) => [...atoms]));
    this.#meter.spend(all.length);
    return all.sort();
  }
}
