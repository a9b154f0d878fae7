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
  const { path, termClass = TEXT, words, positions, startPosition } = plan;
  const { programs } = into;
  const [start, ...others] = plan.starts;
  into.hasWords = true;
  programs.push(OP_PHRASE_START);
  programs.push(0);
  programs.push(plan.slop);
  programs.push(plan.expansions);
  programs.push(path === null ? 0 : into.field(path) + 1);
  programs.push(termClass);
  programs.push(into.term(null, BOUND, start!));
  programs.push(startPosition);
  words.forEach((word, i) => {
    programs.push(into.term(path, termClass, word));
    programs.push(positions[i]!);
  });
  // Other beginnings that do as well, as words that stand where the first one does.
  for (const other of others) {
    programs.push(into.term(null, BOUND, other));
    programs.push(startPosition);
  }
}

/** The cheapest words of which every match has one. */
export function someOfTerms(source: AnchorSource, at: number): Anchors {
  const programs = source.programs.values;
  if (programs[at] === OP_PHRASE_START)
    return anyOf(source, cheapestWords(source, at, at + 8, programs[at + 7]));
  const { first, step, atLeast } = wordTerms(programs, at);
  const terms: number[] = [];
  for (let p = first; p < at + programs[at + 1]!; p += step) terms.push(programs[p]!);
  const costs = new Map(terms.map((term) => [term, source.cost(term)]));
  const cheapest = terms
    .toSorted((a, b) => costs.get(a)! - costs.get(b)!)
    .slice(0, terms.length - atLeast + 1);
  return anyOf(source, cheapest);
}

/**
 * Words of which every match of an OP_WORDS or OP_PHRASE_START has one: that of some position, or those that stand
 * at the same one.
 * @param from place of the first word
 * @param begun position of which the words are only beginnings
 */
export function cheapestWords(
  source: AnchorSource,
  at: number,
  from: number,
  begun?: number,
): readonly number[] {
  const programs = source.programs.values;
  const end = at + programs[at + 1]!;
  let best: number[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (let p = from; p < end; ) {
    const position = programs[p + 1];
    const words: number[] = [];
    let cost = 0;
    for (; p < end && programs[p + 1] === position; p += 2) {
      words.push(programs[p]!);
      cost += source.cost(programs[p]!);
    }
    if (cost < least && position !== begun) [best, least] = [words, cost];
  }
  return best;
}

/** Anchors of an OP_WORDS. */
export function wordAnchors(source: AnchorSource, at: number): Anchors {
  return anyOf(source, cheapestWords(source, at, at + 3));
}

function anyOf(source: AnchorSource, terms: readonly number[]): Anchors {
  const chosen = [...new Set(terms)];
  const anchors = chosen.map(
    (term): Anchor => ({ at: { kind: 'term', term }, required: undefined, exact: false }),
  );
  return { anchors, cost: chosen.reduce((sum, term) => sum + source.cost(term), 0) };
}
