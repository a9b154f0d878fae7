import type { MultiLeaf, Span, SpanGap } from '../../src/query/spans/span.ts';

/** From one place to another; all stretches of a clause stand in a list before any other clause looks at it. */
type Stretch = readonly [start: number, end: number];

interface Token {
  readonly text: string;
  readonly position: number;
}

/** What spans are asked of. */
export interface SpanDocument {
  /** Of a text; others have none. */
  tokens(path: string): readonly Token[];
  /** Whether the field has any value that is kept as a term. */
  hasTerms(path: string): boolean;
  isLike(leaf: MultiLeaf, text: string): boolean;
}

/** Whether the document has any stretch of a span. */
export function naiveSpans(span: Span, document: SpanDocument): boolean {
  return stretches(span, document).length > 0;
}

function stretches(span: Span, document: SpanDocument): Stretch[] {
  switch (span.op) {
    case 'never':
      return [];
    case 'term':
      return places(document.tokens(span.field).filter(({ text }) => text === span.value));
    case 'multi': {
      const { leaf, most } = span;
      const found = document.tokens(leaf.field).filter(({ text }) => document.isLike(leaf, text));
      const texts = [...new Set(found.map(({ text }) => text))].sort();
      // No near terms here: of others the first in order count.
      const kept = new Set(most === undefined ? texts : texts.slice(0, most));
      return places(found.filter(({ text }) => kept.has(text)));
    }
    case 'mask':
      return stretches(span.query, document);
    case 'or':
      return merged(span.clauses.map((clause) => stretches(clause, document)));
    case 'near':
      return near(span, document);
    case 'not':
      return apart(
        stretches(span.include, document),
        stretches(span.exclude, document),
        span.pre,
        span.post,
      );
    case 'first':
      return stretches(span.match, document).filter(([, end]) => end <= span.end);
    case 'containing':
      return paired(stretches(span.big, document), stretches(span.little, document), 'big');
    case 'within':
      return paired(stretches(span.big, document), stretches(span.little, document), 'little');
  }
}

function places(tokens: readonly Token[]): Stretch[] {
  return tokens.map(({ position }) => [position, position + 1]);
}

function near(span: Extract<Span, { op: 'near' }>, document: SpanDocument): Stretch[] {
  const { clauses, slop, inOrder } = span;
  const isMasked = JSON.stringify(span).includes('"op":"mask"');
  if (isMasked && !document.hasTerms(fieldOf(span))) return [];
  const lists = clauses.map((clause) =>
    clause.op === 'gap' ? clause : stretches(clause, document),
  );
  if (lists.some((list) => Array.isArray(list) && list.length === 0)) return [];
  return inOrder ? ordered(lists, slop) : unordered(lists as Stretch[][], slop);
}

function fieldOf(span: Span | SpanGap): string {
  const text = JSON.stringify(span, (key, value) => (key === 'query' ? undefined : value));
  return /"field":"([^"]*)"/.exec(text)![1]!;
}

/** Each further clause takes the first of its stretches that begins where the one before ends, or later. */
function ordered(lists: readonly (Stretch[] | SpanGap)[], slop: number): Stretch[] {
  const found: Stretch[] = [];
  const last = Math.max(
    ...lists.flatMap((list) => (Array.isArray(list) ? list.map(([start]) => start) : [])),
  );
  const [head, ...rest] = lists;
  const heads: Stretch[] = Array.isArray(head)
    ? head
    : Array.from({ length: last + 2 }, (_, at) => [at, at + (head as SpanGap).width]);
  const from = rest.map(() => 0);
  for (const [start, end] of heads) {
    let behind = end;
    let width = 0;
    for (const [i, list] of rest.entries()) {
      if (!Array.isArray(list)) {
        behind += list.width;
        continue;
      }
      while (from[i]! < list.length && list[from[i]!]![0] < behind) from[i]!++;
      const next = list[from[i]!];
      if (next === undefined) return found;
      width += next[0] - behind;
      behind = next[1];
    }
    if (width <= slop) found.push([start, behind]);
  }
  return found;
}

