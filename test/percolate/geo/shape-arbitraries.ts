import fc from 'fast-check';
import { type Position, square } from '../../golden/rings.ts';

/** GeoJSON as documents and queries write it. */
export interface Written {
  readonly type: string;
  readonly coordinates?: unknown;
  readonly geometries?: readonly Written[];
}

interface Place {
  readonly lon: number;
  readonly lat: number;
  readonly size: number;
}

/** Not the smallest numbers that there are, which say nothing about places. */
export function between(least: number, most: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 1e6 }).map((i) => least + ((most - least) * i) / 1e6);
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Where shapes lie: close together, so that they meet; some over the date line, some on a grid. */
const place: fc.Arbitrary<Place> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      lon: between(-4, 4),
      lat: between(-4, 4),
      size: fc.constantFrom(0.3, 1, 4, 12),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      lon: between(170, 190),
      lat: between(-12, 12),
      size: fc.constantFrom(2, 6, 15),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      lon: between(-170, 170),
      lat: between(-60, 60),
      size: fc.constantFrom(5, 25),
    }),
  },
);

function onMap(lon: number): number {
  return lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon;
}

/** A ring around a place, whose corners are as far away as the numbers say. */
function star({ lon, lat, size }: Place, radii: readonly number[], start: number): Position[] {
  const ring = radii.map((radius, i): Position => {
    const angle = start + (i / radii.length) * 2 * Math.PI;
    const distance = size * radius;
    return [
      rounded(lon + distance * Math.cos(angle), 7),
      rounded(lat + distance * Math.sin(angle), 7),
    ];
  });
  return [...ring, ring[0]!];
}

const radii = fc.array(between(0.35, 1), {
  minLength: 3,
  maxLength: 12,
});

const rings = fc
  .record({
    at: place,
    radii,
    start: between(0, 1),
    hole: fc.option(radii, { freq: 3 }),
    isReversed: fc.boolean(),
  })
  .map(({ at, radii: outer, start, hole, isReversed }) => {
    const outline = star(at, outer, start);
    // Nearer to the middle than any side of the outline; Elasticsearch fails over some at the date line.
    const isHollow = outer.length > 4 && hole !== null && Math.abs(at.lon) < 150;
    const inner = isHollow ? [star({ ...at, size: at.size * 0.2 }, hole, start)] : [];
    const found = [outline, ...inner];
    return isReversed ? found.map((ring) => ring.toReversed()) : found;
  });

const polygon: fc.Arbitrary<Written> = rings.map((coordinates) => ({
  type: 'Polygon',
  coordinates,
}));

const line: fc.Arbitrary<Written> = fc
  .tuple(place, fc.array(fc.tuple(between(-1, 1), between(-1, 1)), { minLength: 2, maxLength: 6 }))
  .map(([{ lon, lat, size }, steps]) => ({
    type: 'LineString',
    coordinates: steps.map(([x, y]) => [rounded(lon + x * size, 7), rounded(lat + y * size, 7)]),
  }));

const position = place.map(({ lon, lat }): Position => [rounded(onMap(lon), 7), rounded(lat, 7)]);
const point: fc.Arbitrary<Written> = position.map((coordinates) => ({
  type: 'Point',
  coordinates,
}));

const envelope: fc.Arbitrary<Written> = fc
  .record({
    at: place,
    width: between(0.1, 1),
    height: between(0.1, 1),
  })
  .map(({ at: { lon, lat, size }, width, height }) => ({
    type: 'envelope',
    coordinates: [
      [rounded(onMap(lon - size * width), 7), rounded(lat + size * height, 7)],
      [rounded(onMap(lon + size * width), 7), rounded(lat - size * height, 7)],
    ],
  }));

/** Corners on a grid: edges and corners of shapes coincide. */
const whole = fc.integer({ min: -6, max: 6 });
const gridBox: fc.Arbitrary<Written> = fc
  .tuple(whole, whole, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.boolean())
  .map(([x, y, width, height, isEnvelope]) =>
    isEnvelope
      ? {
          type: 'envelope',
          coordinates: [
            [x, y + height],
            [x + width, y],
          ],
        }
      : {
          type: 'Polygon',
          coordinates: [
            [
              [x, y],
              [x + width, y],
              [x + width, y + height],
              [x, y + height],
              [x, y],
            ],
          ],
        },
  );
const gridPoint: fc.Arbitrary<Written> = fc
  .tuple(whole, whole)
  .map((coordinates) => ({ type: 'Point', coordinates }));
const gridLine: fc.Arbitrary<Written> = fc
  .array(fc.tuple(whole, whole), { minLength: 2, maxLength: 4 })
  .map((coordinates) => ({ type: 'LineString', coordinates }));
