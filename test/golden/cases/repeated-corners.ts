import type { CaseGroup } from '../case.ts';
import { type Position, polygon, square } from '../rings.ts';

type Dsl = Record<string, unknown>;

const shape = (given: unknown, relation = 'intersects', field = 's'): Dsl => ({
  geo_shape: { [field]: { shape: given, relation } },
});

const SQUARE = square(10, 10, 10);
const HOLE = square(13, 13, 4);

/** From each of the corners on, each of them written so many times; then the other way round. */
function repeating(ring: readonly Position[], times: number): Position[][] {
  const open = ring.slice(0, -1);
  return [open, open.toReversed()].flatMap((corners) =>
    corners.map((_, start) => {
      const turned = [...corners.slice(start), ...corners.slice(0, start)];
      return [...turned.flatMap((corner) => Array<Position>(times).fill(corner)), turned[0]!];
    }),
  );
}

const SLANTED: Position[] = [
  [10, 10],
  [19, 11],
  [19, 16],
  [19, 20],
  [12, 17],
  [10, 10],
];
const REPEATING = [SLANTED, SQUARE].flatMap((ring) => [
  ...repeating(ring, 2),
  ...repeating(ring, 3).slice(0, 2),
  [...ring.slice(0, 2), ring[1]!, ...ring.slice(2)],
  [...ring, ring[0]!],
  [ring[0]!, ...ring],
]);
const FEW = [
  [SQUARE[0]!, SQUARE[0]!, SQUARE[0]!, SQUARE[0]!],
  [SQUARE[0]!, SQUARE[2]!, SQUARE[2]!, SQUARE[0]!],
  [SQUARE[0]!, SQUARE[2]!, [13, 13], SQUARE[0]!] as Position[],
];
const written = (ring: readonly Position[]) => ring.map((at) => at.join(' ')).join(', ');

/** Polygons with corners that follow on themselves. */
export const repeatedCorners: CaseGroup[] = [
  {
    name: 'in queries',
    mapping: { properties: { s: { type: 'geo_shape' }, p: { type: 'geo_point' } } },
    document: { s: ['POINT (18.9 11.1)', 'POINT (12 11)'], p: [19, 19] },
    queries: [
      ...[...REPEATING, ...FEW].flatMap((ring) => [
        shape(polygon(ring)),
        shape(polygon(ring), 'within'),
        shape(polygon(ring), 'disjoint', 'p'),
        { geo_polygon: { p: { points: ring } } },
      ]),
      ...[...repeating(SLANTED, 2), ...FEW].map((ring) => shape(`POLYGON ((${written(ring)}))`)),
      ...repeating(HOLE, 2).map((ring) => shape(polygon(SQUARE, ring))),
      ...repeating(SQUARE, 2)
        .slice(0, 2)
        .flatMap((ring) => [
          shape({ type: 'MultiPolygon', coordinates: [[square(40, 40, 2)], [ring]] }),
          shape({ type: 'GeometryCollection', geometries: [polygon(ring)] }),
        ]),
    ],
  },
];
