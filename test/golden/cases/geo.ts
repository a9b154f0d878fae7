import { bool, type CaseGroup, exists, match, range, term } from '../case.ts';

type Dsl = Record<string, unknown>;

const mapping = {
  properties: {
    p: { type: 'geo_point' },
    m: { type: 'geo_point', ignore_malformed: true },
    z: { type: 'geo_point', ignore_z_value: false },
    n: { type: 'geo_point', null_value: '5,6' },
    unsearched: { type: 'geo_point', index: false },
    far: { type: 'geo_point', fields: { hash: { type: 'keyword' } } },
    same: { type: 'alias', path: 'p' },
  },
};

const box = (corners: Dsl, more: Dsl = {}, field = 'p'): Dsl => ({
  geo_bounding_box: { [field]: corners, ...more },
});
const distance = (text: unknown, at: unknown, more: Dsl = {}, field = 'p'): Dsl => ({
  geo_distance: { distance: text, [field]: at, ...more },
});
const shape = (given: unknown, relation?: string, field = 'p'): Dsl => ({
  geo_shape: { [field]: { shape: given, ...(relation === undefined ? {} : { relation }) } },
});
const polygon = (...rings: number[][][]) => ({ type: 'polygon', coordinates: rings });

const about = (field: string): Dsl => box({ top: 11, left: 19, bottom: 9, right: 21 }, {}, field);
const elsewhere = (field: string): Dsl =>
  box({ top: -9, left: 19, bottom: -11, right: 21 }, {}, field);

/** Whether a value is a point at 10,20; what Elasticsearch refuses is `rejected`. */
function spelling(value: unknown, field = 'p'): CaseGroup {
  return {
    name: 'spellings',
    mapping,
    document: { [field]: value },
    queries: [about(field), elsewhere(field), exists(field)],
  };
}

const SQUARE = [
  [19, 9],
  [21, 9],
  [21, 11],
  [19, 11],
  [19, 9],
];
const AROUND = [
  [19.9, 9.9],
  [19.9, 10.1],
  [20.1, 10.1],
  [20.1, 9.9],
  [19.9, 9.9],
];
const WIDE = [
  [-170, 0],
  [170, 0],
  [170, 20],
  [-170, 20],
  [-170, 0],
];
const RELATIONS = ['intersects', 'within', 'disjoint', 'contains'];
const SHAPES: readonly unknown[] = [
  { type: 'point', coordinates: [20, 10] },
  {
    type: 'multipoint',
    coordinates: [
      [20, 10],
      [50, 40],
    ],
  },
  polygon(SQUARE),
  polygon(SQUARE, AROUND),
  { type: 'multipolygon', coordinates: [[SQUARE], [WIDE]] },
  {
    type: 'envelope',
    coordinates: [
      [19, 11],
      [21, 9],
    ],
  },
  { type: 'circle', coordinates: [20.1, 10], radius: '20km' },
  'POLYGON ((19 9, 21 9, 21 11, 19 11, 19 9))',
  {
    type: 'geometrycollection',
    geometries: [polygon(SQUARE), { type: 'point', coordinates: [50, 40] }],
  },
];

