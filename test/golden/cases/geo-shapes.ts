import { bool, type CaseGroup, exists, match, range, term } from '../case.ts';
import { type Position, polygon, square } from '../rings.ts';

type Dsl = Record<string, unknown>;

const mapping = {
  properties: {
    s: { type: 'geo_shape' },
    left: { type: 'geo_shape', orientation: 'left' },
    open: { type: 'geo_shape', coerce: true },
    m: { type: 'geo_shape', ignore_malformed: true },
    z: { type: 'geo_shape', ignore_z_value: false },
    unsearched: { type: 'geo_shape', index: false },
    far: { type: 'geo_shape', fields: { text: { type: 'keyword' } } },
    copied: { type: 'geo_shape', copy_to: 'copy' },
    copy: { type: 'keyword' },
    same: { type: 'alias', path: 's' },
    p: { type: 'geo_point' },
    n: { type: 'nested', properties: { s: { type: 'geo_shape' }, k: { type: 'keyword' } } },
  },
};

const shape = (given: unknown, relation?: string, field = 's'): Dsl => ({
  geo_shape: { [field]: { shape: given, ...(relation === undefined ? {} : { relation }) } },
});
const box = (left: number, right: number, top: number, bottom: number): string =>
  `BBOX (${left}, ${right}, ${top}, ${bottom})`;

const SQUARE = square(10, 10, 10);
const HOLE = square(13, 13, 4);
const OVER = square(175, -5, 10);
const WIDE: Position[] = [
  [-170, 0],
  [170, 0],
  [170, 20],
  [-170, 20],
  [-170, 0],
];
const BOW: Position[] = [
  [10, 10],
  [20, 20],
  [20, 10],
  [10, 21],
  [10, 10],
];

const RELATIONS = ['intersects', 'within', 'contains', 'disjoint'];
const ASKED: readonly unknown[] = [
  'POINT (15 15)',
  'POINT (10 10)',
  'MULTIPOINT (15 15, 11 11)',
  'LINESTRING (5 15, 25 15)',
  'LINESTRING (14 14, 16 16)',
  'MULTILINESTRING ((10 10, 20 10), (0 0, 1 1))',
  polygon(SQUARE),
  polygon(SQUARE, HOLE),
  polygon(square(14, 14, 2)),
  polygon(square(5, 5, 20)),
  { type: 'MultiPolygon', coordinates: [[square(11, 11, 1)], [square(18, 18, 4)]] },
  box(9, 21, 21, 9),
  box(20, 30, 30, 20),
  { type: 'circle', coordinates: [15, 15], radius: '100km' },
  { type: 'circle', coordinates: [15, 15], radius: '2000km' },
  { type: 'GeometryCollection', geometries: [polygon(square(11, 11, 1)), polygon(SQUARE, HOLE)] },
];

const relations = (value: unknown): CaseGroup => ({
  name: 'relations',
  mapping,
  document: { s: value },
  queries: ASKED.flatMap((given) => RELATIONS.map((relation) => shape(given, relation))),
});

const nested = (query: Dsl): Dsl => ({ nested: { path: 'n', query } });
const inObjects: CaseGroup = {
  name: 'nested',
  mapping,
  document: {
    n: [{ s: polygon(SQUARE), k: 'a' }, { s: 'POINT (40 40)', k: 'b' }, { k: 'c' }],
  },
  queries: [
    ...RELATIONS.flatMap((relation) =>
      ['POINT (15 15)', box(39, 41, 41, 39), polygon(square(5, 5, 20))].flatMap((given) => [
        nested(shape(given, relation, 'n.s')),
        nested(bool({ must_not: [shape(given, relation, 'n.s')] })),
        nested(bool({ filter: [shape(given, relation, 'n.s'), term('n.k', 'a')] })),
      ]),
    ),
    shape('POINT (15 15)', 'intersects', 'n.s'),
    nested(exists('n.s')),
  ],
};

/** Over the date line. */
const over = (value: unknown, field = 's'): CaseGroup => ({
  name: 'date line',
  mapping,
  document: { [field]: value },
  queries: [
    ...['POINT (177 0)', 'POINT (-177 0)', 'POINT (180 0)', 'POINT (-180 0)', 'POINT (0 5)'],
    ...[box(176, -176, 4, -4), box(170, -170, 10, -10), box(-179, 179, 80, -80)],
    ...[polygon(OVER), polygon(WIDE), polygon(WIDE.toReversed()), 'LINESTRING (170 1, 190 1)'],
  ].flatMap((given) => RELATIONS.map((relation) => shape(given, relation, field))),
});

