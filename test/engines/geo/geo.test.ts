import fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { coercePoint } from '../../../src/mapping/geo/geo-point.ts';
import { geoPointField, readPoints } from '../../../src/mapping/geo/read-points.ts';
import { compileGeo } from '../../../src/percolate/elasticsearch/compile/compile-geo.ts';
import { fieldInfo } from '../../../src/percolate/elasticsearch/mapping/field-info.ts';
import type { Ir } from '../../../src/query/ir.ts';
import { ElasticsearchServer } from '../../golden/server.ts';
import { type GeoDocument, pointMatcher } from '../../percolate/geo/geo-segment.ts';
import { querySegment } from '../../percolate/query-segment.ts';
import { store } from '../differential/round.ts';
import { foundOnly, idsFound, parsed } from './asking.ts';
import { document, type GeoQuestion, question } from './generated.ts';

const PAIRS = Number(process.env['ESTROM_PAIRS'] ?? 200_000);
const SEED = Number(process.env['ESTROM_SEED'] ?? Date.now() % 2 ** 31);
const DOCUMENTS = 100;
const QUESTIONS = 100;
const FIELDS = {
  p: { type: 'geo_point' },
  m: { type: 'geo_point', ignore_malformed: true },
} as const;
const READERS = {
  p: geoPointField({}),
  m: geoPointField({ ignoreMalformed: true }),
};

const server = new ElasticsearchServer(inject('elasticsearch'));

/** The same clause as the Elasticsearch engine asks it. */
function recompiled(query: Ir | string): object {
  if (typeof query === 'string' || query.kind !== 'geo') return { match_none: {} };
  const type = FIELDS[query.field as 'p' | 'm'];
  const defaults = { index: 'standard', search: 'standard' };
  const clause = compileGeo(query, fieldInfo(query.field, type, [''], defaults));
  return typeof clause === 'object' ? clause : { match_none: {} };
}

const exactly = (count: number) => ({ minLength: count, maxLength: count });

test('geo queries in every spelling find the same points in every spelling as in Elasticsearch', async () => {
  const shares = new Map<string, { found: number; asked: number; refused: number }>();
  const disputes: object[] = [];
  let pairs = 0;
  let atEdges = 0;
  for (let round = 0; pairs < PAIRS; round++) {
    const index = `differential-geo-${process.pid}-${round}`;
    const properties = FIELDS;
    const settings = { number_of_shards: 1, number_of_replicas: 0 };
    await server.ask('PUT', index, JSON.stringify({ settings, mappings: { properties } }));
    try {
      const sample = { seed: SEED + round, numRuns: 1 };
      const documents = fc.sample(fc.array(document, exactly(DOCUMENTS)), sample)[0]!;
      const questions = fc.sample(fc.array(question, exactly(QUESTIONS)), sample)[0]!;
      const taken = await store(server, index, documents);
      const asked = questions.map(({ query }) => parsed(query));
      const written = questions.map(({ query }) => query);
      const expected = await idsFound(server, index, written, DOCUMENTS);
      const compiled = await idsFound(server, index, asked.map(recompiled), DOCUMENTS);
      const own = matchAll(asked, taken);
      questions.forEach((each, i) => {
        const theirs = expected[i]!;
        tally(each, theirs, taken.length);
        pairs += taken.length;
        const mine = typeof asked[i] === 'string' ? null : own[i]!;
        // What is refused there need not be here.
        if (theirs === null) return;
        const isSame = compiled[i] === null ? hasHole(asked[i]!) : same(theirs, compiled[i]!);
        if (same(theirs, mine) && isSame) return;
        const odd = [...new Set([...(theirs ?? []), ...(mine ?? [])])].filter(
          (id) => (theirs ?? []).includes(id) !== (mine ?? []).includes(id),
        );
        if (
          isKnown(
            asked[i]!,
            odd.map((id) => taken[id]!),
          )
        ) {
          atEdges += odd.length;
          return;
        }
        disputes.push({
          ...each,
          theirs: theirs === null ? null : theirs.length,
          mine: mine === null ? asked[i] : mine.length,
          compiled: compiled[i]?.length,
          documents: odd.slice(0, 3).map((id) => taken[id]),
        });
      });
    } finally {
      await server.ask('DELETE', index);
    }
  }
  const table = [...shares].map(
    ([kind, { found, asked, refused }]) =>
      `${kind}: ${asked} pairs, ${((100 * found) / asked).toFixed(1)} %, ${refused} refused`,
  );
  console.log(
    `ESTROM_SEED=${SEED}: ${pairs} pairs, ${atEdges} of them at edges\n${table.sort().join('\n')}`,
  );
  console.log(disputes.length, JSON.stringify(disputes.slice(0, 8), null, 1));
  expect(disputes.length).toBe(0);

  function tally({ kind }: GeoQuestion, theirs: number[] | null, count: number): void {
    const share = shares.get(kind) ?? { found: 0, asked: 0, refused: 0 };
    if (theirs === null) share.refused++;
    else {
      share.found += theirs.length;
      share.asked += count;
    }
    shares.set(kind, share);
  }
});

function same(one: readonly number[] | null, other: readonly number[] | null): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Elasticsearch takes a hole in one form and refuses the same in another. */
function hasHole(query: Ir | string): boolean {
  if (typeof query === 'string' || query.kind !== 'geo') return false;
  return query.shapes.some((shape) => shape.type === 'polygon' && shape.rings.length > 1);
}

/** Degrees by which a point may lie on either side of an edge. */
const EDGE = 2e-6;

/** Whether the query decides otherwise about each of the documents when its points are moved a little. */
function isKnown(query: Ir | string, documents: readonly string[]): boolean {
  if (typeof query === 'string' || documents.length === 0) return false;
  const matcher = pointMatcher(querySegment([query]), ['p', 'm']);
  const moves = [-EDGE, -EDGE / 20, 0, EDGE / 20, EDGE];
  return documents.every((text) => {
    const answers = moves.flatMap((dy) =>
      moves.map((dx) => matcher.match(moved(pointsOf(text), dy, dx)).length),
    );
    return new Set(answers).size > 1;
  });
}

function moved(document: GeoDocument, dy: number, dx: number): GeoDocument {
  return Object.fromEntries(
    Object.entries(document).map(([name, points]) => [
      name,
      points.map(({ lat, lon }) => coercePoint({ lat: lat + dy, lon: lon + dx })),
    ]),
  );
}

function pointsOf(text: string): GeoDocument {
  const source = JSON.parse(text) as Partial<Record<'p' | 'm', unknown>>;
  const points = (field: 'p' | 'm') =>
    source[field] === undefined ? [] : readPoints(source[field], READERS[field]).points;
  return { p: points('p'), m: points('m') };
}

function matchAll(queries: readonly (Ir | string)[], documents: readonly string[]): number[][] {
  const matcher = pointMatcher(querySegment(queries.map(foundOnly)), ['p', 'm']);
  const found = queries.map((): number[] => []);
  documents.forEach((text, id) => {
    for (const ordinal of matcher.match(pointsOf(text))) {
      found[ordinal]!.push(id);
    }
  });
  return found;
}
