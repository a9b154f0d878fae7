import { withoutRepeats } from '../../../mapping/geo/shape-corners.ts';
import type { Position } from '../../../mapping/geo/wkt.ts';
import type { GeoLeaf, GeoShape } from '../../../query/geo/geo-shape.ts';
import { isCounterClockwise } from '../../../query/geo/polygon.ts';
import type { FieldInfo } from '../mapping/field-info.ts';
import type { Clause } from './clauses.ts';

/** A geo clause, for fields whose type Elasticsearch has it for. */
export function compileGeo({ relation, shapes }: GeoLeaf, field: FieldInfo): Clause {
  if (field.type !== 'geo_point' && field.type !== 'geo_shape') return 'none';
  // Elasticsearch finds shapes that are not to be searched.
  const isSearched = field.indexed || field.type === 'geo_shape';
  if (!isSearched || shapes.length === 0) return 'none';
  // Nothing is in a box that was turned over, and Elasticsearch would refuse it.
  const parts = shapes.filter((shape) => shape.type !== 'box' || shape.top >= shape.bottom);
  if (parts.length < shapes.length) return 'none';
  const [only] = parts;
  if (parts.length === 1 && only?.type === 'circle' && relation === 'intersects') {
    const { lat, lon, meters } = only;
    return { geo_distance: { distance: meters, [field.path]: { lat, lon } } };
  }
  if (only?.type === 'polygon' && only.isPlane) {
    // It comes alone, and only points can be asked.
    if (field.type !== 'geo_point') return 'none';
    return { geo_polygon: { [field.path]: { points: positions(only.rings[0]!) } } };
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
      return { type: 'polygon', coordinates: writtenRings(shape.rings) };
  }
}

/**
 * Beyond the date line on its other side, and then clockwise, which says so: Elasticsearch takes holes there no
 * other way. Only where it would not be seen (across less than half of the earth) they stay as they are.
 */
function writtenRings(rings: readonly (readonly number[])[]): Position[][] {
  // Elasticsearch may lose a corner that is repeated, or refuse the polygon.
  const found = rings.map((ring) => positions(withoutRepeats(ring)));
  const wrapped = found.map((ring) =>
    ring.map(([lon, lat]): Position => [lon > 180 ? lon - 360 : lon, lat]),
  );
  const width = widthOf(wrapped[0]!);
  const crosses = found[0]!.some(([lon]) => lon > 180);
  const isSeen = crosses && width > 180 && width !== 360;
  const [outline, ...holes] = isSeen ? wrapped : found;
  return [isCounterClockwise(outline!) === isSeen ? outline!.toReversed() : outline!, ...holes];
}

function widthOf(ring: readonly Position[]): number {
  const longitudes = ring.map(([lon]) => lon);
  return Math.max(...longitudes) - Math.min(...longitudes);
}

function positions(numbers: readonly number[]): Position[] {
  const found: Position[] = [];
  for (let i = 0; i < numbers.length; i += 2) found.push([numbers[i]!, numbers[i + 1]!]);
  return found;
}
