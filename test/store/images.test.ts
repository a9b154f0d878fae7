import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Metrics } from '../../src/metrics.ts';
import { EVERYBODY, type Principal } from '../../src/principal.ts';
import { QueryImages } from '../../src/query/registry/query-images.ts';
import { QueryRegistry } from '../../src/query/registry/registry.ts';
import type { QueryRestoration } from '../../src/query/registry/restore-queries.ts';
import { restoreState } from '../../src/restore.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import { FakeEngine } from '../query/registry/fake-engine.ts';
import { temporaryFolder } from './folder.ts';

const ANN: Principal = { ...EVERYBODY, name: 'ann' };
const BOB: Principal = { ...EVERYBODY, name: 'bob', index: 'logs-*', rowFilter: 'team:x' };
const SETTINGS = { queryIdle: 60_000, maxQueries: 1e6, registrationsPerSecond: 0 };

interface Run {
  readonly store: SqliteStore;
  readonly registry: QueryRegistry;
  readonly restoration: QueryRestoration;
  readonly log: { msg: string; fault?: string; queries?: number }[];
  /** Makes an image now. */
  image(): Promise<void>;
  close(): Promise<void>;
}

/** A registry with a store, without an engine; it makes images when it is told to. */
async function start(folder: string): Promise<Run> {
  const lines: Run['log'] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const metrics = new Metrics();
  const store = await SqliteStore.open({ folder, canonicalVersion: 1, metrics, log });
  const engine = new FakeEngine();
  const deps = { engine, settings: SETTINGS, metrics: new Metrics(), store };
  const registry = new QueryRegistry(deps);
  await restoreState({ store, engine, registry, log });
  const restoration = registry.restoration();
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= registry.close().then(() => store.close());
    return closing;
  };
  onTestFinished(close);
  const image = async () => {
    const images = new QueryImages({ store, table: restoration.table, log, least: -1 });
    await images.load();
    await images.close();
  };
  return { store, registry, restoration, log: lines, image, close };
}

function everything({ registry, restoration }: Run) {
  return [EVERYBODY, BOB].flatMap((caller) =>
    registry.list(caller, { size: 10_000 }).queries.map(({ id, ordinal, query, index }) => {
      const { claims, createdAt } = restoration.table.at(ordinal)!;
      return { id, ordinal, query, index, claims, createdAt, key: caller.name };
    }),
  );
}

async function fill(run: Run): Promise<void> {
  const many = Array.from({ length: 300 }, (_, n) => ({ index: `i${n % 7}`, query: `w${n}` }));
  await run.registry.registerMany(many, EVERYBODY);
  await run.registry.register({ query: { term: { a: 5 } }, ttl: '1h' }, EVERYBODY);
  await run.registry.register({ query: 'ünï 𝒳' }, EVERYBODY);
  await run.registry.register({ query: 'w1', index: 'i1' }, ANN);
  await run.registry.register({ query: 'bounded' }, BOB);
}

function imageFiles(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.includes('.queries'));
}

describe('an image of the queries', () => {
  it('gives back what the rows say, and what has changed since comes from the rows', async () => {
    const folder = temporaryFolder();
    const first = await start(folder);
    await fill(first);
    await first.image();
    expect(imageFiles(folder)).toHaveLength(1);
    const ids = first.registry.list(EVERYBODY, { size: 20 }).queries.map(({ id }) => id);
    for (const id of ids.slice(0, 5)) await first.registry.withdraw(id, EVERYBODY);
    await first.registry.register({ query: 'later', ttl: '2h' }, EVERYBODY);
    await first.registry.register({ query: 'w10', index: 'i3' }, ANN);
    const expected = everything(first);
    await first.close();

    const second = await start(folder);
    expect(second.store.image).not.toBeNull();
    expect(second.store.changed.length).toBeLessThan(10);
    expect(everything(second)).toEqual(expected);
    // An ordinal that is free again is used again, and images go on from there.
    await second.registry.register({ query: 'and later' }, EVERYBODY);
    await second.image();
    const later = everything(second);
    await second.close();
    expect(imageFiles(folder)).toEqual(['2.queries']);
    const third = await start(folder);
    expect(third.store.changed).toEqual([]);
    expect(everything(third)).toEqual(later);
  });

  it('that is made while queries come and go is true together with the rows', async () => {
    const folder = temporaryFolder();
    const first = await start(folder);
    await fill(first);
    for (let round = 0; round < 8; round++) {
      const imaging = first.image();
      const ids = first.registry.list(EVERYBODY, { size: 1000 }).queries.map(({ id }) => id);
      for (let n = 0; n < 40; n++) {
        const id = ids[(n * 37 + round) % ids.length]!;
        void first.registry.withdraw(id, EVERYBODY).catch(() => {});
        void first.registry.register({ query: `r${round} AND n${n}`, index: `x${n}` }, EVERYBODY);
        if (n % 8 === 0) await wait(0);
      }
      await imaging;
    }
    await first.registry.register({ query: 'last' }, EVERYBODY);
    const expected = everything(first);
    await first.close();
    const second = await start(folder);
    expect(second.store.image).not.toBeNull();
    expect(everything(second)).toEqual(expected);
  });

  it('gives watchers their grace, and those whose time came while nobody ran are gone', async () => {
    const folder = temporaryFolder();
    const first = await start(folder);
    const watched = await first.registry.watch({ query: 'tail' }, EVERYBODY);
    await first.registry.register({ query: 'short', ttl: '1s' }, EVERYBODY);
    await first.image();
    await first.close();
    await wait(1000);
    const second = await start(folder);
    const queries = second.registry.list(EVERYBODY).queries;
    expect(queries.map(({ query }) => query)).toEqual(['tail']);
    expect(queries[0]!.expiresAt! - Date.now()).toBeGreaterThan(50_000);
    expect(queries[0]!.id).toBe(watched.id);
  });

  it.each([
    ['of which a byte is wrong', /the checksum is/, flipByte],
    ['that was cut short', /has \d+ bytes, not/, (file: string) => truncateSync(file, 100)],
    ['of which the begin is wrong', /version|checksum/, (file: string) => flipByte(file, 5)],
  ])('%s is named, and the rows are read', async (_name, fault, damage) => {
    const folder = temporaryFolder();
    const first = await start(folder);
    await fill(first);
    await first.image();
    const expected = everything(first);
    await first.close();
    damage(join(folder, imageFiles(folder)[0]!));
    const second = await start(folder);
    expect(second.log.find(({ msg }) => /image/.test(msg))?.fault).toMatch(fault);
    expect(everything(second)).toEqual(expected);
  });

  it('that was written but not noted, as when the process was killed, counts for nothing', async () => {
    const folder = temporaryFolder();
    const first = await start(folder);
    await fill(first);
    await first.image();
    const expected = everything(first);
    await first.close();
    writeFileSync(join(folder, '7.queries'), 'half of something');
    mkdirSync(join(folder, 'other'));
    const second = await start(folder);
    expect(everything(second)).toEqual(expected);
    await second.registry.register({ query: 'more' }, EVERYBODY);
    await second.image();
    expect(imageFiles(folder)).toEqual(['8.queries']);
  });
});

function flipByte(file: string, at?: number): void {
  const bytes = readFileSync(file);
  const place = at ?? bytes.length >> 1;
  bytes[place] = bytes[place]! ^ 1;
  writeFileSync(file, bytes);
}
