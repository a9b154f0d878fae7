import { withoutRepeats } from '../../../mapping/geo/shape-corners.ts';
import type { FlatRing } from '../../../mapping/geo/shape-cut.ts';
import { onMap } from '../../../mapping/geo/shape-parts.ts';
import type { GeoLeaf, GeoShape } from '../../../query/geo/geo-shape.ts';
import { NONE, type Plan } from '../compile/plan.ts';
import { shapeConstants } from './geo-constants.ts';

/** The shapes of the field lie so to a shape; the numbers are those of geo-constants.ts. */
export interface ShapePlan {
  readonly op: 'geoShape';
  readonly path: string;
  readonly constants: readonly number[];
}

/** For where the field has shapes. A geo_polygon asks for points only. */
export function compileShape({ field, relation, shapes }: GeoLeaf): Plan {
  const isPlane = shapes.some((shape) => shape.type === 'polygon' && shape.isPlane);
  // A box that was turned over holds nothing, and Elasticsearch would refuse it.
  const isOver = shapes.some((shape) => shape.type === 'box' && shape.top < shape.bottom);
  if (shapes.length === 0 || isPlane || isOver) return NONE;
  const constants = shapeConstants(relation, shapes.flatMap(placed));
  return { op: 'geoShape', path: field, constants };
}

/** Cut at the date line, as Elasticsearch does it. */
function placed(shape: GeoShape): GeoShape[] {
  switch (shape.type) {
    case 'polygon':
      return onMap(shape.rings.map((ring) => withoutRepeats(ring.slice(0, -2)))).map(
        (rings): GeoShape => ({ type: 'polygon', rings: rings.map(closed) }),
      );
    default:
      return [shape];
  }
}

function closed(ring: FlatRing): number[] {
  return [...ring, ring[0]!, ring[1]!];
}
