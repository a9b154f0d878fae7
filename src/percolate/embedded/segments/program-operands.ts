import { INTERVAL_LEAVES } from './interval-programs.ts';
import {
  IGNORE_CASE,
  OP_AND,
  OP_AUTOMATON,
  OP_DOC_RANGE,
  OP_FUZZY,
  OP_GEO,
  OP_GEO_SHAPE,
  OP_INTERVALS,
  OP_NAMED,
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
  OUTLINES,
  WILDCARD_PART,
} from './program.ts';
import { SPANS_CHILDREN } from './span-shapes.ts';

/** Gives the numbers that a program names new ones, or only looks at them. */
export interface OperandMap {
  term(term: number): number;
  /** Takes and gives field + 1; 0 is any field. */
  field(fieldPlusOne: number): number;
  /** First of so many constants. */
  constants(first: number, count: number): number;
}

/** Replaces each number that the program at `at` names, those of its clauses included. Parts are forgotten. */
export function mapOperands(words: Int32Array, at: number, map: OperandMap): void {
  const end = at + words[at + 1]!;
  switch (words[at]) {
    case OP_TERM:
      words[at + 2] = map.term(words[at + 2]!);
      return;
    case OP_WORDS:
      for (let p = at + 3; p < end; p += 2) words[p] = map.term(words[p]!);
      return;
    case OP_PHRASE_START:
      words[at + 4] = map.field(words[at + 4]!);
      words[at + 6] = map.term(words[at + 6]!);
      for (let p = at + 8; p < end; p += 2) words[p] = map.term(words[p]!);
      return;
    case OP_SOME_WORDS:
      words[at + 3] = map.field(words[at + 3]!);
      if (words[at + 5] !== 0) words[at + 5] = map.term(words[at + 5]! - 1) + 1;
      for (let p = at + 6; p < end; p++) words[p] = map.term(words[p]!);
      return;
    case OP_RANGE:
      words[at + 2] = map.term(words[at + 2]!);
      words[at + 3] = map.field(words[at + 3]!);
      words[at + 5] = map.constants(words[at + 5]!, 4);
      return;
    case OP_GEO:
    case OP_GEO_SHAPE:
      words[at + 2] = map.term(words[at + 2]!);
      words[at + 3] = map.field(words[at + 3]!);
      words[at + 4] = map.constants(words[at + 4]!, words[at + 5]!);
      return;
    case OP_WILDCARD:
      words[at + 2] = map.term(words[at + 2]!);
      words[at + 3] = map.field(words[at + 3]!);
      words[at + 5] = map.term(words[at + 5]!);
      words[at + 6]! &= IGNORE_CASE;
      words[at + WILDCARD_PART] = 0;
      return;
    case OP_AUTOMATON:
    case OP_FUZZY:
      words[at + 2] = map.term(words[at + 2]!);
      words[at + 3] = map.field(words[at + 3]!);
      words[at + 5] = map.term(words[at + 5]!);
      for (let p = at + OUTLINES; p < end; p += 2) {
        words[p] = map.term(words[p]!);
        words[p + 1] = 0;
      }
      return;
    case OP_STRING_RANGE:
    case OP_NOW_RANGE:
      words[at + 2] = map.term(words[at + 2]!);
      words[at + 3] = map.field(words[at + 3]!);
      if (words[at + 5] !== 0) words[at + 5] = map.term(words[at + 5]! - 1) + 1;
      if (words[at + 6] !== 0) words[at + 6] = map.term(words[at + 6]! - 1) + 1;
      return;
    case OP_DOC_RANGE:
      words[at + 2] = map.term(words[at + 2]!);
      words[at + 3] = map.field(words[at + 3]!);
      if (words[at + 6] !== 0) words[at + 6] = map.term(words[at + 6]! - 1) + 1;
      if (words[at + 7] !== 0) words[at + 7] = map.term(words[at + 7]! - 1) + 1;
      return;
    case OP_NAMED:
    case OP_NESTED:
      words[at + 2] = map.term(words[at + 2]!);
      mapOperands(words, at + 3, map);
      return;
    case OP_INTERVALS:
      for (let leaf = at + INTERVAL_LEAVES; leaf < at + words[at + 2]!; leaf += words[leaf + 1]!)
        mapOperands(words, leaf, map);
      return;
    case OP_SPANS:
      for (let child = at + SPANS_CHILDREN; child < end; child += words[child + 1]!)
        mapOperands(words, child, map);
      return;
    case OP_AND:
    case OP_NOT:
    case OP_OR:
    case OP_TOGETHER: {
      const skip = words[at] === OP_OR || words[at] === OP_TOGETHER ? 3 : 2;
      for (let child = at + skip; child < end; child += words[child + 1]!)
        mapOperands(words, child, map);
      return;
    }
  }
}
