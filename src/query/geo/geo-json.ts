import type { Geometry, Orientation, Position } from '../../mapping/geo/wkt.ts';
import { describe, objectAt, syntax, textAt, unsupported } from '../dsl/dsl-reader.ts';
import { isObject } from '../json.ts';
import { metersAt } from './distance.ts';
import { degreesAt } from './points.ts';

const MAX_DEPTH = 20;

/** A shape in GeoJSON with Elasticsearch's own `envelope` and `circle`; members that it does not know are ignored. */
export function geoJsonAt(value: unknown, path: string, depth = 0): Geometry {
  const given = objectAt(value, path);
  const type = textAt(given['type'], `${path}.type`).toLowerCase();
  const orientation = orientationAt(given['orientation'], `${path}.orientation`);
  if (type === 'geometrycollection') {
    if (depth >= MAX_DEPTH) throw syntax(path, `nested deeper than ${MAX_DEPTH} levels`);
    const at = `${path}.geometries`;
    const geometries = someOf(given['geometries'], at).map((one, i) =>
      geoJsonAt(one, `${at}[${i}]`, depth + 1),
    );
    return { type, geometries };
  }
  const geometry = simple(type, given, path);
  const isPolygon = geometry.type === 'polygon' || geometry.type === 'multipolygon';
  return isPolygon ? { ...geometry, orientation } : geometry;
}

function simple(type: string, given: Record<string, unknown>, path: string): Geometry {
  const at = `${path}.coordinates`;
  const coordinates = given['coordinates'];
  switch (type) {
    case 'point':
      return { type, at: positionAt(coordinates, at) };
    case 'multipoint':
    case 'linestring':
      return { type, points: positionsAt(coordinates, at) };
    case 'multilinestring':
    case 'polygon':
      return { type, lines: linesAt(coordinates, at) };
    case 'multipolygon': {
      const polygons = someOf(coordinates, at).map((one, i) => linesAt(one, `${at}[${i}]`));
      return { type, polygons };
    }
    case 'envelope': {
      const [first, second, third] = positionsAt(coordinates, at);
      if (second === undefined || third !== undefined) throw syntax(at, 'expected two corners');
      return { type, corners: [first!, second] };
    }
    case 'circle': {
      const radius = `${path}.radius`;
      if (typeof given['radius'] !== 'string')
        throw syntax(
          radius,
          `expected a distance such as "5km", but found ${describe(given['radius'])}`,
        );
      return { type, at: positionAt(coordinates, at), meters: metersAt(given['radius'], radius) };
    }
    default:
      throw unsupported(
        `${path}.type`,
        `the shape [${type}]`,
        'use one of GeoJSON, envelope or circle',
      );
  }
}

function orientationAt(value: unknown, path: string): Orientation {
  if (value === undefined || value === null) return 'right';
  const word = textAt(value, path).toLowerCase();
  if (['right', 'counterclockwise', 'ccw'].includes(word)) return 'right';
  if (['left', 'clockwise', 'cw'].includes(word)) return 'left';
  throw syntax(path, 'expected [right] or [left]');
}

function linesAt(value: unknown, path: string): Position[][] {
  return someOf(value, path).map((one, i) => positionsAt(one, `${path}[${i}]`));
}

function positionsAt(value: unknown, path: string): Position[] {
  return someOf(value, path).map(
    (one, i) => plainPosition(one) ?? positionAt(one, `${path}[${i}]`),
  );
}

/** What nearly all positions are. */
function plainPosition(value: unknown): Position | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [lon, lat] = value as unknown[];
  if (!Number.isFinite(lon) || !Number.isFinite(lat)) return undefined;
  return [(lon as number) + 0, (lat as number) + 0];
}

/** A third coordinate is not looked at. */
function positionAt(value: unknown, path: string): Position {
  const numbers = someOf(value, path);
  if (numbers.length < 2 || numbers.length > 3 || numbers.some((one) => Array.isArray(one)))
    throw syntax(path, 'expected [longitude, latitude]');
  const [lon, lat] = numbers.map((one, i) => {
    if (typeof one === 'string' || isObject(one))
      throw syntax(`${path}[${i}]`, 'expected a number');
    return degreesAt(one, `${path}[${i}]`);
  });
  return [lon!, lat!];
}

function someOf(value: unknown, path: string): unknown[] {
  if (!Array.isArray(value)) throw syntax(path, `expected an array, but found ${describe(value)}`);
  if (value.length === 0) throw syntax(path, 'expected at least one element');
  return value as unknown[];
}
