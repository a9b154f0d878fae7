import fc from 'fast-check';

/** GeoJSON as documents and queries write it. */
export interface Written {
  readonly type: string;
  readonly coordinates?: unknown;
  readonly geometries?: readonly Written[];
}

type Position = readonly [number, number];

interface Place {
  readonly lon: number;
  readonly lat: number;
  readonly size: number;
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Where shapes lie: close together, so that they meet; some over the date line, some on a grid. */
const place: fc.Arbitrary<Place> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      lon: fc.double({ min: -12, max: 12, noNaN: true }),
      lat: fc.double({ min: -12, max: 12, noNaN: true }),
      size: fc.constantFrom(0.5, 2, 6, 15),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      lon: fc.double({ min: 170, max: 190, noNaN: true }),
      lat: fc.double({ min: -12, max: 12, noNaN: true }),
      size: fc.constantFrom(2, 6, 15),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      lon: fc.double({ min: -170, max: 170, noNaN: true }),
      lat: fc.double({ min: -60, max: 60, noNaN: true }),
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

const radii = fc.array(fc.double({ min: 0.35, max: 1, noNaN: true }), {
  minLength: 3,
  maxLength: 12,
});

const rings = fc
  .record({
    at: place,
    radii,
    start: fc.double({ min: 0, max: 1, noNaN: true }),
    hole: fc.option(radii, { freq: 3 }),
    isReversed: fc.boolean(),
  })
  .map(({ at, radii: outer, start, hole, isReversed }) => {
    const outline = star(at, outer, start);
    // Nearer to the middle than any side of the outline.
    const inner =
      outer.length > 4 && hole !== null ? [star({ ...at, size: at.size * 0.2 }, hole, start)] : [];
    const found = [outline, ...inner];
    return isReversed ? found.map((ring) => ring.toReversed()) : found;
  });

const polygon: fc.Arbitrary<Written> = rings.map((coordinates) => ({
  type: 'Polygon',
  coordinates,
}));

const line: fc.Arbitrary<Written> = fc
  .tuple(
    place,
    fc.array(
      fc.tuple(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
      ),
      { minLength: 2, maxLength: 6 },
    ),
  )
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
    width: fc.double({ min: 0.1, max: 1, noNaN: true }),
    height: fc.double({ min: 0.1, max: 1, noNaN: true }),
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
export const onGrid: fc.Arbitrary<Written> = fc.oneof(gridBox, gridPoint, gridLine);

const multi: fc.Arbitrary<Written> = fc.oneof(
  fc
    .array(position, { minLength: 1, maxLength: 4 })
    .map((coordinates) => ({ type: 'MultiPoint', coordinates })),
  fc
    .array(line, { minLength: 1, maxLength: 3 })
    .map((lines) => ({
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
