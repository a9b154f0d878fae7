import { type Characters, type Expression, UnknownSyntax } from './syntax.ts';

export const CHARACTER = 0;
export const SET = 1;
export const SPLIT = 2;
export const JUMP = 3;
export const SAVE = 4;
export const EDGE = 5;
export const MATCH = 6;

/** Steps, of which each takes at most one character; what a step leads to first comes first. */
export interface Program {
  readonly ops: readonly number[];
  /** A character's code, a kind of edge, a place for {@link SAVE}, or where {@link SPLIT} leads first. */
  readonly first: readonly number[];
  /** Where {@link SPLIT} leads else, or 1 for edges that know `\n` alone. */
  readonly second: readonly number[];
  readonly sets: readonly (Characters | null)[];
  readonly groups: number;
}

const MOST_STEPS = 5000;

/** @throws UnknownSyntax when it becomes too long */
export function compileExpression(root: Expression, groups: number): Program {
  const program = new Builder();
  program.add(SAVE, 0);
  program.build(root);
  program.add(SAVE, 1);
  program.add(MATCH);
  return { ...program, groups };
}

class Builder {
  readonly ops: number[] = [];
  readonly first: number[] = [];
  readonly second: number[] = [];
  readonly sets: (Characters | null)[] = [];

  add(op: number, first = 0, second = 0, set: Characters | null = null): number {
    if (this.ops.length >= MOST_STEPS) throw new UnknownSyntax('so long an expression');
    this.ops.push(op);
    this.first.push(first);
    this.second.push(second);
    this.sets.push(set);
    return this.ops.length - 1;
  }

  build(expression: Expression): void {
    switch (expression.is) {
      case 'character':
        this.add(CHARACTER, expression.code);
        return;
      case 'set':
        this.add(SET, 0, 0, remembering(expression.has));
        return;
      case 'edge':
        this.add(EDGE, expression.kind, expression.unixLines ? 1 : 0);
        return;
      case 'group':
        this.add(SAVE, expression.number * 2);
        this.build(expression.inner);
        this.add(SAVE, expression.number * 2 + 1);
        return;
      case 'sequence':
        for (const part of expression.parts) this.build(part);
        return;
      case 'either':
        this.#either(expression.choices);
        return;
      case 'repeat':
        this.#repeat(expression);
    }
  }

  #either(choices: readonly Expression[]): void {
    const ends: number[] = [];
    choices.forEach((choice, number) => {
      if (number === choices.length - 1) {
        this.build(choice);
        return;
      }
      const split = this.add(SPLIT);
      this.first[split] = this.ops.length;
      this.build(choice);
      ends.push(this.add(JUMP));
      this.second[split] = this.ops.length;
    });
    for (const end of ends) this.first[end] = this.ops.length;
  }

  #repeat({ inner, least, most, greedy }: Extract<Expression, { is: 'repeat' }>): void {
    if (most === Number.POSITIVE_INFINITY) {
      for (let i = 1; i < least; i += 1) this.build(inner);
      // None is what is left when one, and more, would be tried first: else an empty turn hides the way out.
      const none = least === 0 ? this.add(SPLIT) : undefined;
      if (none !== undefined) this.#branch(none, this.ops.length, greedy);
      const start = this.ops.length;
      this.build(inner);
      const again = this.add(SPLIT);
      this.#branch(again, start, greedy);
      this.#leave(again, greedy);
      if (none !== undefined) this.#leave(none, greedy);
      return;
    }
    for (let i = 0; i < least; i += 1) this.build(inner);
    const splits: number[] = [];
    for (let i = least; i < most; i += 1) {
      const split = this.add(SPLIT);
      splits.push(split);
      this.#branch(split, this.ops.length, greedy);
      this.build(inner);
    }
    for (const split of splits) this.#leave(split, greedy);
  }

  #branch(split: number, to: number, isFirst: boolean): void {
    if (isFirst) this.first[split] = to;
    else this.second[split] = to;
  }

  #leave(split: number, greedy: boolean): void {
    this.#branch(split, this.ops.length, !greedy);
  }
}

const ASCII_END = 0x80;
const BMP_END = 0x10000;
const YES = 1;
const NO = 2;

/** The same set: what was asked before is not worked out again. */
function remembering(has: Characters): Characters {
  let known = new Uint8Array(ASCII_END);
  return (code) => {
    if (code >= known.length) {
      if (code >= BMP_END) return has(code);
      const grown = new Uint8Array(BMP_END);
      grown.set(known);
      known = grown;
    }
    if (known[code] === 0) known[code] = has(code) ? YES : NO;
    return known[code] === YES;
  };
}
