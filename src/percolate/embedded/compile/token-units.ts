import type { Token } from '../../../mapping/standard-analyzer.ts';

/** What a query asks for at one place: one of some tokens, or one of several ways through the tokens. */
export interface Unit {
  readonly tokens: readonly Token[];
  /** Each with positions of its own, from 0; then there are no {@link tokens}. */
  readonly paths?: readonly (readonly Token[])[];
}

/** As many ways as a query may have clauses: Elasticsearch refuses more. */
const MOST_PATHS = 1024;

/** Whether one token follows the other, each at a position of its own. */
export function isPlain(tokens: readonly Token[]): boolean {
  return tokens.every(
    ({ position, length }, i) =>
      length === undefined && (i === 0 || position > tokens[i - 1]!.position),
  );
}

export function isGraph(tokens: readonly Token[]): boolean {
  return tokens.length > 1 && tokens.some(({ length }) => length !== undefined);
}

/** The tokens of each position; null where there are more ways through them than queries may have clauses. */
export function unitsOf(tokens: readonly Token[]): readonly Unit[] | null {
  if (isGraph(tokens)) return graphUnits(tokens);
  const groups = Map.groupBy(tokens, ({ position }) => position);
  return [...groups.values()].map((group) => ({ tokens: group }));
}

/** All ways through the tokens; null for too many. */
export function pathsOf(tokens: readonly Token[]): readonly (readonly Token[])[] | null {
  const edges = edgesOf(tokens);
  return pathsBetween(edges, 0, lastOf(edges));
}

/** A token between two states of the automaton that Lucene makes of them. */
interface Edge {
  readonly from: number;
  readonly to: number;
  /** Positions after the token before it. */
  readonly increment: number;
  readonly token: Token;
}

/** Positions that were left out belong to the token behind them. */
function edgesOf(tokens: readonly Token[]): readonly Edge[] {
  let [state, before, gap, last] = [-1, 1, 0, -1];
  const edges = tokens.map((token): Edge => {
    const increment = token.position - last;
    last = token.position;
    if (increment === 0) {
      if (gap > 0) state -= gap;
    } else {
      state += 1;
      gap = increment - 1;
    }
    const from = state;
    state += gap;
    if (increment > 0) before = increment;
    return { from, to: from + (token.length ?? 1) + gap, increment: before, token };
  });
  return alive(edges);
}

/** Edges on a way from the first state to the last. */
function alive(edges: readonly Edge[]): readonly Edge[] {
  const reached = new Set([0]);
  // They stand in the order of where they begin.
  const first = edges.filter(({ from, to }) => reached.has(from) && reached.add(to));
  const leading = new Set([lastOf(edges)]);
  const back = first
    .toSorted((a, b) => b.from - a.from)
    .filter(({ from, to }) => leading.has(to) && leading.add(from));
  const kept = new Set(back);
  return edges.filter((edge) => kept.has(edge));
}

function lastOf(edges: readonly Edge[]): number {
  return edges.reduce((most, { to }) => Math.max(most, to), 0);
}

function graphUnits(tokens: readonly Token[]): readonly Unit[] | null {
  const edges = edgesOf(tokens);
  const last = lastOf(edges);
  const units: Unit[] = [];
  for (let start = 0; start < last; ) {
    const end = nextJoint(edges, start, last);
    const own = edges.filter(({ from }) => from === start);
    if (own.length === 0) return null;
    if (own.every(({ to }) => to === own[0]!.to))
      units.push({ tokens: own.map(({ token }) => token) });
    else {
      const paths = pathsBetween(edges, start, end);
      if (paths === null) return null;
      units.push({ tokens: [], paths });
    }
    start = end;
  }
  return units;
}

/** The next state that every way goes through. */
function nextJoint(edges: readonly Edge[], start: number, last: number): number {
  let end = start + 1;
  for (const { from, to } of edges) if (from >= start && from < end) end = Math.max(end, to);
  return Math.min(end, last);
}

function pathsBetween(
  edges: readonly Edge[],
  start: number,
  end: number,
): readonly (readonly Token[])[] | null {
  const byStart = Map.groupBy(edges, ({ from }) => from);
  const paths: Token[][] = [];
  const walk = (state: number, path: readonly Token[], position: number): boolean => {
    if (state === end) return paths.push([...path]) <= MOST_PATHS;
    return (byStart.get(state) ?? []).every(({ to, increment, token }) => {
      const at = position + increment;
      const { text, start: first, end: behind } = token;
      return walk(to, [...path, { text, position: at, start: first, end: behind }], at);
    });
  };
  return walk(start, [], -1) ? paths : null;
}
