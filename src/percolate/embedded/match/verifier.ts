import { resolvePacked } from '../../../mapping/zoned-date-math.ts';
import { DATE, FORM_NUMBER, hasMarker } from '../compile/term-class.ts';
import { RangeVerifier } from '../doc-ranges/range-verifier.ts';
import { matchesGeo } from '../geo/geo-verifier.ts';
import { matchesShape } from '../geo/shape-verifier.ts';
import type { Atoms } from '../scan/atoms.ts';
import {
  INCLUDE_LOWER,
  INCLUDE_UPPER,
  OP_ALL,
  OP_AND,
  OP_AUTOMATON,
  OP_DOC_RANGE,
  OP_FUZZY,
  OP_GEO,
  OP_GEO_SHAPE,
  OP_INTERVALS,
  OP_NESTED,
  OP_NOT,
  OP_NOW_RANGE,
  OP_OR,
  OP_PHRASE_START,
  OP_RANGE,
  OP_SOME_WORDS,
  OP_SPANS,
  OP_STRING_RANGE,
  OP_TERM,
  OP_TOGETHER,
  OP_WILDCARD,
  OP_WORDS,
} from '../segments/program.ts';
import type { Segment } from '../segments/segment.ts';
import type { FieldValues } from './field-values.ts';
import { formNowBounds, type PairBounds } from './form-bounds.ts';
import { hasIntervals } from './intervals/find-intervals.ts';
import { matchesNear } from './near-terms.ts';
import type { PartProbe } from './part-probe.ts';
import type { PatternProbe } from './pattern-probe.ts';
import { matchesSpans } from './spans/match-spans.ts';
import { matchesStringRange } from './string-range.ts';
import { TermPositions } from './term-positions.ts';
import type { TermSet } from './term-set.ts';
import { matchesTogether } from './together.ts';
import { holdsWildcard } from './wildcard-clause.ts';
import { hasBeside } from './word-alternatives.ts';
import { matchesWordGroup } from './word-groups.ts';
import { matchesWords, type WordOccurrences } from './words.ts';
import type { WorkMeter } from './work-meter.ts';

/** Bounds that hold no date. */
const NOTHING: PairBounds = [0, 0, -1, 0];

/** Runs verification programs against the document at hand. */
export class Verifier implements WordOccurrences {
  readonly #segment: Segment;
  readonly #offered: TermSet;
  readonly #fieldOf: (node: number) => number;
  readonly #patterns: PatternProbe | undefined;
  readonly #parts: PartProbe | undefined;
  readonly #values: FieldValues;
  readonly #meter: WorkMeter;
  readonly #inside: (at: number) => boolean;
  #atoms: Atoms | undefined;
  #ranges: RangeVerifier | undefined;
  #positions: TermPositions | undefined;
  /** Term of each atom in its field, and in any field; -1 where no query asks for it. */
  #ofField = new Int32Array(0);
  #ofAny = new Int32Array(0);

  /** The node that alone is looked at, or -1. */
  #only = -1;
  #now = 0;
  /** Bounds of programs that depend on the time, resolved for `#now`. */
  readonly #nowBounds = new Map<number, PairBounds>();

  /** @param inside runs a clause on nested objects */
  constructor(
    segment: Segment,
    offered: TermSet,
    fieldOf: (node: number) => number,
    patterns: PatternProbe | undefined,
    parts: PartProbe | undefined,
    values: FieldValues,
    meter: WorkMeter,
    inside: (at: number) => boolean,
  ) {
    this.#inside = inside;
    this.#parts = parts;
    this.#values = values;
    this.#meter = meter;
    this.#patterns = patterns;
    this.#segment = segment;
    this.#offered = offered;
    this.#fieldOf = fieldOf;
  }

  begin(atoms: Atoms): void {
    this.#atoms = atoms;
    this.#values.begin(atoms);
    this.#positions?.begin(atoms);
  }

  /** Where the words of the document at hand stand. */
  get positions(): TermPositions {
    if (this.#positions === undefined) {
      const isTerm = (atom: number, term: number) => this.isTerm(atom, term);
      this.#positions = new TermPositions(this.#segment, this.#values, this.#meter, isTerm);
      this.#positions.begin(this.#atoms!);
    }
    return this.#positions;
  }

