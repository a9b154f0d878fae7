import type { Ir } from '../ir.ts';
import { minimumShouldMatch } from '../minimum-should-match.ts';
import type { Parsed } from './clause-list.ts';

export type Operator = 'or' | 'and';

/** A part of a text in the simple syntax, and what a minimum_should_match makes of it. */
export type Branch = Pick<Parsed, 'query' | 'atLeast'>;

/**
 * What one level of brackets came to, as Lucene's SimpleQueryParser builds it: operators have no
 * precedence, each applies to all that stands before it.
 */
export class SimpleQueryTree {
  readonly #defaultOperator: Operator;
  #top: Branch | null = null;
  /** The clauses of the top, once it has several, all with the operator before. */
  #clauses: Ir[] = [];
  #previous: Operator | null = null;
  #current: Operator | null = null;

  constructor(defaultOperator: Operator) {
    this.#defaultOperator = defaultOperator;
  }

  /** Null when nothing was found. */
  get top(): Branch | null {
    return this.#top;
  }

  /** Only the first sign after a clause counts, and none before the first clause. */
  operator(operator: Operator): void {
    if (this.#top !== null) this.#current ??= operator;
  }

  forgetOperator(): void {
    this.#current = null;
  }

  /** Adds a clause. */
  add(branch: Branch, negated: boolean): void {
    const added = negated ? negation(branch.query) : branch;
    if (this.#top === null) this.#top = added;
    else {
      const operator = this.#current ?? this.#defaultOperator;
      if (operator !== this.#previous) this.#clauses = [this.#top.query];
      this.#clauses = [...this.#clauses, added.query];
      this.#previous = operator;
      this.#top = group(operator, this.#clauses);
    }
    this.#current = null;
  }
}

/** To Lucene a required clause is none of the optional ones that a minimum counts. */
function group(operator: Operator, clauses: readonly Ir[]): Branch {
  const query: Ir =
    operator === 'and' ? { kind: 'and', clauses } : { kind: 'or', clauses, atLeast: 1 };
  return {
    query,
    atLeast: (spec, path) => {
      const asked = minimumShouldMatch(spec, operator === 'and' ? 0 : clauses.length, path);
      if (operator === 'and') return asked > 0 ? { kind: 'none' } : query;
      return { kind: 'or', clauses, atLeast: Math.max(asked, 1) };
    },
  };
}

/** Beside the excluded clause Lucene puts an optional one that matches everything. */
function negation(clause: Ir): Branch {
  const query: Ir = { kind: 'not', clause };
  return {
    query,
    atLeast: (spec, path) => (minimumShouldMatch(spec, 1, path) > 1 ? { kind: 'none' } : query),
  };
}