/** Which values are shapes near 15,15, and which are refused. */
function spelling(value: unknown, field = 's'): CaseGroup {
  return {
    name: 'spellings',
    mapping,
    document: { [field]: value },
    queries: [
      shape(box(9, 21, 21, 9), 'intersects', field),
      shape(box(9, 21, 21, 9), 'disjoint', field),
      exists(field),
    ],
  };
}

const others: CaseGroup = {
  name: 'other clauses',
  mapping,
  document: { s: polygon(SQUARE), copied: 'POINT (15 15)', unsearched: 'POINT (15 15)' },
  queries: [
    { geo_bounding_box: { s: { top: 11, left: 9, bottom: 9, right: 11 } } },
    { geo_bounding_box: { s: { top: 90, left: 9, bottom: 9, right: 11 } } },
    { geo_bounding_box: { s: { top: 9, left: 8, bottom: 8, right: 9 } } },
    { geo_bounding_box: { s: { wkt: 'BBOX (15, 16, 16, 15)' } } },
    { geo_distance: { s: [9, 15], distance: '100km' } },
    { geo_distance: { s: [9, 15], distance: '110km' } },
    { geo_distance: { s: [15, 15], distance: '1km' } },
    {
      geo_polygon: {
        s: {
          points: [
            [0, 0],
            [30, 0],
            [15, 30],
          ],
        },
      },
    },
    shape(polygon(SQUARE), 'intersects', 'same'),
    shape(polygon(SQUARE), 'intersects', 'p'),
    shape(polygon(SQUARE), 'intersects', 'nowhere'),
    shape('POINT (15 15)', 'intersects', 'unsearched'),
    shape('POINT (15 15)', 'intersects', 'copied'),
    shape('LINESTRING (0 0, 1 1)', 'within'),
    shape('POLYGON EMPTY'),
    { geo_shape: { nowhere: { shape: 'POINT (1 1)' }, ignore_unmapped: true } },
    { geo_shape: { s: { shape: 'POINT (15 15)', strategy: 'recursive' } } },
    exists('s'),
    exists('unsearched'),
    exists('copy'),
    exists('p'),
    term('copy', 'POINT (15 15)'),
    bool({ must_not: [shape('POINT (15 15)')] }),
    bool({ must_not: [shape('POINT (5 5)')] }),
    bool({ must_not: [shape('POINT (5 5)', 'disjoint')] }),
    bool({ must_not: [shape('POINT (5 5)', 'contains')] }),
    bool({ must_not: [shape(box(0, 30, 30, 0), 'within')] }),
    bool({ must_not: [shape(box(12, 30, 30, 0), 'within')] }),
    bool({ filter: [shape('POINT (15 15)'), exists('copy')], must_not: [shape('POINT (5 5)')] }),
    bool({ should: [shape('POINT (5 5)'), shape('POINT (15 15)', 'contains')] }),
    // Shapes have no other clauses.
    term('s', 'POINT (15 15)'),
    match('s', 'POINT (15 15)'),
    range('s', { gte: 0 }),
    's:15',
    's:*',
    '15',
  ],
};

