import { isOnEarth } from '../../mapping/geo/geo-point.ts';
import { isDegenerate, keptCorners, losesCorner } from '../../mapping/geo/shape-corners.ts';
import { type Geometry, type Orientation, type Position, readWkt } from '../../mapping/geo/wkt.ts';
import { describe, syntax } from '../dsl/dsl-reader.ts';
import { isObject } from '../json.ts';
import { geoJsonAt } from './geo-json.ts';
import type { GeoShape } from './geo-shape.ts';
import { offEarth } from './points.ts';
import { polygonShape } from './polygon.ts';

/** The parts of a shape in GeoJSON or well-known text; none where it is empty. */
export function shapesAt(value: unknown, path: string): GeoShape[] {
  if (typeof value === 'string') {
    const geometry = readWkt(value, { ignoreZ: true });
    if (geometry === null)
      throw syntax(path, 'expected a shape in well-known text, such as POINT (lon lat)');
    return shapesOf(geometry, path);
  }
  if (!isObject(value)) throw syntax(path, `expected a shape, but found ${describe(value)}`);
  return shapesOf(geoJsonAt(value, path), path);
}

function shapesOf(geometry: Geometry, path: string): GeoShape[] {
  switch (geometry.type) {
    case 'point':
      return geometry.at === null ? [] : [pointShape(geometry.at, path)];
    case 'multipoint':
      return geometry.points.map((point) => pointShape(point, path));
    case 'linestring':
      return geometry.points.length === 0 ? [] : [lineShape(geometry.points, path)];
    case 'multilinestring':
      return geometry.lines.map((line) => lineShape(line, path));
    case 'polygon':
      return polygonsOf([geometry.lines], geometry.orientation, path);
    case 'multipolygon':
      return polygonsOf(geometry.polygons, geometry.orientation, path);
    case 'envelope': {
      const [[left, top], [right, bottom]] = geometry.corners;
      for (const corner of geometry.corners) onEarth(corner, path);
      if (top < bottom) throw syntax(path, `the top ${top} is below the bottom ${bottom}`);
      return [{ type: 'box', top, left, bottom, right }];
    }
    case 'circle': {
      const [lon, lat] = onEarth(geometry.at, path);
      if (!(geometry.meters > 0)) throw syntax(path, 'expected a radius above 0');
      return [{ type: 'circle', lat, lon, meters: geometry.meters }];
    }
    case 'geometrycollection':
      return geometry.geometries.flatMap((one) => shapesOf(one, path));
  }
}

function onEarth(position: Position, path: string): Position {
  const point = { lat: position[1], lon: position[0] };
  if (!isOnEarth(point)) throw offEarth(point, path);
  return position;
}

function pointShape(position: Position, path: string): GeoShape {
  const [lon, lat] = onEarth(position, path);
  return { type: 'point', lat, lon };
}

function lineShape(points: readonly Position[], path: string): GeoShape {
  if (points.length < 2) throw syntax(path, 'a line needs at least two points');
  return { type: 'line', points: points.flatMap((point) => onEarth(point, path)) };
}

function polygonsOf(
  polygons: readonly (readonly (readonly Position[])[])[],
  orientation: Orientation | undefined,
  path: string,
): GeoShape[] {
  return polygons
    .filter((rings) => rings.length > 0)
    .map((rings) =>
      polygonShape(
        rings.map((ring) => shapeRing(closedRing(ring, path), path)),
        orientation,
      ),
    );
}

/** A closed ring with the corners that Elasticsearch sees. */
function shapeRing(closed: readonly Position[], path: string): readonly Position[] {
  const open = closed.slice(0, -1).flat();
  const kept = keptCorners(open);
  if (kept.length < 6) throw syntax(path, 'a polygon needs at least three different corners');
  if (isDegenerate(kept)) {
    const first = `[${closed[0]!.join(', ')}]`;
    throw syntax(path, `the corner ${first}, with which a polygon begins, stands twice at its end`);
  }
  // What is left out else changes nothing, and stays, as ids are made of it.
  if (!losesCorner(open)) return closed;
  const corners = kept.flatMap((lon, i): Position[] => (i % 2 === 0 ? [[lon, kept[i + 1]!]] : []));
  return [...corners, closed[0]!];
}

/** Most turns around the earth that a polygon may be away. */
const FAR = 720;

/** A ring may be open; its longitudes may go beyond the date line, but not around the earth. */
export function closedRing(ring: readonly Position[], path: string): readonly Position[] {
  const [first] = ring;
  if (first === undefined) throw syntax(path, 'a polygon needs at least three points');
  const [lon, lat] = ring.at(-1)!;
  const closed = lon === first[0] && lat === first[1] ? ring : [...ring, first];
  if (closed.length < 4) throw syntax(path, 'a polygon needs at least three points');
  for (const point of closed) {
    if (Math.abs(point[1]) > 90 || Math.abs(point[0]) > FAR)
      throw offEarth({ lat: point[1], lon: point[0] }, path);
  }
  return closed;
}
