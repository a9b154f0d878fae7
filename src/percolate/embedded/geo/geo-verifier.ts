import { GEO_POINT } from '../compile/term-class.ts';
import type { Atoms } from '../scan/atoms.ts';
import { containsPoint } from './contains.ts';
import * as G from './geo-constants.ts';

type Numbers = ArrayLike<number>;

/**
 * Whether the points of a field lie as the numbers at `first` say.
 * @param fieldOf the segment's number of a node's field
 */
export function matchesGeo(
  c: Numbers,
  first: number,
  field: number,
  atoms: Atoms,
  fieldOf: (node: number) => number,
): boolean {
  if (c[first] === G.CONTAINS) return hasAllPoints(c, first, field, atoms, fieldOf);
  const { numbers, numberClasses, numberNodes, numberValues } = atoms;
  const isAny = c[first] === G.INTERSECTS;
  const isWithin = c[first] === G.WITHIN;
  let seen = false;
  for (let i = 0; i < numbers; i++) {
    if (numberClasses[i] !== GEO_POINT || fieldOf(numberNodes[i]!) !== field) continue;
    seen = true;
    const inside = inAnyShape(c, first, numberValues[2 * i + 1]!, numberValues[2 * i]!);
    if (isAny) {
      if (inside) return true;
    } else if (inside !== isWithin) return false;
  }
  return seen && !isAny;
}

function inAnyShape(c: Numbers, first: number, lat: number, lon: number): boolean {
  let at = first + G.SHAPES_AT;
  for (let left = c[first + 1]!; left > 0; left--) {
    if (containsPoint(c, at, lat, lon)) return true;
    at += c[at + 1]!;
  }
  return false;
}

/** Each of the shapes, which are points, is one of the field's. */
function hasAllPoints(
  c: Numbers,
  first: number,
  field: number,
  { numbers, numberClasses, numberNodes, numberValues }: Atoms,
  fieldOf: (node: number) => number,
): boolean {
  let at = first + G.SHAPES_AT;
  for (let left = c[first + 1]!; left > 0; left--) {
    let found = false;
    for (let i = 0; i < numbers && !found; i++) {
      found =
        numberClasses[i] === GEO_POINT &&
        containsPoint(c, at, numberValues[2 * i + 1]!, numberValues[2 * i]!) &&
        fieldOf(numberNodes[i]!) === field;
    }
    if (!found) return false;
    at += c[at + 1]!;
  }
  return true;
}
