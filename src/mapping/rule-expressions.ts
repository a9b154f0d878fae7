/**
 * Regular expressions for lexical rules, as a nondeterministic automaton that is made from the front. What a move
 * takes (`On`) is the automaton's own: a mask of classes, the number of a set of characters.
 */
export interface Node<On> {
  readonly id: number;
  readonly moves: { readonly on: On; readonly to: Node<On> }[];
  /** Moves that take no input. */
  readonly free: Node<On>[];
  /** Of the rule that ends here; 0 for none. */
  rule: number;
}

/** Appends itself behind a node and answers with the node it ends at. */
export type Expression<On> = (from: Node<On>) => Node<On>;

let nodes = 0;

export function node<On>(): Node<On> {
  nodes += 1;
  return { id: nodes, moves: [], free: [], rule: 0 };
}

export function one<On>(on: On): Expression<On> {
  return (from) => {
    const to = node<On>();
    from.moves.push({ on, to });
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
      from.free.push(begin);
      choice(begin).free.push(end);
    }
    return end;
  };
}

export function many<On>(part: Expression<On>): Expression<On> {
  return (from) => {
    const loop = node<On>();
    from.free.push(loop);
    part(loop).free.push(loop);
    const end = node<On>();
    loop.free.push(end);
    return end;
  };
}

const nothing = <On>(from: Node<On>): Node<On> => from;
export const maybe = <On>(part: Expression<On>): Expression<On> => either(part, nothing);
export const some = <On>(part: Expression<On>): Expression<On> => sequence(part, many(part));

/** The nodes that can be reached without input, less those that only lead on. */
export function close<On>(
  nodes: Iterable<Node<On>>,
  isKept: (node: Node<On>) => boolean,
): Node<On>[] {
  const closed = new Set(nodes);
  for (const at of closed) for (const to of at.free) closed.add(to);
  return [...closed].filter((at) => at.moves.length > 0 || isKept(at));
}

/** Equal for the same nodes. */
export const keyOf = <On>(nodes: readonly Node<On>[]): string =>
  nodes
    .map((at) => at.id)
    .sort((a, b) => a - b)
    .join();
