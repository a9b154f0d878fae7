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
  MARKER_COST,
  type PartPlace,
  partsOfPattern,
  wildcardParts,
  withRequired,
} from './anchor.ts';
import { boundToIndex, indexBound } from './index-bound.ts';
import { nearPartsOf } from './near-parts.ts';
import { nestedAnchors } from './nested-anchors.ts';
import type { Part } from './pattern-parts.ts';
import * as P from './program.ts';
import { outsideAnchors, rangeAnchor } from './range-anchors.ts';
import { spanAnchors } from './span-programs.ts';
import { someOfTerms, wordAnchors } from './word-programs.ts';

const NEVER: Anchors = { anchors: [], cost: 0 };
const ABSENT_PART_COST = 9e8;
/** Bytes of a second part, by place: shorter ones cost more to look up than they spare. */
const MIN_SECOND = [1, 1, 3, 1, 1, 3];

/**
 * The cheapest anchors of the program at `at`, or null where only a look at every document finds it
 * (match_all). May over-select, never under-select. Patterns are told their parts.
 * @param isQuery it is the whole query, so that the last clause may be its index expression
 */
export function chooseAnchors(source: AnchorSource, at: number, isQuery = false): Anchors | null {
  const program = source.programs.values;
  switch (program[at]) {
    case P.OP_NONE:
      return NEVER;
    case P.OP_ALL:
    // Beside it stands what it needs.
    case P.OP_INTERVALS:
      return null;
    case P.OP_NOT:
      return chooseAbsent(source, at + 2);
    case P.OP_NESTED:
      return nestedAnchors(source, at);
    case P.OP_TERM:
      return ofTerm(program[at + 2]!, source.cost(program[at + 2]!), true);
    case P.OP_NOW_RANGE:
      return ofTerm(program[at + 2]!, MARKER_COST, false);
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
      return ofWildcard(source, at);
    case P.OP_AUTOMATON:
    case P.OP_FUZZY:
      return ofNear(source, at);
    case P.OP_WORDS:
      return wordAnchors(source, at);
    case P.OP_PHRASE_START:
    case P.OP_SOME_WORDS:
      return someOfTerms(source, at);
    case P.OP_SPANS:
      return spanAnchors(source, at, chooseAnchors);
    case P.OP_AND:
      return ofAnd(source, at, isQuery);
    case P.OP_OR:
    case P.OP_TOGETHER:
      return ofOr(source, at);
    default:
      throw new Error(`unknown op ${program[at]} in a program`);
  }
}

function ofTerm(term: number, cost: number, exact: boolean): Anchors {
  return { anchors: [{ at: { kind: 'term', term }, required: undefined, exact }], cost };
}

function ofWildcard(source: AnchorSource, at: number): Anchors {
  const { parts, exact } = wildcardParts(source, at);
  const found = ofParts(source, parts, exact);
  if (found === null) return ofMarker(source, at);
  const program = source.programs.values;
  program[at + P.WILDCARD_PART] = source.partTerm(found.part) + 1;
  if (exact) program[at + 6]! |= P.EXACT_PART;
  return found;
}

function ofMarker(source: AnchorSource, at: number): Anchors {
  return ofTerm(source.programs.values[at + 2]!, MARKER_COST, false);
}

/** One of the outlines. */
function ofNear(source: AnchorSource, at: number): Anchors {
  const program = source.programs.values;
  const isCaseless = program[at] === P.OP_AUTOMATON && program[at + 6] === P.IGNORE_CASE;
  const anchors: Anchor[] = [];
  let cost = 0;
  /** Without what others share. */
  let own = 0;
  if (program[at] === P.OP_FUZZY && program[at + 1] === P.OUTLINES) return ofNearParts(source, at);
  for (let p = at + P.OUTLINES; p < at + program[at + 1]!; p += 2) {
    const { parts } = partsOfPattern(source, at, program[p]!, isCaseless);
    const found = ofParts(source, parts, false);
    if (found === null) return ofMarker(source, at);
    program[p + 1] = source.partTerm(found.part) + 1;
    anchors.push(...found.anchors);
    own += found.own;
    cost += found.cost;
  }
  if (own >= MARKER_COST) return ofMarker(source, at);
  return { anchors, cost: Math.min(cost, MARKER_COST) };
}

/** What is left of the text, and of each term near to it, without a character. */
function ofNearParts(source: AnchorSource, at: number): Anchors {
  const program = source.programs.values;
  const field = { fieldPlusOne: program[at + 3]!, termClass: program[at + 4]! };
  const parts = nearPartsOf(source.termBytes(program[at + 5]!), program[at + 6]!);
  if (parts === null) return ofMarker(source, at);
  const anchors = parts.map((part): Anchor => {
    const place = { kind: 'part', part: { ...part, ...field } } as const;
    return { at: place, required: undefined, exact: false };
  });
  return { anchors, cost: parts.reduce((sum, { cost }) => sum + cost, 0) };
}

/** The cheapest of several parts; null where there is none. */
function ofParts(
  source: AnchorSource,
  parts: readonly (Part & PartPlace)[],
  exact: boolean,
): (Anchors & { readonly part: PartPlace; readonly own: number }) | null {
  if (parts.length === 0) return null;
  const costs = parts.map((part) => part.cost + source.partCost(part));
  const best = costs.indexOf(Math.min(...costs));
  const required = secondPart(parts, costs, best);
  const place = { kind: 'part', part: parts[best]! } as const;
  const part = parts[best]!;
  return { anchors: [{ at: place, required, exact }], cost: costs[best]!, part, own: part.cost };
}

/** The cheapest part of another run of the pattern, if it tells enough. */
function secondPart<T extends Part>(
  parts: readonly T[],
  costs: readonly number[],
  best: number,
): T | undefined {
  let second = -1;
  parts.forEach(({ run, place, bytes }, i) => {
    if (run === parts[best]!.run || bytes.length < MIN_SECOND[place]!) return;
    if (second < 0 || costs[i]! < costs[second]!) second = i;
  });
  return second < 0 ? undefined : parts[second];
}

/** Every match needs all clauses: the cheapest brings it up, the next is looked at before the rest is verified. */
function ofAnd(source: AnchorSource, at: number, isQuery: boolean): Anchors | null {
  const program = source.programs.values;
  const costs = new Map<number, number>();
  let best: Anchors | null = null;
  let from = -1;
  let last = -1;
  const end = at + program[at + 1]!;
  for (let child = at + 2; child < end; child += program[child + 1]!) {
    last = child;
    const anchors = chooseAnchors(source, child);
    costs.set(child, anchors?.cost ?? EVERY_DOCUMENT);
    if (anchors === null || (best !== null && anchors.cost >= best.cost)) continue;
    best = anchors;
    from = child;
  }
  if (best === null) return null;
  const clauses = costs.size;
  const further = furtherCondition(source, at + 2, end, from, costs);
  const isLastIndex = isQuery && from !== last && isIndex(source, last) && further?.from !== last;
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
function ofOr(source: AnchorSource, at: number): Anchors | null {
  const program = source.programs.values;
  const found: (Anchors & { isRange: boolean })[] = [];
  let clauses = 0;
  const end = at + program[at + 1]!;
  for (let child = at + 3; child < end; child += program[child + 1]!) {
    clauses++;
    const anchors = chooseAnchors(source, child);
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
