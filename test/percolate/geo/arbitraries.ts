import fc from 'fast-check';
import type { GeoPoint } from '../../../src/mapping/geo/geo-point.ts';
import type { Position } from '../../../src/mapping/geo/wkt.ts';
import type { GeoLeaf, GeoShape } from '../../../src/query/geo/geo-shape.ts';
import { planarPolygon, polygonShape } from '../../../src/query/geo/polygon.ts';

const anyLatitude = fc.double({ min: -90, max: 90, noNaN: true });
const anyLongitude = fc.double({ min: -180, max: 180, noNaN: true });
/** Where things go wrong: poles, the date line, the edges of cells, and one town. */
const latitude = fc.oneof(
  { weight: 2, arbitrary: anyLatitude },
  fc.constantFrom(-90, 90, 0, 45, 89.9999999, -89.9, 11.25),
  { weight: 3, arbitrary: fc.double({ min: 10, max: 11, noNaN: true }) },
);
const longitude = fc.oneof(
  { weight: 2, arbitrary: anyLongitude },
  fc.constantFrom(-180, 180, 0, 179.9999999, -179.99, 22.5, 90),
  { weight: 3, arbitrary: fc.double({ min: 20, max: 21, noNaN: true }) },
);
/** Not the smallest numbers that there are: a tenth of a metre. */
const tidy = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;
export const point: fc.Arbitrary<GeoPoint> = fc.record({
  lat: latitude.map(tidy),
  lon: longitude.map(tidy),
});

const box: fc.Arbitrary<GeoShape> = fc
  .tuple(latitude, latitude, longitude, longitude)
  .map(([one, other, left, right]) => ({
    type: 'box',
    top: Math.max(one, other),
    left,
    bottom: Math.min(one, other),
    right,
  }));
const small = fc.double({ min: 1e-5, max: 0.3, noNaN: true });
const smallBox: fc.Arbitrary<GeoShape> = fc
  .tuple(point, small, small)
  .map(([{ lat, lon }, height, width]) => {
    const east = lon + width;
    return {
      type: 'box',
      top: Math.min(90, lat + height),
      left: lon,
      bottom: lat,
      right: east > 180 ? east - 360 : east,
    };
  });
const circle: fc.Arbitrary<GeoShape> = fc
  .record({
    at: point,
    meters: fc.oneof(
      fc.double({ min: 0.01, max: 1000, noNaN: true }),
      fc.double({ min: 1000, max: 100_000, noNaN: true }),
      fc.double({ min: 100_000, max: 21_000_000, noNaN: true }),
    ),
  })
  .map(({ at, meters }) => ({ type: 'circle', ...at, meters }));
const dot: fc.Arbitrary<GeoShape> = point.map((at) => ({ type: 'point', ...at }));

/** A ring about a centre: no edge crosses another. */
function star(
  { lat, lon }: GeoPoint,
  size: number,
  rays: readonly number[],
  stretch: number,
): Position[] {
  const ring = rays.map((ray, i): Position => {
    const angle = (2 * Math.PI * i) / rays.length;
    const reach = size * ray;
    const y = Math.min(90, Math.max(-90, lat + reach * Math.sin(angle)));
    return [lon + stretch * reach * Math.cos(angle), y];
  });
  return [...ring, ring[0]!];
}
const polygon: fc.Arbitrary<GeoShape> = fc
  .tuple(
    point,
    fc.oneof(small, fc.double({ min: 0.3, max: 60, noNaN: true })),
    fc.array(fc.double({ min: 0.3, max: 1, noNaN: true }), { minLength: 3, maxLength: 12 }),
    fc.boolean(),
    fc.constantFrom(1, 1.9),
  )
  .map(([centre, size, rays, hasHole, stretch]) => {
    const outline = star(centre, size, rays, stretch);
    const hole = star(
      centre,
      size * 0.2,
      rays.map(() => 1),
      stretch,
    );
    return planarPolygon(hasHole ? [outline, hole] : [outline]);
  });
/** Wide ones whose direction tells whether they cross the date line. */
const turned: fc.Arbitrary<GeoShape> = fc
  .tuple(
    fc.double({ min: 91, max: 170, noNaN: true }),
    fc.double({ min: 1, max: 80, noNaN: true }),
    fc.boolean(),
  )
  .map(([x, y, isReversed]) => {
    const ring: Position[] = [
      [-x, -y],
      [x, -y],
      [x, y],
      [-x, y],
      [-x, -y],
    ];
    return polygonShape([isReversed ? ring.toReversed() : ring]);
  });
const line: fc.Arbitrary<GeoShape> = fc
  .array(point, { minLength: 2, maxLength: 4 })
  .map((points) => ({ type: 'line', points: points.flatMap(({ lat, lon }) => [lon, lat]) }));

export const area = fc.oneof(
  { weight: 3, arbitrary: smallBox },
  { weight: 2, arbitrary: box },
  { weight: 4, arbitrary: circle },
  { weight: 4, arbitrary: polygon },
  { weight: 1, arbitrary: turned },
);
export const shape = fc.oneof(
  { weight: 8, arbitrary: area },
  { weight: 1, arbitrary: dot },
  { weight: 1, arbitrary: line },
);

export function geoLeaf(field: fc.Arbitrary<string>): fc.Arbitrary<GeoLeaf> {
  return fc.record({
    kind: fc.constant('geo' as const),
    field,
    relation: fc.constantFrom(
      ...(['intersects', 'intersects', 'within', 'disjoint', 'contains'] as const),
    ),
    shapes: fc.oneof(
      { weight: 4, arbitrary: shape.map((one) => [one]) },
      { weight: 1, arbitrary: fc.array(shape, { minLength: 1, maxLength: 3 }) },
      { weight: 1, arbitrary: fc.array(dot, { minLength: 1, maxLength: 2 }) },
    ),
  });
}
