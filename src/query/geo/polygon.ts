import type { Orientation, Position } from '../../mapping/geo/wkt.ts';
import type { GeoShape } from './geo-shape.ts';

/**
 * A polygon as Elasticsearch understands its rings: one that goes the wrong way around more than half of the
 * earth is meant to cross the date line.
 * @param rings the outline and the holes, closed
 */
export function polygonShape(
  rings: readonly (readonly Position[])[],
  orientation: Orientation = 'right',
): GeoShape {
  const [outline = [], ...holes] = rings;
  const longitudes = outline.map(([lon]) => lon);
  const width = Math.max(...longitudes) - Math.min(...longitudes);
  const isWrong = isCounterClockwise(outline) !== (orientation === 'right');
  const crosses = isWrong && width > 180 && width !== 360;
  const placed = crosses ? [outline, ...holes].map((ring) => ring.map(eastward)) : rings;
  return planarPolygon(placed);
}

/** The polygon of rings as they lie in the plane, moved by whole turns so that it begins on the map. */
export function planarPolygon(rings: readonly (readonly Position[])[]): GeoShape {
  const west = Math.min(...(rings[0] ?? []).map(([lon]) => lon));
  const turns = -Math.floor((west + 180) / 360);
  const placed =
    turns === 0
      ? rings
      : rings.map((ring) => ring.map(([lon, lat]): Position => [lon + 360 * turns, lat]));
  return { type: 'polygon', rings: placed.map((ring, i) => uniform(ring, i === 0).flat()) };
}

function eastward([lon, lat]: Position): Position {
  return [lon < 0 ? lon + 360 : lon, lat];
}

/** The same ring in one direction, from its least point on. */
function uniform(ring: readonly Position[], counterClockwise: boolean): Position[] {
  const open = ring.slice(0, -1);
  if (isCounterClockwise(ring) !== counterClockwise) open.reverse();
  let least = 0;
  for (let i = 1; i < open.length; i++) if (isBefore(open[i]!, open[least]!)) least = i;
  return [...open.slice(least), ...open.slice(0, least), open[least]!];
}

function isBefore([lon, lat]: Position, [otherLon, otherLat]: Position): boolean {
  return lon < otherLon || (lon === otherLon && lat < otherLat);
}

/** Whether a ring goes against the clock on the whole: by the sign of its area, as it lies in the plane. */
export function isCounterClockwise(ring: readonly Position[]): boolean {
  let area = 0;
  for (let i = 1; i < ring.length; i++) {
    area += ring[i - 1]![0] * ring[i]![1] - ring[i]![0] * ring[i - 1]![1];
  }
  return area > 0;
}
