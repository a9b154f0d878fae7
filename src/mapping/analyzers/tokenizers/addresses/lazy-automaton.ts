import { close, type Expression, keyOf, type Node, node } from '../../../rule-expressions.ts';
import { COLUMNS } from './characters.ts';

type Nodes = readonly Node<Uint8Array>[];

const UNKNOWN = -1;

/**
 * A deterministic automaton whose states are made when a text first leads to them: of all texts together the rules
 * have some ten thousands, usual ones meet a few hundred.
 */
export class LazyAutomaton {
  /** Columns that no set tells apart are one class. */
  readonly #classOf = new Uint8Array(COLUMNS);
  readonly #classes: number;
  /** Of each class the first column. */
  readonly #columns: number[] = [];
  readonly #states: Nodes[] = [];
  readonly #byKey = new Map<string, number>();
  #next: Int32Array;
  /** Steps that were taken for the first time. */
  made = 0;
  /** Of each state, the rules that fit, the lowest first. */
  readonly rules: (readonly number[])[] = [];

  constructor(rules: Expression<Uint8Array>) {
    const begin = node<Uint8Array>();
    rules(begin);
    const sets = setsFrom(begin);
    const byMembership = new Map<string, number>();
    for (let column = 0; column < COLUMNS; column += 1) {
      const membership = sets.map((set) => set[column]).join('');
      let found = byMembership.get(membership);
      if (found === undefined) {
        found = this.#columns.push(column) - 1;
        byMembership.set(membership, found);
      }
      this.#classOf[column] = found;
    }
    this.#classes = this.#columns.length;
    this.#next = new Int32Array(this.#classes * 256).fill(UNKNOWN);
    // The dead state, and the first one.
    this.#stateOf([]);
    this.#stateOf([begin]);
  }

  /** How many states there are by now. */
  get size(): number {
    return this.#states.length;
  }

  step(state: number, column: number): number {
    const at = state * this.#classes + this.#classOf[column]!;
    const known = this.#next[at]!;
    return known === UNKNOWN ? this.#make(state, at) : known;
  }

  /** Whether anything can follow. */
  leadsOn(state: number): boolean {
    return this.#states[state]!.some(({ moves }) => moves.length > 0);
  }

  #make(state: number, at: number): number {
    this.made += 1;
    const column = this.#columns[at - state * this.#classes]!;
    const targets = new Set<Node<Uint8Array>>();
    for (const { moves } of this.#states[state]!) {
      for (const { on, to } of moves) if (on[column] === 1) targets.add(to);
    }
    const made = this.#stateOf(targets);
    this.#next[at] = made;
    return made;
  }

  #stateOf(targets: Iterable<Node<Uint8Array>>): number {
    const nodes = close(targets);
    const key = keyOf(nodes);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const made = this.#states.push(nodes) - 1;
    this.#byKey.set(key, made);
    const rules = new Set(nodes.map((at) => at.rule).filter((rule) => rule > 0));
    this.rules.push([...rules].sort((a, b) => a - b));
    if (this.#states.length * this.#classes > this.#next.length) {
      const grown = new Int32Array(this.#next.length * 2).fill(UNKNOWN);
      grown.set(this.#next);
      this.#next = grown;
    }
    return made;
  }
}

function setsFrom(begin: Node<Uint8Array>): Uint8Array[] {
  const reached = new Set([begin]);
  const sets = new Set<Uint8Array>();
  for (const { moves, free } of reached) {
    for (const to of free) reached.add(to);
    for (const { on, to } of moves) {
      sets.add(on);
      reached.add(to);
    }
  }
  return [...sets];
}
