import { INDEX } from '../compile/term-class.ts';
import { docRangeAbsent, docRangeAnchors } from '../doc-ranges/range-anchors.ts';
import { geoAbsent, geoAnchors } from '../geo/geo-anchors.ts';
import { shapeAbsent, shapeAnchors } from '../geo/shape-anchors.ts';
import {
  type Anchor,
  type AnchorSource,
  type Anchors,
  EVERY_DOCUMENT,
  furtherCondition,
  furtherExclusion,
  markerAnchors,
  wildcardParts,
  withRequired,
} from './anchor.ts';
import { boundToIndex, indexBound } from './index-bound.ts';
import { nestedAnchors } from './nested-anchors.ts';
import { nearAnchors, wildcardAnchors } from './pattern-anchors.ts';
import * as P from './program.ts';
import { outsideAnchors, rangeAnchor } from './range-anchors.ts';
import { spanAnchors } from './span-programs.ts';
import { someOfTerms, wordAnchors } from './word-programs.ts';

const NEVER: Anchors = { anchors: [], cost: 0 };
const ABSENT_PART_COST = 9e8;

/**
 * Where a program stands: it is the whole query, so that its last clause may be its index expression; or in one; or
 * it is asked of nested objects, of which presearch sees only what all of them have.
 */
type Standing = 'query' | 'clause' | 'in objects';

/**
 * The cheapest anchors of the program at `at`, or null where only a look at every document finds it
 * (match_all). May over-select, never under-select. Patterns are told their parts.
 */
export function chooseAnchors(
  source: AnchorSource,
  at: number,
  standing: Standing = 'clause',
): Anchors | null {
  const program = source.programs.values;
  const inside = standing === 'in objects' ? chooseInside : chooseAnchors;
  switch (program[at]) {
    case P.OP_NONE:
      return NEVER;
    case P.OP_ALL:
    // Beside it stands what it needs.
    case P.OP_INTERVALS:
      return null;
    case P.OP_NOT:
      return standing === 'in objects' ? null : chooseAbsent(source, at + 2);
    case P.OP_NESTED:
      return nestedAnchors(source, at, chooseInside);
    case P.OP_TERM:
      return ofTerm(source, program[at + 2]!);
    case P.OP_NOW_RANGE:
      return markerAnchors(source, at);
    case P.OP_RANGE:
    case P.OP_STRING_RANGE:
      return rangeAnchor(source, at);
    case P.OP_GEO:
      return geoAnchors(source, at);
    case P.OP_GEO_SHAPE:
      return shapeAnchors(source, at);
    case P.OP_DOC_RANGE:
      return docRangeAnchors(source, at);
    case P.OP_WILDCARD:
      return wildcardAnchors(source, at);
    case P.OP_AUTOMATON:
    case P.OP_FUZZY:
      return nearAnchors(source, at);
    case P.OP_WORDS:
      return wordAnchors(source, at);
    case P.OP_PHRASE_START:
    case P.OP_SOME_WORDS:
      return someOfTerms(source, at);
    case P.OP_SPANS:
      return spanAnchors(source, at, inside);
    case P.OP_AND:
      return ofAnd(source, at, standing);
    case P.OP_OR:
    case P.OP_TOGETHER:
      return ofOr(source, at, inside);
    default:
      throw new Error(`unknown op ${program[at]} in a program`);
  }
}

/** Of what some nested object must have. */
function chooseInside(source: AnchorSource, at: number): Anchors | null {
  return chooseAnchors(source, at, 'in objects');
}

function ofTerm(source: AnchorSource, term: number): Anchors {
  const anchor = { at: { kind: 'term', term }, required: undefined, exact: true } as const;
  return { anchors: [anchor], cost: source.cost(term) };
}

/** Every match needs all clauses: the cheapest brings it up, the next is looked at before the rest is verified. */
function ofAnd(source: AnchorSource, at: number, standing: Standing): Anchors | null {
  const isInside = standing === 'in objects';
  const program = source.programs.values;
  const costs = new Map<number, number>();
  let best: Anchors | null = null;
  let from = -1;
  let last = -1;
  const end = at + program[at + 1]!;
  for (let child = at + 2; child < end; child += program[child + 1]!) {
    last = child;
    const anchors = isInside ? chooseInside(source, child) : chooseAnchors(source, child);
    costs.set(child, anchors?.cost ?? EVERY_DOCUMENT);
    if (anchors === null || (best !== null && anchors.cost >= best.cost)) continue;
    best = anchors;
    from = child;
  }
  if (best === null) return null;
  const clauses = costs.size;
  const further = furtherCondition(source, at + 2, end, from, costs, isInside);
  const isLastIndex =
    standing === 'query' && from !== last && isIndex(source, last) && further?.from !== last;
  const isExact = further?.exact === true;
  const decides =
    isExact && clauses === 2 ? true : isExact && clauses === 3 && isLastIndex && 'in its index';
  const index = indexBound(source, at + 2, end);
  return {
    anchors: best.anchors.map((anchor) =>
      boundToIndex(source, withRequired(anchor, further?.required, decides), index),
    ),
    cost: best.cost,
  };
}

function isIndex(source: AnchorSource, at: number): boolean {
  const program = source.programs.values;
  return program[at] === P.OP_TERM && source.classOf(program[at + 2]!) === INDEX;
}

