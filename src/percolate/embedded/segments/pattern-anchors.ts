import {
  type Anchor,
  type AnchorSource,
  type Anchors,
  MARKER_COST,
  markerAnchors,
  type PartPlace,
  partsOfPattern,
  wildcardParts,
} from './anchor.ts';
import { nearPartsOf } from './near-parts.ts';
import type { Part } from './pattern-parts.ts';
import * as P from './program.ts';

/** Bytes of a second part, by place: shorter ones cost more to look up than they spare. */
const MIN_SECOND = [1, 1, 3, 1, 1, 3];

/** A match has a token with a part of the pattern, by which the clause is told. */
export function wildcardAnchors(source: AnchorSource, at: number): Anchors {
  const { parts, exact } = wildcardParts(source, at);
  const found = ofParts(source, parts, exact);
  if (found === null) return markerAnchors(source, at);
  const program = source.programs.values;
  program[at + P.WILDCARD_PART] = source.partTerm(found.part) + 1;
  if (exact) program[at + 6]! |= P.EXACT_PART;
  return found;
}

/** The same of an OP_AUTOMATON or OP_FUZZY: a part of one of the outlines. */
export function nearAnchors(source: AnchorSource, at: number): Anchors {
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
    if (found === null) return markerAnchors(source, at);
    program[p + 1] = source.partTerm(found.part) + 1;
    anchors.push(...found.anchors);
    own += found.own;
    cost += found.cost;
  }
  if (own >= MARKER_COST) return markerAnchors(source, at);
  return { anchors, cost: Math.min(cost, MARKER_COST) };
}

/** What is left of the text, and of each term near to it, without a character. */
function ofNearParts(source: AnchorSource, at: number): Anchors {
  const program = source.programs.values;
  const field = { fieldPlusOne: program[at + 3]!, termClass: program[at + 4]! };
  const parts = nearPartsOf(source.termBytes(program[at + 5]!), program[at + 6]!);
  if (parts === null) return markerAnchors(source, at);
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
