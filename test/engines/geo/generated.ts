import fc from 'fast-check';
import type { GeoPoint } from '../../../src/mapping/geo/geo-point.ts';
import type { GeoShape } from '../../../src/query/geo/geo-shape.ts';
import { area as anyArea, shape as anyShape, point } from '../../percolate/geo/arbitraries.ts';

/**
 * Elasticsearch cuts polygons at the date line, and loses slivers of those with a corner on it, or on a pole; circles of
 * less than a few meters lose points at the poles.
 */
function isPlain(one: GeoShape): boolean {
  if (one.type === 'circle') return one.meters > 3;
  if (one.type !== 'polygon') return true;
  const edges = [180, 90];
  return one.rings.flat().every((number, i) => Math.abs(Math.abs(number) - edges[i % 2]!) > 1e-4);
}
const area = anyArea.filter(isPlain);
const shape = anyShape.filter(isPlain);

/** What two engines are asked: the Query DSL, and what of it is asked. */
export interface GeoQuestion {
  readonly kind: string;
  readonly query: Record<string, unknown>;
}

const HASH = '0123456789bcdefghjkmnpqrstuvwxyz';

/** The geohash of the cell that a point is in. */
export function geohashOf({ lat, lon }: GeoPoint, length = 12): string {
  let [south, north, west, east] = [-90, 90, -180, 180];
  let text = '';
  let digit = 0;
  for (let bit = 0; bit < length * 5; bit++) {
    digit *= 2;
    if (bit % 2 === 0) {
      const middle = (west + east) / 2;
      if (lon >= middle) [digit, west] = [digit + 1, middle];
      else east = middle;
    } else {
      const middle = (south + north) / 2;
      if (lat >= middle) [digit, south] = [digit + 1, middle];
      else north = middle;
    }
    if (bit % 5 < 4) continue;
    text += HASH[digit]!;
    digit = 0;
  }
  return text;
}

/** A point as documents and queries may write it. */
export function spelled(at: GeoPoint): fc.Arbitrary<unknown> {
  const { lat, lon } = at;
  return fc.constantFrom<unknown>(
    { lat, lon },
    { lat: String(lat), lon: String(lon) },
    `${lat},${lon}`,
    ` ${lat} , ${lon}`,
    `POINT (${lon} ${lat})`,
    `point(${lon} ${lat})`,
    [lon, lat],
    geohashOf(at),
    { geohash: geohashOf(at, 11) },
  );
}

const oneValue = point.chain(spelled);
/** The value of a field; one that begins with a number is no array of values. */
const value = fc.oneof(
  { weight: 5, arbitrary: oneValue },
  { weight: 2, arbitrary: fc.array(oneValue, { maxLength: 3 }) },
  { weight: 1, arbitrary: point.map(({ lat, lon }) => [lon, lat, 7]) },
);
export const document = fc
  .record({ p: value, m: value }, { requiredKeys: [] })
  .map((source) => JSON.stringify(source));

const field = fc.constantFrom('p', 'p', 'm');
const relation = fc.constantFrom('intersects', 'intersects', 'within', 'disjoint');

function boxQuery(one: GeoShape & { type: 'box' }): fc.Arbitrary<Record<string, unknown>> {
  const { top, left, bottom, right } = one;
  const topLeft = { lat: top, lon: left };
  const bottomRight = { lat: bottom, lon: right };
  return fc
    .oneof(
      fc
        .tuple(spelled(topLeft), spelled(bottomRight))
        .map(([a, b]) => ({ top_left: a, bottom_right: b })),
      fc
        .tuple(spelled({ lat: top, lon: right }), spelled({ lat: bottom, lon: left }))
        .map(([a, b]) => ({ top_right: a, bottom_left: b })),
      fc.constant({ top, left: String(left), bottom, right }),
      fc.constant({ wkt: `BBOX (${left}, ${right}, ${top}, ${bottom})` }),
    )
    .chain((corners) => field.map((name) => ({ geo_bounding_box: { [name]: corners } })));
}

function circleQuery(one: GeoShape & { type: 'circle' }): fc.Arbitrary<Record<string, unknown>> {
  const { meters } = one;
  const distance = fc.constantFrom<Record<string, unknown>>(
    { distance: meters },
    { distance: `${meters}` },
    { distance: `${meters}m`, distance_type: 'plane' },
    { distance: `${meters / 1000}km` },
    { distance: meters / 1609.344, unit: 'mi' },
    { distance: `${meters / 1852}nmi` },
    { distance: `${meters / 0.3048}ft` },
  );
  return fc.tuple(field, distance, spelled(one)).map(([name, asked, at]) => ({
    geo_distance: { ...asked, [name]: at },
  }));
}

