import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { MappingState } from '../../../src/mapping/mapping-state.ts';
import { Metrics } from '../../../src/metrics.ts';
import { EmbeddedEngine } from '../../../src/percolate/embedded/embedded-engine.ts';
import { parseArlasFilter } from '../../../src/query/arlas/arlas-filter.ts';
import { canonicalise } from '../../../src/query/canonical.ts';
import type { Ir } from '../../../src/query/ir.ts';
import { parseQuery } from '../../../src/query/parse-query.ts';
import { batchOf, ordinalsBySlot } from '../batches.ts';
import { ENGINE_CONFIG } from '../engines.ts';

const log = pino({ level: 'silent' });
let engine: EmbeddedEngine | undefined;
afterEach(() => engine?.close());

function start(strictMapping = false): EmbeddedEngine {
  const mappings = new MappingState({ log });
  const properties = { s: { type: 'geo_shape' }, t: { type: 'keyword' } };
  mappings.create('places', { mappings: { properties }, settings: {}, aliases: {} });
  const config = { ...ENGINE_CONFIG, workers: 1 };
  engine = new EmbeddedEngine({ config, mappings, metrics: new Metrics(), log, strictMapping });
  return engine;
}

const register = (on: EmbeddedEngine, queries: readonly Ir[]): Promise<unknown> =>
  on.register(
    queries.map((query, ordinal) => ({
      ...{ id: String(ordinal), ordinal, index: '*' },
      query: canonicalise(query).query,
    })),
  );

async function found(on: EmbeddedEngine, documents: readonly object[]): Promise<number[][]> {
  const texts = documents.map((document) => JSON.stringify(document));
  const { pairs } = await on.percolate(batchOf(texts, 'places'));
  return ordinalsBySlot(pairs, documents.length).map((ordinals) => [...ordinals].sort());
}

const square = (x: number, y: number, size: number): object => ({
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

test('ARLAS filters find shapes', async () => {
  const on = start();
  await register(on, [
    parseArlasFilter('f=s:intersects:0,0,10,10'),
    parseArlasFilter('f=s:within:0,0,10,10'),
    parseArlasFilter('f=s:notintersects:0,0,10,10'),
    parseArlasFilter('f=s:within:POLYGON((0 0,30 0,30 30,0 30,0 0))'),
  ]);
  const documents = [{ s: square(2, 2, 5) }, { s: square(5, 5, 10) }, { s: square(20, 20, 40) }];
  expect(await found(on, documents)).toEqual([[0, 1, 3], [0, 3], [2]]);
});

test('a query that came before the mapping finds its shapes, and negations hold without any', async () => {
  const on = start();
  const inside = parseQuery({ geo_shape: { s: { shape: 'POINT (5 5)', relation: 'contains' } } });
  await register(on, [inside, { kind: 'not', clause: inside }]);
  const documents = [{ s: square(2, 2, 5) }, { s: 'POINT (4 4)' }, { t: 'none' }, { s: null }];
  expect(await found(on, documents)).toEqual([[0], [1], [1], [1]]);
});

test('a polygon with too many points matches nothing, and a strict mapping refuses it', async () => {
  const ring = Array.from({ length: 20_000 }, (_, i) => {
    const angle = (i / 20_000) * 2 * Math.PI;
    return [Math.cos(angle), Math.sin(angle)];
  });
  const document = { s: { type: 'Polygon', coordinates: [[...ring, ring[0]]] } };
  const query = parseQuery({ geo_shape: { s: { shape: 'POINT (0 0)' } } });
  const lenient = start();
  await register(lenient, [query]);
  expect(await found(lenient, [document, { s: square(-1, -1, 2) }])).toEqual([[], [0]]);
  await lenient.close();
  const strict = start(true);
  await register(strict, [query]);
  const { failures } = await strict.percolate(batchOf([JSON.stringify(document)], 'places'));
  expect(JSON.stringify(failures)).toContain('20000 points, of which 10000 are the most');
});

test('a line of very many points is looked at in time', async () => {
  const on = start();
  const points = Array.from({ length: 100_000 }, (_, i) => [(i % 1000) / 100, i / 10_000]);
  await register(on, [
    parseQuery({ geo_shape: { s: { shape: square(-5, -5, 2) } } }),
    parseQuery({ geo_shape: { s: { shape: square(-5, -5, 20), relation: 'within' } } }),
    parseQuery({ geo_shape: { s: { shape: square(20, 20, 20), relation: 'disjoint' } } }),
  ]);
  expect(await found(on, [{ s: { type: 'LineString', coordinates: points } }])).toEqual([[1, 2]]);
});
