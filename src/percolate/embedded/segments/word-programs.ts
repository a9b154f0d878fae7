import type { PhraseStartPlan, SomeWordsPlan } from '../compile/plan.ts';
import { BOUND, TEXT } from '../compile/term-class.ts';
import type { Anchor, AnchorSource, Anchors } from './anchor.ts';
import type { ProgramTarget } from './plan-encoder.ts';
import { OP_PHRASE_START, OP_SOME_WORDS } from './program.ts';

/** The words of both kinds of programs, for those who read them. */
interface WordTerms {
  readonly first: number;
  readonly step: number;
  /** How many of the words every match has. */
  readonly atLeast: number;
}

/** @param at place of an OP_PHRASE_START or OP_SOME_WORDS */
export function wordTerms(programs: Int32Array, at: number): WordTerms {
  const end = at + programs[at + 1]!;
  if (programs[at] === OP_PHRASE_START) {
    return { first: at + 8, step: 2, atLeast: (end - at - 8) / 2 };
  }
  const start = programs[at + 5] === 0 ? 0 : 1;
  return { first: at + 6, step: 1, atLeast: programs[at + 2]! - start };
}

export function encodeSomeWords(plan: SomeWordsPlan, into: ProgramTarget): void {
  const { path, termClass = TEXT, words, start, atLeast } = plan;
  const { programs } = into;
  into.hasWords = true;
  programs.push(OP_SOME_WORDS);
  programs.push(0);
  programs.push(atLeast);
  programs.push(path === null ? 0 : into.field(path) + 1);
  programs.push(termClass);
  programs.push(start === null ? 0 : into.term(null, BOUND, start) + 1);
  for (const word of words) programs.push(into.term(path, termClass, word));
}

export function encodePhraseStart(plan: PhraseStartPlan, into: ProgramTarget): void {
  const { path, termClass = TEXT, words, positions } = plan;
  const { programs } = into;
  into.hasWords = true;
  programs.push(OP_PHRASE_START);
  programs.push(0);
  programs.push(plan.slop);
  programs.push(plan.expansions);
  programs.push(path === null ? 0 : into.field(path) + 1);
  programs.push(termClass);
  programs.push(into.term(null, BOUND, plan.start));
  programs.push(plan.startPosition);
  words.forEach((word, i) => {
    programs.push(into.term(path, termClass, word));
    programs.push(positions[i]!);
  });
}

/** The cheapest words of which every match has one. */
export function someOfTerms(source: AnchorSource, at: number): Anchors {
  const programs = source.programs.values;
  const { first, step, atLeast } = wordTerms(programs, at);
  const terms: number[] = [];
  for (let p = first; p < at + programs[at + 1]!; p += step) terms.push(programs[p]!);
  const costs = new Map(terms.map((term) => [term, source.cost(term)]));
  const cheapest = terms
    .toSorted((a, b) => costs.get(a)! - costs.get(b)!)
    .slice(0, terms.length - atLeast + 1);
  const chosen = [...new Set(cheapest)];
  const anchors = chosen.map(
    (term): Anchor => ({ at: { kind: 'term', term }, required: undefined, exact: false }),
  );
  return { anchors, cost: chosen.reduce((sum, term) => sum + costs.get(term)!, 0) };
}
