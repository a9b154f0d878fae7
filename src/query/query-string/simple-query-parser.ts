import type { FieldList } from '../field-list.ts';
import type { Fuzzy } from '../ir.ts';
import type { Budget, Place } from '../limits.ts';
import { QueryStringLeaves } from './query-string-leaves.ts';
import { escapeWildcard } from './query-string-text.ts';
import {
  AND,
  ESCAPE,
  FUZZY,
  NEAR,
  NOT,
  OR,
  PHRASE,
  PRECEDENCE,
  PREFIX,
  WHITESPACE,
} from './simple-query-flags.ts';
import { type Branch, type Operator, SimpleQueryTree } from './simple-query-tree.ts';

/** What to do with a word or phrase: leave it out, let it match nothing, or read it. */
export type WordlessTreatment = (text: string) => 'keep' | 'drop' | 'none';

export interface SimpleParserOptions {
  readonly operator: Operator;
  readonly fields: FieldList;
  readonly flags: number;
  readonly analyzePrefixes: boolean;
  readonly analyzer: string | undefined;
  readonly quoteSuffix: string | undefined;
  readonly fuzzy: Omit<Fuzzy, 'edits'>;
  readonly budget: Budget;
  readonly clause: string;
  readonly treatment: WordlessTreatment;
}

/** More edits are so many. */
const MAX_EDITS = 2;

/** Signs that end a word, with the flag that makes them one. */
const ENDS_WORD: ReadonlyMap<string, number> = new Map([
  ['"', PHRASE],
  ['|', OR],
  ['+', AND],
  ['(', PRECEDENCE],
  [')', PRECEDENCE],
  [' ', WHITESPACE],
  ['\t', WHITESPACE],
  ['\n', WHITESPACE],
  ['\r', WHITESPACE],
]);

/** Reads the syntax as Lucene's SimpleQueryParser does, which never refuses a text. */
export class SimpleQueryParser {
  readonly #text: string;
  readonly #options: SimpleParserOptions;
  readonly #leaves: QueryStringLeaves;
  /** Where each opening bracket is closed; -1: nowhere. */
  readonly #closers: Int32Array;
  #at = 0;