  /** The time that `now` stands for, until it is set again: epoch milliseconds. */
  set now(now: number) {
    if (now === this.#now) return;
    this.#now = now;
    this.#nowBounds.clear();
  }

  /** So many atoms follow; none is known as a term yet. */
  clearWords(atoms: number): void {
    if (atoms > this.#ofField.length) {
      this.#ofField = new Int32Array(atoms * 2);
      this.#ofAny = new Int32Array(atoms * 2);
    }
    this.#ofField.fill(-1, 0, atoms);
    this.#ofAny.fill(-1, 0, atoms);
  }

  setWordOfField(atom: number, term: number): void {
    this.#ofField[atom] = term;
  }

  setWordOfAny(atom: number, term: number): void {
    this.#ofAny[atom] = term;
  }

  /** Whether the program at word `at` holds. Programs are as deep as query texts may be: the parsers bound it. */
  verify(at: number): boolean {
    const { programs } = this.#segment;
    const end = at + programs[at + 1]!;
    switch (programs[at]) {
      case OP_TERM:
        return this.#offered.has(programs[at + 2]!);
      case OP_AND:
        for (let child = at + 2; child < end; child += programs[child + 1]!) {
          if (!this.verify(child)) return false;
        }
        return true;
      case OP_OR: {
        let missing = programs[at + 2]!;
        for (let child = at + 3; child < end; child += programs[child + 1]!) {
          if (this.verify(child) && --missing === 0) return true;
        }
        return false;
      }
      case OP_NOT:
        return !this.verify(at + 2);
      case OP_RANGE:
        if (this.#lacks(at)) return false;
        return this.#numberInRange(programs[at + 3]! - 1, programs[at + 4]!, programs[at + 5]!);
      case OP_GEO: {
        const { constants } = this.#segment;
        const field = programs[at + 3]! - 1;
        return matchesGeo(constants, programs[at + 4]!, field, this.#atoms!, this.#fieldOf);
      }
      case OP_DOC_RANGE:
        return !this.#lacks(at) && this.#docRange(at);
      case OP_GEO_SHAPE:
        return matchesShape(this.#segment, at, this.#atoms!, this, this.#meter);
      case OP_STRING_RANGE:
        if (this.#lacks(at)) return false;
        return matchesStringRange(this.#segment, at, this.#atoms!, this.#values, this.#meter);
      case OP_AUTOMATON:
      case OP_FUZZY:
        if (this.#lacks(at)) return false;
        return this.#near(at);
      case OP_WILDCARD:
        return !this.#lacks(at) && this.#wildcard(at);
      case OP_NOW_RANGE:
        return !this.#lacks(at) && this.#nowInRange(at);
      case OP_WORDS:
        return this.#words(at, end);
      case OP_PHRASE_START:
      case OP_SOME_WORDS:
        return matchesWordGroup(this.#segment, at, this.#atoms!, this);
      case OP_SPANS:
        return matchesSpans(this.#segment, at, this.#atoms!, this.positions, this.#meter, this);
      case OP_INTERVALS:
        return hasIntervals(programs, at, this.#atoms!, this.positions, this.#meter);
      case OP_NESTED:
        return this.#inside(at);
      case OP_TOGETHER:
        return matchesTogether(programs, at, this.#values, this);
      default:
        return programs[at] === OP_ALL;
    }
  }

  /** The same, of what one node has. The program is that of a leaf, or of alternatives of them. */
  verifyIn(at: number, node: number): boolean {
    const { programs } = this.#segment;
    if (programs[at] === OP_TERM) return this.#hasTerm(programs[at + 2]!, node);
    if (programs[at] === OP_OR) {
      const end = at + programs[at + 1]!;
      let missing = programs[at + 2]!;
      for (let child = at + 3; child < end; child += programs[child + 1]!) {
        if (this.verifyIn(child, node) && --missing === 0) return true;
      }
      return false;
    }
    this.#only = node;
    this.#values.only = node;
    try {
      return this.verify(at);
    } finally {
      this.#only = -1;
      this.#values.only = -1;
    }
  }

  #hasTerm(term: number, node: number): boolean {
    if (!this.#offered.has(term)) return false;
    const { nodes, count } = this.#atoms!;
    this.#meter.spend(count);
    for (let atom = 0; atom < count; atom++) {
      if (nodes[atom] === node && this.isTerm(atom, term)) return true;
    }
    return false;
  }

  /** Whether no value of the document is what the leaf asks for: then no term says that its field has one. */
  #lacks(at: number): boolean {
    const { programs } = this.#segment;
    return hasMarker(programs[at + 4]!) && !this.#offered.has(programs[at + 2]!);
  }

  #numberInRange(field: number, termClass: number, constant: number): boolean {
    const { constants: c } = this.#segment;
    return this.#anyNumber(
      field,
      termClass,
      c[constant]!,
      c[constant + 1]!,
      c[constant + 2]!,
      c[constant + 3]!,
    );
  }

  /** Whether some value of the field (-1: any) is within bounds, which are pairs as in plan.ts. */
  #anyNumber(
    field: number,
    termClass: number,
    lowHigh: number,
    lowLow: number,
    highHigh: number,
    highLow: number,
  ): boolean {
    const { numbers, numberClasses, numberNodes, numberValues } = this.#atoms!;
    this.#meter.spend(numbers);
    for (let i = 0; i < numbers; i++) {
      if (numberClasses[i] !== termClass) continue;
      const high = numberValues[2 * i]!;
      const low = numberValues[2 * i + 1]!;
      if (high < lowHigh || (high === lowHigh && low < lowLow)) continue;
      if (high > highHigh || (high === highHigh && low > highLow)) continue;
      if (this.isIn(numberNodes[i]!, field)) return true;
    }
    return false;
  }

  /** Whether a node is a field of the segment, or of those that a pattern covers; -1 is any field. */
  isIn(node: number, field: number): boolean {
    if (this.#only >= 0 && node !== this.#only) return false;
    if (field === -1 || this.#fieldOf(node) === field) return true;
    return this.#patterns?.covers(field, node) ?? false;
  }

  #nowInRange(at: number): boolean {
    const { programs } = this.#segment;
    let bounds = this.#nowBounds.get(at);
    if (bounds === undefined) {
      bounds = this.#resolveBounds(at);
      this.#nowBounds.set(at, bounds);
    }
    return this.#anyNumber(programs[at + 3]! - 1, programs[at + 4]!, ...bounds);
  }

  #resolveBounds(at: number): PairBounds {
    const { programs } = this.#segment;
    if (programs[at + 4] === FORM_NUMBER) {
      return formNowBounds(this.#segment, at, this.#now) ?? NOTHING;
    }
    const format = programs[at + 4] === DATE ? 'iso' : 'slashes';
    const [lower, upper, bits] = [programs[at + 5]! - 1, programs[at + 6]! - 1, programs[at + 7]!];
    const span = (term: number) => resolvePacked(this.#segment.termText(term), this.#now, format);
    let low = Number.NEGATIVE_INFINITY;
    let high = Number.POSITIVE_INFINITY;
    if (lower >= 0) {
      const bound = span(lower);
      if (bound === null) return NOTHING;
      low = bits & INCLUDE_LOWER ? bound.from : bound.to + 1;
    }
    if (upper >= 0) {
      const bound = span(upper);
      if (bound === null) return NOTHING;
      high = bits & INCLUDE_UPPER ? bound.to : bound.from - 1;
    }
    return [low, 0, high, 0];
  }

  #docRange(at: number): boolean {
    this.#ranges ??= new RangeVerifier(this.#segment, this.#values, this.#meter);
    return this.#ranges.matches(at, this.#atoms!, this.#now);
  }

  #wildcard(at: number): boolean {
    const parts = this.#only < 0 ? this.#parts : undefined;
    const [segment, offered, atoms] = [this.#segment, this.#offered, this.#atoms!];
    return holdsWildcard(segment, at, offered, atoms, this.#values, parts, this.#meter);
  }

  #near(at: number): boolean {
    const parts = this.#only < 0 ? this.#parts : undefined;
    return matchesNear(this.#segment, at, this.#atoms!, this.#values, parts, this.#meter);
  }

  #words(at: number, end: number): boolean {
    const { programs } = this.#segment;
    for (let p = at + 3; p < end; p += 2) {
      if (!this.#offered.has(programs[p]!) && !hasBeside(programs, at, p)) return false;
    }
    return matchesWords(programs, at, this);
  }

  spend(units: number): void {
    this.#meter.spend(units);
  }

  get atomCount(): number {
    return this.#atoms!.count;
  }

  isTerm(atom: number, term: number): boolean {
    if (this.#ofField[atom] === term || this.#ofAny[atom] === term) return true;
    return this.#patterns?.isTerm(this.#atoms!, atom, term) ?? false;
  }

  nodeOf(atom: number): number {
    return this.#atoms!.nodes[atom]!;
  }

  positionOf(atom: number): number {
    return this.#atoms!.positions[atom]!;
  }
}