const lookups: CaseGroup = {
  name: 'one point',
  mapping,
  document: { p: '10,20' },
  queries: [
    box({ top_left: { lat: 11, lon: 19 }, bottom_right: { lat: 9, lon: 21 } }),
    box({ top_left: '11,19', bottom_right: '9,21' }),
    box({ top_left: [19, 11], bottom_right: [21, 9] }),
    box({ top_right: 'POINT (21 11)', bottom_left: 'POINT (19 9)' }),
    box({ top: '11', left: '19', bottom: '9', right: '21' }),
    box({ wkt: 'BBOX (19, 21, 11, 9)' }),
    box({ wkt: 'BBOX (21, 22, 11, 9)' }),
    box({ top_left: 's', bottom_right: 's' }),
    box({ top_left: 's6', bottom_right: 's6' }),
    box({ top_right: 'u', bottom_left: 's' }),
    box({ top_left: '11,21', bottom_right: '9,19' }),
    box({ top_left: '11,19', bottom_right: '9,-179' }),
    box({ top_left: '11,-170', bottom_right: '9,21' }),
    box({ top_left: '91,19', bottom_right: '9,21' }),
    box({ top_left: '91,19', bottom_right: '9,21' }, { validation_method: 'COERCE' }),
    box({ top_left: '11,379', bottom_right: '9,381' }, { validation_method: 'COERCE' }),
    box({ top_left: '11,-180', bottom_right: '9,180' }, { validation_method: 'COERCE' }),
    box({ top_left: '11,0', bottom_right: '9,360' }, { validation_method: 'COERCE' }),
    box({ top_left: '11,19', bottom_right: '9,21' }, { type: 'indexed', ignore_unmapped: true }),
    box({ top_left: '9,19', bottom_right: '11,21' }),
    box({ top_left: '11,19' }),
    box({ top: 11, left: 20, bottom: 9, right: 20 }),
    box({ top: 10, left: 19, bottom: 9, right: 21 }),
    box({ top: 11, left: 19, bottom: 10, right: 21 }),
    box({ top: 11, left: 19, bottom: 9, right: 21 }, {}, 'same'),
    box({ top: 11, left: 19, bottom: 9, right: 21 }, {}, 'nowhere'),
    box({ top: 11, left: 19, bottom: 9, right: 21 }, { ignore_unmapped: true }, 'nowhere'),
    distance('20km', '10.1,20'),
    distance('10km', '10.1,20'),
    distance('11.2km', { lat: 10.1, lon: 20 }),
    distance('11.1km', { lat: 10.1, lon: 20 }),
    distance(20_000, [20.1, 10]),
    distance(20, [20.1, 10], { unit: 'km' }),
    distance('20', 'POINT (20.1 10)', { unit: 'mi' }),
    distance('7mi', '10.1,20'),
    distance('6nmi', '10.1,20'),
    distance('6.1nmi', '10.1,20'),
    distance('37000ft', '10.1,20'),
    distance('12000yd', '10.1,20'),
    distance('450000in', '10.1,20'),
    distance('20km', '10.1,20', { distance_type: 'plane' }),
    distance('20000km', '-10,-160'),
    distance('20016km', '-10,-160'),
    distance('1km', '10,380', { validation_method: 'COERCE' }),
    distance('1km', '170,200', { validation_method: 'COERCE' }),
    distance('1km', '10,380'),
    distance('0km', '10,20'),
    distance('1KM', '10,20'),
    distance('20km', '10,20', {}, 'same'),
    distance('20km', '10,20', {}, 'nowhere'),
    { geo_distance: { distance: '1km', 'p.lat': 10, 'p.lon': 20 } },
    shape(polygon(SQUARE), 'INTERSECTS'),
    shape('BBOX (19, 21, 11, 9)'),
    shape('CIRCLE (20.1 10 20000)'),
    shape('MULTIPOINT (20 10, 1 1)'),
    shape('POINT EMPTY'),
    shape('GEOMETRYCOLLECTION EMPTY', 'disjoint'),
    shape(polygon(SQUARE), 'intersects', 'same'),
    shape(polygon(SQUARE), 'intersects', 'nowhere'),
    shape(polygon(WIDE)),
    shape(polygon(WIDE.toReversed())),
    shape({ ...polygon(WIDE), orientation: 'left' }),
    shape({ ...polygon(WIDE.toReversed()), orientation: 'left' }),
    shape(polygon(SQUARE.map(([x, y]) => [x! + 360, y!]))),
    shape({
      type: 'linestring',
      coordinates: [
        [0, 10],
        [50, 10],
      ],
    }),
    shape(
      {
        type: 'linestring',
        coordinates: [
          [0, 10],
          [50, 10],
        ],
      },
      'within',
    ),
    { geo_polygon: { p: { points: ['9,19', '9,21', '11,20'] } } },
    { geo_polygon: { p: { points: ['9,19', '9,21', '8,20'] } } },
    { geo_polygon: { p: { points: [[-170, 5], '15,-170', '15,170', '5,170'] } } },
    bool({ must_not: [about('p')] }),
    bool({ must_not: [elsewhere('p')] }),
    bool({ filter: [about('p')], must_not: [elsewhere('p')] }),
    bool({ must_not: [shape(polygon(SQUARE), 'disjoint')] }),
    bool({
      must_not: [
        box({ top: 11, left: 19, bottom: 9, right: 21 }, { ignore_unmapped: true }, 'nowhere'),
      ],
    }),
    // Points have no other clauses.
    term('p', '10,20'),
    match('p', '10,20'),
    range('p', { gte: 0 }),
    'p:10',
    '10',
  ],
};

