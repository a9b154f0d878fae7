import {
  encodeLatitude,
  encodeLatitudeCeil,
  encodeLongitude,
  encodeLongitudeCeil,
} from '../../../mapping/geo/geo-encoding.ts';
import type { GeoRelation, GeoShape } from '../../../query/geo/geo-shape.ts';
import { keyOfDistance } from './sloppy-math.ts';

/**
 * A shape as numbers that stand among a segment's constants: `[relation, shapes, (kind, size, …)…]`,
 * where `size` counts a shape's own numbers. Encoded coordinates are Lucene's integers.
 */
export const RELATIONS: readonly GeoRelation[] = ['intersects', 'within', 'disjoint', 'contains'];
export const INTERSECTS = 0;
export const WITHIN = 1;
export const DISJOINT = 2;
export const CONTAINS = 3;

/** Encoded: least latitude, greatest latitude, least longitude, greatest longitude. */
export const BOX = 0; // [kind, 6, …]
export const CIRCLE = 1; // [kind, 6, latitude, longitude, key of the radius, meters]
/** Encoded. */
export const POINT = 2; // [kind, 4, latitude, longitude]
export const LINE = 3; // [kind, size, (longitude, latitude)…]
/** Bounds: least longitude, greatest longitude, least latitude, greatest latitude. */
export const POLYGON = 4; // [kind, size, …bounds, (count of numbers, (longitude, latitude)…)…]

export const SHAPES_AT = 2;

/** The numbers for shapes that are one. */
export function geoConstants(relation: GeoRelation, shapes: readonly GeoShape[]): number[] {
  const isAlone = relation === 'intersects' && shapes.length === 1;
  const parts = shapes.flatMap((shape) => constantsOf(shape, isAlone));
  return [RELATIONS.indexOf(relation), parts.length, ...parts.flat()];
}

/**
 * The same for what is asked of shapes. Polygons do not cross the date line, and boxes are never empty.
 */
export function shapeConstants(relation: GeoRelation, shapes: readonly GeoShape[]): number[] {
  const parts = shapes.flatMap((shape) => constantsOf(shape, false)).map(withInside);
  return [RELATIONS.indexOf(relation), parts.length, ...parts.flat()];
}

function withInside(part: number[]): number[] {
  if (part[0] !== BOX) return part;
  const [kind, size, south, north, west, east] = part as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return [kind, size, Math.min(south, north), north, Math.min(west, east), east];
}

/** @param isAlone nothing else is asked: Lucene has boxes of their own then */
function constantsOf(shape: GeoShape, isAlone: boolean): number[][] {
  switch (shape.type) {
    case 'box':
      return boxes(shape, isAlone);
    case 'circle':
      return [[CIRCLE, 6, shape.lat, shape.lon, keyOfDistance(shape.meters), shape.meters]];
    case 'point':
      return [[POINT, 4, encodeLatitude(shape.lat), encodeLongitude(shape.lon)]];
    case 'line':
      return [[LINE, shape.points.length + 2, ...shape.points]];
    case 'polygon': {
      const rings = shape.rings.flatMap((ring) => [ring.length, ...ring]);
      return [[POLYGON, rings.length + 6, ...boundsOf(shape.rings[0] ?? []), ...rings]];
    }
  }
}

/** Two of them where one crosses the date line. */
function boxes(box: GeoShape & { type: 'box' }, isAlone: boolean): number[][] {
  const { top, bottom, right } = box;
  // No point is encoded as the greatest longitude.
  const left = box.left === 180 && right < 180 ? -180 : box.left;
  if (isAlone && (bottom === 90 || (left === 180 && right === 180))) return [];
  const south = encodeLatitudeCeil(bottom);
  const north = encodeLatitude(top);
  const part = (west: number, east: number) => [BOX, 6, south, north, west, east];
  const west = encodeLongitudeCeil(left);
  const east = encodeLongitude(right);
  if (left <= right) return [part(west, east)];
  return [part(west, encodeLongitude(180)), part(encodeLongitude(-180), east)];
}

function boundsOf(ring: readonly number[]): number[] {
  const bounds = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < ring.length; i++) {
    const at = (i % 2) * 2;
    bounds[at] = Math.min(bounds[at]!, ring[i]!);
    bounds[at + 1] = Math.max(bounds[at + 1]!, ring[i]!);
  }
  return bounds;
}
