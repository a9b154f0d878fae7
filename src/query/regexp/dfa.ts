import type { Nfa } from './nfa.ts';
import { MAX_STATES, TooComplex, type Work } from './work.ts';

/** A deterministic automaton; it begins in state 0. */
export interface Dfa {
  readonly states: number;
  readonly intervals: number;
  /** The state after each (state, interval), or -1. */
  readonly next: Int32Array;
  /** 1 for each state in which a text may end. */
  readonly accepting: Uint8Array;
}

/**
 * The subset construction.
 * @throws TooComplex
 */
export function determinise(
  nfa: Pick<Nfa, 'free' | 'moves'>,
  start: number,
  end: number,
  intervals: number,
  work: Work,
): Dfa {
  const closure = new Closure(nfa, work);
  const known = new Map<string, number>();
  const sets: (readonly number[])[] = [];
  const next: number[] = [];
  const accepting: number[] = [];
  const stateOf = (set: readonly number[]): number => {
    const key = set.join();
    work.step(set.length);
    let state = known.get(key);
    if (state === undefined) {
      state = sets.push(set) - 1;
      if (state >= MAX_STATES) throw new TooComplex();
      known.set(key, state);
      accepting.push(set.includes(end) ? 1 : 0);
    }
    return state;
  };
  stateOf(closure.of([start]));
  const targets: number[][] = Array.from({ length: intervals }, () => []);
  for (let state = 0; state < sets.length; state++) {
    for (const each of targets) each.length = 0;
    for (const from of sets[state]!) {
      const moves = nfa.moves[from]!;
      for (let i = 0; i < moves.length; i += 3) {
        const last = moves[i + 1]!;
        work.step(last - moves[i]! + 1);
        for (let at = moves[i]!; at <= last; at++) targets[at]!.push(moves[i + 2]!);
      }
    }
    work.step(intervals);
    let before: string | undefined;
    let reached = -1;
    for (const each of targets) {
      // Neighbours mostly lead to the same.
      const key = each.join();
      if (key !== before) reached = each.length === 0 ? -1 : stateOf(closure.of(each));
      before = key;
      next.push(reached);
    }
  }
  return trimmed({
    states: sets.length,
    intervals,
    next: Int32Array.from(next),
    accepting: Uint8Array.from(accepting),
  });
}

/** States that are reached without a character. */
class Closure {
  readonly #free: readonly (readonly number[])[];
  readonly #seen: Int32Array;
  readonly #work: Work;
  #round = 0;

  constructor({ free }: Pick<Nfa, 'free'>, work: Work) {
    this.#free = free;
    this.#seen = new Int32Array(free.length);
    this.#work = work;
  }

  /** In order, without duplicates. */
  of(states: readonly number[]): readonly number[] {
    this.#round += 1;
    const found: number[] = [];
    const visit = (state: number): void => {
      if (this.#seen[state] === this.#round) return;
      this.#seen[state] = this.#round;
      found.push(state);
    };
    states.forEach(visit);
    for (let i = 0; i < found.length; i++) this.#free[found[i]!]!.forEach(visit);
    this.#work.step(found.length);
    return found.sort((a, b) => a - b);
  }
}

/** Texts that both accept. */
export function product(one: Dfa, other: Dfa, work: Work): Dfa {
  const { intervals } = one;
  const known = new Map<number, number>();
  const pairs: number[] = [];
  const stateOf = (a: number, b: number): number => {
    const key = a * other.states + b;
    let state = known.get(key);
    if (state === undefined) {
      state = pairs.push(key) - 1;
      if (state >= MAX_STATES) throw new TooComplex();
      known.set(key, state);
    }
    return state;
  };
  stateOf(0, 0);
  const next: number[] = [];
  const accepting: number[] = [];
  for (let state = 0; state < pairs.length; state++) {
    const b = pairs[state]! % other.states;
    const a = (pairs[state]! - b) / other.states;
    accepting.push(one.accepting[a]! & other.accepting[b]!);
    work.step(intervals);
    for (let at = 0; at < intervals; at++) {
      const x = one.next[a * intervals + at]!;
      const y = other.next[b * intervals + at]!;
      next.push(x < 0 || y < 0 ? -1 : stateOf(x, y));
    }
  }
  return trimmed({
    states: pairs.length,
    intervals,
    next: Int32Array.from(next),
    accepting: Uint8Array.from(accepting),
  });
}

/** Without moves to states from which no text ends well. */
function trimmed(dfa: Dfa): Dfa {
  const { states, intervals, next, accepting } = dfa;
  const before: number[][] = Array.from({ length: states }, () => []);
  for (let state = 0; state < states; state++) {
    for (let at = 0; at < intervals; at++) {
      const to = next[state * intervals + at]!;
      if (to >= 0 && before[to]!.at(-1) !== state) before[to]!.push(state);
    }
  }
  const alive = Uint8Array.from(accepting);
  const open = Array.from(alive.keys()).filter((state) => alive[state]);
  for (let i = 0; i < open.length; i++) {
    for (const from of before[open[i]!]!) {
      if (alive[from]) continue;
      alive[from] = 1;
      open.push(from);
    }
  }
  const kept = next.map((to) => (to >= 0 && alive[to] ? to : -1));
  return { ...dfa, next: kept };
}