/** The stretch that stands first moves on, until one clause has no more. */
function unordered(lists: readonly Stretch[][], slop: number): Stretch[] {
  const at = lists.map(() => 0);
  const heap = heapOf(lists, at);
  const found: Stretch[] = [];
  let end = Math.max(...lists.map((list) => list[0]![1]));
  for (;;) {
    const current = lists.map((list, i) => list[at[i]!]!);
    const length = current.reduce((sum, [from, to]) => sum + to - from, 0);
    const start = current[heap[0]!]![0];
    if (end - start - length <= slop) found.push([start, end]);
    const top = heap[0]!;
    at[top]!++;
    const next = lists[top]![at[top]!];
    if (next === undefined) return found;
    end = Math.max(end, next[1]);
    sink(heap, lists, at);
  }
}

function merged(all: readonly Stretch[][]): Stretch[] {
  const lists = all
    .filter((list) => list.length > 0)
    .map((list): Stretch[] => [...list, [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]]);
  if (lists.length === 0) return [];
  const at = lists.map(() => 0);
  const heap = heapOf(lists, at);
  const found: Stretch[] = [];
  for (;;) {
    const stretch = lists[heap[0]!]![at[heap[0]!]!]!;
    if (stretch[0] === Number.MAX_SAFE_INTEGER) return found;
    found.push(stretch);
    at[heap[0]!]!++;
    sink(heap, lists, at);
  }
}

/** A binary heap of the numbers of lists, by where each list is. */
function heapOf(lists: readonly Stretch[][], at: readonly number[]): number[] {
  const heap: number[] = [];
  for (const i of lists.keys()) {
    let hole = heap.push(i) - 1;
    while (hole > 0 && isBefore(lists, at, i, heap[(hole - 1) >> 1]!)) {
      heap[hole] = heap[(hole - 1) >> 1]!;
      hole = (hole - 1) >> 1;
    }
    heap[hole] = i;
  }
  return heap;
}

function sink(heap: number[], lists: readonly Stretch[][], at: readonly number[]): void {
  const moved = heap[0]!;
  let hole = 0;
  for (;;) {
    const [left, right] = [2 * hole + 1, 2 * hole + 2];
    if (left >= heap.length) break;
    const isRight = right < heap.length && isBefore(lists, at, heap[right]!, heap[left]!);
    const child = isRight ? right : left;
    if (!isBefore(lists, at, heap[child]!, moved)) break;
    heap[hole] = heap[child]!;
    hole = child;
  }
  heap[hole] = moved;
}

function isBefore(
  lists: readonly Stretch[][],
  at: readonly number[],
  one: number,
  other: number,
): boolean {
  const [a, b] = [lists[one]![at[one]!]!, lists[other]![at[other]!]!];
  return a[0] - b[0] < 0 || (a[0] === b[0] && a[1] < b[1]);
}

function apart(include: Stretch[], exclude: Stretch[], pre: number, post: number): Stretch[] {
  if (exclude.length === 0) return include;
  let at = 0;
  return include.filter(([start, end]) => {
    while (at < exclude.length && exclude[at]![1] <= start - pre) at++;
    return at === exclude.length || exclude[at]![0] - post >= end;
  });
}

/** One list moves on for each stretch of the other, and never back. */
function paired(big: Stretch[], little: Stretch[], asked: 'big' | 'little'): Stretch[] {
  const found: Stretch[] = [];
  let at = 0;
  if (asked === 'big') {
    for (const stretch of big) {
      while (at < little.length && little[at]![0] < stretch[0]) at++;
      if (at === little.length) break;
      if (stretch[1] >= little[at]![1]) found.push(stretch);
    }
    return found;
  }
  for (const stretch of little) {
    while (at < big.length && big[at]![1] < stretch[1]) at++;
    if (at === big.length) break;
    if (big[at]![0] <= stretch[0]) found.push(stretch);
  }
  return found;
}
