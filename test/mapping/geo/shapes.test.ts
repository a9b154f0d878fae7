import fc from 'fast-check';
import { expect, test } from 'vitest';
import { geoShapeField, readShapes } from '../../../src/mapping/geo/read-shapes.ts';
import { IS_LINE, IS_POINT, TRIANGLE_WORDS } from '../../../src/mapping/geo/shape-triangles.ts';
import { anyShape, onGrid, type Written } from '../../percolate/geo/shape-arbitraries.ts';

const FIELD = geoShapeField({});

type Corner = readonly [lon: number, lat: number];

/** Corners of the triangles, in degrees. */
function trianglesOf(value: unknown, field = FIELD): Corner[][] {
  const { meshes, conflicts } = readShapes(value, field);
  expect(conflicts).toEqual([]);
  return meshes.flatMap((mesh) =>
    Array.from({ length: mesh.length / TRIANGLE_WORDS }, (_, i) => {
      const words = mesh.subarray(i * TRIANGLE_WORDS, (i + 1) * TRIANGLE_WORDS);
      const count = words[0]! & IS_POINT ? 1 : words[0]! & IS_LINE ? 2 : 3;
      return Array.from({ length: count }, (__, corner): Corner => {
        const [x, y] = [words[1 + 2 * corner]!, words[2 + 2 * corner]!];
        return [(x * 360) / 2 ** 32, (y * 180) / 2 ** 32];
      });
    }),
  );
}

function areaOf(points: readonly Corner[]): number {
  let sum = 0;
  points.forEach(([x2, y2], i) => {
    const [x1, y1] = points.at(i - 1)!;
    sum += x1 * y2 - x2 * y1;
  });
  return Math.abs(sum / 2);
}

const polygon = fc
  .oneof(anyShape, onGrid)
  .filter(({ type }) => type === 'Polygon')
  .map(({ coordinates }) => coordinates as Corner[][])
  // A flat one is refused, as by Elasticsearch.
  .filter(([outline]) => areaOf(outline!) > 0);

test('the triangles of a polygon cover what it covers, also over the date line', () => {
  fc.assert(
    fc.property(polygon, (rings) => {
      const [outline, ...holes] = rings.map(areaOf);
      const expected = outline! - holes.reduce((sum, area) => sum + area, 0);
      const triangles = trianglesOf({ type: 'Polygon', coordinates: rings });
      const found = triangles.reduce((sum, corners) => sum + areaOf(corners), 0);
      expect(Math.abs(found - expected)).toBeLessThan(1e-4);
      // What is twice in a triangle is missing in another: there are no more than corners.
      expect(triangles.length).toBeLessThanOrEqual(2 * rings.flat().length + 8);
    }),
  );
});

test('lines are cut wherever they leave the map', () => {
  const near = (lines: readonly Corner[][]) =>
    lines.map((line) => line.map(([x, y]) => [Math.round(x), Math.round(y)]));
  expect(near(trianglesOf('LINESTRING (170 0, 190 10, 170 20)'))).toEqual([
    [
      [170, 0],
      [180, 5],
    ],
    [
      [-180, 5],
      [-170, 10],
    ],
    [
      [-180, 15],
      [-170, 10],
    ],
    [
      [170, 20],
      [180, 15],
    ],
  ]);
  expect(near(trianglesOf('LINESTRING (10 0, 20 0)'))).toEqual([
    [
      [10, 0],
      [20, 0],
    ],
  ]);
});

test('what is no shape is told, once for each value', () => {
  const open: Written = {
    type: 'Polygon',
    coordinates: [
      [
        [0, 0],
        [1, 0],
        [1, 1],
      ],
    ],
  };
  const { found, meshes, conflicts } = readShapes([open, 'POINT (1 1)', 7, null], FIELD);
  expect([found, meshes.length, conflicts.length]).toEqual([true, 1, 2]);
  expect(readShapes(open, geoShapeField({ coerce: true })).conflicts).toEqual([]);
  expect(readShapes([open, 7], geoShapeField({ ignoreMalformed: true })).conflicts).toEqual([]);
  const circle = { type: 'circle', coordinates: [0, 0], radius: '1km' };
  const refused = readShapes(circle, geoShapeField({ ignoreMalformed: true })).conflicts;
  expect(refused).toEqual(['CIRCLE geometry is not supported']);
});

test('an outline that is tangled everywhere is given up in time', () => {
  const ring = Array.from({ length: 9000 }, (_, i) => [(i * 7919) % 83, (i * 104_729) % 89]);
  const { conflicts } = readShapes({ type: 'Polygon', coordinates: [[...ring, ring[0]]] }, FIELD);
  expect(conflicts).toHaveLength(1);
});

test.each([
  [
    'a line',
    {
      type: 'LineString',
      coordinates: [
        [0, 0],
        [3.6e12, 1],
      ],
    },
  ],
  [
    'an outline',
    {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [3.6e12, 0],
          [3.6e12, 9],
          [0, 0],
        ],
      ],
    },
  ],
  [
    'one beyond all turns',
    {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [1e300, 0],
          [1e300, 9],
          [0, 0],
        ],
      ],
    },
  ],
])('%s around the earth without end contradicts the type', (_name, shape) => {
  expect(readShapes(shape, geoShapeField({})).conflicts).toEqual([
    'shapes that take too long to be cut into triangles',
  ]);
});

test('an outline three times around the earth is taken', () => {
  const ring = [
    [0, 0],
    [1080, 0],
    [1080, 9],
    [0, 9],
    [0, 0],
  ];
  const { conflicts, meshes } = readShapes(
    { type: 'Polygon', coordinates: [ring] },
    geoShapeField({}),
  );
  expect(conflicts).toEqual([]);
  expect(meshes).toHaveLength(4);
});

test.each([
  [85, 0],
  [400, 1],
  [3000, 2],
  [9000, 4],
])('an outline of %i corners may have some on one line, as with %i digits', (count, digits) => {
  const round = (value: number) => Number(value.toFixed(digits));
  const ring = ringOf(count, 50).map(([x, y]): Corner => [round(x!), round(y!)]);
  const triangles = trianglesOf({ type: 'Polygon', coordinates: [ring] });
  const covered = triangles.reduce((sum, corners) => sum + areaOf(corners), 0);
  expect(covered).toBeCloseTo(areaOf(ring), 3);
});

test('corners of an outline are compared with those of many holes once', () => {
  const outline = ringOf(4000, 50);
  const holes = Array.from({ length: 300 }, (_, i) => {
    const [x, y] = [(i % 20) - 10, Math.floor(i / 20) - 8];
    return [
      [x, y],
      [x, y + 0.5],
      [x + 0.5, y],
      [x, y],
    ];
  });
  const shared = [outline[0], [0, 0], outline[5], outline[0]];
  const read = (rings: unknown) =>
    readShapes({ type: 'Polygon', coordinates: rings }, geoShapeField({})).conflicts;
  expect(read([outline, ...holes, shared])).toEqual(['a hole shares two points with its outline']);
  expect(read([outline, ...holes])).toEqual([]);
});

function ringOf(count: number, size: number): number[][] {
  const ring = Array.from({ length: count }, (_, i) => {
    const angle = (i / count) * 2 * Math.PI;
    return [size * Math.cos(angle), size * Math.sin(angle)];
  });
  return [...ring, ring[0]!];
}
