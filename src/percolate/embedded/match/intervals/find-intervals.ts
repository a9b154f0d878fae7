import type { Atoms } from '../../scan/atoms.ts';
import { INTERVAL_KINDS } from '../../segments/interval-programs.ts';
import type { TermPositions } from '../term-positions.ts';
import { AnyOf, Block, Ordered, Repeating, Unordered } from './combinations.ts';
import {
  type IntervalIterator,
  IntervalSteps,
  Positions,
  type Spending,
} from './interval-steps.ts';
import {
  ContainedBy,
  Containing,
  NotContainedBy,
  NotContaining,
  NotOverlapping,
  Overlapping,
} from './relations.ts';
import { Beside, Extended, MaxGaps } from './single.ts';

/** Of a leaf that stands for more different words of a document Elasticsearch fails. */
const MAX_EXPANSIONS = 128;
const TOO_MANY_TERMS = new Error('a pattern stands for more than 128 words of the document');

const NOWHERE = new Int32Array(0);

/**
 * What there is of a source: null, no word of the field is one that it asks for, and it is as if it were not there;
 * nowhere, it asks for no word.
 */
type Found = IntervalSteps | 'nowhere' | null;

/** Whether the OP_INTERVALS at word `at` finds a stretch of words. */
export function hasIntervals(
  programs: Int32Array,
  at: number,
  atoms: Atoms,
  words: TermPositions,
  work: Spending,
): boolean {
  const end = at + programs[at + 1]!;
  const places: number[] = [];
  for (let p = at + programs[at + 2]!; p < end; p += 3 + programs[p + 1]! + programs[p + 2]!) {
    places.push(p);
  }
  try {
    const found = new Finder(programs, at, places, atoms, words, work).find(places.length - 1);
    return found !== null && found !== 'nowhere' && !found.isEmpty;
  } catch (error) {
    if (error === TOO_MANY_TERMS) return false;
    throw error;
  }
}

class Finder {
  readonly #programs: Int32Array;
  readonly #at: number;
  /** Of nodes. */
  readonly #places: readonly number[];
  readonly #atoms: Atoms;
  readonly #words: TermPositions;
  readonly #work: Spending;
  readonly #found: (Found | undefined)[] = [];

  constructor(
    programs: Int32Array,
    at: number,
    places: readonly number[],
    atoms: Atoms,
    words: TermPositions,
    work: Spending,
  ) {
    this.#programs = programs;
    this.#at = at;
    this.#places = places;
    this.#atoms = atoms;
    this.#words = words;
    this.#work = work;
  }

  /** What a node is made of is looked for in order, and no further than Lucene does: it may be too much. */
  find(node: number): Found {
    let found = this.#found[node];
    if (found === undefined) {
      found = this.#findAt(this.#places[node]!);
      this.#found[node] = found;
    }
    return found;
  }

  #findAt(place: number): Found {
    const programs = this.#programs;
    const kind = INTERVAL_KINDS[programs[place]!]!;
    const first = place + 3;
    const numbers = first + programs[place + 1]!;
    const [number, second] = [programs[numbers]!, programs[numbers + 1]!];
    switch (kind) {
      case 'nowhere':
        return 'nowhere';
      case 'term':
        return this.#stepsAt(this.#words.positionsOf(this.#at + programs[first]!));
      case 'terms':
        return this.#stepsAt(this.#ofTerms(this.#at + programs[first]!));
      case 'or':
        return this.#any(programs.subarray(first, numbers));
      case 'ordered':
        return this.#all(first, numbers, (parts) => new Ordered(parts, this.#work));
      case 'unordered':
        return this.#all(first, numbers, (parts) => new Unordered(parts, this.#work));
      case 'block':
        return this.#all(first, numbers, (parts) => new Block(parts, this.#work));
      case 'repeating':
        return this.#all(first, numbers, ([part]) => new Repeating(part!, number));
      case 'extended':
        return this.#all(first, numbers, ([part]) => new Extended(part!, number, second));
      case 'beside':
        return this.#all(first, numbers, ([part]) => new Beside(part!, number === 1));
      case 'maxGaps':
        return this.#all(first, numbers, ([part]) => new MaxGaps(part!, number));
      case 'containing':
        return this.#all(first, numbers, ([a, b]) => new Containing(a!, b!, this.#work));
      case 'containedBy':
        return this.#all(first, numbers, ([a, b]) => new ContainedBy(a!, b!, this.#work));
      case 'overlapping':
        return this.#all(first, numbers, ([a, b]) => new Overlapping(a!, b!, this.#work));
      case 'notContaining':
        return this.#without(first, (a, b) => new NotContaining(a, b, this.#work));
      case 'notContainedBy':
        return this.#without(first, (a, b) => new NotContainedBy(a, b, this.#work));
      case 'notOverlapping':
        return this.#without(first, (a, b) => new NotOverlapping(a, b, this.#work));
    }
  }

  #steps(iterator: IntervalIterator): IntervalSteps {
    return new IntervalSteps(iterator, this.#work);
  }

  #stepsAt(positions: Int32Array): Found {
    return positions.length === 0 ? null : this.#steps(new Positions(positions));
  }

  /** Where several words are, each place once. */
  #ofTerms(leaf: number): Int32Array {
    const { positions, starts, lengths, scratch } = this.#atoms;
    const atoms = this.#words.atomsOf(leaf);
    if (atoms.length > MAX_EXPANSIONS) {
      const words = new Set<string>();
      for (const atom of atoms) {
        this.#work.spend(lengths[atom]!);
        const start = scratch.byteOffset + starts[atom]!;
        words.add(Buffer.from(scratch.buffer, start, lengths[atom]!).toString('latin1'));
        if (words.size > MAX_EXPANSIONS) throw TOO_MANY_TERMS;
      }
    }
    let last = -1;
    return atoms
      .map((atom) => positions[atom]!)
      .filter((position) => {
        const isNew = position !== last;
        last = position;
        return isNew;
      });
  }

  #any(parts: Int32Array): Found {
    const found = [...parts].map((part) => this.find(part)).filter((one) => one !== null);
    if (found.length === 0) return null;
    const there = found.filter((one) => one !== 'nowhere');
    if (there.length === 0) return 'nowhere';
    return this.#steps(
      new AnyOf(
        there.map((one) => one.iterate()),
        this.#work,
      ),
    );
  }

  #all(
    first: number,
    end: number,
    make: (parts: readonly IntervalIterator[]) => IntervalIterator,
  ): Found {
    const parts: IntervalSteps[] = [];
    let isNowhere = false;
    for (let p = first; p < end; p++) {
      const found = this.find(this.#programs[p]!);
      if (found === null) return null;
      if (found === 'nowhere') isNowhere = true;
      else parts.push(found);
    }
    return isNowhere ? 'nowhere' : this.#steps(make(parts.map((part) => part.iterate())));
  }

  #without(
    first: number,
    make: (own: IntervalIterator, other: IntervalIterator) => IntervalIterator,
  ): Found {
    const own = this.find(this.#programs[first]!);
    if (own === null) return null;
    const other = this.find(this.#programs[first + 1]!);
    if (own === 'nowhere' || other === null) return own;
    const others = other === 'nowhere' ? new Positions(NOWHERE) : other.iterate();
    return this.#steps(make(own.iterate(), others));
  }
}
