import { describe, expect, test } from 'vitest';
import { EstromError } from '../../src/errors.ts';
import { canonical } from '../../src/query/canonical.ts';
import { parseDsl } from '../../src/query/dsl/dsl.ts';

const RING = [
  [0, 0],
  [10, 0],
  [10, 10],
  [0, 10],
  [0, 0],
];
const box = (corners: unknown, more: object = {}) => ({
  geo_bounding_box: { p: corners, ...more },
});
const circle = (distance: unknown, at: unknown, more: object = {}) => ({
  geo_distance: { distance, p: at, ...more },
});
const shape = (given: unknown, more: object = {}) => ({
  geo_shape: { p: { shape: given, ...more } },
});
const polygon = (ring: readonly unknown[]) => ({ type: 'Polygon', coordinates: [ring] });

describe('one canonical text stands for all spellings', () => {
  test.each([
    [
      'a box',
      [
        box({ top_left: '1,2', bottom_right: '-1,4' }),
        box({ top_left: [2, 1], bottom_right: { lat: -1, lon: '4' } }),
        box({ top_right: 'POINT (4 1)', bottom_left: ' -1 , 2' }),
        box({ top: 1, left: '2', bottom: -1, right: 4 }, { type: 'memory', boost: 2 }),
        box({ wkt: 'BBOX (2, 4, 1, -1)' }, { validation_method: 'STRICT' }),
        shape('bbox(2,4,1,-1)'),
        shape({
          type: 'envelope',
          coordinates: [
            [2, 1],
            [4, -1],
          ],
        }),
      ],
    ],
    [
      'a circle',
      [
        circle('2km', '1,2'),
        circle(2000, [2, 1], { distance_type: 'plane' }),
        circle('2', { lat: 1, lon: 2 }, { unit: 'km' }),
        { geo_distance: { distance: '2000m', 'p.lat': 1, 'p.lon': 2 } },
        circle('2km', '1,362', { validation_method: 'COERCE' }),
        shape({ type: 'Circle', coordinates: [2, 1], radius: '2km' }, { relation: 'intersects' }),
      ],
    ],
    [
      'a polygon',
      [
        shape(polygon(RING)),
        shape(polygon(RING.toReversed())),
        shape(polygon([...RING.slice(2, 4), ...RING.slice(0, 2)])),
        shape(polygon(RING.map(([lon, lat]) => [lon! + 360, lat]))),
        shape('POLYGON ((0 0, 10 0, 10 10, 0 10))'),
      ],
    ],
  ])('%s', (_, spellings) => {
    const texts = spellings.map((one) => canonical(parseDsl(one)));
    expect(new Set(texts).size).toBe(1);
  });

  test('of shapes that are one, in any order', () => {
    const geometries = [polygon(RING), { type: 'point', coordinates: [50, 50] }];
    const texts = [geometries, geometries.toReversed(), [...geometries, ...geometries]].map((all) =>
      canonical(parseDsl(shape({ type: 'GeometryCollection', geometries: all }))),
    );
    expect(new Set(texts).size).toBe(1);
  });
});

test('a wide outline against its direction crosses the date line', () => {
  const ring = [
    [-170, 0],
    [170, 0],
    [170, 20],
    [-170, 20],
    [-170, 0],
  ];
  expect(parseDsl(shape(polygon(ring.toReversed())))).toMatchObject({
    shapes: [{ rings: [[170, 0, 190, 0, 190, 20, 170, 20, 170, 0]] }],
  });
  expect(parseDsl(shape({ ...polygon(ring), orientation: 'left' }))).toMatchObject({
    shapes: [{ rings: [[170, 0, 190, 0, 190, 20, 170, 20, 170, 0]] }],
  });
});

