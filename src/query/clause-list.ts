import type { Ir } from './ir.ts';

export type Conjunction = 'none' | 'and' | 'or';
export type Modifier = 'must' | 'mustNot' | null;

type Occur = 'must' | 'should' | 'mustNot';

interface Clause {
  occur: Occur;
  /** Before what follows changed it. */
  readonly own: Occur;
  readonly conjunction: Conjunction;
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
    const occur = this.#operator === 'or' ? 'should' : 'must';
    this.#clauses.push({ occur, own: occur, conjunction: 'none', ...parsed });
  }

  /** Adds a clause; its conjunction also changes the clause before it. */
  add(conjunction: Conjunction, modifier: Modifier, parsed: Parsed): void {
    const previous = this.#clauses.at(-1);
    if (previous !== undefined && previous.occur !== 'mustNot') {
      if (conjunction === 'and') previous.occur = 'must';
      else if (conjunction === 'or' && this.#operator === 'and') previous.occur = 'should';
    }
    const occur = this.#occur(conjunction, modifier);
    this.#clauses.push({ occur, own: occur, conjunction, ...parsed });
  }

  #occur(conjunction: Conjunction, modifier: Modifier): Occur {
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
    const allAbsent: Ir[] = [];
    for (const [at, { own, query, absent }] of this.#clauses.entries()) {
      const gone: Ir = absent ?? NONE;
      if (own === 'mustNot') {
        parts.push(or([gone, not(query)]));
        continue;
      }
      const required = this.#requiredAt(at);
      parts.push(or([gone, not(required), query]));
      requiredPresent.push(and([required, not(gone)]));
      optional.push(and([not(required), not(gone), query]));
      allAbsent.push(gone);
    }
    parts.push(or([...requiredPresent, ...optional, and(allAbsent)]));
    const absent = and(this.#clauses.map((clause) => clause.absent ?? NONE));
    return { query: and(parts), absent };
  }

  /**
   * When the clause is required. A conjunction changes the clause before it, and where that one is
   * absent, the one before that.
   */
  #requiredAt(at: number): Ir {
    let required: Ir = this.#clauses[at]!.own === 'must' ? ALL : NONE;
    let between: Ir = ALL;
    for (const { conjunction, absent } of this.#clauses.slice(at + 1, at + 1 + REACH)) {
      if (conjunction === 'and') required = or([required, between]);
      else if (conjunction === 'or' && this.#operator === 'and') {
        required = and([required, not(between)]);
      }
      if (absent === null) break;
      between = and([between, absent]);
    }
    return required;
  }
}

/** How far an operator reaches back over absent clauses: without a bound the query's size is their square. */
const REACH = 8;

const ALL: Ir = { kind: 'all' };
const NONE: Ir = { kind: 'none' };

function and(clauses: readonly Ir[]): Ir {
  if (clauses.some(({ kind }) => kind === 'none')) return NONE;
  const rest = clauses.filter(({ kind }) => kind !== 'all');
  return rest.length === 0 ? ALL : rest.length === 1 ? rest[0]! : { kind: 'and', clauses: rest };
}

function or(clauses: readonly Ir[]): Ir {
  if (clauses.some(({ kind }) => kind === 'all')) return ALL;
  const rest = clauses.filter(({ kind }) => kind !== 'none');
  if (rest.length === 0) return NONE;
  return rest.length === 1 ? rest[0]! : { kind: 'or', clauses: rest, atLeast: 1 };
}

function not(clause: Ir): Ir {
  if (clause.kind === 'all') return NONE;
  return clause.kind === 'none' ? ALL : { kind: 'not', clause };
}
