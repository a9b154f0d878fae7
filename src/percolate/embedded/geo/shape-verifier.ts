import { TRIANGLE_WORDS } from '../../../mapping/geo/shape-triangles.ts';
import { GEO_SHAPE } from '../compile/term-class.ts';
import type { WorkMeter } from '../match/work-meter.ts';
import type { Atoms } from '../scan/atoms.ts';
import type { Segment } from '../segments/segment.ts';
import * as G from './geo-constants.ts';
import { APART, holds, INSIDE, intersects, NOT_INSIDE, within } from './shape-relate.ts';
import { ShapeTriangle } from './shape-triangle.ts';

type Numbers = ArrayLike<number>;

const triangle = new ShapeTriangle();

/** Whose nodes are which fields. */
export interface NodeFields {
  isIn(node: number, field: number): boolean;
}

/** Whether the shapes of a document's field, taken together, lie as the program at `at` says. */
export function matchesShape(
  { programs, constants: c }: Pick<Segment, 'programs' | 'constants'>,
  at: number,
  atoms: Atoms,
  fields: NodeFields,
  meter: WorkMeter,
): boolean {
  const first = programs[at + 4]!;
  const meshes = meshesOf(atoms, programs[at + 3]! - 1, fields);
  if (meshes.length === 0) return false;
  const parts = partsAt(c, first);
  if (c[first] === G.CONTAINS) return parts.every((part) => isHeld(c, part, meshes, meter));
  const isWithin = c[first] === G.WITHIN;
  for (const mesh of meshes) {
    for (let i = 0; i < mesh.length; i += TRIANGLE_WORDS) {
      triangle.load(mesh, i);
      if (isWithin) {
        if (!isAny(c, parts, meter, holds)) return false;
      } else if (isAny(c, parts, meter, intersects)) return c[first] === G.INTERSECTS;
    }
  }
  return c[first] !== G.INTERSECTS;
}

function meshesOf(
  { numbers, numberClasses, numberNodes, numberValues, shapes }: Atoms,
  field: number,
  fields: NodeFields,
): Int32Array[] {
  const meshes: Int32Array[] = [];
  if (shapes.length === 0) return meshes;
  for (let i = 0; i < numbers; i++) {
    if (numberClasses[i] === GEO_SHAPE && fields.isIn(numberNodes[i]!, field))
      meshes.push(shapes[numberValues[2 * i]!]!.mesh);
  }
  return meshes;
}

function partsAt(c: Numbers, first: number): number[] {
  const parts: number[] = [];
  let at = first + G.SHAPES_AT;
  for (let left = c[first + 1]!; left > 0; left--) {
    parts.push(at);
    at += c[at + 1]!;
  }
  return parts;
}

function isAny(
  c: Numbers,
  parts: readonly number[],
  meter: WorkMeter,
  test: (c: Numbers, at: number, t: ShapeTriangle) => boolean,
): boolean {
  for (const at of parts) {
    meter.spend(c[at + 1]!);
    if (test(c, at, triangle)) return true;
  }
  return false;
}

/** Whether the shapes hold one part of the query. */
function isHeld(c: Numbers, at: number, meshes: readonly Int32Array[], meter: WorkMeter): boolean {
  let found = APART;
  for (const mesh of meshes) {
    for (let i = 0; i < mesh.length; i += TRIANGLE_WORDS) {
      meter.spend(c[at + 1]!);
      triangle.load(mesh, i);
      const relation = within(c, at, triangle);
      if (relation === NOT_INSIDE) return false;
      if (relation === INSIDE) found = INSIDE;
    }
  }
  return found === INSIDE;
}
