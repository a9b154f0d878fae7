import { encodeLatitude, encodeLongitude } from '../../../mapping/geo/geo-encoding.ts';
import { GEO_SHAPE } from '../compile/term-class.ts';
import { type AnchorSource, type Anchors, MARKER_COST } from '../segments/anchor.ts';
import { columnOf, MAX_LEVEL } from './cells.ts';
import { type Cell, cover, coverOutside } from './cover.ts';
import { inCells, orWithout } from './geo-anchors.ts';
import * as G from './geo-constants.ts';

/**
 * A match has a part of its shape in one of the cells that cover that of the query, or what is outside of it; what
 * holds the query's shape holds each of its points.
 */
export function shapeAnchors(source: AnchorSource, at: number): Anchors {
  const first = source.programs.values[at + 4]!;
  return inCells(source, at, GEO_SHAPE, cellsOf(source.constants, first), false);
}

function cellsOf(c: readonly number[], first: number): readonly Cell[] {
  switch (c[first]) {
    case G.DISJOINT:
      return coverOutside(c, first);
    case G.CONTAINS:
      return [cellOfOne(c, first + G.SHAPES_AT)];
    default:
      return cover(c, first);
  }
}

/** The cell of a point of the part at `at`. */
function cellOfOne(c: readonly number[], at: number): Cell {
  const [lat, lon] = pointOf(c, at);
  const level = MAX_LEVEL;
  return { level, column: columnOf(lon, level), row: columnOf(lat, level), inside: false };
}

/** Encoded latitude and longitude. */
function pointOf(c: readonly number[], at: number): [number, number] {
  switch (c[at]) {
    case G.BOX:
      return [c[at + 2]!, c[at + 4]!];
    case G.CIRCLE:
      return [encodeLatitude(c[at + 2]!), encodeLongitude(c[at + 3]!)];
    case G.POINT:
      return [c[at + 2]!, c[at + 3]!];
    case G.LINE:
      return [encodeLatitude(c[at + 3]!), encodeLongitude(c[at + 2]!)];
    default:
      return [encodeLatitude(c[at + 8]!), encodeLongitude(c[at + 7]!)];
  }
}

/** A document in which the clause does not hold has no shape, or one that lies where it must not, or not where it must. */
export function shapeAbsent(source: AnchorSource, at: number): Anchors {
  const c = source.constants;
  const first = source.programs.values[at + 4]!;
  const relation = c[first];
  // What is inside of several parts together is in none of them.
  const isTold = relation !== G.CONTAINS && (relation !== G.WITHIN || c[first + 1] === 1);
  if (!isTold) {
    const term = source.programs.values[at + 2]!;
    const anchor = { at: { kind: 'term', term }, required: undefined, exact: false } as const;
    return orWithout(source, at, GEO_SHAPE, { anchors: [anchor], cost: MARKER_COST });
  }
  const cells = relation === G.DISJOINT ? cover(c, first) : coverOutside(c, first);
  return orWithout(source, at, GEO_SHAPE, inCells(source, at, GEO_SHAPE, cells, false));
}
