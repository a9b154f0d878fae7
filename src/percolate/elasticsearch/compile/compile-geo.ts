import type { GeoLeaf, GeoShape } from '../../../query/geo/geo-shape.ts';
import type { FieldInfo } from '../mapping/field-info.ts';
import type { Clause } from './clauses.ts';

/** A geo clause, for fields whose type Elasticsearch has it for. */
export function compileGeo({ relation, shapes }: GeoLeaf, field: FieldInfo): Clause {
  if (field.type !== 'geo_point' && field.type !== 'geo_shape') return 'none';
  if (!field.indexed || shapes.length === 0) return 'none';
  // Nothing is in a box that was turned over, and Elasticsearch would refuse it.
  const parts = shapes.filter((shape) => shape.type !== 'box' || shape.top >= shape.bottom);
  if (parts.length < shapes.length) return 'none';
  const [only] = parts;
  if (parts.length === 1 && only?.type === 'circle' && relation === 'intersects') {
    const { lat, lon, meters } = only;
    return { geo_distance: { distance: meters, [field.path]: { lat, lon } } };
  }
  const shape =
    parts.length === 1
      ? geoJson(only!)
      : { type: 'geometrycollection', geometries: parts.map(geoJson) };
  return { geo_shape: { [field.path]: { shape, relation } } };
}

function geoJson(shape: GeoShape): object {
  switch (shape.type) {
    case 'box': {
      const corners = [
        [shape.left, shape.top],
        [shape.right, shape.bottom],
      ];
      return { type: 'envelope', coordinates: corners };
    }
    case 'circle':
      return { type: 'circle', coordinates: [shape.lon, shape.lat], radius: `${shape.meters}m` };
    case 'point':
      return { type: 'point', coordinates: [shape.lon, shape.lat] };
    case 'line':
      return { type: 'linestring', coordinates: positions(shape.points) };
    case 'polygon':
      return { type: 'polygon', coordinates: shape.rings.map(positions) };
  }
}

function positions(numbers: readonly number[]): number[][] {
  const found: number[][] = [];
  for (let i = 0; i < numbers.length; i += 2) found.push([numbers[i]!, numbers[i + 1]!]);
  return found;
}