/** Corners in turn around their middle. */
const gridRing: fc.Arbitrary<Written> = fc
  .uniqueArray(fc.tuple(whole, whole), { minLength: 3, maxLength: 9, selector: String })
  .map((corners) => {
    const middle = [0, 1].map(
      (i) => corners.reduce((sum, one) => sum + one[i]!, 0.1) / corners.length,
    );
    const angle = ([x, y]: readonly [number, number]) => Math.atan2(y - middle[1]!, x - middle[0]!);
    const ring = corners.toSorted((one, other) => angle(one) - angle(other));
    return { type: 'Polygon', coordinates: [[...ring, ring[0]]] };
  });
/** A square with smaller ones cut out of it, which may touch it and each other. */
const gridHoles: fc.Arbitrary<Written> = fc
  .uniqueArray(fc.tuple(fc.integer({ min: -3, max: 2 }), fc.integer({ min: -3, max: 2 })), {
    minLength: 1,
    maxLength: 4,
    selector: String,
  })
  .map((holes) => ({
    type: 'Polygon',
    coordinates: [square(-4, -4, 8), ...holes.map(([x, y]) => square(x, y, 1).toReversed())],
  }));

export const onGrid: fc.Arbitrary<Written> = fc.oneof(
  gridBox,
  gridPoint,
  gridLine,
  gridRing,
  gridHoles,
);

/** Edges cross each other, as they like. */
export const tangled: fc.Arbitrary<Written> = fc
  .uniqueArray(fc.tuple(whole, whole), { minLength: 3, maxLength: 6, selector: String })
  .map((ring) => ({ type: 'Polygon', coordinates: [[...ring, ring[0]]] }));

const upright: fc.Arbitrary<readonly Position[]> = fc.oneof(
  fc.tuple(whole, whole, fc.integer({ min: 1, max: 5 })).map((at) => square(...at)),
  // Several corners on one meridian.
  fc.constant([
    [0, 0],
    [3, 1],
    [3, 2],
    [3, 4],
    [1, 4],
    [0, 3],
    [0, 2],
    [0, 0],
  ] as const),
  rings.map(([outline]) => outline!),
);

/** Corners follow on themselves, at the ends of the ring as well. */
export const repeating: fc.Arbitrary<Written> = fc
  .record({
    ring: upright,
    start: fc.nat(20),
    isReversed: fc.boolean(),
    times: fc.array(fc.nat(8), { minLength: 1, maxLength: 12 }),
    isHole: fc.nat(3).map((n) => n === 0),
  })
  .map(({ ring, start, isReversed, times, isHole }) => {
    const open = isReversed ? ring.slice(0, -1).toReversed() : ring.slice(0, -1);
    const from = start % open.length;
    const turned = [...open.slice(from), ...open.slice(0, from), open[from]!];
    const corners = turned.flatMap((corner, i) =>
      Array.from({ length: 1 + Math.max(0, times[i % times.length]! - 6) }, () => corner),
    );
    const around = square(-60, -60, 120);
    const isInside = corners.every(([lon]) => Math.abs(lon) < 50);
    return {
      type: 'Polygon',
      coordinates: isHole && isInside ? [around, corners] : [corners],
    };
  });

const multi: fc.Arbitrary<Written> = fc.oneof(
  fc
    .array(position, { minLength: 1, maxLength: 4 })
    .map((coordinates) => ({ type: 'MultiPoint', coordinates })),
  fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => ({
    type: 'MultiLineString',
    coordinates: lines.map(({ coordinates }) => coordinates),
  })),
  fc
    .array(rings, { minLength: 1, maxLength: 3 })
    .map((coordinates) => ({ type: 'MultiPolygon', coordinates })),
);

const simple: fc.Arbitrary<Written> = fc.oneof(
  { weight: 4, arbitrary: polygon },
  { weight: 2, arbitrary: line },
  { weight: 2, arbitrary: point },
  { weight: 2, arbitrary: envelope },
  { weight: 2, arbitrary: multi },
);

/** Shapes that hardly ever only touch. */
export const anyShape: fc.Arbitrary<Written> = fc.oneof(
  { weight: 8, arbitrary: simple },
  {
    weight: 1,
    arbitrary: fc
      .array(simple, { minLength: 1, maxLength: 3 })
      .map((geometries) => ({ type: 'GeometryCollection', geometries })),
  },
);

/** The same in well-known text. */
export function textOf({ type, coordinates, geometries }: Written): string {
  const list = (values: unknown): string =>
    Array.isArray(values) && typeof values[0] === 'number'
      ? values.join(' ')
      : `(${(values as unknown[]).map(list).join(', ')})`;
  switch (type) {
    case 'Point':
      return `POINT (${list(coordinates)})`;
    case 'envelope': {
      const [[left, top], [right, bottom]] = coordinates as [Position, Position];
      return `BBOX (${left}, ${right}, ${top}, ${bottom})`;
    }
    case 'GeometryCollection':
      return `GEOMETRYCOLLECTION (${geometries!.map(textOf).join(', ')})`;
    default:
      return `${type.toUpperCase()} ${list(coordinates)}`;
  }
}
