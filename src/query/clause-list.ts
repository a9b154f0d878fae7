import type { Ir } from './ir.ts';

export type Conjunction = 'none' | 'and' | 'or';
export type Modifier = 'must' | 'mustNot' | null;

interface Clause {
  occur: 'must' | 'should' | 'mustNot';
  readonly query: Ir;
}

/** The clauses of one group of a query string, as Lucene's classic parser collects them. */
export class ClauseList {
  readonly #operator: 'or' | 'and';
  readonly #clauses: Clause[] = [];

  constructor(defaultOperator: 'or' | 'and') {
    this.#operator = defaultOperator;
  }

  /** Adds a run of bare words, which no operator touches. */
  addWords(query: Ir): void {
    this.#clauses.push({ occur: this.#operator === 'or' ? 'should' : 'must', query });
  }

  /** Adds a clause; its conjunction also changes the clause before it. */
  add(conjunction: Conjunction, modifier: Modifier, query: Ir): void {
    const previous = this.#clauses.at(-1);
    if (previous !== undefined && previous.occur !== 'mustNot') {
      if (conjunction === 'and') previous.occur = 'must';
      else if (conjunction === 'or' && this.#operator === 'and') previous.occur = 'should';
    }
    this.#clauses.push({ occur: this.#occur(conjunction, modifier), query });
  }

  #occur(conjunction: Conjunction, modifier: Modifier): Clause['occur'] {
    if (modifier === 'mustNot') return 'mustNot';
    // With the default operator AND, a + changes nothing: even `a OR +b` leaves b optional.
    if (this.#operator === 'and') return conjunction === 'or' ? 'should' : 'must';
    return modifier === 'must' || conjunction === 'and' ? 'must' : 'should';
  }

  /** The group as a truth function: optional clauses count only when none is required. */
  toIr(): Ir {
    const parts: Ir[] = [];
    const optional: Ir[] = [];
    let required = false;
    for (const { occur, query } of this.#clauses) {
      if (occur === 'should') optional.push(query);
      else parts.push(occur === 'must' ? query : { kind: 'not', clause: query });
      required ||= occur === 'must';
    }
    if (!required && optional.length > 0) {
      parts.push(
        optional.length === 1 ? optional[0]! : { kind: 'or', clauses: optional, atLeast: 1 },
      );
    }
    return parts.length === 1 ? parts[0]! : { kind: 'and', clauses: parts };
  }
}
