import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeLatitude, encodeLongitude } from '../../../src/mapping/geo/geo-encoding.ts';
import type { GeoPoint } from '../../../src/mapping/geo/geo-point.ts';
import { containsPoint } from '../../../src/percolate/embedded/geo/contains.ts';
import { geoConstants, SHAPES_AT } from '../../../src/percolate/embedded/geo/geo-constants.ts';
import type { GeoLeaf, GeoShape } from '../../../src/query/geo/geo-shape.ts';
import type { Ir } from '../../../src/query/ir.ts';
import { querySegment } from '../query-segment.ts';
import { geoLeaf, point } from './arbitraries.ts';
import { type GeoDocument, pointMatcher } from './geo-segment.ts';

const RUNS = Number(process.env['ESTROM_ORACLE_RUNS'] ?? 300);
const FIELDS = ['here', 'there'];

const leaf = geoLeaf(fc.constantFrom(...FIELDS));
const not = (clause: Ir): Ir => ({ kind: 'not', clause });
const query: fc.Arbitrary<Ir> = fc.oneof(
  { weight: 4, arbitrary: leaf },
  { weight: 2, arbitrary: leaf.map(not) },
  fc
    .array(fc.oneof(leaf, leaf.map(not)), { minLength: 2, maxLength: 3 })
    .chain((clauses) =>
      fc.constantFrom<Ir>(
        { kind: 'and', clauses },
        { kind: 'or', clauses, atLeast: 1 },
        { kind: 'or', clauses, atLeast: 2 },
        not({ kind: 'or', clauses, atLeast: 1 }),
        not({ kind: 'and', clauses }),
      ),
    ),
);
const points = fc.array(point, { maxLength: 3 });

/** Documents, some of whose points are those of the queries' shapes. */
const sample = fc.array(query, { minLength: 1, maxLength: 30 }).chain((queries) => {
  const corners = queries.flatMap(cornersOf);
  const near = corners.length === 0 ? point : fc.oneof(point, fc.constantFrom(...corners));
  const some = fc.oneof(points, fc.array(near, { maxLength: 3 }));
  return fc.record({
    queries: fc.constant(queries),
    documents: fc.array(fc.record({ here: some, there: some }), { minLength: 1, maxLength: 12 }),
  });
});

function cornersOf(one: Ir): GeoPoint[] {
  switch (one.kind) {
    case 'geo':
      return one.shapes.flatMap(cornersOfShape);
    case 'not':
      return cornersOf(one.clause);
    case 'and':
    case 'or':
      return one.clauses.flatMap(cornersOf);
    default:
      return [];
  }
}

function cornersOfShape(shape: GeoShape): GeoPoint[] {
  switch (shape.type) {
    case 'box':
      return [{ lat: shape.top, lon: shape.left }];
    case 'circle':
    case 'point':
      return [{ lat: shape.lat, lon: shape.lon }];
    case 'line':
      return [{ lat: shape.points[1]!, lon: shape.points[0]! }];
    case 'polygon': {
      const [lon, lat] = shape.rings[0]! as [number, number];
      return [{ lat, lon: lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon }];
    }
  }
}

function holds(one: Ir, document: GeoDocument): boolean {
  switch (one.kind) {
    case 'geo':
      return leafHolds(one, document[one.field] ?? []);
    case 'not':
      return !holds(one.clause, document);
    case 'and':
      return one.clauses.every((clause) => holds(clause, document));
    case 'or':
      return one.clauses.filter((clause) => holds(clause, document)).length >= one.atLeast;
    default:
      throw new Error(one.kind);
  }
}

function leafHolds({ relation, shapes }: GeoLeaf, found: readonly GeoPoint[]): boolean {
  const inside = (at: GeoPoint) => isIn(geoConstants(relation, shapes), at);
  if (found.length === 0) return false;
  switch (relation) {
    case 'intersects':
      return found.some(inside);
    case 'within':
      return found.every(inside);
    case 'disjoint':
      return !found.some(inside);
    case 'contains':
      return shapes.every(
        (shape) =>
          shape.type === 'point' &&
          found.some((at) => isIn(geoConstants('intersects', [shape]), at)),
      );
  }
}

function isIn(c: readonly number[], { lat, lon }: GeoPoint): boolean {
  for (let at = SHAPES_AT; at < c.length; at += c[at + 1]!) {
    if (containsPoint(c, at, encodeLatitude(lat), encodeLongitude(lon))) return true;
  }
  return false;
}

test.each([1, 3])(
  'cells miss no query that a look at each one finds, in %i parts',
  (parts) => {
    fc.assert(
      fc.property(sample, ({ queries, documents }) => {
        const matcher = pointMatcher(querySegment(queries, parts), FIELDS);
        for (const document of documents) {
          const expected = queries.flatMap((one, i) => (holds(one, document) ? [i] : []));
          expect(matcher.match(document)).toEqual(expected);
        }
      }),
      { numRuns: RUNS },
    );
  },
  60_000,
);

test('small shapes are verified for few documents', () => {
  const seed = { seed: 1, numRuns: 2000 };
  const random = fc.sample(
    fc.record({
      lat: fc.double({ min: -60, max: 60, noNaN: true }),
      lon: fc.double({ min: -179, max: 179, noNaN: true }),
    }),
    seed,
  );
  const queries = random.map(
    (at): Ir => ({
      kind: 'geo',
      field: 'here',
      relation: 'intersects',
      shapes: [{ type: 'circle', ...at, meters: 50_000 }],
    }),
  );
  const matcher = pointMatcher(querySegment(queries), FIELDS);
  for (const { lat, lon } of random) matcher.match({ here: [{ lat: lat + 0.1, lon }] });
  expect(matcher.stats.matches).toBeGreaterThan(2000);
  expect(matcher.stats.candidates).toBeLessThan(2 * matcher.stats.matches);
});
