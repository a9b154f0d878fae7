/**
 * Regular expressions for lexical rules, as a nondeterministic automaton that is made from the front. What a move
 * takes (`On`) is the automaton's own: a mask of classes, the number of a set of characters.
 */
export interface Node<On> {
  readonly id: number;
  moves: readonly { readonly on: On; readonly to: Node<On> }[];
  /** Moves that take no input. */
  free: readonly Node<On>[];
  /** Of the rule that ends here; 0 for none. */
  rule: number;
}

/** Appends itself behind a node and answers with the node it ends at. */
export type Expression<On> = (from: Node<On>) => Node<On>;

let nodes = 0;
const NONE: readonly never[] = [];

export function node<On>(): Node<On> {
  nodes += 1;
  return { id: nodes, moves: NONE, free: NONE, rule: 0 };
}

/** A move that takes no input. Lists are made anew, as grown ones take room for many more. */
export function lead<On>(from: Node<On>, to: Node<On>): void {
  from.free = [...from.free, to];
}

export function one<On>(on: On): Expression<On> {
  return (from) => {
    const to = node<On>();
    from.moves = [...from.moves, { on, to }];
    return to;
  };
}

export function sequence<On>(...parts: Expression<On>[]): Expression<On> {
  return (from) => parts.reduce((at, part) => part(at), from);
}

export function either<On>(...choices: Expression<On>[]): Expression<On> {
  return (from) => {
    const end = node<On>();
    for (const choice of choices) {
      const begin = node<On>();
      lead(from, begin);
      lead(choice(begin), end);
    }
    return end;
  };
}

export function many<On>(part: Expression<On>): Expression<On> {
  return (from) => {
    const loop = node<On>();
    lead(from, loop);
    lead(part(loop), loop);
    const end = node<On>();
    lead(loop, end);
    return end;
  };
}

const nothing = <On>(from: Node<On>): Node<On> => from;
export const maybe = <On>(part: Expression<On>): Expression<On> => either(part, nothing);
export const some = <On>(part: Expression<On>): Expression<On> => sequence(part, many(part));

/** The rule fits what has been read by now. */
export function fits<On>(rule: number): Expression<On> {
  return (from) => {
    const end = node<On>();
    end.rule = rule;
    lead(from, end);
    return end;
  };
}

/** The nodes that can be reached without input, less those that only lead on to others. */
export function close<On>(nodes: Iterable<Node<On>>): Node<On>[] {
  const closed = new Set(nodes);
  for (const at of closed) for (const to of at.free) closed.add(to);
  return [...closed].filter((at) => at.moves.length > 0 || at.rule > 0);
}

/** Equal for the same nodes. */
export const keyOf = <On>(nodes: readonly Node<On>[]): string =>
  nodes
    .map((at) => at.id)
    .sort((a, b) => a - b)
    .join();