const relations = (document: Dsl): CaseGroup => ({
  name: 'relations',
  mapping,
  document,
  queries: RELATIONS.flatMap((relation) => SHAPES.map((given) => shape(given, relation))),
});

/** Clauses on points of geo_point fields. */
export const geo: CaseGroup[] = [
  lookups,
  relations({ p: '10,20' }),
  relations({ p: ['10,20', '40,50'] }),
  relations({ p: ['10,20', '-70,20'] }),
  relations({ other: 1 }),
  {
    name: 'the date line and the poles',
    mapping,
    document: { p: ['10,180'], far: [-179.9, 10], m: '90,0' },
    queries: [
      box({ top: 11, left: 179, bottom: 9, right: -179 }),
      box({ top: 11, left: 179, bottom: 9, right: -179 }, {}, 'far'),
      box({ top: 11, left: -180, bottom: 9, right: -179 }),
      box({ top: 11, left: 179, bottom: 9, right: 180 }),
      box({ top: 11, left: 180, bottom: 9, right: -179 }),
      box({ top: 11, left: 180, bottom: 9, right: -179 }, {}, 'far'),
      distance('12km', '10,-179.9'),
      distance('10km', '10,-179.9'),
      distance('12km', '10,180', {}, 'far'),
      distance('1m', '90,120', {}, 'm'),
      distance('112km', '89,-77', {}, 'm'),
      distance('111km', '89,-77', {}, 'm'),
      shape(polygon(WIDE.toReversed())),
      shape(polygon(WIDE.toReversed()), 'intersects', 'far'),
      shape(polygon(WIDE), 'intersects', 'far'),
      shape(
        polygon([
          [178, 5],
          [183, 5],
          [183, 15],
          [178, 15],
          [178, 5],
        ]),
        'within',
        'far',
      ),
      shape(
        polygon([
          [-183, 5],
          [-178, 5],
          [-178, 15],
          [-183, 15],
          [-183, 5],
        ]),
        'within',
        'far',
      ),
      shape({ type: 'circle', coordinates: [180, 10], radius: '20km' }, 'within', 'far'),
      term('far.hash', '8p8t7qdrq7dh'),
      { prefix: { 'far.hash': '8' } },
      { prefix: { 'far.hash': 'x' } },
    ],
  },
  ...[
    { lat: 10, lon: 20 },
    { lat: '10', lon: ' 20 ' },
    { lon: 20, lat: 10.5 },
    { lat: 10, lon: 20, alt: 5 },
    { lat: 10 },
    { lat: 10, lon: null },
    {},
    { geohash: 's6g' },
    { geohash: 's6g', lat: 10 },
    '10,20',
    ' 10 , 20 ',
    '10,20,30',
    '10;20',
    '10,20d',
    's6g',
    'S6G',
    '',
    'POINT (20 10)',
    'point(20 10 5)',
    'POINT (10 20',
    'LINESTRING (20 10, 20 11)',
    [20, 10],
    [20, 10, 5],
    [20],
    [],
    [[20, 10]],
    [
      [20, 10],
      [20, -10],
    ],
    ['10,20'],
    ['10,20', '-10,20'],
    [{ lat: 10, lon: 20 }, 's6g', [20, -10]],
    ['10', '20'],
    { type: 'Point', coordinates: [20, 10] },
    5,
    true,
    null,
    '91,20',
    '10,200',
  ].map((value) => spelling(value)),
  ...[
    '170,200',
    '10,380',
    [380, 10],
    { lat: -170, lon: -160 },
    ['x', '10,20'],
    [null, '10,20'],
    { lat: 10, lon: 'x' },
    7,
  ].map((value) => spelling(value, 'm')),
  ...['10,20,30', [20, 10, 5], 'POINT (20 10 5)', '10,20'].map((value) => spelling(value, 'z')),
  {
    name: 'null values',
    mapping,
    document: { n: null, p: null },
    queries: [
      box({ top: 6, left: 5, bottom: 4, right: 7 }, {}, 'n'),
      box({ top: 60, left: 50, bottom: 40, right: 70 }, {}, 'n'),
      exists('n'),
      exists('p'),
    ],
  },
  {
    name: 'not searched',
    mapping,
    document: { unsearched: '10,20' },
    queries: [about('unsearched'), exists('unsearched'), bool({ must_not: [about('unsearched')] })],
  },
];
