import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { MappingState } from '../../src/mapping/mapping-state.ts';
import { Metrics } from '../../src/metrics.ts';
import { SqliteStore } from '../../src/store/sqlite-store.ts';
import { temporaryFolder } from './folder.ts';

const log = pino({ level: 'silent' });

function open(folder: string): Promise<SqliteStore> {
  return SqliteStore.open({ folder, canonicalVersion: 1, metrics: new Metrics(), log });
}

it('mappings and templates outlive a restart', async () => {
  const folder = temporaryFolder();
  const first = await open(folder);
  const before = new MappingState({ store: first, log });
  before.templates.putLegacy('t', {
    index_patterns: ['logs-*'],
    mappings: { properties: { a: { type: 'ip' } } },
  });
  before.open('logs-1');
  before.create('made', { mappings: { dynamic: 'strict' }, settings: {}, aliases: {} });
  before.assets.put('alias', 'gone', '{"made":{}}');
  before.assets.delete('alias', 'gone');
  await before.kept();
  await first.close();
  const second = await open(folder);
  const after = new MappingState({ store: second, log });
  expect(after.describe('logs-1')).toEqual(before.describe('logs-1'));
  expect(after.describe('made')).toEqual(before.describe('made'));
  expect([...after.fieldsOf('logs-2')]).toEqual([['a', { type: 'ip' }]]);
  expect(after.assets.get('alias', 'gone')).toBeUndefined();
  await second.close();
});

it('a folder of the format before has none, and keeps them from now on', async () => {
  const folder = temporaryFolder();
  await (await open(folder)).close();
  const db = new DatabaseSync(join(folder, 'estrom.sqlite'));
  db.exec('DROP TABLE assets; DROP TABLE images; DROP TABLE changed; PRAGMA user_version = 1');
  db.close();
  const store = await open(folder);
  expect(store.assets).toEqual([]);
  await store.putAssets([{ kind: 'index', name: 'a', text: '{}' }]);
  await store.close();
  const again = await open(folder);
  expect(again.assets).toEqual([{ kind: 'index', name: 'a', text: '{}' }]);
  await again.close();
});
