import fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { geoShapeField, readShapes } from '../../../src/mapping/geo/read-shapes.ts';
import { ElasticsearchServer } from '../../golden/server.ts';
import {
  anyShape,
  between,
  onGrid,
  repeating,
  tangled,
  textOf,
  type Written,
} from '../../percolate/geo/shape-arbitraries.ts';
import { shapeMatcher, shapeSegment } from '../../percolate/geo/shape-segment.ts';
import { foundOnly, idsFound, parsed } from './asking.ts';

const PAIRS = Number(process.env['ESTROM_PAIRS'] ?? 20_000);
const SEED = Number(process.env['ESTROM_SEED'] ?? Date.now() % 2 ** 31);
const DOCUMENTS = 60;
const QUESTIONS = 100;
const FIELDS = { s: { type: 'geo_shape' }, l: { type: 'geo_shape', orientation: 'left' } };
const READERS = { s: geoShapeField({}), l: geoShapeField({ orientation: 'left' }) };

const server = new ElasticsearchServer(inject('elasticsearch'));
const exactly = (count: number) => ({ minLength: count, maxLength: count });
const relation = fc.constantFrom('intersects', 'within', 'contains', 'disjoint');

interface Question {
  readonly kind: string;
  readonly query: Record<string, unknown>;
}

const spelled = (shape: fc.Arbitrary<Written>): fc.Arbitrary<unknown> =>
  fc.tuple(shape, fc.nat(3)).map(([one, how]) => (how === 0 ? textOf(one) : one));

function documents(shape: fc.Arbitrary<Written>): fc.Arbitrary<Record<string, unknown>> {
  const value = fc.oneof(
    { weight: 4, arbitrary: spelled(shape) },
    { weight: 1, arbitrary: fc.array(spelled(shape), { minLength: 1, maxLength: 3 }) },
  );
  return fc.record({ s: value, l: value }, { requiredKeys: [] });
}

const circle = fc
  .record({
    lon: between(-180, 180),
    near: between(-14, 14),
    isNear: fc.nat(4),
    lat: between(-14, 14),
    km: fc.constantFrom(5, 80, 400, 1500),
  })
  .map(({ lon, near, isNear, lat, km }) => ({ lon: isNear ? near : lon, lat, km }));

function questions(shape: fc.Arbitrary<Written>): fc.Arbitrary<Question> {
  const field = fc.constantFrom('s', 's', 'l');
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc.tuple(spelled(shape), field, relation).map(([given, name, how]): Question => {
        const type = typeof given === 'string' ? 'wkt' : (given as Written).type;
        return {
          kind: `${type} ${how}`,
          query: { geo_shape: { [name]: { shape: given, relation: how } } },
        };
      }),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(circle, field, relation).map(
        ([{ lon, lat, km }, name, how]): Question => ({
          kind: `circle ${how}`,
          query: {
            geo_shape: {
              [name]: {
                shape: { type: 'circle', coordinates: [lon, lat], radius: `${km}km` },
                relation: how,
              },
            },
          },
        }),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(circle, field).map(
        ([{ lon, lat, km }, name]): Question => ({
          kind: 'geo_distance',
          query: { geo_distance: { distance: `${km}km`, [name]: [lon, lat] } },
        }),
      ),
    },
  );
}

function conflictsOf(source: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(source).flatMap(
    ([field, value]) => readShapes(value, READERS[field as keyof typeof READERS]).conflicts,
  );
}

interface Stored {
  readonly items: readonly {
    readonly index: { readonly status: number; readonly error?: unknown };
  }[];
}

/** Ids of the documents that were taken. */
async function store(index: string, sources: readonly object[]): Promise<Set<number>> {
  const lines = sources.flatMap((source, id) => [
    JSON.stringify({ index: { _id: String(id) } }),
    JSON.stringify(source),
  ]);
  const path = `${index}/_bulk?refresh=true`;
  const { items } = (await server.ask('POST', path, `${lines.join('\n')}\n`)) as unknown as Stored;
  return new Set(items.flatMap(({ index: { status } }, id) => (status < 300 ? [id] : [])));
}

/** @param areRefusedAlike whether Elasticsearch answers each query that is taken here, and no other */
async function differential(
  name: string,
  shape: fc.Arbitrary<Written>,
  areRefusedAlike = false,
): Promise<void> {
  const disputes: object[] = [];
  const shares = new Map<string, number[]>();
  let pairs = 0;
  let refused = 0;
  for (let round = 0; pairs < PAIRS; round++) {
    const index = `differential-${name}-${process.pid}-${round}`;
    const settings = { number_of_shards: 1, number_of_replicas: 0 };
    await server.ask('PUT', index, JSON.stringify({ settings, mappings: { properties: FIELDS } }));
    try {
      const sample = { seed: SEED + round, numRuns: 1 };
      const sources = fc.sample(fc.array(documents(shape), exactly(DOCUMENTS)), sample)[0]!;
      const asked = fc.sample(fc.array(questions(shape), exactly(QUESTIONS)), sample)[0]!;
      const taken = await store(index, sources);
      const irs = asked.map(({ query }) => parsed(query));
      const written = asked.map(({ query }) => query);
      const theirs = await idsFound(server, index, written, DOCUMENTS);
      asked.forEach(({ query }, i) => {
        const isRefused = typeof irs[i] === 'string';
        if (areRefusedAlike && isRefused !== (theirs[i] === null))
          disputes.push({ isRefused, query });
      });
      const matcher = shapeMatcher(shapeSegment(irs.map(foundOnly)), READERS);
      sources.forEach((source, id) => {
        const conflicts = conflictsOf(source);
        if (taken.has(id) === conflicts.length > 0) {
          disputes.push({ isTaken: taken.has(id), source, conflicts });
          return;
        }
        if (!taken.has(id)) {
          refused++;
          return;
        }
        const mine = new Set(matcher.match(source));
        asked.forEach(({ kind, query }, i) => {
          if (theirs[i] === null) return;
          pairs++;
          const isFound = theirs[i]!.includes(id);
          const share = shares.get(kind) ?? [0, 0];
          shares.set(kind, [share[0]! + 1, share[1]! + (isFound ? 1 : 0)]);
          if (isFound !== mine.has(i))
            disputes.push({
              isFound,
              query,
              source,
              ir: typeof irs[i] === 'string' ? irs[i] : undefined,
            });
        });
      });
    } finally {
      await server.ask('DELETE', index);
    }
  }
  const table = [...shares].map(
    ([kind, [asked, found]]) => `${kind}: ${asked}, ${((100 * found!) / asked!).toFixed(1)} %`,
  );
  console.log(
    `ESTROM_SEED=${SEED}: ${pairs} pairs, ${refused} documents refused\n${table.sort().join('\n')}`,
  );
  console.log(
    disputes.length,
    disputes
      .slice(0, 8)
      .map((one) => JSON.stringify(one))
      .join('\n'),
  );
  expect(disputes.length).toBe(0);
}

test('geo_shape fields are found by the same shapes as in Elasticsearch', async () => {
  await differential('shapes', anyShape);
});

test('shapes that share edges and corners are found as in Elasticsearch', async () => {
  await differential('grid', onGrid);
});

test('polygons whose edges cross are refused, or found, as in Elasticsearch', async () => {
  await differential('tangled', fc.oneof(tangled, onGrid));
});

test('polygons with corners that follow on themselves are refused, or found, as in Elasticsearch', async () => {
  await differential('repeating', repeating, true);
});
