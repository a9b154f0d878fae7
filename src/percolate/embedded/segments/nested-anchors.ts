import { geoAnchors } from '../geo/geo-anchors.ts';
import { type Anchor, type AnchorSource, type Anchors, MARKER_COST } from './anchor.ts';
import * as P from './program.ts';
import { rangeAnchor } from './range-anchors.ts';
import { someOfTerms, wordAnchors } from './word-programs.ts';

/**
 * A document with a nested object that fulfils the clause has what that object must have, among all that its objects
 * have. What objects must lack tells nothing: others may have it. At least there is such an object.
 */
export function nestedAnchors(source: AnchorSource, at: number): Anchors {
  const program = source.programs.values;
  const found = inside(source, at + 3);
  if (found !== null && found.cost < MARKER_COST) return found;
  return ofTerm(program[at + 2]!, MARKER_COST);
}

function ofTerm(term: number, cost: number): Anchors {
  return { anchors: [{ at: { kind: 'term', term }, required: undefined, exact: false }], cost };
}

/** Null where only a look at every object tells. */
function inside(source: AnchorSource, at: number): Anchors | null {
  const program = source.programs.values;
  switch (program[at]) {
    case P.OP_NONE:
      return { anchors: [], cost: 0 };
    case P.OP_TERM:
      return ofTerm(program[at + 2]!, source.cost(program[at + 2]!));
    case P.OP_WORDS:
      return wordAnchors(source, at);
    case P.OP_PHRASE_START:
    case P.OP_SOME_WORDS:
      return someOfTerms(source, at);
    case P.OP_RANGE:
    case P.OP_STRING_RANGE:
      return undecided(rangeAnchor(source, at));
    case P.OP_GEO:
      return undecided(geoAnchors(source, at));
    case P.OP_NESTED:
      return nestedAnchors(source, at);
    case P.OP_AND:
      return ofAnd(source, at);
    case P.OP_OR:
    case P.OP_TOGETHER:
      return ofOr(source, at);
    default:
      return null;
  }
}

/** Another object may have what decides. */
function undecided({ anchors, cost }: Anchors): Anchors {
  return { anchors: anchors.map((anchor) => ({ ...anchor, exact: false })), cost };
}

function ofAnd(source: AnchorSource, at: number): Anchors | null {
  const program = source.programs.values;
  let best: Anchors | null = null;
  for (let child = at + 2; child < at + program[at + 1]!; child += program[child + 1]!) {
    const found = inside(source, child);
    if (found !== null && (best === null || found.cost < best.cost)) best = found;
  }
  return best;
}

function ofOr(source: AnchorSource, at: number): Anchors | null {
  const program = source.programs.values;
  const found: Anchors[] = [];
  let clauses = 0;
  for (let child = at + 3; child < at + program[at + 1]!; child += program[child + 1]!) {
    clauses++;
    const anchors = inside(source, child);
    if (anchors !== null) found.push(anchors);
  }
  const needed = clauses - program[at + 2]! + 1;
  if (found.length < needed) return null;
  const chosen = found.sort((a, b) => a.cost - b.cost).slice(0, needed);
  const anchors: Anchor[] = chosen.flatMap((each) => each.anchors);
  return { anchors, cost: chosen.reduce((sum, { cost }) => sum + cost, 0) };
}
