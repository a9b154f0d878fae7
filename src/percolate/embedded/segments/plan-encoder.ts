import type {
  NumberRangePlan,
  Plan,
  TextRangePlan,
  WildcardPlan,
  WordsPlan,
} from '../compile/plan.ts';
import { anchorOf, BOUND, HAS_TEXT, TEXT } from '../compile/term-class.ts';
import { encodeDocRange } from '../doc-ranges/range-plan.ts';
import { nestedObject } from '../fields/nested-names.ts';
import { encodeGeo } from '../geo/geo-plan.ts';
import type { IntList } from '../memory/int-list.ts';
import { encodeIntervals } from './interval-programs.ts';
import { encodeNear } from './near-programs.ts';
import {
  IGNORE_CASE,
  INCLUDE_LOWER,
  INCLUDE_UPPER,
  OP_ALL,
  OP_AND,
  OP_NESTED,
  OP_NONE,
  OP_NOT,
  OP_NOW_RANGE,
  OP_OR,
  OP_RANGE,
  OP_STRING_RANGE,
  OP_TERM,
  OP_TOGETHER,
  OP_WILDCARD,
  OP_WORDS,
} from './program.ts';
import { encodeSpans } from './span-programs.ts';
import { encodePhraseStart, encodeSomeWords } from './word-programs.ts';

/** Where programs are put together: numbers terms and fields, and holds words and constants. */
export interface ProgramTarget {
  readonly programs: IntList;
  readonly constants: number[];
  hasWords: boolean;
  field(path: string): number;
  term(path: string | null, termClass: number, text: string): number;
  /** Number of a term that only holds these bytes. */
  bytes(bytes: Uint8Array): number;
}

/** Appends the program of a plan, and its terms, fields and constants, to a segment in the making. */
export function encodePlan(plan: Plan, into: ProgramTarget): void {
  const { programs } = into;
  const start = programs.length;
  switch (plan.op) {
    case 'all':
    case 'none':
      programs.push(plan.op === 'all' ? OP_ALL : OP_NONE);
      programs.push(2);
      return;
    case 'term':
      programs.push(OP_TERM);
      programs.push(3);
      programs.push(into.term(plan.path, plan.termClass, plan.text));
      return;
    case 'together':
      // Its terms are looked for where they stand.
      into.hasWords = true;
      programs.push(OP_TOGETHER);
      programs.push(0);
      programs.push(plan.atLeast);
      for (const child of plan.children) encodePlan(child, into);
      break;
    case 'and':
    case 'or':
      programs.push(plan.op === 'and' ? OP_AND : OP_OR);
      programs.push(0);
      if (plan.op === 'or') programs.push(plan.atLeast);
      for (const child of plan.children) encodePlan(child, into);
      break;
    case 'not':
      programs.push(OP_NOT);
      programs.push(0);
      encodePlan(plan.child, into);
      break;
    case 'nested':
      programs.push(OP_NESTED);
      programs.push(0);
      programs.push(into.term(nestedObject(plan.path), HAS_TEXT, ''));
      encodePlan(plan.child, into);
      break;
    case 'words':
      encodeWords(plan, into);
      break;
    case 'someWords':
      encodeSomeWords(plan, into);
      break;
    case 'phraseStart':
      encodePhraseStart(plan, into);
      break;
    case 'wildcard':
      encodeWildcard(plan, into);
      break;
    case 'automaton':
    case 'fuzzy':
      encodeNear(plan, into);
      break;
    case 'spans':
      encodeSpans(plan, into, encodePlan);
      break;
    case 'intervals':
      encodeIntervals(plan, into, encodePlan);
      break;
    case 'geo':
    case 'geoShape':
      encodeGeo(plan, into);
      break;
    case 'docRange':
      encodeDocRange(plan, into);
      break;
    case 'range':
      encodeRange(plan, into);
      break;
    case 'stringRange':
    case 'nowRange':
      encodeTextRange(plan, into);
      break;
  }
  programs.values[start + 1] = programs.length - start;
}

function encodeWords(plan: WordsPlan, into: ProgramTarget): void {
  const { programs } = into;
  into.hasWords = true;
  programs.push(OP_WORDS);
  programs.push(0);
  programs.push(plan.slop);
  for (let i = 0; i < plan.words.length; i++) {
    programs.push(into.term(plan.path, plan.termClass ?? TEXT, plan.words[i]!));
    programs.push(plan.positions[i]!);
  }
}

function encodeRange(plan: NumberRangePlan, into: ProgramTarget): void {
  const { programs } = into;
  programs.push(OP_RANGE);
  programs.push(0);
  programs.push(into.term(plan.path, anchorOf(plan.termClass), ''));
  programs.push(plan.path === null ? 0 : into.field(plan.path) + 1);
  programs.push(plan.termClass);
  programs.push(into.constants.length);
  into.constants.push(...plan.bounds);
}

function encodeWildcard(
  { path, termClass, pattern, caseless }: WildcardPlan,
  into: ProgramTarget,
): void {
  const { programs } = into;
  programs.push(OP_WILDCARD);
  programs.push(0);
  programs.push(into.term(path, anchorOf(termClass), ''));
  programs.push(path === null ? 0 : into.field(path) + 1);
  programs.push(termClass);
  programs.push(into.term(null, BOUND, pattern));
  programs.push(caseless ? IGNORE_CASE : 0);
  programs.push(0);
}

function encodeTextRange(plan: TextRangePlan, into: ProgramTarget): void {
  const { programs } = into;
  programs.push(plan.op === 'nowRange' ? OP_NOW_RANGE : OP_STRING_RANGE);
  programs.push(0);
  programs.push(into.term(plan.path, anchorOf(plan.termClass), ''));
  programs.push(plan.path === null ? 0 : into.field(plan.path) + 1);
  programs.push(plan.termClass);
  programs.push(plan.lower === null ? 0 : into.term(null, BOUND, plan.lower) + 1);
  programs.push(plan.upper === null ? 0 : into.term(null, BOUND, plan.upper) + 1);
  programs.push((plan.includeLower ? INCLUDE_LOWER : 0) | (plan.includeUpper ? INCLUDE_UPPER : 0));
}