/** All but `at least - 1` of the clauses, the cheapest ones: a document that lacks those can't reach the minimum. */
function ofOr(source: AnchorSource, at: number, choose: typeof chooseInside): Anchors | null {
  const program = source.programs.values;
  const found: (Anchors & { isRange: boolean })[] = [];
  let clauses = 0;
  const end = at + program[at + 1]!;
  for (let child = at + 3; child < end; child += program[child + 1]!) {
    clauses++;
    const anchors = choose(source, child);
    const isRange = program[child] === P.OP_RANGE || program[child] === P.OP_STRING_RANGE;
    if (anchors !== null) found.push({ ...anchors, isRange });
  }
  const atLeast = program[at + 2]!;
  const needed = clauses - atLeast + 1;
  if (found.length < needed) return null;
  if (atLeast > 1) found.sort((a, b) => a.cost - b.cost);
  const anchors: Anchor[] = [];
  let cost = 0;
  // A field has values of one class: the same range in each of them costs once.
  let rangeCost = 0;
  for (const child of found.slice(0, needed)) {
    if (child.isRange) rangeCost = Math.max(rangeCost, child.cost);
    else cost += child.cost;
    for (const anchor of child.anchors) {
      if (!isKnown(anchors, anchor))
        anchors.push(atLeast > 1 ? { ...anchor, exact: false } : anchor);
    }
  }
  return { anchors, cost: cost + rangeCost };
}

/** One posting is enough where the same term alone is asked for twice. */
function isKnown(anchors: readonly Anchor[], { at, required }: Anchor): boolean {
  return (
    at.kind === 'term' &&
    anchors.some(
      (known) =>
        known.at.kind === 'term' && known.at.term === at.term && known.required === required,
    )
  );
}

/**
 * How a document shows itself in which the program at `at` does not hold: by what it lacks. Null where
 * only a look at every document tells.
 */
export function chooseAbsent(source: AnchorSource, at: number): Anchors | null {
  const program = source.programs.values;
  switch (program[at]) {
    case P.OP_ALL:
      return NEVER;
    case P.OP_NOT:
      return chooseAnchors(source, at + 2);
    case P.OP_TERM: {
      const term = program[at + 2]!;
      const anchor = { at: { kind: 'absent', term }, required: undefined, exact: true } as const;
      return { anchors: [anchor], cost: source.absentCost(term) };
    }
    case P.OP_RANGE:
    case P.OP_STRING_RANGE:
      return outsideAnchors(source, [at]);
    case P.OP_GEO:
      return geoAbsent(source, at);
    case P.OP_GEO_SHAPE:
      return shapeAbsent(source, at);
    case P.OP_DOC_RANGE:
      return docRangeAbsent(source, at);
    case P.OP_WILDCARD:
      return withoutPart(source, at);
    case P.OP_AND:
      return notAll(source, at);
    case P.OP_OR:
      return program[at + 2] === 1 ? notAny(source, at) : null;
    default:
      return null;
  }
}

/** Where one part decides, tokens without it are what the pattern does not match. */
function withoutPart(source: AnchorSource, at: number): Anchors | null {
  const { parts, exact } = wildcardParts(source, at);
  if (!exact) return null;
  const anchor = {
    at: { kind: 'absentPart', part: parts[0]! },
    required: undefined,
    exact,
  } as const;
  return { anchors: [anchor], cost: ABSENT_PART_COST };
}

/** One of the clauses does not hold, and it may be any. */
function notAll(source: AnchorSource, at: number): Anchors | null {
  const program = source.programs.values;
  const anchors: Anchor[] = [];
  let cost = 0;
  const end = at + program[at + 1]!;
  for (let child = at + 2; child < end; child += program[child + 1]!) {
    const found = chooseAbsent(source, child);
    if (found === null) return null;
    anchors.push(...found.anchors);
    cost += found.cost;
  }
  return { anchors, cost };
}

/** None of the clauses holds: the document is found by the one that is rarest absent. */
function notAny(source: AnchorSource, at: number): Anchors | null {
  const program = source.programs.values;
  const end = at + program[at + 1]!;
  let best: Anchors | null = null;
  let from = -1;
  let clauses = 0;
  const ranges = new Map<number, number[]>();
  for (let child = at + 3; child < end; child += program[child + 1]!) {
    clauses++;
    if (program[child] === P.OP_RANGE || program[child] === P.OP_STRING_RANGE) {
      const field = program[child + 3]!;
      ranges.set(field, [...(ranges.get(field) ?? []), child]);
      continue;
    }
    const anchors = chooseAbsent(source, child);
    if (anchors === null || (best !== null && anchors.cost >= best.cost)) continue;
    best = anchors;
    from = child;
  }
  for (const ofField of ranges.values()) {
    const anchors = outsideAnchors(source, ofField);
    if (anchors === null || (best !== null && anchors.cost >= best.cost)) continue;
    best = anchors;
    from = -1;
  }
  if (best === null) return null;
  const further = furtherExclusion(source, at + 3, end, from);
  const decides = clauses === 2 && further !== null && further.exact;
  return {
    anchors: best.anchors.map((anchor) => withRequired(anchor, further?.required, decides)),
    cost: best.cost,
  };
}
