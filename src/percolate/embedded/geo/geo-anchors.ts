import { GEO_POINT } from '../compile/term-class.ts';
import type { Anchor, AnchorSource, Anchors } from '../segments/anchor.ts';
import { type Cell, cover, coverOutside } from './cover.ts';
import * as G from './geo-constants.ts';

/** Documents in a thousand million that a clause is guessed to match: a little, and more the more of the earth it is. */
const LEAST_COST = 2e6;
const EARTH_COST = 4e8;

/** A match has a point in one of the cells that cover the shape, or what is outside of it. */
export function geoAnchors(source: AnchorSource, at: number): Anchors {
  const first = source.programs.values[at + 4]!;
  const relation = source.constants[first];
  const cells =
    relation === G.DISJOINT
      ? coverOutside(source.constants, first)
      : cover(source.constants, first);
  return inCells(source, at, GEO_POINT, cells, relation === G.INTERSECTS);
}

/** A document in which the clause does not hold has no point, or one where it must have none. */
export function geoAbsent(source: AnchorSource, at: number): Anchors | null {
  const program = source.programs.values;
  const first = program[at + 4]!;
  const relation = source.constants[first];
  if (relation === G.CONTAINS) return null;
  const cells =
    relation === G.DISJOINT
      ? cover(source.constants, first)
      : coverOutside(source.constants, first);
  return orWithout(source, at, GEO_POINT, inCells(source, at, GEO_POINT, cells, false));
}

/** A document may also have no value of the class in the clause's field. */
export function orWithout(
  source: AnchorSource,
  at: number,
  termClass: number,
  { anchors, cost }: Anchors,
): Anchors {
  const field = source.programs.values[at + 3]! - 1;
  const without: Anchor = {
    at: { kind: 'absentValue', field, classes: 1 << termClass },
    required: undefined,
    exact: false,
  };
  return { anchors: [...anchors, without], cost: cost + EARTH_COST };
}

/** Of the clause at `at`, whose values are of the class. */
export function inCells(
  source: AnchorSource,
  at: number,
  termClass: number,
  cells: readonly Cell[],
  exact: boolean,
): Anchors {
  const fieldPlusOne = source.programs.values[at + 3]!;
  let area = 0;
  const anchors = cells.map((cell): Anchor => {
    area += 4 ** -cell.level;
    return {
      at: { kind: 'cell', fieldPlusOne, termClass, cell },
      required: undefined,
      exact: exact && cell.inside,
    };
  });
  return { anchors, cost: LEAST_COST + EARTH_COST * area ** 0.25 };
}
