import type { Ir } from './ir.ts';

export type Conjunction = 'none' | 'and' | 'or';
export type Modifier = 'must' | 'mustNot' | null;

interface Clause {
  occur: 'must' | 'should' | 'mustNot';
  readonly query: Ir;
  /** When the clause counts as not written, because no word is left of it; null: never. */
  readonly absent: Ir | null;
}

/** A clause or group, and when it counts as not written. */
export interface Parsed {
  readonly query: Ir;
  readonly absent: Ir | null;
}

/** The clauses of one group of a query string, as Lucene's classic parser collects them. */
export class ClauseList {
  readonly #operator: 'or' | 'and';
  readonly #clauses: Clause[] = [];

  constructor(defaultOperator: 'or' | 'and') {
    this.#operator = defaultOperator;
  }

  /** Adds a run of bare words, which no operator touches. */
  addWords(parsed: Parsed): void {
    this.#clauses.push({ occur: this.#operator === 'or' ? 'should' : 'must', ...parsed });
  }

  /** Adds a clause; its conjunction also changes the clause before it. */
  add(conjunction: Conjunction, modifier: Modifier, parsed: Parsed): void {
    const previous = this.#clauses.at(-1);
    if (previous !== undefined && previous.occur !== 'mustNot') {
      if (conjunction === 'and') previous.occur = 'must';
      else if (conjunction === 'or' && this.#operator === 'and') previous.occur = 'should';
    }
    this.#clauses.push({ occur: this.#occur(conjunction, modifier), ...parsed });
  }

  #occur(conjunction: Conjunction, modifier: Modifier): Clause['occur'] {
    if (modifier === 'mustNot') return 'mustNot';
    // With the default operator AND, a + changes nothing: even `a OR +b` leaves b optional.
    if (this.#operator === 'and') return conjunction === 'or' ? 'should' : 'must';
    return modifier === 'must' || conjunction === 'and' ? 'must' : 'should';
  }

  /** The group as a truth function: optional clauses count only when none is required. */
  parsed(): Parsed {
    if (this.#clauses.some(({ absent }) => absent !== null)) return this.#withAbsent();
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
    return {
      query: parts.length === 1 ? parts[0]! : { kind: 'and', clauses: parts },
      absent: null,
    };
  }

  /** The same, each clause counting only where it is not absent; the group is absent when all are. */
  #withAbsent(): Parsed {
    const parts: Ir[] = [];
    const requiredPresent: Ir[] = [];
    const optional: Ir[] = [];
    const optionalAbsent: Ir[] = [];
    for (const { occur, query, absent } of this.#clauses) {
      const gone: Ir = absent ?? { kind: 'none' };
      if (occur === 'must') requiredPresent.push(not(gone));
      if (occur === 'should') {
        optional.push(and([query, not(gone)]));
        optionalAbsent.push(gone);
      } else parts.push(or([gone, occur === 'must' ? query : not(query)]));
    }
    if (optional.length > 0) parts.push(or([...requiredPresent, ...optional, and(optionalAbsent)]));
    const absent = and(this.#clauses.map((clause) => clause.absent ?? { kind: 'none' }));
    return { query: and(parts), absent };
  }
}

function and(clauses: readonly Ir[]): Ir {
  return { kind: 'and', clauses };
}

function or(clauses: readonly Ir[]): Ir {
  return { kind: 'or', clauses, atLeast: 1 };
}

function not(clause: Ir): Ir {
  return { kind: 'not', clause };
}
