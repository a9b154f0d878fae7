import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Metrics } from '../../src/metrics.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import type { FoundQuery, KeptQuery } from '../../src/store/store.ts';
import { temporaryFolder } from './folder.ts';

interface Opened {
  readonly store: SqliteStore;
  readonly metrics: Metrics;
}

async function open(folder: string): Promise<Opened> {
  const metrics = new Metrics();
  const log = pino({ level: 'silent' });
  const store = await SqliteStore.open({ folder, canonicalVersion: 1, metrics, log });
  onTestFinished(() => store.close());
  return { store, metrics };
}

function query(ordinal: number, more: Partial<KeptQuery> = {}): KeptQuery {
  return {
    ordinal,
    id: `id-${ordinal}`,
    index: '*',
    source: `text ${ordinal}`,
    sourceIsJson: false,
    rowFilter: null,
    scope: null,
    createdAt: 1000,
    claims: [{ owner: 'ann', until: Number.POSITIVE_INFINITY }],
    idleUntil: 0,
    ...more,
  };
}

async function all(store: SqliteStore): Promise<FoundQuery[]> {
  const found: FoundQuery[] = [];
  for await (const group of store.queries()) found.push(...group);
  return found;
}

async function value({ metrics }: Opened, name: string): Promise<number> {
  const metric = await metrics.registry.getSingleMetric(name)!.get();
  return metric.values[0]!.value;
}

describe('the store', () => {
  it('gives back what it was given', async () => {
    const folder = temporaryFolder();
    const { store } = await open(folder);
    const queries = [
      query(0),
      query(3, { source: '{"match_all":{}}', sourceIsJson: true, index: 'a,b-*', claims: [] }),
      query(5, { source: 'a\u0000b "\\\n\t\u0001\u007f 𝒳 ü', index: '日本,ä' }),
      query(4, { idleUntil: Number.POSITIVE_INFINITY, scope: 'logs-*', rowFilter: 'team:x' }),
      query(7, {
        claims: [
          { owner: 'ann', until: 5000 },
          { owner: 'bob', until: Number.POSITIVE_INFINITY },
          { owner: 'cy', until: 6000 },
        ],
      }),
    ];
    const fields = [
      { index: 'b', path: 'x', type: 3 },
      { index: 'a', path: 'ü.y', type: 1 },
    ];
    const segment = { number: 9, format: 1, bytes: 8, queries: 2, checksum: 'ab', serial: 2 };
    await Promise.all([
      ...queries.map((each) => store.putQuery(each, true)),
      store.putFields(fields),
      store.putSegments([segment]),
    ]);
    await store.close();

    const byOrdinal = queries
      .map((each, n) => ({ ...each, serial: n + 1 }))
      .toSorted((a, b) => a.ordinal - b.ordinal);
    const { store: again } = await open(folder);
    expect(again.fields).toEqual(fields);
    expect(again.segments).toEqual([segment]);
    expect(await all(again)).toEqual(byOrdinal);
    expect(again.serial).toBe(5);
  });

  it('writes what arrives during one transaction together in the next', async () => {
    const opened = await open(temporaryFolder());
    const { store } = opened;
    const first = store.putQuery(query(0), true);
    await Promise.resolve();
    const later = Array.from({ length: 1000 }, (_, n) => store.putQuery(query(n + 1), true));
    await Promise.all([first, ...later]);
    expect(await value(opened, 'estrom_store_commits_total')).toBe(2);
  });

  it('keeps the serial of a query whose claims change, and gives a new one its own', async () => {
    const folder = temporaryFolder();
    const { store } = await open(folder);
    await Promise.all([store.putQuery(query(0), true), store.putQuery(query(0), false)]);
    await store.putQuery(query(1), true);
    await store.putQuery(query(0, { claims: [] }), false);
    // The same ordinal and even the same id, but registered anew.
    void store.dropQuery(1);
    await store.putQuery(query(1), true);
    await store.close();
    const found = await all((await open(folder)).store);
    expect(found.map(({ ordinal, serial, claims }) => [ordinal, serial, claims.length])).toEqual([
      [0, 1, 0],
      [1, 5, 1],
    ]);
  });

  it('owes what it could not write, and writes the latest of it when it can', async () => {
    const folder = temporaryFolder();
    const { store } = await open(folder);
    await store.putQuery(query(0), true);
    await store.putQuery(query(1), true);
    const other = new DatabaseSync(join(folder, 'estrom.sqlite'));
    other.exec('BEGIN IMMEDIATE');
    const failing = Promise.all([store.putQuery(query(2), true), store.dropQuery(0)]);
    await expect(failing).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 503 });
    other.exec('ROLLBACK');
    other.close();
    await store.dropQuery(2);
    await store.close();
    expect((await all((await open(folder)).store)).map(({ ordinal }) => ordinal)).toEqual([1]);
  });

  it('keeps texts to its user', async () => {
    const folder = join(temporaryFolder(), 'new');
    await open(folder);
    expect(statSync(folder).mode & 0o077).toBe(0);
    expect(statSync(join(folder, 'estrom.sqlite')).mode & 0o077).toBe(0);
  });
});
