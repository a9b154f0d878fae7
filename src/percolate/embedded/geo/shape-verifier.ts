import { TRIANGLE_WORDS } from '../../../mapping/geo/shape-triangles.ts';
import { GEO_SHAPE } from '../compile/term-class.ts';
import type { WorkMeter } from '../match/work-meter.ts';
import type { Atoms } from '../scan/atoms.ts';
import type { Segment } from '../segments/segment.ts';
import * as G from './geo-constants.ts';
import * as R from './relate.ts';
import { APART, holds, INSIDE, intersects, NOT_INSIDE, within } from './shape-relate.ts';
import { ShapeTriangle } from './shape-triangle.ts';

type Numbers = ArrayLike<number>;

/** Triangles that are compared with a shape as one, by their bounds, before each is looked at. */
const GROUP = 32;
const GROUP_WORDS = GROUP * TRIANGLE_WORDS;

const triangle = new ShapeTriangle();
const bounds = { south: 0, north: 0, west: 0, east: 0 };

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
    for (let from = 0; from < mesh.length; from += GROUP_WORDS) {
      const all = isWithin
        ? isGroupWithin(c, parts, mesh, from, meter)
        : !isGroupMet(c, parts, mesh, from, meter);
      if (!all) return c[first] === G.INTERSECTS;
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

/** Whether each triangle of a group lies in some part. */
function isGroupWithin(
  c: Numbers,
  parts: readonly number[],
  mesh: Int32Array,
  from: number,
  meter: WorkMeter,
): boolean {
  const near = nearParts(c, parts, mesh, from, meter);
  return near === 'inside' || !someTriangle(mesh, from, () => !isAny(c, near, meter, holds));
}

/** Whether some triangle of a group has something in common with a part. */
function isGroupMet(
  c: Numbers,
  parts: readonly number[],
  mesh: Int32Array,
  from: number,
  meter: WorkMeter,
): boolean {
  const near = nearParts(c, parts, mesh, from, meter);
  if (near === 'inside') return true;
  return near.length > 0 && someTriangle(mesh, from, () => isAny(c, near, meter, intersects));
}

/** The parts that a group of triangles may meet, or that it lies in one of them as a whole. */
function nearParts(
  c: Numbers,
  parts: readonly number[],
  mesh: Int32Array,
  from: number,
  meter: WorkMeter,
): readonly number[] | 'inside' {
  if (mesh.length - from <= 2 * TRIANGLE_WORDS) return parts;
  setBounds(mesh, from);
  const near: number[] = [];
  for (const at of parts) {
    meter.spend(c[at + 1]!);
    const relation = R.relate(c, at, bounds);
    if (relation === R.INSIDE) return 'inside';
    if (relation === R.CROSSES) near.push(at);
  }
  return near;
}

function setBounds(mesh: Int32Array, from: number): void {
  bounds.south = bounds.west = Number.POSITIVE_INFINITY;
  bounds.north = bounds.east = Number.NEGATIVE_INFINITY;
  const end = Math.min(mesh.length, from + GROUP_WORDS);
  for (let i = from; i < end; i += TRIANGLE_WORDS) {
    for (let corner = i + 1; corner < i + TRIANGLE_WORDS; corner += 2) {
      const x = mesh[corner]!;
      const y = mesh[corner + 1]!;
      if (x < bounds.west) bounds.west = x;
      if (x > bounds.east) bounds.east = x;
      if (y < bounds.south) bounds.south = y;
      if (y > bounds.north) bounds.north = y;
    }
  }
}

/** Whether the test holds for a triangle of a group, each being the one at hand in turn. */
function someTriangle(mesh: Int32Array, from: number, test: () => boolean): boolean {
  const end = Math.min(mesh.length, from + GROUP_WORDS);
  for (let i = from; i < end; i += TRIANGLE_WORDS) {
    triangle.load(mesh, i);
    if (test()) return true;
  }
  return false;
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
  const part = [at];
  let found = APART;
  for (const mesh of meshes) {
    for (let from = 0; from < mesh.length; from += GROUP_WORDS) {
      if (nearParts(c, part, mesh, from, meter).length === 0) continue;
      const isMet = someTriangle(mesh, from, () => {
        meter.spend(c[at + 1]!);
        const relation = within(c, at, triangle);
        if (relation === INSIDE) found = INSIDE;
        return relation === NOT_INSIDE;
      });
      if (isMet) return false;
    }
  }
  return found === INSIDE;
}
