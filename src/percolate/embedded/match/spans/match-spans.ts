import type { Atoms } from '../../scan/atoms.ts';
import { OP_SPANS } from '../../segments/program.ts';
import type { Segment } from '../../segments/segment.ts';
import * as S from '../../segments/span-shapes.ts';
import type { TermPositions } from '../term-positions.ts';
import type { WorkMeter } from '../work-meter.ts';
import { GapSpans, TermSpans } from './leaf-spans.ts';
import { OrderedSpans, UnorderedSpans } from './near-spans.ts';
import { apartFrom, endsBy, FilteredSpans, OrSpans, PairedSpans } from './other-spans.ts';
import type { SoughtSpans, Spans } from './spans.ts';
import { TooManyTerms, topTerms } from './top-terms.ts';

/** What holds programs against the document at hand. */
interface Holding {
  verify(at: number): boolean;
}

/** Whether the OP_SPANS at word `at` has any stretch in the document. */
export function matchesSpans(
  segment: Segment,
  at: number,
  atoms: Atoms,
  positions: TermPositions,
  meter: WorkMeter,
  document: Holding,
): boolean {
  try {
    return new SpansMaker(segment, atoms, positions, meter, document).make(at) !== null;
  } catch (error) {
    // Elasticsearch fails then, whatever stands around it.
    if (error instanceof TooManyTerms) return false;
    throw error;
  }
}

class SpansMaker {
  readonly #segment: Segment;
  readonly #atoms: Atoms;
  readonly #positions: TermPositions;
  readonly #meter: WorkMeter;
  readonly #document: Holding;

  constructor(
    segment: Segment,
    atoms: Atoms,
    positions: TermPositions,
    meter: WorkMeter,
    document: Holding,
  ) {
    this.#segment = segment;
    this.#atoms = atoms;
    this.#positions = positions;
    this.#meter = meter;
    this.#document = document;
  }

  /** Stretches of a program, before the first of them; null where there are none. */
  make(at: number): Spans | null {
    const { programs } = this.#segment;
    if (programs[at] !== OP_SPANS) return tokens(this.#positions.positionsOf(at));
    const [shape, first, second] = [programs[at + 2], programs[at + 3]!, programs[at + 4]!];
    const child = at + S.SPANS_CHILDREN;
    const meter = this.#meter;
    switch (shape) {
      case S.SPANS_GAP:
        return new GapSpans(first);
      case S.SPANS_TERMS:
        return this.#terms(child, first);
      case S.SPANS_WHERE:
        return this.#document.verify(child) ? this.make(this.#next(child)) : null;
      case S.SPANS_OR:
        return this.#either(at);
      case S.SPANS_FIRST: {
        const inner = this.make(child);
        return inner && sought(new FilteredSpans(inner, endsBy(first), meter));
      }
      case S.SPANS_NOT: {
        const included = this.make(child);
        if (included === null) return null;
        const excluded = this.make(this.#next(child));
        if (excluded === null) return included;
        const test = apartFrom(excluded, first, second, meter);
        return sought(new FilteredSpans(included, test, meter));
      }
      default: {
        const clauses = this.#all(at);
        if (clauses === null) return null;
        if (shape === S.SPANS_ORDERED) return sought(new OrderedSpans(clauses, first, meter));
        if (shape === S.SPANS_UNORDERED) return sought(new UnorderedSpans(clauses, first, meter));
        const [big, little] = clauses;
        return sought(new PairedSpans(big!, little!, shape === S.SPANS_CONTAINING, meter));
      }
    }
  }

  #next(at: number): number {
    return at + this.#segment.programs[at + 1]!;
  }

  /** All children; null if one is nowhere. */
  #all(at: number): Spans[] | null {
    const found: Spans[] = [];
    for (let child = at + S.SPANS_CHILDREN; child < this.#next(at); child = this.#next(child)) {
      const spans = this.make(child);
      if (spans === null) return null;
      found.push(spans);
    }
    return found;
  }

  #either(at: number): Spans | null {
    const found: Spans[] = [];
    for (let child = at + S.SPANS_CHILDREN; child < this.#next(at); child = this.#next(child)) {
      const spans = this.make(child);
      if (spans !== null) found.push(spans);
    }
    if (found.length <= 1) return found[0] ?? null;
    return new OrSpans(found, this.#meter);
  }

  #terms(leaf: number, most: number): Spans | null {
    const atoms = this.#positions.atomsOf(leaf);
    const kept = topTerms(this.#segment, leaf, this.#atoms, atoms, most, this.#meter);
    const { positions } = this.#atoms;
    return tokens(kept.map((atom) => positions[atom]!));
  }
}

function tokens(places: Int32Array): Spans | null {
  return places.length === 0 ? null : new TermSpans(places);
}

function sought(spans: SoughtSpans): Spans | null {
  return spans.seek() ? spans : null;
}
