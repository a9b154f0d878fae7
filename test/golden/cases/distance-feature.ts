import { bool, type CaseGroup } from '../case.ts';

const near = (field: unknown, origin?: unknown, pivot?: unknown, more = {}) => ({
  distance_feature: {
    ...(field !== undefined && { field }),
    ...(origin !== undefined && { origin }),
    ...(pivot !== undefined && { pivot }),
    ...more,
  },
});

const QUERIES: CaseGroup['queries'] = [
  near('d', 'now', '1d'),
  near('d', 'now-1h/h', '10m'),
  near('d', '2021-01-01', '1d', { boost: 2, _name: 'x' }),
  near('d', '2020-01-01', '7d'),
  near('d', '2020-01-01', '100ms'),
  near('d', 0, '1d'),
  near('d', 'never', '1d'),
  near('d', '2021-01-01', '1km'),
  near('d', [1, 2], '1d'),
  near('dn', 'now', '1h'),
  near('df', '01.02.2020', '1h'),
  near('df', '2020-02-01', '1h'),
  near('di', '2021-01-01', '1d'),
  near('al', '2021-01-01', '1d'),
  near('g', [0, 0], '1km'),
  near('g', '0,0', '1000m'),
  near('g', { lat: 1, lon: 2 }, '1d'),
  near('g', 'u4pru', '5mi'),
  near('g', 'now', '1km'),
  near('k', '2021-01-01', '1d'),
  near('n', 1, '1d'),
  near('t', '2021-01-01', '1d'),
  near('nope', 'now', '1d'),
  near('o', 'now', '1d'),
  bool({ must_not: [near('d', 'now', '1d')] }),
  bool({ filter: [near('d', 'now', '1d'), near('g', '0,0', '1m')] }),
  bool({ should: [near('d', 'now', '1d'), near('g', '0,0', '1m')] }),
];

const mapping = {
  properties: {
    d: { type: 'date' },
    dn: { type: 'date_nanos' },
    df: { type: 'date', format: 'dd.MM.yyyy' },
    di: { type: 'date', index: false },
    al: { type: 'alias', path: 'd' },
    g: { type: 'geo_point' },
    k: { type: 'keyword' },
    n: { type: 'long' },
    t: { type: 'text' },
    o: { properties: { d: { type: 'date' } } },
  },
};

/** Clauses that score by how near a value is, as filters. */
export const distanceFeatures: readonly CaseGroup[] = [
  { name: 'a date', mapping, document: { d: '2020-05-05T01:02:03Z', n: 1 }, queries: QUERIES },
  { name: 'its origin', mapping, document: { d: ['2020-01-01'], o: { d: 0 } }, queries: QUERIES },
  { name: 'a point', mapping, document: { g: [1, 2], di: '2020-01-01' }, queries: QUERIES },
  {
    name: 'points at the ends of the earth',
    mapping,
    document: {
      g: [
        [180, 90],
        [-180, -90],
      ],
      df: '03.04.1950',
      dn: '2020-01-01',
    },
    queries: QUERIES,
  },
  {
    name: 'neither',
    mapping,
    document: { k: '2021-01-01', n: 1, t: '2021-01-01 now', d: null },
    queries: QUERIES,
  },
  {
    name: 'as dynamic mapping has them',
    document: { d: '2020-05-05', n: 1, t: 'x', g: [1, 2], df: '2020/01/01' },
    // The last one would fail of one clause alone.
    queries: [...QUERIES.slice(0, -1), near('df', '2020/03/01', '1d'), near('df', 0, '1d')],
  },
  {
    name: 'that are refused',
    document: { d: '2020-05-05' },
    queries: [
      near('d', 'now'),
      near('d', undefined, '1d'),
      near(undefined, 'now', '1d'),
      near('d', 'now', '1d', { foo: 1 }),
      near('d', 'now', '-1d'),
      near('d', 'now', '1x'),
    ],
  },
];