  constructor(text: string, options: SimpleParserOptions) {
    this.#text = text;
    this.#options = options;
    this.#closers = closersOf(text, (options.flags & ESCAPE) !== 0);
    const { operator, fields, budget, clause } = options;
    this.#leaves = new QueryStringLeaves({
      operator,
      fields,
      simple: true,
      compare: false,
      slop: 0,
      type: 'most_fields',
      timeZone: undefined,
      analyzePrefixes: options.analyzePrefixes,
      analyzer: options.analyzer,
      quoteAnalyzer: options.analyzer,
      quoteSuffix: options.quoteSuffix,
      gapless: false,
      fuzzy: options.fuzzy,
      budget,
      clause,
    });
  }

  /** @returns null when there is nothing in the text */
  parse(): Branch | null {
    return this.#level(this.#text.length);
  }

  #level(end: number): Branch | null {
    const tree = new SimpleQueryTree(this.#options.operator);
    let negations = 0;
    while (this.#at < end) {
      const char = this.#text[this.#at]!;
      if (char === '-' && this.#has(NOT)) {
        negations += 1;
        this.#at += 1;
        continue;
      }
      const negated = negations % 2 === 1;
      // Not even white space may stand between the sign and what it negates.
      negations = 0;
      if (char === '(' && this.#has(PRECEDENCE)) this.#group(tree, negated, end);
      else if (char === '"' && this.#has(PHRASE)) this.#phrase(tree, negated, end);
      else if (!this.#endsWord(char)) this.#word(tree, negated, end);
      else {
        if (char === '+') tree.operator('and');
        else if (char === '|') tree.operator('or');
        this.#at += 1;
      }
    }
    return tree.top;
  }

  /** A bracket that is never closed is passed over. */
  #group(tree: SimpleQueryTree, negated: boolean, end: number): void {
    const open = this.#at;
    const close = this.#closers[open]!;
    this.#at = open + 1;
    if (close === -1 || close >= end) return;
    if (close === open + 1) tree.forgetOperator();
    else {
      this.#options.budget.enter(this.#place(open));
      const inside = this.#level(close);
      this.#options.budget.leave();
      if (inside !== null) tree.add(inside, negated);
    }
    this.#at = close + 1;
  }

  /** A quote that is never closed is passed over. */
  #phrase(tree: SimpleQueryTree, negated: boolean, end: number): void {
    const open = this.#at;
    const start = open + 1;
    let text = '';
    let at = start;
    for (; at < end && this.#text[at] !== '"'; at += 1) {
      if (this.#text[at] === '\\' && this.#has(ESCAPE)) {
        at += 1;
        if (at >= end) break;
      }
      text += this.#text[at];
    }
    if (at >= end) {
      this.#at = start;
      return;
    }
    let slop = 0;
    this.#at = at;
    if (at + 1 < end && this.#text[at + 1] === '~' && this.#has(NEAR)) {
      this.#at += 1;
      if (this.#at + 1 < end) slop = this.#number(end);
    }
    if (this.#at === start) tree.forgetOperator();
    else
      this.#add(
        tree,
        negated,
        text,
        (place) => this.#leaves.phrase(undefined, text, slop, place),
        open,
      );
    this.#at += 1;
  }

  #word(tree: SimpleQueryTree, negated: boolean, end: number): void {
    const start = this.#at;
    let text = '';
    let prefix = false;
    let tilde = -1;
    while (this.#at < end) {
      const char = this.#text[this.#at]!;
      if (char === '\\' && this.#has(ESCAPE)) {
        prefix = false;
        this.#at += 1;
        if (this.#at >= end) break;
      } else if (this.#endsWord(char)) break;
      else if (text !== '' && char === '~' && this.#has(FUZZY)) {
        tilde = this.#at;
        break;
      } else prefix = text !== '' && char === '*' && this.#has(PREFIX);
      text += this.#text[this.#at];
      this.#at += 1;
    }
    if (text === '') return;
    const edits = tilde === -1 ? 0 : Math.min(this.#number(end), MAX_EDITS);
    if (edits > 0) {
      tree.add(this.#leaves.fuzzy(undefined, text, edits, this.#place(start)), negated);
    } else if (prefix && tilde === -1) {
      const before = text.slice(0, -1);
      const place = this.#place(start);
      const pattern = `${escapeWildcard(before)}*`;
      tree.add(this.#leaves.pattern(undefined, pattern, before, place), negated);
    } else {
      this.#add(tree, negated, text, (place) => this.#leaves.bare(undefined, text, place), start);
    }
  }

  #add(
    tree: SimpleQueryTree,
    negated: boolean,
    text: string,
    make: (place: Place) => Branch,
    offset: number,
  ): void {
    const treatment = this.#options.treatment(text);
    if (treatment === 'keep') tree.add(make(this.#place(offset)), negated);
    else if (treatment === 'none') tree.add({ query: { kind: 'none' } }, negated);
  }

  /** The number after the ~ at hand; 2 where there is none, 0 where it cannot be read. */
  #number(end: number): number {
    const start = this.#at + 1;
    this.#at = start;
    while (this.#at < end && !this.#endsWord(this.#text[this.#at]!)) this.#at += 1;
    const text = this.#text.slice(start, this.#at);
    if (text === '') return 2;
    const number = /^[+-]?\d{1,10}$/.test(text) ? Number(text) : 0;
    return number > 2 ** 31 - 1 ? 0 : Math.max(0, number);
  }

  #has(flag: number): boolean {
    return (this.#options.flags & flag) !== 0;
  }

  #endsWord(char: string): boolean {
    return this.#has(ENDS_WORD.get(char) ?? 0);
  }

  #place(offset: number): Place {
    return { offset, clause: this.#options.clause };
  }
}

/** The bracket that closes each one, in one pass: texts of brackets alone would take the square of their length. */
function closersOf(text: string, escapes: boolean): Int32Array {
  const closers = new Int32Array(text.length).fill(-1);
  const open: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\' && escapes) at += 1;
    else if (char === '(') open.push(at);
    else if (char === ')') {
      const start = open.pop();
      if (start !== undefined) closers[start] = at;
    }
  }
  return closers;
}