describe('what cannot be read is refused with its place', () => {
  test.each([
    [box({ top_left: '1,2' }), 'query.geo_bounding_box.p', 'the bottom of the box is missing'],
    [box({ top: 1, left: 0, bottom: 2, right: 3 }), 'query.geo_bounding_box.p', 'below the bottom'],
    [box({ top: 1, left: 0, bottom: 1, right: 3 }), 'query.geo_bounding_box.p', 'are both 1'],
    [
      box({ top_left: '91,2', bottom_right: '1,3' }),
      'query.geo_bounding_box.p',
      'not on the earth',
    ],
    [box({ topLeft: '1,2' }), 'query.geo_bounding_box.p.topLeft', 'expected one of'],
    [box({ wkt: 'POINT (1 2)' }), 'query.geo_bounding_box.p.wkt', 'expected BBOX'],
    [box({ top_left: 'a', bottom_right: '1,2' }), 'query.geo_bounding_box.p.top_left', 'a point'],
    [circle('1parsec', '1,2'), 'query.geo_distance.distance', 'expected a distance'],
    [circle('0km', '1,2'), 'query.geo_distance.distance', 'above 0'],
    [circle('1km', '1,2,3'), 'query.geo_distance.p', 'expected a point'],
    [circle('1km', '1,2', { unit: 'x' }), 'query.geo_distance.unit', 'expected a unit'],
    [circle('1km', '1,2', { q: '1,2' }), 'query.geo_distance', 'expected one field'],
    [{ geo_distance: { p: '1,2' } }, 'query.geo_distance', 'expected a [distance]'],
    [shape('xx'), 'query.geo_shape.p.shape', 'well-known text'],
    [shape({ type: 'hexagon' }), 'query.geo_shape.p.shape.type', '[hexagon]'],
    [
      shape({ type: 'point', coordinates: [1] }),
      'query.geo_shape.p.shape.coordinates',
      'longitude',
    ],
    [shape(polygon([[0, 0]])), 'query.geo_shape.p.shape', 'three points'],
    [
      shape(polygon([...RING.toReversed(), RING[0]])),
      'query.geo_shape.p.shape',
      'stands twice at its end',
    ],
    [
      shape(polygon([RING[0], RING[1], RING[1], RING[0]])),
      'query.geo_shape.p.shape',
      'three different corners',
    ],
    [
      shape({ type: 'point', coordinates: [190, 0] }),
      'query.geo_shape.p.shape',
      'not on the earth',
    ],
    [
      shape(polygon(RING), { relation: 'x' }),
      'query.geo_shape.p.relation',
      'expected [intersects]',
    ],
    [
      { geo_shape: { p: { indexed_shape: {} } } },
      'query.geo_shape.p.indexed_shape',
      'shape itself',
    ],
    [
      shape(
        {
          type: 'linestring',
          coordinates: [
            [0, 0],
            [1, 1],
          ],
        },
        { relation: 'within' },
      ),
      'query.geo_shape.p.shape',
      'within',
    ],
  ])('%j', (query, clause, reason) => {
    let thrown: unknown;
    try {
      parseDsl(query);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(EstromError);
    expect(thrown).toMatchObject({ details: { clause } });
    expect((thrown as EstromError).message).toContain(reason);
  });
});

test('a corner that is repeated below another one is none, as in Elasticsearch', () => {
  const ring = [
    [0, 0],
    [2, 1],
    [2, 0],
    [2, 0],
    [2, 0],
    [3, 5],
    [0, 0],
  ];
  expect(parseDsl(shape(polygon(ring)))).toMatchObject({
    shapes: [{ rings: [[0, 0, 2, 1, 3, 5, 0, 0]] }],
  });
});

test('what was between another corner and a lost one is none either', () => {
  const ring = [
    [3, 1],
    [0, 4],
    [0, 2],
    [0, 0],
    [0, 0],
    [3, 1],
  ];
  const open = { ...polygon(ring), coordinates: [[[9, 0], ...ring.slice(0, -1), [9, 0]]] };
  expect(parseDsl(shape(open))).toMatchObject({ shapes: [{ rings: [[0, 4, 3, 1, 9, 0, 0, 4]] }] });
});

test('other corners that are repeated stay in the text that ids are made of', () => {
  const ring = [
    [0, 0],
    [0, 0],
    [2, 0],
    [2, 0],
    [3, 5],
    [0, 0],
  ];
  expect(parseDsl(shape(polygon(ring)))).toMatchObject({
    shapes: [{ rings: [[0, 0, 0, 0, 2, 0, 2, 0, 3, 5, 0, 0]] }],
  });
});

test('a geo_polygon is taken as it lies in the plane', () => {
  const points = ['-5,170', '20,170', [-170, 20], { lat: -5, lon: -170 }];
  expect(parseDsl({ geo_polygon: { p: { points } } })).toMatchObject({
    shapes: [{ isPlane: true, rings: [[170, -5, 170, 20, -170, 20, -170, -5, 170, -5]] }],
  });
});
