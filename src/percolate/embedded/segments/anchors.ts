import { BOOLEAN, EXISTS, INDEX } from '../compile/term-class.ts';
import {
  OP_ALL,
  OP_AND,
  OP_NONE,
  OP_NOT,
  OP_NOW_RANGE,
  OP_OR,
  OP_RANGE,
  OP_STRING_RANGE,
  OP_TERM,
  OP_WILDCARD,
  OP_WORDS,
} from './program.ts';

/** Terms of which a document must offer at least one, or it can't match; `cost` guesses how many documents do. */
export interface Anchors {
  readonly terms: readonly number[];
  readonly cost: number;
}

/** What the choice of anchors goes by. */
export interface TermCosts {
  /** How often documents offer the term, on a scale of its own. */
  cost(term: number): number;
}

const NEVER: Anchors = { terms: [], cost: 0 };

/**
 * The cheapest anchors of the program at `at`, or null where only a look at every document finds it
 * (negations, match_all). May over-select, never under-select.
 */
export function chooseAnchors(program: Int32Array, at: number, costs: TermCosts): Anchors | null {
  switch (program[at]) {
    case OP_NONE:
      return NEVER;
    case OP_ALL:
    case OP_NOT:
      return null;
    case OP_TERM:
    case OP_RANGE:
    case OP_STRING_RANGE:
    case OP_NOW_RANGE:
    case OP_WILDCARD: {
      const term = program[at + 2]!;
      return { terms: [term], cost: costs.cost(term) };
    }
    case OP_WORDS: {
      let best: Anchors | null = null;
      for (let p = at + 3; p < at + program[at + 1]!; p += 2) {
        const cost = costs.cost(program[p]!);
        if (best === null || cost < best.cost) best = { terms: [program[p]!], cost };
      }
      return best;
    }
    case OP_AND: {
      let best: Anchors | null = null;
      for (const child of children(program, at, 2)) {
        const anchors = chooseAnchors(program, child, costs);
        if (anchors !== null && (best === null || anchors.cost < best.cost)) best = anchors;
      }
      return best;
    }
    case OP_OR:
      return anchorsOfOr(program, at, costs);
    default:
      throw new Error(`unknown op ${program[at]} in a program`);
  }
}

/** All but `at least - 1` of the clauses, the cheapest ones: a document that lacks those can't reach the minimum. */
function anchorsOfOr(program: Int32Array, at: number, costs: TermCosts): Anchors | null {
  const found: Anchors[] = [];
  let clauses = 0;
  for (const child of children(program, at, 3)) {
    clauses++;
    const anchors = chooseAnchors(program, child, costs);
    if (anchors !== null) found.push(anchors);
  }
  const needed = clauses - program[at + 2]! + 1;
  if (found.length < needed) return null;
  found.sort((a, b) => a.cost - b.cost);
  const terms = new Set<number>();
  let cost = 0;
  for (const anchors of found.slice(0, needed)) {
    for (const term of anchors.terms) terms.add(term);
    cost += anchors.cost;
  }
  return { terms: [...terms], cost };
}

/** Positions of a node's children; `skip` words precede the first. */
export function* children(program: Int32Array, at: number, skip: number): Generator<number> {
  const end = at + program[at + 1]!;
  for (let child = at + skip; child < end; child += program[child + 1]!) yield child;
}

/** A guess until documents were seen: what many queries ask for is common, and so are short words. */
export function guessCost(termClass: number, length: number, uses: number): number {
  if (termClass === INDEX || termClass >= EXISTS) return 1e9 + uses;
  if (termClass === BOOLEAN) return 1e8 + uses;
  return uses + (length <= 2 ? 64 : length === 3 ? 16 : 0);
}
