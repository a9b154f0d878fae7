import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EstromError } from '../../../src/errors.ts';
import { geoShapeField, readShapes } from '../../../src/mapping/geo/read-shapes.ts';
import { compileShape } from '../../../src/percolate/embedded/geo/shape-plan.ts';
import { matchesShape } from '../../../src/percolate/embedded/geo/shape-verifier.ts';
import { WorkMeter } from '../../../src/percolate/embedded/match/work-meter.ts';
import { Atoms } from '../../../src/percolate/embedded/scan/atoms.ts';
import { canonicalise } from '../../../src/query/canonical.ts';
import type { GeoLeaf, GeoRelation } from '../../../src/query/geo/geo-shape.ts';
import type { Ir } from '../../../src/query/ir.ts';
import { parseQuery } from '../../../src/query/parse-query.ts';
import { type NaiveShape, naiveShapeMatch } from '../../oracle/naive-shapes.ts';
import { anyShape, between, onGrid, type Written } from './shape-arbitraries.ts';
import { type ShapeDocument, shapeMatcher, shapeSegment } from './shape-segment.ts';

const RUNS = Number(process.env['ESTROM_ORACLE_RUNS'] ?? 300);
const FIELDS = { here: geoShapeField({}), there: geoShapeField({}) };
const RELATIONS = ['intersects', 'within', 'contains', 'disjoint'] as const;

/** Nothing for what is refused, such as to be within a line. */
function asked(field: string, shape: unknown, relation: GeoRelation): Ir {
  try {
    return canonicalise(parseQuery({ geo_shape: { [field]: { shape, relation } } })).query;
  } catch (error) {
    if (error instanceof EstromError) return { kind: 'none' };
    throw error;
  }
}

const shape = fc.oneof({ weight: 3, arbitrary: anyShape }, { weight: 2, arbitrary: onGrid });
const leaf = fc
  .tuple(fc.constantFrom('here', 'there'), shape, fc.constantFrom(...RELATIONS))
  .map(([field, given, relation]) => asked(field, given, relation));
const not = (clause: Ir): Ir => ({ kind: 'not', clause });
const query: fc.Arbitrary<Ir> = fc.oneof(
  { weight: 4, arbitrary: leaf },
  { weight: 3, arbitrary: leaf.map(not) },
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
const value = fc.array(shape, { maxLength: 2 });
const document: fc.Arbitrary<ShapeDocument> = fc.record(
  { here: value, there: value },
  { requiredKeys: [] },
);

/** The same by a look at each query. */
function holds(one: Ir, source: ShapeDocument): boolean {
  switch (one.kind) {
    case 'geo':
      return leafHolds(one, source);
    case 'not':
      return !holds(one.clause, source);
    case 'and':
      return one.clauses.every((clause) => holds(clause, source));
    case 'or':
      return one.clauses.filter((clause) => holds(clause, source)).length >= one.atLeast;
    default:
      return one.kind === 'all';
  }
}

function leafHolds(asking: GeoLeaf, source: ShapeDocument): boolean {
  const plan = compileShape(asking);
  if (plan.op !== 'geoShape') return false;
  const atoms = new Atoms();
  const { meshes } = readShapes(source[asking.field] ?? [], FIELDS.here);
  for (const mesh of meshes) atoms.addShape(0, mesh);
  const constants = Float64Array.from(plan.constants);
  const programs = Int32Array.of(0, 6, 0, 1, 0, constants.length);
  const meter = new WorkMeter(1000);
  meter.begin();
  return matchesShape({ programs, constants }, 0, atoms, { isIn: () => true }, meter);
}

test.each([1, 3])(
  'cells miss no query that a look at each one finds, in %i parts',
  (parts) => {
    const sample = fc.record({
      queries: fc.array(query, { minLength: 1, maxLength: 20 }),
      documents: fc.array(document, { minLength: 1, maxLength: 8 }),
    });
    fc.assert(
      fc.property(sample, ({ queries, documents }) => {
        const matcher = shapeMatcher(shapeSegment(queries, parts), FIELDS);
        for (const source of documents) {
          const expected = queries.flatMap((one, i) => (holds(one, source) ? [i] : []));
          expect(matcher.match(source)).toEqual(expected);
        }
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    );
  },
  60_000,
);

test('shapes lie to each other as their edges and corners say', () => {
  const single = anyShape.filter(({ type, coordinates }) => {
    const isSingle = ['Polygon', 'LineString', 'Point', 'envelope'].includes(type);
    const numbers = ([coordinates] as unknown[]).flat(4) as number[];
    return isSingle && numbers.every((number) => Math.abs(number) < 80);
  });
  fc.assert(
    fc.property(single, single, fc.constantFrom(...RELATIONS), (stored, given, relation) => {
      fc.pre(relation !== 'within' || given.type !== 'LineString');
      const matcher = shapeMatcher(shapeSegment([asked('here', given, relation)]), FIELDS);
      const found = matcher.match({ here: stored }).length === 1;
      // What is only drawn, and that twice, is no part of this.
      fc.pre(JSON.stringify(stored) !== JSON.stringify(given));
      expect(found).toBe(naiveShapeMatch(naive(stored), relation, naive(given)));
    }),
    { numRuns: RUNS * 5 },
  );
});

function naive({ type, coordinates }: Written): NaiveShape {
  if (type === 'Point') return { type: 'point', at: coordinates as [number, number] };
  if (type === 'LineString') return { type: 'line', points: coordinates as [number, number][] };
  if (type === 'Polygon') return { type: 'polygon', rings: coordinates as [number, number][][] };
  const [[left, top], [right, bottom]] = coordinates as [[number, number], [number, number]];
  const ring = [
    [left, bottom],
    [right, bottom],
    [right, top],
    [left, top],
    [left, bottom],
  ];
  return { type: 'polygon', rings: [ring as [number, number][]] };
}

test('small shapes are verified for few documents', () => {
  const places = fc.sample(fc.tuple(between(-170, 170), between(-60, 60)), {
    seed: 1,
    numRuns: 1000,
  });
  const squareAt = ([x, y]: readonly [number, number], size: number): Written => ({
    type: 'Polygon',
    coordinates: [
      [
        [x, y],
        [x + size, y],
        [x + size, y + size],
        [x, y + size],
        [x, y],
      ],
    ],
  });
  for (const relation of ['intersects', 'within', 'contains'] as const) {
    const [own, theirs] = relation === 'within' ? [0.2, 0.5] : [0.5, 0.2];
    const queries = places.map((at) => asked('here', squareAt(at, theirs), relation));
    const matcher = shapeMatcher(shapeSegment(queries), FIELDS);
    for (const [x, y] of places) {
      const shift = relation === 'within' ? 0.1 : -0.1;
      matcher.match({ here: squareAt([x + shift, y + shift], own) });
    }
    expect(matcher.stats.matches).toBeGreaterThanOrEqual(1000);
    expect(matcher.stats.candidates).toBeLessThan(2 * matcher.stats.matches);
  }
});
