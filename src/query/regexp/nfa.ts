import type { Alphabet } from './alphabet.ts';
import { type Dfa, determinise, product } from './dfa.ts';
import { casesOf, type RegexpNode } from './syntax.ts';
import type { Work } from './work.ts';

/** A non-deterministic automaton: states are numbers, characters the intervals of an alphabet. */
export class Nfa {
  /** States that follow without a character. */
  readonly free: number[][] = [];
  /** (first interval, last interval, state), by state. */
  readonly moves: number[][] = [];
  readonly #alphabet: Alphabet;
  readonly #caseless: boolean;
  readonly #work: Work;

  constructor(alphabet: Alphabet, caseless: boolean, work: Work) {
    this.#alphabet = alphabet;
    this.#caseless = caseless;
    this.#work = work;
  }

  state(): number {
    this.#work.step(1);
    this.#work.checkSize(this.free.length);
    this.moves.push([]);
    return this.free.push([]) - 1;
  }

  /** Adds the ways from `from` on which an expression's texts lead; answers where they end. */
  add(node: RegexpNode, from: number): number {
    switch (node.kind) {
      case 'text':
        return node.codes.reduce((at, code) => this.#character(code, at), from);
      case 'set': {
        const to = this.state();
        for (const [first, last] of node.ranges) this.#move(from, first, last, to);
        return to;
      }
      case 'anything': {
        const to = this.#next(from);
        this.moves[to]!.push(0, this.#alphabet.size - 1, to);
        return to;
      }
      case 'nothing':
        return this.state();
      case 'concat':
        return node.parts.reduce((at, part) => this.add(part, at), from);
      case 'union': {
        const to = this.state();
        for (const part of node.parts) this.free[this.add(part, this.#next(from))]!.push(to);
        return to;
      }
      case 'repeat':
        return this.#repeat(node.part, node.least, node.most, from);
      case 'complement':
        return this.#embed(complement(this.#apart(node.part)), from);
      case 'intersection': {
        const parts = node.parts.map((part) => this.#apart(part));
        return this.#embed(
          parts.reduce((one, other) => product(one, other, this.#work)),
          from,
        );
      }
    }
  }

  #repeat(part: RegexpNode, least: number, most: number | null, from: number): number {
    if (most !== null && most < least) return this.state();
    // Of no text Lucene makes no repetition either, not even the empty one.
    if (most === null && this.#isNothing(part)) return this.state();
    let at = from;
    for (let time = 0; time < least; time++) at = this.add(part, this.#next(at));
    if (most === null) {
      const loop = this.#next(at);
      this.free[this.add(part, this.#next(loop))]!.push(loop);
      return this.#next(loop);
    }
    const to = this.state();
    this.free[at]!.push(to);
    for (let time = least; time < most; time++) {
      at = this.add(part, this.#next(at));
      this.free[at]!.push(to);
    }
    return to;
  }

  /** Whether it has no text. */
  #isNothing(node: RegexpNode): boolean {
    switch (node.kind) {
      case 'nothing':
        return true;
      case 'concat':
        return node.parts.some((part) => this.#isNothing(part));
      case 'union':
        return node.parts.every((part) => this.#isNothing(part));
      case 'repeat': {
        const { least, most } = node;
        if (most !== null && most < least) return true;
        return (most === null || least > 0) && this.#isNothing(node.part);
      }
      case 'complement':
      case 'intersection':
        return isEmpty(this.#apart(node));
      case 'set':
        return node.ranges.length === 0;
      default:
        return false;
    }
  }

  #character(code: number, from: number): number {
    const to = this.state();
    for (const one of this.#caseless ? casesOf(code) : [code]) this.#move(from, one, one, to);
    return to;
  }

  #move(from: number, first: number, last: number, to: number): void {
    const alphabet = this.#alphabet;
    this.moves[from]!.push(alphabet.intervalOf(first), alphabet.intervalOf(last), to);
  }

  /** A state of its own behind another. */
  #next(from: number): number {
    const to = this.state();
    this.free[from]!.push(to);
    return to;
  }

  #apart(node: RegexpNode): Dfa {
    return compileNode(node, this.#alphabet, this.#caseless, this.#work);
  }

  #embed(dfa: Dfa, from: number): number {
    const { intervals, next } = dfa;
    const states = Array.from({ length: dfa.states }, () => this.state());
    const to = this.state();
    this.free[from]!.push(states[0]!);
    for (let state = 0; state < dfa.states; state++) {
      if (dfa.accepting[state]) this.free[states[state]!]!.push(to);
      for (let first = 0; first < intervals; ) {
        const target = next[state * intervals + first]!;
        let last = first;
        while (last + 1 < intervals && next[state * intervals + last + 1] === target) last++;
        if (target >= 0) this.moves[states[state]!]!.push(first, last, states[target]!);
        first = last + 1;
      }
      this.#work.step(intervals);
    }
    return to;
  }
}

export function compileNode(
  node: RegexpNode,
  alphabet: Alphabet,
  caseless: boolean,
  work: Work,
): Dfa {
  const nfa = new Nfa(alphabet, caseless, work);
  const start = nfa.state();
  const end = nfa.add(node, start);
  return determinise(nfa, start, end, alphabet.size, work);
}

/** Moves that lead nowhere were taken out. */
function isEmpty({ accepting, next, intervals }: Dfa): boolean {
  return !accepting[0] && next.subarray(0, intervals).every((to) => to < 0);
}

/** Of an automaton whose moves lead somewhere or nowhere: the nowhere becomes a state. */
function complement({ states, intervals, next, accepting }: Dfa): Dfa {
  const sink = states;
  const all = new Int32Array((states + 1) * intervals).fill(sink);
  for (let i = 0; i < next.length; i++) if (next[i]! >= 0) all[i] = next[i]!;
  const flipped = Uint8Array.from({ length: states + 1 }, (_, state) => (accepting[state] ? 0 : 1));
  return { states: states + 1, intervals, next: all, accepting: flipped };
}
