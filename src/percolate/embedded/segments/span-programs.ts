import type { Plan, SpansPlan } from '../compile/plan.ts';
import type { Anchor, AnchorSource, Anchors } from './anchor.ts';
import { furtherCondition, withRequired } from './anchor.ts';
import type { ProgramTarget } from './plan-encoder.ts';
import { OP_SPANS } from './program.ts';
import {
  SPANS_CHILDREN,
  SPANS_CONTAINING,
  SPANS_FIRST,
  SPANS_GAP,
  SPANS_NOT,
  SPANS_OR,
  SPANS_ORDERED,
  SPANS_TERMS,
  SPANS_UNORDERED,
  SPANS_WHERE,
  SPANS_WITHIN,
} from './span-shapes.ts';

const SHAPES: Readonly<Record<SpansPlan['shape'], number>> = {
  ordered: SPANS_ORDERED,
  unordered: SPANS_UNORDERED,
  or: SPANS_OR,
  not: SPANS_NOT,
  first: SPANS_FIRST,
  containing: SPANS_CONTAINING,
  within: SPANS_WITHIN,
  gap: SPANS_GAP,
  terms: SPANS_TERMS,
  where: SPANS_WHERE,
};

/** Appends a program but for its size. @param encode appends a child */
export function encodeSpans(
  plan: SpansPlan,
  into: ProgramTarget,
  encode: (plan: Plan, into: ProgramTarget) => void,
): void {
  const { programs } = into;
  // Its terms are looked for where they stand.
  into.hasWords = true;
  programs.push(OP_SPANS);
  programs.push(0);
  programs.push(SHAPES[plan.shape]);
  programs.push(plan.first);
  programs.push(plan.second);
  for (const child of plan.children) encode(child, into);
}

/** @param choose anchors of a child */
export function spanAnchors(
  source: AnchorSource,
  at: number,
  choose: (source: AnchorSource, at: number) => Anchors | null,
): Anchors | null {
  const program = source.programs.values;
  const first = at + SPANS_CHILDREN;
  switch (program[at + 2]) {
    case SPANS_GAP:
      return null;
    case SPANS_OR:
      return ofAny(source, at, choose);
    case SPANS_NOT:
    case SPANS_FIRST:
    case SPANS_TERMS: {
      const found = choose(source, first);
      return found && { ...found, anchors: found.anchors.map(inexact) };
    }
    default:
      return ofAll(source, at, choose);
  }
}

/** The cheapest child brings it up, the next one is looked for before the program runs. */
function ofAll(
  source: AnchorSource,
  at: number,
  choose: (source: AnchorSource, at: number) => Anchors | null,
): Anchors | null {
  const program = source.programs.values;
  const costs = new Map<number, number>();
  let best: Anchors | null = null;
  let from = -1;
  const end = at + program[at + 1]!;
  for (let child = at + SPANS_CHILDREN; child < end; child += program[child + 1]!) {
    const anchors = choose(source, child);
    costs.set(child, anchors?.cost ?? Number.POSITIVE_INFINITY);
    if (anchors === null || (best !== null && anchors.cost >= best.cost)) continue;
    best = anchors;
    from = child;
  }
  if (best === null) return null;
  const further = furtherCondition(source, at + SPANS_CHILDREN, end, from, costs);
  return {
    anchors: best.anchors.map((anchor) => withRequired(anchor, further?.required, false)),
    cost: best.cost,
  };
}

function ofAny(
  source: AnchorSource,
  at: number,
  choose: (source: AnchorSource, at: number) => Anchors | null,
): Anchors | null {
  const program = source.programs.values;
  const anchors: Anchor[] = [];
  let cost = 0;
  const end = at + program[at + 1]!;
  for (let child = at + SPANS_CHILDREN; child < end; child += program[child + 1]!) {
    const found = choose(source, child);
    if (found === null) return null;
    anchors.push(...found.anchors.map(inexact));
    cost += found.cost;
  }
  return { anchors, cost };
}

function inexact(anchor: Anchor): Anchor {
  return { at: anchor.at, required: anchor.required, exact: false };
}
