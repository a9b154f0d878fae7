import type { GeoLeaf } from '../../../query/geo/geo-shape.ts';
import type { Plan } from '../compile/plan.ts';
import { GEO_SHAPE, HAS_GEO_POINT } from '../compile/term-class.ts';
import type { ProgramTarget } from '../segments/plan-encoder.ts';
import { OP_GEO, OP_GEO_SHAPE } from '../segments/program.ts';
import { geoConstants } from './geo-constants.ts';
import type { ShapePlan } from './shape-plan.ts';

/** The points of the field lie so to a shape; the numbers are those of geo-constants.ts. */
export interface GeoPlan {
  readonly op: 'geo';
  readonly path: string;
  readonly constants: readonly number[];
}

/** On fields of other types the clause never matches. */
export function compileGeo({ field, relation, shapes }: GeoLeaf): Plan {
  // Points can only contain points.
  const isPoints = shapes.every(({ type }) => type === 'point');
  if (shapes.length === 0 || (relation === 'contains' && !isPoints)) return { op: 'none' };
  return { op: 'geo', path: field, constants: geoConstants(relation, shapes) };
}

/** Of points or of shapes: their plans differ in what may be in the field. */
export function encodeGeo({ op, path, constants }: GeoPlan | ShapePlan, into: ProgramTarget): void {
  const { programs } = into;
  const isShape = op === 'geoShape';
  programs.push(isShape ? OP_GEO_SHAPE : OP_GEO);
  programs.push(0);
  programs.push(into.term(path, isShape ? GEO_SHAPE : HAS_GEO_POINT, ''));
  programs.push(into.field(path) + 1);
  programs.push(into.constants.length);
  programs.push(constants.length);
  for (const constant of constants) into.constants.push(constant);
}