function ringOf(numbers: readonly number[]): number[][] {
  return Array.from({ length: numbers.length / 2 }, (_, i) => [
    numbers[2 * i]!,
    numbers[2 * i + 1]!,
  ]);
}

/** The shape in GeoJSON, as a client might write it. */
function written(one: GeoShape): fc.Arbitrary<Record<string, unknown>> {
  switch (one.type) {
    case 'box': {
      const coordinates = [
        [one.left, one.top],
        [one.right, one.bottom],
      ];
      return fc.constantFrom({ type: 'envelope', coordinates }, { type: 'Envelope', coordinates });
    }
    case 'circle':
      return fc.constant({
        type: 'circle',
        coordinates: [one.lon, one.lat],
        radius: `${one.meters / 1000}km`,
      });
    case 'point':
      return fc.constant({ type: 'Point', coordinates: [one.lon, one.lat] });
    case 'line':
      return fc.constant({ type: 'LineString', coordinates: ringOf(one.points) });
    case 'polygon':
      return fc
        .record({
          isReversed: fc.boolean(),
          isBack: fc.boolean(),
          orientation: fc.constantFrom(undefined, 'left', 'cw', 'right'),
        })
        .map(({ isReversed, isBack, orientation }) => {
          const rings = one.rings.map((ring) => {
            const positions = ringOf(ring);
            // Beyond the date line, the other side has the other sign.
            const placed = isBack
              ? positions.map(([lon, lat]) => [lon! > 180 ? lon! - 360 : lon!, lat!])
              : positions;
            return isReversed ? placed.toReversed() : placed;
          });
          const turn = orientation === undefined ? {} : { orientation };
          return { type: 'Polygon', coordinates: rings, ...turn };
        });
  }
}

function textOf(given: Record<string, unknown>): unknown {
  const rings = (given['coordinates'] as number[][][]).map(
    (ring) => `(${ring.map((at) => at.join(' ')).join(', ')})`,
  );
  return `POLYGON (${rings.join(', ')})`;
}

const shapeQuery = fc
  .tuple(
    fc.oneof(
      { weight: 5, arbitrary: shape.chain(written) },
      {
        weight: 1,
        arbitrary: area
          .filter(({ type }) => type === 'polygon')
          .chain(written)
          .map(textOf),
      },
      {
        weight: 1,
        arbitrary: fc
          .array(area.chain(written), { minLength: 1, maxLength: 3 })
          .map((geometries) => ({ type: 'GeometryCollection', geometries })),
      },
      {
        weight: 1,
        arbitrary: fc.array(point, { minLength: 1, maxLength: 3 }).map((points) => ({
          type: 'MultiPoint',
          coordinates: points.map(({ lat, lon }) => [lon, lat]),
        })),
      },
    ),
    field,
    relation,
  )
  .map(([given, name, how]): GeoQuestion => {
    const type = typeof given === 'string' ? 'wkt' : (given as { type: string }).type.toLowerCase();
    return {
      kind: `geo_shape ${type} ${how}`,
      query: { geo_shape: { [name]: { shape: given, relation: how } } },
    };
  });

const polygonQuery = fc
  .tuple(fc.array(point, { minLength: 3, maxLength: 6 }), field)
  .chain(([points, name]) =>
    fc.tuple(...points.map(spelled)).map(
      (all): GeoQuestion => ({
        kind: 'geo_polygon',
        query: { geo_polygon: { [name]: { points: all } } },
      }),
    ),
  );

export const question: fc.Arbitrary<GeoQuestion> = fc.oneof(
  {
    weight: 3,
    arbitrary: area
      .filter((one) => one.type === 'box')
      .chain((one) => boxQuery(one))
      .map((query): GeoQuestion => ({ kind: 'geo_bounding_box', query })),
  },
  {
    weight: 3,
    arbitrary: area
      .filter((one) => one.type === 'circle')
      .chain((one) => circleQuery(one))
      .map((query): GeoQuestion => ({ kind: 'geo_distance', query })),
  },
  { weight: 5, arbitrary: shapeQuery },
  { weight: 1, arbitrary: polygonQuery },
);
