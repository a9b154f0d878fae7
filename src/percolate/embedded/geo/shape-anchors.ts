import { GEO_SHAPE } from '../compile/term-class.ts';
import { type AnchorSource, type Anchors, markerAnchors } from '../segments/anchor.ts';
import { cover, coverOutside } from './cover.ts';
import { inCells, orWithout } from './geo-anchors.ts';
import * as G from './geo-constants.ts';

/** A match has a part of its shape in one of the cells that cover that of the query, or what is outside of it. */
export function shapeAnchors(source: AnchorSource, at: number): Anchors {
  const c = source.constants;
  const first = source.programs.values[at + 4]!;
  const cells = c[first] === G.DISJOINT ? coverOutside(c, first) : cover(c, first);
  return inCells(source, at, GEO_SHAPE, cells, false);
}

/** A document in which the clause does not hold has no shape, or one that lies where it must not, or not where it must. */
export function shapeAbsent(source: AnchorSource, at: number): Anchors {
  const c = source.constants;
  const first = source.programs.values[at + 4]!;
  const relation = c[first];
  // What is inside of several parts together is in none of them.
  const isTold = relation !== G.CONTAINS && (relation !== G.WITHIN || c[first + 1] === 1);
  if (!isTold) return orWithout(source, at, GEO_SHAPE, markerAnchors(source, at));
  const cells = relation === G.DISJOINT ? cover(c, first) : coverOutside(c, first);
  return orWithout(source, at, GEO_SHAPE, inCells(source, at, GEO_SHAPE, cells, false));
}
