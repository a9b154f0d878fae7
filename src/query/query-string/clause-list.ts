import { unsupported } from '../dsl/dsl-reader.ts';
import type { Ir } from '../ir.ts';
import { minimumShouldMatch, tokenMinimum } from '../minimum-should-match.ts';

export type Conjunction = 'none' | 'and' | 'or';
export type Modifier = 'must' | 'mustNot' | null;

type Occur = 'must' | 'should' | 'mustNot';

interface Clause {
  occur: Occur;
  /** Before what follows changed it. */
  readonly own: Occur;
  readonly conjunction: Conjunction;
  readonly parsed: Parsed;
  /** A run of words, of which Lucene makes a clause for each token; or whether it has no sign. */
  readonly form: 'words' | 'plain' | 'signed';
}

/** A clause or group. */
export interface Parsed {
  readonly query: Ir;
  /** When the clause counts as not written, because no word is left of it; null: never. */
  readonly absent: Ir | null;
  /** The same where a minimum_should_match applies to it; `path` is where that stands. */
  readonly atLeast?: (spec: string, path: string) => Ir;
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
    this.#clauses.push({ occur, own: occur, conjunction: 'none', parsed, form: 'words' });
  }

  /** Adds a clause; its conjunction also changes the clause before it. */
  add(conjunction: Conjunction, modifier: Modifier, parsed: Parsed): void {
    const previous = this.#clauses.at(-1);
    if (previous !== undefined && previous.occur !== 'mustNot') {
      if (conjunction === 'and') previous.occur = 'must';
      else if (conjunction === 'or' && this.#operator === 'and') previous.occur = 'should';
    }
    const occur = this.#occur(conjunction, modifier);
    const form = modifier === null ? 'plain' : 'signed';
    this.#clauses.push({ occur, own: occur, conjunction, parsed, form });
  }

  #occur(conjunction: Conjunction, modifier: Modifier): Occur {
    if (modifier === 'mustNot') return 'mustNot';
    // With the default operator AND, a + changes nothing: even `a OR +b` leaves b optional.
    if (this.#operator === 'and') return conjunction === 'or' ? 'should' : 'must';
    return modifier === 'must' || conjunction === 'and' ? 'must' : 'should';
  }

  /** The group as a truth function: optional clauses count only when none is required. */
  parsed(): Parsed {
    const atLeast = this.#atLeast();
    const mayBeAbsent = this.#clauses.some(({ parsed: { absent } }) => absent !== null);
    const { query, absent } = mayBeAbsent ? this.#withAbsent() : this.#always();
    return { query, absent, ...(atLeast && { atLeast }) };
  }

  /** A lone clause stands for itself, also where it is counted. */
  #atLeast(): Parsed['atLeast'] {
    const [only] = this.#clauses;
    if (this.#clauses.length === 1 && only?.form !== 'signed') return only?.parsed.atLeast;
    return (spec, path) => {
      this.#checkCounted(spec, path);
      const optional = this.#clauses.filter(({ occur }) => occur === 'should').length;
      return this.#always(minimumShouldMatch(spec, optional, path)).query;
    };
  }

  /** @throws EstromError QUERY_UNSUPPORTED where only a mapping tells how many clauses there are */
  #checkCounted(spec: string, path: string): void {
    if (this.#clauses.some(({ parsed: { absent } }) => absent !== null)) {
      throw unsupported(path, 'a minimum over texts without letters and digits', 'leave them out');
    }
    const { operator, minimum } = tokenMinimum(spec, 'or', path);
    const matters = operator === 'and' || minimum !== undefined;
    if (!matters || this.#operator === 'and') return;
    if (this.#clauses.some(({ form }) => form === 'words')) {
      throw unsupported(path, `[${spec}] of words beside other clauses`, 'write OR between them');
    }
  }

  #always(asked = 0): Parsed {
    const parts: Ir[] = [];
    const optional: Ir[] = [];
    let required = false;
    for (const { occur, parsed } of this.#clauses) {
      if (occur === 'should') optional.push(parsed.query);
      else parts.push(occur === 'must' ? parsed.query : { kind: 'not', clause: parsed.query });
      required ||= occur === 'must';
    }
    const least = asked === 0 && !required && optional.length > 0 ? 1 : asked;
    if (least > 0) {
      parts.push(
        least === 1 && optional.length === 1
          ? optional[0]!
          : { kind: 'or', clauses: optional, atLeast: least },
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
    for (const [at, { own, parsed }] of this.#clauses.entries()) {
      const { query, absent } = parsed;
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
    const absent = and(this.#clauses.map(({ parsed }) => parsed.absent ?? NONE));
    return { query: and(parts), absent };
  }

  /**
   * When the clause is required. A conjunction changes the clause before it, and where that one is
   * absent, the one before that.
   */
  #requiredAt(at: number): Ir {
    let required: Ir = this.#clauses[at]!.own === 'must' ? ALL : NONE;
    let between: Ir = ALL;
    for (const { conjunction, parsed } of this.#clauses.slice(at + 1, at + 1 + REACH)) {
      if (conjunction === 'and') required = or([required, between]);
      else if (conjunction === 'or' && this.#operator === 'and') {
        required = and([required, not(between)]);
      }
      if (parsed.absent === null) break;
      between = and([between, parsed.absent]);
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
