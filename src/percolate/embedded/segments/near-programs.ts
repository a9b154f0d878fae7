import type { AutomatonPlan, FuzzyPlan } from '../compile/near-plans.ts';
import { anchorOf, BOUND } from '../compile/term-class.ts';
import type { ProgramTarget } from './plan-encoder.ts';
import { IGNORE_CASE, OP_AUTOMATON, OP_FUZZY } from './program.ts';

/** Bits of what a fuzzy program takes besides its text. */
export const EDITS = 3;
export const TRANSPOSITIONS = 4;
export const PREFIX_SHIFT = 3;

/** Appends a program but for its size. */
export function encodeNear(plan: AutomatonPlan | FuzzyPlan, into: ProgramTarget): void {
  const { programs } = into;
  const { op, path, termClass, outlines } = plan;
  programs.push(op === 'automaton' ? OP_AUTOMATON : OP_FUZZY);
  programs.push(0);
  programs.push(into.term(path, anchorOf(termClass), ''));
  programs.push(path === null ? 0 : into.field(path) + 1);
  programs.push(termClass);
  if (op === 'automaton') {
    programs.push(into.bytes(plan.automaton));
    programs.push(plan.caseless ? IGNORE_CASE : 0);
  } else {
    programs.push(into.term(null, BOUND, plan.text));
    const swaps = plan.transpositions ? TRANSPOSITIONS : 0;
    programs.push((plan.prefixLength << PREFIX_SHIFT) | swaps | plan.edits);
  }
  for (const outline of outlines) {
    programs.push(into.term(null, BOUND, outline));
    programs.push(0);
  }
}

/** Edits that the word of a fuzzy program behind its text allows. */
export function editsOf(how: number): number {
  return how & EDITS;
}