const SPELLINGS: readonly unknown[] = [
  { type: 'point', coordinates: [15, 15] },
  { type: 'Point', coordinates: [15, 15, 7] },
  { type: 'POINT', coordinates: [375, 15], more: { of: 'it' } },
  { type: 'point', coordinates: [-165, 165] },
  { type: 'point', coordinates: ['15', '15'] },
  { type: 'point', coordinates: [15] },
  { type: 'point', coordinates: [15, 15, 15, 15] },
  { type: 'point', coordinates: [[15, 15]] },
  { type: 'point', coordinates: null },
  { type: 'point' },
  { coordinates: [15, 15] },
  {},
  {
    type: 'multipoint',
    coordinates: [
      [15, 15],
      [1, 1],
    ],
  },
  { type: 'multipoint', coordinates: [] },
  {
    type: 'linestring',
    coordinates: [
      [15, 15],
      [15, 15],
    ],
  },
  { type: 'linestring', coordinates: [[15, 15]] },
  {
    type: 'linestring',
    coordinates: [
      [-165, 165],
      [-164, 164],
    ],
  },
  {
    type: 'multilinestring',
    coordinates: [
      [
        [0, 15],
        [30, 15],
      ],
      [
        [0, 0],
        [1, 1],
      ],
    ],
  },
  polygon(SQUARE.slice(0, 4)),
  polygon(SQUARE.slice(0, 2)),
  polygon(SQUARE, square(30, 30, 1)),
  polygon(SQUARE, square(18, 18, 4)),
  polygon(SQUARE, square(10, 10, 2)),
  polygon(BOW),
  polygon([
    [10, 10],
    [15, 10],
    [20, 10],
    [10, 10],
  ]),
  polygon([
    [10, 10],
    [10, 10],
    [20, 10],
    [20, 20],
    [10, 10],
  ]),
  polygon([
    [10, 10],
    [20, 10],
    [20, 20],
    [10, 10],
    [10, 10],
  ]),
  { type: 'polygon', coordinates: [] },
  { type: 'polygon', coordinates: [[]] },
  { ...polygon(SQUARE), orientation: 'clockwise' },
  { ...polygon(SQUARE), orientation: 'up' },
  { type: 'multipolygon', coordinates: [[SQUARE], [square(15, 15, 10)]] },
  {
    type: 'envelope',
    coordinates: [
      [10, 20],
      [20, 10],
    ],
  },
  {
    type: 'envelope',
    coordinates: [
      [10, 10],
      [20, 20],
    ],
  },
  {
    type: 'envelope',
    coordinates: [
      [15, 20],
      [15, 10],
    ],
  },
  {
    type: 'envelope',
    coordinates: [
      [15, 15],
      [15, 15],
    ],
  },
  {
    type: 'envelope',
    coordinates: [
      [190, 20],
      [200, 10],
    ],
  },
  {
    type: 'envelope',
    coordinates: [
      [10, 95],
      [20, 10],
    ],
  },
  { type: 'circle', coordinates: [15, 15], radius: '1km' },
  {
    type: 'geometrycollection',
    geometries: [polygon(SQUARE), { type: 'point', coordinates: [1, 1] }],
  },
  { type: 'geometrycollection', geometries: [] },
  { type: 'linearring', coordinates: SQUARE },
  'POINT (15 15)',
  'point (15 15) and more',
  'POINT (15 15 7)',
  'POINT Z (15 15 7)',
  'POINT EMPTY',
  'POLYGON ((10 10, 20 10, 20 20, 10 10))',
  'POLYGON ((10 10, 20 10, 20 20))',
  'BBOX (10, 20, 20, 10)',
  'CIRCLE (15 15 100)',
  'GEOMETRYCOLLECTION (POINT (1 1), GEOMETRYCOLLECTION (POINT (15 15)))',
  'GEOMETRYCOLLECTION EMPTY',
  '15,15',
  '',
  null,
  [],
  [null],
  15,
  true,
  [15, 15],
  ['POINT (15 15)', { type: 'point', coordinates: [1, 1] }],
  [['POINT (15 15)']],
  ['POINT (15 15)', 'nothing'],
  ['POINT (15 15)', null],
];

/** geo_shape fields, and what can be asked of them. */
export const geoShapes: CaseGroup[] = [
  relations('POINT (15 15)'),
  relations('LINESTRING (14 14, 16 16)'),
  relations('LINESTRING (0 15, 30 15)'),
  relations(polygon(SQUARE)),
  relations(polygon(SQUARE, HOLE)),
  relations({
    type: 'envelope',
    coordinates: [
      [14, 16],
      [16, 14],
    ],
  }),
  relations(['POINT (15 15)', polygon(square(40, 40, 2))]),
  over(polygon(OVER)),
  over(polygon(OVER.map(([x, y]): Position => [x > 180 ? x - 360 : x, y]).toReversed())),
  over(polygon(WIDE)),
  over(polygon(WIDE.toReversed())),
  over(polygon(WIDE), 'left'),
  over('POLYGON ((-170 0, 170 0, 170 20, -170 20, -170 0))', 'left'),
  over({ ...polygon(WIDE), orientation: 'right' }, 'left'),
  over(box(176, -176, 4, -4)),
  over('LINESTRING (170 0, 190 0)'),
  over('LINESTRING (170 0, -170 0)'),
  others,
  inObjects,
  ...SPELLINGS.map((value) => spelling(value)),
  ...SPELLINGS.filter((_, i) => i % 2 === 1).map((value) => spelling(value, 'm')),
  spelling(polygon(SQUARE.slice(0, 4)), 'open'),
  spelling(polygon(SQUARE.slice(0, 2)), 'open'),
  spelling('POLYGON ((10 10, 20 10, 20 20))', 'open'),
  spelling({ type: 'point', coordinates: [15, 15, 7] }, 'z'),
  spelling({ type: 'point', coordinates: [15, 15] }, 'z'),
  spelling('POINT (15 15 7)', 'z'),
  spelling('POINT (15 15)', 'far'),
];
