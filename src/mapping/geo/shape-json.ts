import type { Geometry, Orientation, Position } from './wkt.ts';

/** How deep collections may lie in one another. */
const MAX_DEPTH = 20;

export interface ShapeJsonOptions {
  /** Whether a third coordinate is left out of account; else it contradicts the type. */
  readonly ignoreZ: boolean;
  /** Of polygons that do not say theirs. */
  readonly orientation: Orientation;
}

/**
 * A document's shape in GeoJSON, with Elasticsearch's `envelope` and `circle`, not checked for its meaning. Rings that
 * are said to go with the clock come turned round, as Elasticsearch reads them.
 * @returns null when it is none
 */
export function readShapeJson(value: unknown, options: ShapeJsonOptions): Geometry | null {
  try {
    return geometryOf(value, options, 0);
  } catch (error) {
    if (error instanceof NoShape) return null;
    throw error;
  }
}

class NoShape extends Error {}

function geometryOf(value: unknown, options: ShapeJsonOptions, depth: number): Geometry {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new NoShape();
  const given = value as Record<string, unknown>;
  if (typeof given['type'] !== 'string') throw new NoShape();
  const type = given['type'].toLowerCase();
  const isLeft = (orientationOf(given['orientation']) ?? options.orientation) === 'left';
  const z = options.ignoreZ;
  const at = given['coordinates'];
  switch (type) {
    case 'point':
      return { type, at: positionOf(at, z) };
    case 'multipoint':
    case 'linestring':
      return { type, points: some(positionsOf(at, z)) };
    case 'multilinestring':
      return { type, lines: some(listOf(at).map((line) => some(positionsOf(line, z)))) };
    case 'polygon':
      return { type, lines: ringsOf(at, z, isLeft) };
    case 'multipolygon':
      return { type, polygons: some(listOf(at).map((one) => ringsOf(one, z, isLeft))) };
    case 'envelope': {
      const [first, second, third] = positionsOf(at, z);
      if (first === undefined || second === undefined || third !== undefined) throw new NoShape();
      return { type, corners: [first, second] };
    }
    case 'circle':
      return { type, at: positionOf(at, z), meters: 0 };
    case 'geometrycollection': {
      if (depth >= MAX_DEPTH) throw new NoShape();
      const inside = some(listOf(given['geometries']));
      return { type, geometries: inside.map((one) => geometryOf(one, options, depth + 1)) };
    }
    default:
      throw new NoShape();
  }
}

function orientationOf(value: unknown): Orientation | undefined {
  if (value === undefined || value === null) return undefined;
  const found = orientationNamed(String(value));
  if (found === null) throw new NoShape();
  return found;
}

/** In every spelling of Elasticsearch; null for another word. */
export function orientationNamed(word: string): Orientation | null {
  const name = word.toLowerCase();
  if (['right', 'counterclockwise', 'ccw'].includes(name)) return 'right';
  if (['left', 'clockwise', 'cw'].includes(name)) return 'left';
  return null;
}

function ringsOf(value: unknown, ignoreZ: boolean, isLeft: boolean): Position[][] {
  const rings = some(listOf(value)).map((ring) => some(positionsOf(ring, ignoreZ)));
  return isLeft ? rings.map((ring) => ring.toReversed()) : rings;
}

function positionsOf(value: unknown, ignoreZ: boolean): Position[] {
  return listOf(value).map((one) => positionOf(one, ignoreZ));
}

function positionOf(value: unknown, ignoreZ: boolean): Position {
  const numbers = listOf(value);
  const [lon, lat] = numbers;
  const isZ = numbers.length === 3 && ignoreZ;
  if ((numbers.length !== 2 && !isZ) || !numbers.every(Number.isFinite)) throw new NoShape();
  return [lon as number, lat as number];
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new NoShape();
  return value as unknown[];
}

function some<T>(list: readonly T[]): T[] {
  if (list.length === 0) throw new NoShape();
  return [...list];
}
